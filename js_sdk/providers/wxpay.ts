import type { CashierReport, Launch, LaunchContext, PayProvider } from '../types'
import { ErrorCode, VkPayError } from '../errors'
import { readKeys } from './order-info'
// #ifdef APP
import { parseOrderInfo } from './order-text'
// #endif
import { openCashier, requestPayment } from './request-payment'
// #ifdef H5
import { scanCode } from './scan-code'
// #endif

/** WeChat Pay: mini-program, app (HarmonyOS takes the order as JSON), official account, desktop QR code, phone browser. */
export const wxpay: PayProvider = {
  id: 'wxpay',
  platforms: [
    // #ifdef MP-WEIXIN
    'mp-weixin',
    // #endif
    // #ifdef APP
    'app-plus',
    'app-harmony',
    // #endif
    // #ifdef H5
    'h5',
    'h5-weixin',
    'mweb',
    // #endif
  ],
  // #ifdef MP-WEIXIN || H5
  openid: {
    // #ifdef MP-WEIXIN
    'mp-weixin': { loginProvider: 'weixin', action: 'pay/code2SessionWeixin' },
    // #endif
    // #ifdef H5
    'h5-weixin': { action: 'pay/code2SessionWeixinH5' },
    // #endif
  },
  // #endif
  launch,
}

async function launch(context: LaunchContext): Promise<Launch> {
  // #ifdef MP-WEIXIN
  return openCashier('requestPayment', { provider: 'wxpay', ...readKeys(context.orderInfo, ['timeStamp', 'nonceStr', 'package', 'signType', 'paySign']) })
  // #endif
  // #ifdef APP
  // lower-case keys: with camel-case ones iOS calls back neither success nor fail
  const order = readKeys(parseOrderInfo(context.orderInfo), ['appid', 'partnerid', 'prepayid', 'package', 'noncestr', 'timestamp', 'sign'])
  // #endif
  // #ifdef APP-PLUS
  return requestPayment('wxpay', { orderInfo: order })
  // #endif
  // #ifdef APP-HARMONY
  return requestPayment('wxpay', { orderInfo: JSON.stringify(order) })
  // #endif
  // #ifdef H5
  return launchInBrowser(context)
  // #endif
  throw new VkPayError(ErrorCode.NOT_SUPPORTED, `wxpay cannot be opened on ${context.platform}`)
}

// #ifdef H5
async function launchInBrowser({ platform, orderInfo, returnUrl, again }: LaunchContext): Promise<Launch> {
  const { code_url: code, h5_url, paySign } = (orderInfo ?? {}) as Record<string, unknown>
  // made to be scanned, wherever the page is: the order asked for it
  if (platform !== 'h5' && code && !h5_url && !paySign)
    return scanCode(orderInfo, 'code_url')
  if (platform === 'h5-weixin')
    return invokeBridge(readKeys(orderInfo, ['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign']), again)
  if (platform === 'mweb') {
    const { h5_url } = readKeys(orderInfo, ['h5_url'])
    // the channel leads back there, paid or not (merchant documents, H5 payment)
    return { kind: 'redirect', url: `${h5_url}${h5_url.includes('?') ? '&' : '?'}redirect_url=${encodeURIComponent(returnUrl)}` }
  }
  return scanCode(orderInfo, 'code_url')
}

interface Bridge {
  invoke: (name: string, params: Record<string, string>, done: (answer: unknown) => void) => void
}
const bridge = () => (window as unknown as { WeixinJSBridge?: Bridge }).WeixinJSBridge
/** Long enough for a slow phone; outside WeChat it never comes. */
const BRIDGE_WAIT_MS = 5000

/** `WeixinJSBridge` does not exist until `WeixinJSBridgeReady`. */
async function bridgeReady(): Promise<Bridge | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  await new Promise<void>((resolve) => {
    if (bridge())
      return resolve()
    document.addEventListener('WeixinJSBridgeReady', () => resolve(), { once: true })
    timer = setTimeout(resolve, BRIDGE_WAIT_MS)
  })
  clearTimeout(timer)
  return bridge()
}

/**
 * WeChat on iOS compares the registered payment directory with the address the app was entered by,
 * whatever history routing wrote into the address since.
 */
function warnOfLanding() {
  const pathOf = (address: string) => new URL(address).pathname
  const [landing] = /iPhone|iPad/.test(navigator.userAgent) ? performance.getEntriesByType('navigation') : []
  if (landing && pathOf(landing.name) !== pathOf(location.href))
    console.warn(`[vk-uni-pay] WeChat on iOS judges the payment directory by ${landing.name}, where this app was entered, and not by ${location.href}: register both, use hash routing, or load this page anew before paying (location.replace(location.href)).`)
}

async function invokeBridge(params: Record<string, string>, again: (report: CashierReport) => void): Promise<Launch> {
  if (process.env.NODE_ENV !== 'production')
    warnOfLanding()
  const ready = await bridgeReady()
  if (!ready)
    return { kind: 'reported', via: 'fail', raw: { errMsg: 'WeixinJSBridge is undefined' } }
  return new Promise((resolve) => {
    // WeChat 7.0.8 answered :cancel and then :ok in one payment, so later answers count
    let first = true
    ready.invoke('getBrandWCPayRequest', params, (raw) => {
      if (first)
        resolve({ kind: 'reported', via: 'single', raw })
      else
        again({ via: 'single', raw })
      first = false
    })
  })
}
// #endif
