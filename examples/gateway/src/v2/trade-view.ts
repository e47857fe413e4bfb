import type { Order } from '../orders/order'
import type { Params } from './xml'
import { beijingTime } from '../clock'
import { refundedFen } from '../orders/refund'

/** The payer, also where the merchant named none; of a shop with its own appid by both ids. */
function payerOf(order: Order): Params {
  const local = `oLocal${order.mchid}PayerOpenid01`
  const known = order.openid ?? local
  return order.shop?.appid === undefined ? { openid: known } : { openid: local, sub_openid: known }
}

export const compactTime = (ms: number): string => beijingTime(ms).slice(0, 19).replaceAll(/\D/g, '')

/** A payment as notifications, queries and charges tell it. */
export function paymentView(order: Order): Params {
  return {
    ...payerOf(order),
    is_subscribe: 'N',
    trade_type: order.tradeType === 'H5' ? 'MWEB' : order.tradeType,
    bank_type: 'OTHERS',
    total_fee: String(order.totalFen),
    fee_type: 'CNY',
    cash_fee: String(order.totalFen),
    cash_fee_type: 'CNY',
    transaction_id: order.transactionId ?? '',
    out_trade_no: order.outTradeNo,
    attach: order.attach ?? '',
    time_end: compactTime(order.paidAtMs ?? 0),
  }
}

function stateOf(order: Order): [state: string, text: string] {
  switch (order.tradeState) {
    case 'SUCCESS': return refundedFen(order.refunds) > 0 ? ['REFUND', '转入退款'] : ['SUCCESS', '支付成功']
    case 'CLOSED': return ['CLOSED', '订单已关闭']
    case 'REVOKED': return ['REVOKED', '订单已撤销']
    case 'USERPAYING': return ['USERPAYING', '用户支付中，需要输入密码']
    case 'PAYERROR': return ['PAYERROR', '支付失败']
    case 'NOTPAY': return ['NOTPAY', '订单未支付']
  }
}

/** "查询订单": what is not paid has a number and a state, and no more. */
export function tradeView(order: Order): Params {
  const [trade_state, trade_state_desc] = stateOf(order)
  const known = order.tradeState === 'SUCCESS' ? paymentView(order) : { out_trade_no: order.outTradeNo, attach: order.attach ?? '' }
  return { ...known, trade_state, trade_state_desc }
}
