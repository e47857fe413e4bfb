/**
 * From the tap to the native call, and first drawings, beside pages written by hand: `npm run bench:tap`.
 * `--write` keeps the figures in `docs/.vitepress/performance/tap.json`, which the documentation shows.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import process from 'node:process'
import { isThere, readJson, writeText } from './lib/files.mjs'
import { machine } from './lib/machine.mjs'
import { inRoot, root } from './lib/root.mjs'
import { writeScratchApp } from './lib/scratch-app.mjs'
import { uniBuild } from './lib/uni-build.mjs'

if (!isThere(inRoot('dist/uni_modules/vk-uni-pay')))
  throw new Error('dist/uni_modules/vk-uni-pay is missing: run `npm run build` first')

const pages = ['tap', 'by-hand', 'order-status', 'status-by-hand']
await uniBuild(writeScratchApp('bench-tap', {
  pages: Object.fromEntries(pages.map(name => [name, readFileSync(inRoot('test/mp/fixtures', `${name}.vue`), 'utf8')])),
  // counting the redraws costs time, so it is asked for
  setup: '(globalThis.counting && app.mixin({ updated() { globalThis.notes.redraws.push(this.$options.name || this.$options.__name) } }), { backend: globalThis.instantBackend })',
  plugin: true,
}), 'h5')

const fixtures = spawnSync(process.execPath, [inRoot('test/mp/support/build-fixtures.mjs')], { cwd: root, stdio: 'inherit' })
if (fixtures.status !== 0)
  process.exit(1)

const found = inRoot('.tmp/bench-tap.json')
rmSync(found, { force: true })
const { status } = spawnSync(process.execPath, [inRoot('node_modules/vitest/vitest.mjs'), 'run', '-c', 'vitest.bench.config.ts', '--reporter=basic'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, BENCH_OUT: found },
})
if (status === 0 && process.argv.includes('--write'))
  writeText(inRoot('docs/.vitepress/performance/tap.json'), `${JSON.stringify({ ...machine(), places: readJson(found) }, null, 2)}\n`)
process.exit(status ?? 1)
