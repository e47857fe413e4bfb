import { existsSync, readdirSync, statSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'

const repository = join(import.meta.dirname, '../../..')
const sources = ['components', 'composables', 'js_sdk', 'examples/shop/src', 'examples/gateway/src', 'examples/server/src', 'uni_modules', 'test/mp/fixtures']

/** Builds what the tests drive, where it is missing or older than a source. */
export default function setup(): void {
  const stale = ['mp-weixin', 'mp-alipay', 'mp-toutiao'].filter(target => !isFresh(`examples/shop/dist/build/${target}/app.json`))
  if (stale.length > 0) {
    run('scripts/build.mjs')
    run('scripts/build-shop.mjs', ...stale)
  }
  if (!['no-backend', 'pay-pages'].every(app => isFresh(`.tmp/${app}/dist/build/mp-weixin/app.json`)))
    run('test/mp/support/build-fixtures.mjs')
}

function run(...step: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, step, { cwd: repository, encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`node ${step.join(' ')} failed:\n${stdout}\n${stderr}`)
}

function isFresh(output: string): boolean {
  const file = join(repository, output)
  return existsSync(file) && sources.every(folder => newest(join(repository, folder)) < statSync(file).mtimeMs)
}

/** Without the plugin's copy in the shop, which the build makes. */
function newest(folder: string): number {
  return Math.max(0, ...readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !entry.parentPath.includes(join('shop', 'src', 'uni_modules')))
    .map(entry => statSync(join(entry.parentPath, entry.name)).mtimeMs))
}
