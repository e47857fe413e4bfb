import { build } from 'esbuild'
import { root } from '../lib/root.mjs'
import { uniConditional } from '../lib/uni-conditional.mjs'

/** What the components import of the engine, by what a page uses. */
const ENTRIES = {
  button: `export { createVkPay, useVkPay } from './js_sdk/client'\nexport { usePayment } from './composables/usePayment'\nexport { formatAmount, translate } from './js_sdk/locale'`,
  everything: `export * from './js_sdk/index'\nexport * from './composables/usePayment'\nexport * from './composables/usePaymentStatus'\nexport * from './composables/useChannels'\nexport * from './composables/useCountdown'\nexport * from './composables/usePageText'`,
}

/** Prints, for one platform, which module of the engine takes how many minified bytes. */
export async function printModules(platform) {
  for (const [name, contents] of Object.entries(ENTRIES)) {
    const { metafile } = await build({
      absWorkingDir: root,
      stdin: { contents, resolveDir: root, loader: 'ts' },
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
    console.log(`\n${platform}, engine for ${name}: ${bytes} bytes minified`)
    for (const [file, { bytesInOutput }] of Object.entries(inputs).sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)) {
      if (bytesInOutput > 0)
        console.log(`  ${String(bytesInOutput).padStart(6)}  ${file}`)
    }
  }
}
