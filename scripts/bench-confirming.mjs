/**
 * Polling strategies over simulated payments, from the sources of the client: `npm run bench:confirming`;
 * `--count=100000 --seed=1` for others. `--write` keeps the figures in
 * `docs/.vitepress/performance/confirming.json`, which the documentation shows.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import process from 'node:process'
import { build } from 'esbuild'
import { readJson, writeText } from './lib/files.mjs'
import { machine } from './lib/machine.mjs'
import { inRoot, root } from './lib/root.mjs'
import { uniConditional } from './lib/uni-conditional.mjs'

const out = inRoot('.tmp/bench-confirming')
await build({
  absWorkingDir: root,
  entryPoints: ['test/bench/confirming/main.ts'],
  outfile: `${out}/main.mjs`,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.UNI_PLATFORM': '"mp-weixin"' },
  plugins: [uniConditional('mp-weixin')],
  logLevel: 'error',
})
const { status } = spawnSync(process.execPath, [`${out}/main.mjs`, `--out=${out}/found.json`, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
if (status === 0 && process.argv.includes('--write'))
  writeText(inRoot('docs/.vitepress/performance/confirming.json'), `${JSON.stringify({ ...machine(), ...readJson(`${out}/found.json`) }, null, 2)}\n`)
rmSync(out, { recursive: true, force: true })
process.exit(status ?? 1)
