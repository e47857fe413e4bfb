import type { Gateway } from '../context'
import type { Reply } from '../http/message'
import type { AlipayOrder } from './trades'
import type { SignedRequest } from './request'
import { noticePage } from '../pages/layout'
import { signedByAlipay } from './signing'
import { acceptOrder, alipayTime, isAlipay, yuanText } from './trades'

/** Interfaces a browser opens. */
export const PAGE_METHODS: ReadonlySet<string> = new Set(['alipay.trade.wap.pay', 'alipay.trade.page.pay'])

const redirect = (location: string): Reply => ({ status: 302, headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } })

/** Makes the order the browser brought, and shows its cashier. Throws AlipayError. */
export function cashierRedirect(gateway: Gateway, request: SignedRequest): Reply {
  const order = acceptOrder(gateway, request)
  gateway.orders.openTrade(order)
  return redirect(`/cashier?prepay_id=${encodeURIComponent(order.prepay.id)}`)
}

/** Where the cashier's page leads afterwards: nowhere when the merchant named no address. */
export function wayBack(order: AlipayOrder): string | undefined {
  const { returnUrl, quitUrl } = order.alipay
  return returnUrl ?? quitUrl ? `/alipay/return?prepay_id=${encodeURIComponent(order.prepay.id)}` : undefined
}

/** The merchant's address with Alipay's signed words about the payment, which prove nothing: it is a browser that brings them. */
function signedReturn(gateway: Gateway, order: AlipayOrder, returnUrl: string): string {
  const params = signedByAlipay({
    charset: 'utf-8',
    out_trade_no: order.outTradeNo,
    method: `${order.alipay.method}.return`,
    total_amount: yuanText(order.totalFen),
    trade_no: order.alipay.tradeNo ?? '',
    auth_app_id: order.appid,
    version: '1.0',
    app_id: order.appid,
    seller_id: gateway.account.alipay.sellerId,
    timestamp: alipayTime(gateway.clock.now()),
  }, gateway.keys.alipay, order.alipay.mode)
  const url = new URL(returnUrl)
  for (const [name, value] of Object.entries(params))
    url.searchParams.set(name, value)
  return url.href
}

/** GET /alipay/return: to the shop with the result, or, unpaid, to where it wants those who left. */
export function goBack(gateway: Gateway, prepayId: string): Reply {
  const order = gateway.orders.byPrepay(prepayId)
  if (!isAlipay(order))
    return noticePage(404, '没有这笔订单，请返回商家重新下单')
  const { returnUrl, quitUrl } = order.alipay
  if (order.tradeState === 'SUCCESS' && returnUrl)
    return redirect(signedReturn(gateway, order, returnUrl))
  return quitUrl ? redirect(quitUrl) : redirect(`/cashier?prepay_id=${encodeURIComponent(prepayId)}`)
}
