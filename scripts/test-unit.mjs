/**
 * The client's suite, compiled once per platform: `npm run test:unit`, or some of them,
 * `npm run test:unit h5 mp-weixin`. The random lives run on one of them: the engine under them is
 * the same on all.
 */
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { inRoot } from './lib/root.mjs'

const platforms = ['h5', 'mp-weixin', 'mp-alipay', 'mp-toutiao', 'app']
const asked = process.argv.slice(2)
const vitest = inRoot('node_modules/vitest/vitest.mjs')
const ONCE = 'test/unit/js_sdk/session.property.test.ts'

let failed = 0
for (const platform of asked.length > 0 ? asked : platforms) {
  const skip = platform === platforms[0] ? [] : ['--exclude', ONCE]
  const { status } = spawnSync(process.execPath, [vitest, 'run', '-c', 'vitest.unit.config.ts', ...skip], {
    cwd: inRoot(),
    env: { ...process.env, UNI_PLATFORM: platform },
    stdio: 'inherit',
  })
  failed += status === 0 ? 0 : 1
}
process.exitCode = failed > 0 ? 1 : 0
