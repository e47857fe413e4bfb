import type { Gateway } from '../context'
import type { Order, OrderRequest } from '../orders/order'
import type { V2Request } from './request'
import type { Params } from './xml'
import { codeOwner } from '../orders/payment-code'
import { commonTerms } from './parse-order'
import { paymentView } from './trade-view'
import { orderOf, refuseReuse } from './transactions'
import { paramError, V2Error } from './v2-error'

/** A code pays for one number, once. */
const usedCodes = new WeakMap<Gateway, Map<string, string>>()

function useCode(gateway: Gateway, code: string, outTradeNo: string): void {
  const used = usedCodes.get(gateway) ?? new Map<string, string>()
  usedCodes.set(gateway, used)
  if ((used.get(code) ?? outTradeNo) !== outTradeNo)
    throw new V2Error('AUTH_CODE_INVALID', '付款码已被使用，请用户刷新后重试')
  used.set(code, outTradeNo)
}

/** POST /pay/micropay, "付款码支付". Never notified. */
export function microPay(gateway: Gateway, request: V2Request): Params {
  const code = request.params.auth_code ?? ''
  const owner = codeOwner(code)
  if (!owner)
    throw code === '' ? paramError('auth_code', '必填') : new V2Error('AUTH_CODE_INVALID', '请扫描微信支付付款码')
  const terms: OrderRequest = { ...commonTerms(request, gateway.clock.now()), tradeType: 'MICROPAY', notifyUrl: '' }
  const known = gateway.orders.byNumber(terms.outTradeNo, 'wxpay')
  if (known)
    refuseReuse(known, terms)
  if (owner === 'expired')
    throw new V2Error('AUTHCODEEXPIRE', '付款码已过期，请用户在微信上刷新后再试')
  if (owner === 'no-money')
    throw new V2Error('NOTENOUGH', '用户账号余额不足')
  useCode(gateway, code, terms.outTradeNo)
  const order = gateway.orders.accept(terms, gateway.account.mchid)
  gateway.logOrder(order)
  if (owner === 'must-type')
    throw new V2Error('USERPAYING', '需要用户输入支付密码')
  gateway.orders.markPaid(order)
  gateway.logOrder(order)
  if (owner === 'pays-unheard')
    throw new V2Error('SYSTEMERROR', '系统超时，请查询订单')
  return paymentView(order)
}

function takeBack(order: Order): void { order.tradeState = 'REVOKED' }

/** POST /secapi/pay/reverse, "撤销订单": closes what is not paid and returns what is, charges only. */
export function reverse(gateway: Gateway, { params }: V2Request): Params {
  const order = orderOf(gateway, params)
  if (order.tradeType !== 'MICROPAY')
    throw new V2Error('INVALID_REQUEST', '只有付款码支付的订单可以撤销')
  if (order.tradeState === 'CLOSED')
    throw new V2Error('ORDERCLOSED', '订单已关闭')
  takeBack(order)
  gateway.logOrder(order)
  return { recall: 'N' }
}
