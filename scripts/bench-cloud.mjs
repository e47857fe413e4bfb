/**
 * Rates of the cloud side, from its sources: `npm run bench:cloud` for all its tables, or
 * `npm run bench:cloud -- verify effects processes coldstart memory` for some of them;
 * `npm run bench:growth` for tables of up to a million orders. `--write` keeps what is printed in
 * `docs/.vitepress/performance/cloud-….json`, which the documentation shows.
 */
import { spawn } from 'node:child_process'
import { copyFileSync, cpSync, rmSync } from 'node:fs'
import { totalmem } from 'node:os'
import process from 'node:process'
import { build } from 'esbuild'
import { bundle } from './build/bundle.mjs'
import { writeText } from './lib/files.mjs'
import { machine } from './lib/machine.mjs'
import { inRoot, root } from './lib/root.mjs'

const TABLES = ['verify', 'effects', 'processes', 'coldstart', 'memory', 'growth']
/** Asked for by a name of its own: it takes longest, and fills the disk. */
const WHOLE = TABLES.filter(name => name !== 'growth')
const CLOUD = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions'
const out = `.tmp/bench-${process.pid}`

const asked = process.argv.slice(2).filter(argument => argument !== '--write')
const unknown = asked.filter(name => !TABLES.includes(name))
if (unknown.length > 0)
  throw new Error(`no such table: ${unknown.join(', ')}; there are ${TABLES.join(', ')}`)

await build({ absWorkingDir: root, entryPoints: ['test/bench/cloud/main.ts', 'test/bench/cloud/worker.ts'], outdir: out, outExtension: { '.js': '.mjs' }, bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external', logLevel: 'error' })
// what is run by its path
copyFileSync(inRoot('test/cloud/support/postgres/keeper.mjs'), inRoot(out, 'keeper.mjs'))
copyFileSync(inRoot('test/bench/cloud/cold-start.cjs'), inRoot(out, 'cold-start.cjs'))
// the function as it is uploaded
cpSync(inRoot(CLOUD, 'vk-pay'), inRoot(out, 'function'), { recursive: true })
await bundle({ entry: `${CLOUD}/common/vk-uni-pay/src/index.ts`, outfile: `${out}/function/node_modules/vk-uni-pay/index.js`, format: 'cjs', target: 'node12', external: ['uni-config-center'], cloud: true })

/** @returns what it printed @throws Error when it failed */
function run(table) {
  const child = spawn(process.execPath, ['--expose-gc', inRoot(out, 'main.mjs'), table], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
    process.stdout.write(chunk)
  })
  return new Promise((resolve, reject) => child.once('close', code => code === 0 ? resolve(text) : reject(new Error(`${table} ended with ${code}`))))
}

const measuredOn = { ...machine(), memory: `${Math.round(totalmem() / 2 ** 30)} GB` }
console.log(Object.values(measuredOn).join(', '))
try {
  for (const table of asked.length > 0 ? asked : WHOLE) {
    const text = await run(table)
    if (process.argv.includes('--write'))
      writeText(inRoot('docs/.vitepress/performance', `cloud-${table}.json`), `${JSON.stringify({ ...measuredOn, lines: text.trim().split('\n') }, null, 2)}\n`)
  }
}
finally {
  rmSync(inRoot(out), { recursive: true, force: true })
}
