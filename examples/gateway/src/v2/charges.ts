import type { Gateway } from '../context'
import type { OrderRequest } from '../orders/order'
import type { V2Request } from './request'
import type { Params } from './xml'
import { spendCode } from '../orders/spend-code'
import { commonTerms } from './parse-order'
import { paymentView } from './trade-view'
import { orderOf, refuseReuse } from './transactions'
import { paramError, V2Error } from './v2-error'

/** Why a code cannot pay, in the words of v2. */
const REFUSALS = {
  invalid: ['AUTH_CODE_INVALID', '付款码无效，请扫描用户最新的微信付款码'],
  expired: ['AUTHCODEEXPIRE', '付款码已过期，请用户在微信上刷新后再试'],
  poor: ['NOTENOUGH', '用户账号余额不足'],
} as const

/** POST /pay/micropay, "付款码支付": both codes SUCCESS are the payment. Never notified. */
export function microPay(gateway: Gateway, request: V2Request): Params {
  const { auth_code: code = '' } = request.params
  if (!/^1[0-5]\d{16}$/.test(code))
    throw code === '' ? paramError('auth_code', '必填') : new V2Error('AUTH_CODE_INVALID', '请扫描微信支付付款码')
  const terms: OrderRequest = { ...commonTerms(request, gateway), tradeType: 'MICROPAY', notifyUrl: '' }
  const known = gateway.orders.byNumber(terms.outTradeNo, 'wxpay')
  if (known) {
    refuseReuse(known, terms)
    throw new V2Error('OUT_TRADE_NO_USED', '商户订单号重复')
  }
  const spent = spendCode(gateway, code, terms.totalFen)
  if (spent !== 'paid' && spent !== 'confirm') {
    const [errCode, message] = REFUSALS[spent]
    throw new V2Error(errCode, message)
  }
  const order = gateway.orders.accept(terms, gateway.account.mchid)
  if (spent === 'confirm')
    order.tradeState = 'USERPAYING'
  else
    gateway.orders.markPaid(order)
  gateway.logOrder(order)
  if (spent === 'confirm')
    throw new V2Error('USERPAYING', '需要用户输入支付密码')
  return paymentView(order)
}

/** POST /secapi/pay/reverse, "撤销订单": closes a charge, or gives its money back; twice is fine. */
export function reverse(gateway: Gateway, { params }: V2Request): Params {
  const order = orderOf(gateway, params)
  if (order.tradeType !== 'MICROPAY')
    throw new V2Error('INVALID_REQUEST', '只有付款码支付的订单可以撤销')
  if (order.tradeState !== 'REVOKED') {
    order.reversedAtMs = gateway.clock.now()
    order.tradeState = 'REVOKED'
    gateway.logOrder(order)
  }
  return { recall: 'N' }
}
