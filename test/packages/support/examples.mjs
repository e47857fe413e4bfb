import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import process from 'node:process'
import { inRoot } from '../../../scripts/lib/root.mjs'
import { uniBuild } from '../../../scripts/lib/uni-build.mjs'
import { packed, unpack } from './fresh-app.mjs'

const MADE = /\/(?:node_modules|dist|uni_modules|uni-pay)$|\.db(?:-\w+)?$/

/** A copy of the example as it is in the repository, without what trying it left there. */
function copyExample(name) {
  const folder = inRoot('.tmp/examples', name)
  rmSync(folder, { recursive: true, force: true })
  cpSync(inRoot('examples', name), folder, { recursive: true, filter: path => !MADE.test(path.replaceAll('\\', '/')) })
  return folder
}

/**
 * A server of the examples, with the npm package installed.
 *
 * @param {string} name
 * @returns {string} its folder
 */
export function installServer(name) {
  const folder = copyExample(name)
  unpack(packed(), `${folder}/node_modules/vk-uni-pay`)
  return folder
}

/** @throws Error with what `vue-tsc` says of the copy of an app, under the app's own tsconfig.json */
function checkTypes(folder) {
  const { status, stdout } = spawnSync(process.execPath, [inRoot('node_modules/vue-tsc/bin/vue-tsc.js'), '--noEmit', '-p', folder], { encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`vue-tsc: ${stdout}`)
}

/**
 * An app of the examples, with the plugin put there by the command.
 *
 * @param {string} name
 * @param {'h5' | 'mp-weixin'} platform
 * @param {string} backend
 * @returns {Promise<string>} folder of the output
 */
export function buildExample(name, platform, backend) {
  const folder = copyExample(name)
  const { status, stderr } = spawnSync(process.execPath, [inRoot('dist/npm/cli/vk-uni-pay.mjs'), 'add', folder], { encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`vk-uni-pay add: ${stderr}`)
  checkTypes(folder)
  return uniBuild(folder, platform, { VITE_VK_PAY_URL: backend })
}
