import type { ChannelContext, Trade } from '../../core/provider'
import { ChannelError } from '../../core/errors'
import { fenOf } from './amount'
import { callBusiness } from './client'
import { alipayKeys } from './keys'
import { paidFact, tookMoney, tradeState } from './trade'

/** @throws ChannelError; `no-such-order` also for a cashier nobody has opened yet */
export async function query(context: ChannelContext, outTradeNo: string): Promise<Trade> {
  const answer = await callBusiness(context, 'alipay.trade.query', { out_trade_no: outTradeNo })
  // an answer about another order is none
  if (answer.out_trade_no !== outTradeNo)
    return { state: 'UNKNOWN' }
  // closed after it was paid: all of it was given back
  const wasRefunded = tradeState(answer.trade_status) === 'CLOSED' && answer.send_pay_date !== undefined
  const state = wasRefunded ? 'REFUND' : tradeState(answer.trade_status)
  if (!tookMoney(answer.trade_status, wasRefunded))
    return { state }
  const refundedFee = wasRefunded ? fenOf(answer.total_amount) : undefined
  const payment = paidFact({
    outTradeNo: answer.out_trade_no,
    tradeNo: answer.trade_no,
    totalAmount: answer.total_amount,
    status: answer.trade_status,
    paidAt: answer.send_pay_date,
    receiptAmount: answer.receipt_amount,
    openid: answer.buyer_open_id,
    buyerId: answer.buyer_user_id,
  }, alipayKeys(context.config).appid, refundedFee === undefined ? undefined : { refundedFee })
  return payment ? { state, payment } : { state: wasRefunded ? state : 'UNKNOWN' }
}

/** Said of a trade that waits for nobody any more: paid and closed look the same. */
const wrongState = new Set(['ACQ.TRADE_STATUS_ERROR', 'ACQ.REASON_TRADE_STATUS_INVALID', 'ACQ.REASON_ILLEGAL_STATUS'])

async function whyNot(context: ChannelContext, outTradeNo: string, refusal: ChannelError): Promise<'closed' | 'paid'> {
  if (refusal.verdict === 'paid')
    return 'paid'
  if (refusal.verdict === 'number-taken')
    return 'closed'
  if (!wrongState.has(String(refusal.extra?.channel_code)))
    throw refusal
  const { state } = await query(context, outTradeNo)
  if (state === 'SUCCESS' || state === 'REFUND')
    return 'paid'
  if (state === 'CLOSED')
    return 'closed'
  throw refusal
}

/**
 * Before the payer has opened the cashier there is no trade to close (`no-such-order`): what was
 * handed out stays usable until its `time_expire`, and such a payment is settled like any other.
 *
 * @throws ChannelError
 */
export async function close(context: ChannelContext, outTradeNo: string): Promise<'closed' | 'paid'> {
  try {
    await callBusiness(context, 'alipay.trade.close', { out_trade_no: outTradeNo })
    return 'closed'
  }
  catch (error) {
    if (error instanceof ChannelError)
      return whyNot(context, outTradeNo, error)
    throw error
  }
}
