/** Modules of the client as the build for one platform runs them, and modules of the cloud side, imported here. */
import { Buffer } from 'node:buffer'
import { build } from 'esbuild'
import { root } from '../lib/root.mjs'
import { uniConditional } from '../lib/uni-conditional.mjs'

/** Target of `uni build` → the platforms a payment can run on there, as `PayPlatform` names them. */
export const targets = {
  'mp-weixin': ['mp-weixin'],
  'mp-alipay': ['mp-alipay'],
  'mp-toutiao': ['mp-toutiao'],
  'mp-baidu': ['mp-baidu'],
  'mp-kuaishou': ['mp-kuaishou'],
  'mp-qq': ['mp-qq'],
  'mp-jd': ['mp-jd'],
  'mp-xhs': ['mp-xhs'],
  'mp-harmony': ['mp-harmony'],
  'app-plus': ['app-plus'],
  'app-harmony': ['app-harmony'],
  'h5': ['h5', 'h5-weixin', 'mweb'],
}

/** Targets that have results of their own, and no channel of ours. */
export const quickapps = ['quickapp-webview-huawei']

const entry = `
export { builtInProviders } from './js_sdk/providers'
export { outcomeRows, defaultRows } from './js_sdk/outcome'
export { utsRows } from './js_sdk/outcome/app-uts'
export { explainReport } from './js_sdk/outcome/hints'
`

export function clientFor(target) {
  return bundled({ contents: entry }, target)
}

export const flowModule = () => bundled({ contents: `export { flow } from './js_sdk/flow'\nexport { ErrorCode } from './js_sdk/errors'\nexport { defaultPollPolicy, scanPollPolicy } from './js_sdk/poll'\nexport { LONGEST_WAIT_S } from './js_sdk/core'` }, 'h5')

export function textsModule() {
  return bundled({
    contents: [
      `export { texts } from './js_sdk/locale/texts'`,
      ...['page', 'code', 'cashier', 'web'].map(name => `export { ${name}Texts } from './js_sdk/locale/${name}'`),
      ...[`{ translate } from './js_sdk/locale'`, `{ translatePage } from './js_sdk/locale/page'`, `{ codeWords } from './js_sdk/locale/code'`, `{ cashierWords } from './js_sdk/locale/cashier'`, `{ webWords } from './js_sdk/locale/web'`].map(one => `export ${one}`),
    ].join('\n'),
  }, 'h5')
}

const cloud = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src'

export function cloudModule() {
  return bundled({
    contents: [
      `export { PayCode, ChannelError } from './${cloud}/core/errors'`,
      `export { providers, logins } from './${cloud}/providers'`,
      `export { ASK_AFTER_MS } from './${cloud}/core/schedule'`,
      `export { refusalError as wxpayRefusal } from './${cloud}/providers/wxpay-v3/refusals'`,
      `export { refusalError as alipayRefusal } from './${cloud}/providers/alipay/refusals'`,
    ].join('\n'),
  })
}

async function bundled({ contents }, target) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: target ? 'neutral' : 'node',
    format: 'esm',
    target: 'esnext',
    charset: 'utf8',
    write: false,
    logLevel: 'warning',
    external: ['vue', '@dcloudio/uni-app'],
    define: target ? { 'process.env.UNI_PLATFORM': JSON.stringify(target), 'process.env.NODE_ENV': '"development"' } : {},
    plugins: target ? [uniConditional(target)] : [],
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`)
}
