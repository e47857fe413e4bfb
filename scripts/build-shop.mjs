/**
 * Builds the shop on the assembled plugin (run `node scripts/build.mjs client` before).
 *
 *   node scripts/build-shop.mjs                 h5
 *   node scripts/build-shop.mjs h5 mp-weixin    any of h5 mp-weixin mp-alipay mp-toutiao app
 */
import process from 'node:process'
import { copyFresh, isThere, kilobytes, listFiles, sizeOf } from './lib/files.mjs'
import { inRoot } from './lib/root.mjs'
import { targets, uniBuild } from './lib/uni-build.mjs'

const plugin = inRoot('dist/uni_modules/vk-uni-pay')
if (!isThere(plugin))
  throw new Error('dist/uni_modules/vk-uni-pay is missing: run `npm run build` first')

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !(name in targets))
if (unknown.length > 0)
  throw new Error(`no such platform: ${unknown.join(', ')}; there are ${Object.keys(targets).join(', ')}`)

const modules = inRoot('examples/shop/src/uni_modules')
copyFresh(plugin, `${modules}/vk-uni-pay`)
// the hand-written status page draws its icons with uni-ui, and the cashier stands in its popup; people install them in this form
for (const name of ['uni-icons', 'uni-popup', 'uni-transition'])
  copyFresh(inRoot('node_modules/@dcloudio/uni-ui/lib', name), `${modules}/${name}/components/${name}`)
for (const target of asked.length > 0 ? asked : ['h5']) {
  const startedAt = Date.now()
  const output = await uniBuild(inRoot('examples/shop'), target)
  const files = listFiles(output)
  const bytes = files.reduce((sum, file) => sum + sizeOf(`${output}/${file}`), 0)
  console.log(`shop ${target}  ${files.length} files  ${kilobytes(bytes)}  ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
}
