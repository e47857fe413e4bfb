import { posix } from 'node:path'
import { build } from 'esbuild'
import { writeText } from '../lib/files.mjs'
import { root } from '../lib/root.mjs'
import { uniConditional } from '../lib/uni-conditional.mjs'

/** Platform → its conditional comment. Whatever is not listed gets `other`. */
const PLATFORMS = {
  'mp-weixin': 'MP-WEIXIN',
  'mp-alipay': 'MP-ALIPAY',
  'mp-toutiao': 'MP-TOUTIAO',
  'mp-baidu': 'MP-BAIDU',
  'mp-qq': 'MP-QQ',
  'mp-kuaishou': 'MP-KUAISHOU',
  'mp-jd': 'MP-JD',
  'mp-xhs': 'MP-XHS',
  'mp-harmony': 'MP-HARMONY',
  'app-plus': 'APP-PLUS',
  'app-harmony': 'APP-HARMONY',
  'h5': 'H5',
  'quickapp-webview-huawei': 'QUICKAPP-WEBVIEW-HUAWEI',
}
const OTHER = 'other'
/** uni-app leaves every name as it is written there: they are shortened here, the lines stay. */
const LEFT_LONG = ['mp-alipay']
/** Fields of objects that never leave the engine: no minifier knows that they may be shortened. */
const INTERNAL = /^(?:announced|askNow|defaultProvider|onDeadline|owners|pages|untold)$/
/** The default export in the engine: a file that picks one of many may not have a default for each. */
const DEFAULT = 'vkPay'

/**
 * Bundles `modules` into `engine/<platform>.js`, readable and as one module, its conditional comments
 * resolved; `engine/index.js` picks the one of the build. In the place of each module stays a door to it.
 *
 * @param {string} plugin folder of the assembled plugin
 * @param {object} options
 * @param {string} options.version
 * @param {string[]} options.modules paths in the repository, without extension
 * @param {string} options.apart module that stays a file of its own
 */
export async function bundleEngines(plugin, { version, modules, apart }) {
  for (const platform of [...Object.keys(PLATFORMS), OTHER]) {
    const { outputFiles } = await build({
      ...options(platform, apart),
      minifyIdentifiers: LEFT_LONG.includes(platform),
      minifySyntax: LEFT_LONG.includes(platform),
      stdin: { contents: `${modules.map(module => `export * from './${module}'\n`).join('')}export { default as ${DEFAULT} } from './js_sdk/index'\n`, resolveDir: root },
      banner: { js: `/*\n * vk-uni-pay ${version} for ${platform}. MIT.\n * Generated from js_sdk and composables in its repository; a change here is lost with the next version.\n */` },
    })
    writeText(`${plugin}/engine/${platform}.js`, outputFiles[0].text)
  }
  writeText(`${plugin}/engine/index.js`, choice())
  writeText(`${plugin}/engine/index.d.ts`, `${modules.map(module => `export * from '../${module}'\n`).join('')}export { default as ${DEFAULT} } from '../js_sdk/index'\n`)
  await writeDoors(plugin, modules, apart)
}

async function writeDoors(plugin, modules, apart) {
  const { metafile } = await build({
    ...options(OTHER, apart),
    entryPoints: modules.map(module => ({ in: `${module}.ts`, out: module })),
    outdir: root,
    metafile: true,
  })
  for (const module of modules) {
    const names = metafile.outputs[`${module}.js`].exports
    const up = '../'.repeat(module.split('/').length - 1)
    writeText(`${plugin}/${module}.js`, `export { ${names.map(name => name === 'default' ? `${DEFAULT} as default` : name).join(', ')} } from '${up}engine/index.js'\n`)
  }
}

function options(platform, apart) {
  return {
    absWorkingDir: root,
    bundle: true,
    // for a browser esbuild would decide NODE_ENV here and now; that is for the build of the app
    platform: 'neutral',
    format: 'esm',
    target: 'esnext',
    charset: 'utf8',
    // fields are declared for the compiler; in JavaScript they would be assigned twice
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    mangleProps: INTERNAL,
    external: ['vue', '@dcloudio/uni-app'],
    plugins: [uniConditional(platform), keepApart(apart)],
    write: false,
    logLevel: 'warning',
  }
}

function keepApart(module) {
  return {
    name: 'keep-apart',
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`/${posix.basename(module)}$`) }, () => ({ path: `../${module}.js`, external: true, sideEffects: false }))
    },
  }
}

function choice() {
  const lead = platform => `export * from './${platform}.js'\n`
  const all = Object.values(PLATFORMS).join(' || ')
  return [
    ...Object.entries(PLATFORMS).map(([platform, condition]) => `// #ifdef ${condition}\n${lead(platform)}// #endif\n`),
    `// #ifndef ${all}\n${lead(OTHER)}// #endif\n`,
  ].join('')
}
