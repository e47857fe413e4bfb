import type { Order, TradeState } from './order'
import { beijingTime } from '../clock'
import { refundedFen } from './refund'

const STATE_TEXT: Record<TradeState, string> = { NOTPAY: '订单未支付', SUCCESS: '支付成功', CLOSED: '订单已关闭', USERPAYING: '用户支付中', PAYERROR: '支付失败', REVOKED: '订单已撤销' }

/** Service providers have names of their own. */
function ownerOf({ appid, mchid, shop }: Order): Record<string, unknown> {
  return shop ? { sp_appid: appid, sp_mchid: mchid, sub_appid: shop.appid, sub_mchid: shop.mchid } : { mchid, appid }
}

function payerOf(order: Order): Record<string, string> {
  const openid = order.openid ?? `oLocal${order.mchid}PayerOpenid01`
  if (!order.shop)
    return { openid }
  return order.shop.appid === undefined ? { sp_openid: openid } : { sp_openid: `oLocal${order.mchid}PayerOpenid01`, sub_openid: openid }
}

/** The transaction as queries answer it and notifications carry it. */
export function transactionOf(order: Order): Record<string, unknown> {
  const common = {
    ...ownerOf(order),
    out_trade_no: order.outTradeNo,
    trade_state: order.tradeState,
    trade_state_desc: STATE_TEXT[order.tradeState],
    attach: order.attach ?? '',
    promotion_detail: [],
  }
  if (order.transactionId === undefined || order.paidAtMs === undefined || order.tradeState === 'REVOKED')
    return { ...common, payer: {}, amount: { total: order.totalFen, currency: 'CNY' } }
  return {
    ...common,
    // a trade any part of which goes back is one of this state
    ...(refundedFen(order.refunds) > 0 ? { trade_state: 'REFUND', trade_state_desc: '转入退款' } : {}),
    transaction_id: order.transactionId,
    trade_type: order.tradeType === 'H5' ? 'MWEB' : order.tradeType,
    bank_type: 'OTHERS',
    success_time: beijingTime(order.paidAtMs),
    payer: payerOf(order),
    amount: { total: order.totalFen, payer_total: order.totalFen, currency: 'CNY', payer_currency: 'CNY' },
  }
}
