import { rmSync } from 'node:fs'
import { copyFresh, readJson, writeText } from './files.mjs'
import { inRoot } from './root.mjs'

const manifest = { 'name': 'scratch', 'appid': '', 'versionName': '1.0.0', 'versionCode': '1', 'vueVersion': '3', 'mp-weixin': { appid: 'touristappid', usingComponents: true } }

const listed = (names, easycom) => ({ ...easycom && { easycom }, pages: names.map(name => ({ path: `pages/${name}/${name}`, style: { navigationBarTitleText: 'scratch' } })) })

const viteConfig = `import uni from '@dcloudio/vite-plugin-uni'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [(uni.default ?? uni)()] })
`

const index = `<!doctype html>
<html>
  <head><!--preload-links--><!--app-context--></head>
  <body><div id="app"><!--app-html--></div><script type="module" src="/src/main.ts"></script></body>
</html>
`

function main(setup, from, pinia) {
  return `import { createSSRApp } from 'vue'
import App from './App.vue'
${pinia ? `import * as Pinia from 'pinia'\n` : ''}${setup ? `import { createVkPay } from '${from}'\n` : ''}
export function createApp() {
  const app = createSSRApp(App)
${pinia ? '  app.use(Pinia.createPinia())\n' : ''}${setup ? `  app.use(createVkPay(${setup}))\n` : ''}  return { app${pinia ? ', Pinia' : ''} }
}
`
}

/**
 * Writes a uni-app into `.tmp`, for a build that is to be measured or driven.
 *
 * @param {string} name folder in `.tmp`
 * @param {object} options
 * @param {string} [options.page] source of its only page, a `.vue`
 * @param {Record<string, string>} [options.pages] several, by name, the first one opens
 * @param {string} [options.setup] argument of `createVkPay` in main; without it there is no call
 * @param {boolean} [options.pinia] with pinia in main
 * @param {boolean} [options.plugin] with the assembled plugin
 * @param {string} [options.from] what `createVkPay` is imported from
 * @param {object} [options.easycom] of pages.json
 * @param {readonly string[]} [options.uniUi] names of uni-ui's components to go with it
 * @returns {string} its folder
 */
export function writeScratchApp(name, { page, pages = { index: page }, setup, from = './uni_modules/vk-uni-pay/js_sdk/index', easycom, pinia = false, plugin = false, uniUi = [] }) {
  const folder = inRoot('.tmp', name)
  rmSync(folder, { recursive: true, force: true })
  const { devDependencies } = readJson(inRoot('examples/shop/package.json'))
  const files = {
    'package.json': JSON.stringify({ name, private: true, devDependencies }),
    'vite.config.js': viteConfig,
    'index.html': index,
    'src/manifest.json': JSON.stringify(manifest),
    'src/pages.json': JSON.stringify(listed(Object.keys(pages), easycom)),
    'src/main.ts': main(setup, from, pinia),
    'src/App.vue': '<script>\nexport default {}\n</script>\n',
  }
  for (const [file, text] of Object.entries(files))
    writeText(`${folder}/${file}`, text)
  for (const [one, source] of Object.entries(pages))
    writeText(`${folder}/src/pages/${one}/${one}.vue`, source)
  for (const one of uniUi)
    copyFresh(inRoot('node_modules/@dcloudio/uni-ui/lib', one), `${folder}/src/uni_modules/${one}/components/${one}`)
  if (plugin)
    copyFresh(inRoot('dist/uni_modules/vk-uni-pay'), `${folder}/src/uni_modules/vk-uni-pay`)
  // the cashier stands in uni-ui's popup; what no page uses is not in the package
  for (const popup of plugin ? ['uni-popup', 'uni-transition'] : [])
    copyFresh(inRoot('node_modules/@dcloudio/uni-ui/lib', popup), `${folder}/src/uni_modules/${popup}/components/${popup}`)
  return folder
}
