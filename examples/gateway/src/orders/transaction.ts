import type { Order, TradeState } from './order'
import { beijingTime } from '../clock'

const STATE_TEXT: Record<TradeState, string> = { NOTPAY: '订单未支付', SUCCESS: '支付成功', CLOSED: '订单已关闭' }

/** The transaction as queries answer it and notifications carry it. */
export function transactionOf(order: Order): Record<string, unknown> {
  const common = {
    mchid: order.mchid,
    appid: order.appid,
    out_trade_no: order.outTradeNo,
    trade_state: order.tradeState,
    trade_state_desc: STATE_TEXT[order.tradeState],
    attach: order.attach ?? '',
    promotion_detail: [],
  }
  if (order.transactionId === undefined || order.paidAtMs === undefined)
    return { ...common, payer: {}, amount: { total: order.totalFen, currency: 'CNY' } }
  return {
    ...common,
    transaction_id: order.transactionId,
    trade_type: order.tradeType === 'H5' ? 'MWEB' : order.tradeType,
    bank_type: 'OTHERS',
    success_time: beijingTime(order.paidAtMs),
    payer: { openid: order.openid ?? `oLocal${order.mchid}PayerOpenid01` },
    amount: { total: order.totalFen, payer_total: order.totalFen, currency: 'CNY', payer_currency: 'CNY' },
  }
}
