/**
 * Rates of the cloud side, from its sources: `npm run bench:cloud` for all its tables, or
 * `npm run bench:cloud -- verify effects processes coldstart memory` for some of them;
 * `npm run bench:growth` for tables of up to a million orders.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, rmSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import process from 'node:process'
import { build } from 'esbuild'
import { bundle } from './build/bundle.mjs'
import { inRoot, root } from './lib/root.mjs'

const CLOUD = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions'
const out = '.tmp/bench'

await build({ absWorkingDir: root, entryPoints: ['test/bench/cloud/main.ts', 'test/bench/cloud/worker.ts'], outdir: out, outExtension: { '.js': '.mjs' }, bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external', logLevel: 'error' })
// what is run by its path
copyFileSync(inRoot('test/cloud/support/postgres/keeper.mjs'), inRoot(out, 'keeper.mjs'))
copyFileSync(inRoot('test/bench/cloud/cold-start.cjs'), inRoot(out, 'cold-start.cjs'))
// the function as it is uploaded
cpSync(inRoot(CLOUD, 'vk-pay'), inRoot(out, 'function'), { recursive: true })
await bundle({ entry: `${CLOUD}/common/vk-uni-pay/src/index.ts`, outfile: `${out}/function/node_modules/vk-uni-pay/index.js`, format: 'cjs', target: 'node12', external: ['uni-config-center'], cloud: true })

const [cpu] = cpus()
console.log(`${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, Node ${process.versions.node}, ${cpus().length} cores (${cpu?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB`)
const { status } = spawnSync(process.execPath, ['--expose-gc', inRoot(out, 'main.mjs'), ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
rmSync(inRoot(out), { recursive: true, force: true })
process.exit(status ?? 1)
