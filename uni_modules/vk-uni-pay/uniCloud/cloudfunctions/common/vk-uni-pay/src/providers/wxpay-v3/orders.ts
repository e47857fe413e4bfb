import type { ChannelContext, Trade } from '../../core/provider'
import { ChannelError } from '../../core/errors'
import { callApi } from './client'
import { merchantKeys } from './keys'
import { paidFact, tradeState } from './trade'
import { platformKey } from './platform-keys'

/** `|` and `*` are legal in a number, and must be escaped in a path. */
const pathOf = (outTradeNo: string): string => `/v3/pay/transactions/out-trade-no/${encodeURIComponent(outTradeNo).replace(/\*/g, '%2A')}`

/** @throws ChannelError */
export async function query(context: ChannelContext, outTradeNo: string): Promise<Trade> {
  const { mchid } = merchantKeys(context.config)
  const target = `${pathOf(outTradeNo)}?mchid=${encodeURIComponent(mchid)}`
  const answer = await callApi(context, { method: 'GET', target }, serial => platformKey(context, serial))
  const state = tradeState(answer.trade_state)
  if (state !== 'SUCCESS')
    return { state }
  const payment = paidFact(answer)
  // an answer about another order, or half an answer, is none
  return payment?.outTradeNo === outTradeNo ? { state, payment } : { state: 'UNKNOWN' }
}

/** @throws ChannelError */
export async function close(context: ChannelContext, outTradeNo: string): Promise<'closed' | 'paid'> {
  const { mchid } = merchantKeys(context.config)
  try {
    await callApi(context, { method: 'POST', target: `${pathOf(outTradeNo)}/close`, body: { mchid } }, serial => platformKey(context, serial))
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
