import type { ChannelContext, Trade } from '../../core/provider'
import { ChannelError } from '../../core/errors'
import { callApi } from './client'
import { merchantKeys } from './keys'
import { merchantOf, orderPath, ownerOf, queryText } from './owner'
import { paidFact, tradeState } from './trade'
import { platformKey } from './platform-keys'

/** @throws ChannelError */
export async function query(context: ChannelContext, outTradeNo: string): Promise<Trade> {
  const keys = merchantKeys(context.config)
  const target = `${orderPath(keys, outTradeNo)}?${queryText(merchantOf(keys))}`
  const answer = await callApi(context, { method: 'GET', target }, serial => platformKey(context, serial))
  const state = tradeState(answer.trade_state)
  if (state !== 'SUCCESS' && state !== 'REFUND')
    return { state }
  // it was paid; REFUND says that something of it went back, be it a part, and no answer says how much
  const payment = paidFact({ ...answer, trade_state: 'SUCCESS' }, keys)
  // an answer about another order, or half an answer, is none
  if (payment?.outTradeNo !== outTradeNo)
    return { state: state === 'REFUND' ? state : 'UNKNOWN' }
  return { state, payment: state === 'REFUND' ? { ...payment, refunded: { refundedFee: payment.totalFee, assumed: true } } : payment }
}

/** @throws ChannelError */
export async function close(context: ChannelContext, outTradeNo: string): Promise<'closed' | 'paid'> {
  const keys = merchantKeys(context.config)
  try {
    await callApi(context, { method: 'POST', target: `${orderPath(keys, outTradeNo)}/close`, body: merchantOf(keys) }, serial => platformKey(context, serial))
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

/** "撤销订单": closes a charge, or returns its money. Repeating it does nothing more. @throws ChannelError */
export async function reverse(context: ChannelContext, outTradeNo: string): Promise<void> {
  const keys = merchantKeys(context.config)
  try {
    await callApi(context, { method: 'POST', target: `${orderPath(keys, outTradeNo)}/reverse`, body: ownerOf(keys) }, serial => platformKey(context, serial))
  }
  catch (error) {
    // closed already: there is nothing to take back
    if (!(error instanceof ChannelError) || error.verdict !== 'number-taken')
      throw error
  }
}
