import { ErrorCode, VkPayError } from '../errors'
import type { Launch, LaunchContext, PayProvider } from '../types'
// #ifdef H5
import { readKeys } from './order-info'
import { scanCode } from './scan-code'
// #endif
// #ifndef H5
import { readText } from './order-text'
import { requestPayment } from './request-payment'
// #endif

/**
 * Alipay. `orderInfo` is
 * - in a mini-program `{ tradeNO }`, or the trade number itself; `{ orderStr }` to freeze funds,
 * - in an app `{ orderStr }`, or the signed order string itself,
 * - in a browser one of `{ url }` or `{ form }` (the page of alipay.trade.wap.pay and page.pay) and
 *   `{ qr_code, expires_at? }` (alipay.trade.precreate).
 */
export const alipay: PayProvider = {
  id: 'alipay',
  platforms: ['mp-alipay', 'app-plus', 'app-harmony', 'h5', 'mweb'],
  // #ifdef MP-ALIPAY
  openid: { 'mp-alipay': { loginProvider: 'alipay', action: 'pay/code2SessionAlipay' } },
  // #endif
  launch,
}

async function launch({ platform, orderInfo }: LaunchContext): Promise<Launch> {
  // #ifdef MP-ALIPAY
  // uni-app hands orderInfo to my.tradePay as tradeNO
  const freeze = (orderInfo as { orderStr?: string } | undefined)?.orderStr
  return requestPayment('alipay', freeze ? { orderStr: readText(orderInfo, 'orderStr') } : { orderInfo: readText(orderInfo, 'tradeNO') })
  // #endif
  // #ifdef APP
  return requestPayment('alipay', { orderInfo: readText(orderInfo, 'orderStr') })
  // #endif
  // #ifdef H5
  return launchInBrowser(orderInfo)
  // #endif
  throw new VkPayError(ErrorCode.NOT_SUPPORTED, `alipay cannot be opened on ${platform}`)
}

// #ifdef H5
function launchInBrowser(orderInfo: unknown): Launch {
  const given = (orderInfo ?? {}) as { form?: string, qr_code?: string }
  if (given.qr_code)
    return scanCode(orderInfo, 'qr_code')
  return { kind: 'redirect', url: given.form ? formAddress(given.form) : readKeys(orderInfo, ['url']).url }
}

/** The form of Alipay's SDKs as the address it stands for: its gateway takes the same fields either way. */
function formAddress(html: string): string {
  const form = new DOMParser().parseFromString(html, 'text/html').querySelector('form')
  const address = addressOf(form?.getAttribute('action'))
  if (!form || !address)
    throw new VkPayError(ErrorCode.ORDER_INFO, 'orderInfo.form must be the HTML of a form with an address as its action', { field: 'form' })
  form.querySelectorAll('input[name]').forEach(input => address.searchParams.set(input.getAttribute('name') ?? '', input.getAttribute('value') ?? ''))
  return address.href
}

function addressOf(action: string | null | undefined): URL | undefined {
  try {
    return new URL(action ?? '')
  }
  catch {
    return undefined
  }
}
// #endif
