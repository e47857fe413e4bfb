/**
 * Assembles what people use, in `dist/`: the plugin and its zip, the Node host, the gateway, the demo's server.
 *
 *   node scripts/build.mjs                 all of it
 *   node scripts/build.mjs client gateway  some of it: client cloud node gateway server npm zip
 */
import { mkdirSync, rmSync } from 'node:fs'
import process from 'node:process'
import { buildClient } from './build/client.mjs'
import { buildCloud } from './build/cloud.mjs'
import { buildGateway, buildNode, buildServer } from './build/hosts.mjs'
import { buildNpm } from './build/npm.mjs'
import { copyPluginFiles } from './build/plugin-files.mjs'
import { zipFolder } from './build/zip.mjs'
import { isThere, kilobytes, listFiles, readJson, sizeOf } from './lib/files.mjs'
import { inRoot } from './lib/root.mjs'

const { version } = readJson(inRoot('package.json'))
const plugin = inRoot('dist/uni_modules/vk-uni-pay')
const zip = `dist/vk-uni-pay-${version}.zip`

const parts = {
  async client() {
    for (const folder of ['components', 'composables', 'js_sdk', 'engine', 'types', 'pages', 'testing', 'editor'])
      rmSync(`${plugin}/${folder}`, { recursive: true, force: true })
    mkdirSync(plugin, { recursive: true })
    copyPluginFiles(plugin, version)
    await buildClient(plugin, version)
  },
  cloud: () => buildCloud(plugin, version),
  node: buildNode,
  gateway: buildGateway,
  server: buildServer,
  npm: () => buildNpm(plugin, version),
  zip: () => zipFolder(plugin, 'vk-uni-pay', inRoot(zip)),
}

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !(name in parts))
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)
for (const name of asked.length > 0 ? asked : Object.keys(parts))
  await parts[name]()
report()

function report() {
  const cloudCore = 'dist/uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/index.js'
  const files = listFiles(plugin)
  const bytes = files.reduce((sum, file) => sum + sizeOf(`${plugin}/${file}`), 0)
  console.log(`plugin ${version}  ${files.length} files  ${kilobytes(bytes)}`)
  for (const file of [cloudCore, 'dist/node/index.js', 'dist/gateway/index.js', 'dist/gateway/main.js', 'dist/server/main.js', zip]) {
    if (isThere(inRoot(file)))
      console.log(`  ${file}  ${kilobytes(sizeOf(inRoot(file)))}`)
  }
}
