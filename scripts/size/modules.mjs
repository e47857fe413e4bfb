import { build } from 'esbuild'
import { root } from '../lib/root.mjs'
import { uniConditional } from '../lib/uni-conditional.mjs'

/** What the components import of the engine, by what a page uses. */
const ENTRIES = {
  button: `export { createVkPay, useVkPay } from './js_sdk/client'\nexport { usePayment } from './composables/usePayment'\nexport { formatAmount, translate } from './js_sdk/locale'`,
  everything: `export * from './js_sdk/index'\nexport * from './composables/usePayment'\nexport * from './composables/usePaymentStatus'\nexport * from './composables/useChannels'\nexport * from './composables/useCountdown'\nexport * from './composables/usePageText'`,
}

/**
 * The engine as a build for one platform carries it, minified.
 *
 * @param {string} platform
 * @param {keyof typeof ENTRIES} part
 * @returns {Promise<{ bytes: number, modules: [file: string, bytes: number][] }>} the largest module first
 */
export async function modulesOf(platform, part) {
  const { metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: ENTRIES[part], resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    platform: 'neutral',
    format: 'esm',
    target: 'es2018',
    charset: 'utf8',
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    external: ['vue', '@dcloudio/uni-app'],
    define: { 'process.env.UNI_PLATFORM': JSON.stringify(platform), 'process.env.NODE_ENV': '"production"', 'process.env.UNI_CLOUD_PROVIDER': '""' },
    plugins: [uniConditional(platform === 'app' ? 'app-plus' : platform)],
    write: false,
    metafile: true,
    logLevel: 'warning',
  })
  const [{ bytes, inputs }] = Object.values(metafile.outputs)
  const modules = Object.entries(inputs).map(([file, { bytesInOutput }]) => [file, bytesInOutput]).filter(([, taken]) => taken > 0)
  return { bytes, modules: modules.sort(([, a], [, b]) => b - a) }
}

/** Prints, for one platform, which module of the engine takes how many minified bytes. */
export async function printModules(platform) {
  for (const part of Object.keys(ENTRIES)) {
    const { bytes, modules } = await modulesOf(platform, part)
    console.log(`\n${platform}, engine for ${part}: ${bytes} bytes minified`)
    for (const [file, taken] of modules)
      console.log(`  ${String(taken).padStart(6)}  ${file}`)
  }
}
