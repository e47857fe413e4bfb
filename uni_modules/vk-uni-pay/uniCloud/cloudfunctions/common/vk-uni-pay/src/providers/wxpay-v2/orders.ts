import type { ChannelContext, Trade } from '../../core/provider'
import { ChannelError } from '../../core/errors'
import { callApi } from './client'
import { returnedFee } from './refunds'
import { paidFact, tradeState } from './trade'

/** "查询订单": the two codes say that we were understood, `trade_state` what became of the order. @throws ChannelError */
export async function query(context: ChannelContext, outTradeNo: string): Promise<Trade> {
  const answer = await callApi(context, { path: '/pay/orderquery', fields: { out_trade_no: outTradeNo } })
  // an answer about another order, or half an answer, is none
  if (answer.get('out_trade_no') !== outTradeNo)
    return { state: 'UNKNOWN' }
  const state = tradeState(answer.get('trade_state'))
  if (state !== 'SUCCESS' && state !== 'REFUND')
    return { state }
  const payment = paidFact(context, answer)
  if (payment && state === 'REFUND') {
    const refundedFee = await returnedFee(context, outTradeNo)
    return refundedFee === undefined ? { state } : { state, payment: { ...payment, refunded: { refundedFee } } }
  }
  return payment ? { state, payment } : { state: 'UNKNOWN' }
}

/** "关闭订单". @throws ChannelError */
export async function close(context: ChannelContext, outTradeNo: string): Promise<'closed' | 'paid'> {
  try {
    await callApi(context, { path: '/pay/closeorder', fields: { out_trade_no: outTradeNo } })
    return 'closed'
  }
  catch (error) {
    if (!(error instanceof ChannelError))
      throw error
    if (error.verdict === 'paid')
      return 'paid'
    if (error.verdict === 'number-taken')
      return 'closed'
    throw error
  }
}
