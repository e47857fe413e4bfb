import { statSync } from 'node:fs'
import { buildClient } from '../build/client.mjs'
import { copyPluginFiles } from '../build/plugin-files.mjs'
import { copyFresh, isThere, listFiles, readJson } from '../lib/files.mjs'
import { inRoot } from '../lib/root.mjs'
import { uniBuild } from '../lib/uni-build.mjs'

const output = inRoot('docs/public/demo')
const app = 'examples/demo'
const modules = `${app}/src/uni_modules`
/** What the plugin is made of, and what the demo is made of besides. */
const pluginSources = ['js_sdk', 'composables', 'components', 'types', 'uni_modules/vk-uni-pay/pages', 'scripts/build']
const sources = [...pluginSources, `${app}/src`, 'package-lock.json']

function newest(path) {
  const stat = statSync(inRoot(path))
  if (!stat.isDirectory())
    return stat.mtimeMs
  const files = listFiles(inRoot(path)).map(file => `${path}/${file}`).filter(file => !file.startsWith(modules))
  return Math.max(...files.map(file => statSync(inRoot(file)).mtimeMs))
}

const isFresh = (file, paths) => isThere(file) && paths.every(path => newest(path) < statSync(file).mtimeMs)

/** The one of `dist/`, unless that is older than its sources. */
async function assemblePlugin(plugin) {
  const built = inRoot('dist/uni_modules/vk-uni-pay')
  if (isFresh(`${built}/engine/index.d.ts`, pluginSources))
    return copyFresh(built, plugin)
  const { version } = readJson(inRoot('package.json'))
  copyPluginFiles(plugin, version)
  await buildClient(plugin, version)
}

/** The app in the phone: `examples/demo` on an assembled plugin of its own, into `docs/public/demo`. Nothing is done while it is newer than its sources. */
export async function buildDemo() {
  if (isFresh(`${output}/index.html`, sources))
    return
  for (const name of ['uni-popup', 'uni-transition'])
    copyFresh(inRoot('node_modules/@dcloudio/uni-ui/lib', name), inRoot(modules, name, 'components', name))
  await assemblePlugin(inRoot(modules, 'vk-uni-pay'))
  copyFresh(await uniBuild(inRoot(app), 'h5'), output)
  console.log('built the demo')
}
