/**
 * Money that goes back. Alipay answers a refund at once and has no number of its own for it: the
 * merchant's `out_request_no` names it.
 */
import type { ChannelContext, RefundFact, RefundQuery, RefundRequest } from '../../core/provider'
import { ChannelError, PayCode } from '../../core/errors'
import { fenOf, yuanOf } from './amount'
import { rfc3339Of } from './china-time'
import { callBusiness } from './client'

const unclear = (message: string, cause?: unknown): ChannelError => new ChannelError(PayCode.busy, message, 'unknown', { cause })

function moment(text: unknown): { refundedAt?: number } {
  const time = rfc3339Of(text)
  return time === undefined ? {} : { refundedAt: Date.parse(time) }
}

/** Said when nothing is left to refund, also of a refund that is done and asked for once more. */
const nothingLeft = new Set(['ACQ.TRADE_STATUS_ERROR', 'ACQ.REASON_TRADE_STATUS_INVALID', 'ACQ.REASON_ILLEGAL_STATUS', 'ACQ.TRADE_HAS_CLOSE', 'ACQ.TRADE_HAS_FINISHED', 'ACQ.REASON_TRADE_REFUND_FEE_ERR', 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL'])

/** A refusal that may only mean "done before"; others are thrown on. */
function refusalOf(error: unknown): ChannelError {
  if (!(error instanceof ChannelError) || !nothingLeft.has(String(error.extra?.channel_code)))
    throw error
  // the table of payments calls a trade in the wrong state unknown, or paid: this refund is refused for certain
  return error.verdict === 'refused' ? error : new ChannelError(PayCode.notAllowed, error.message, 'refused', { cause: error, extra: error.extra })
}

/**
 * `alipay.trade.refund`: the same `out_request_no` with the same amount again is the same refund.
 * `fund_change` Y means that this call moved the money; in any other case only a query tells.
 *
 * @throws ChannelError
 */
export async function refund(context: ChannelContext, request: RefundRequest): Promise<RefundFact> {
  const answer = await callBusiness(context, 'alipay.trade.refund', {
    trade_no: request.transactionId,
    out_request_no: request.outRefundNo,
    refund_amount: yuanOf(request.refundFee),
    refund_reason: request.reason,
  }).catch(refusalOf)
  if (!(answer instanceof ChannelError) && answer.fund_change === 'Y')
    return moved(answer, request)
  const fact = await queryRefund(context, request).catch((error) => {
    if (!(error instanceof ChannelError) || error.verdict !== 'no-such-order')
      throw error
    throw answer instanceof ChannelError ? answer : unclear('支付宝已受理退款，结果未知，请稍后查询', error)
  })
  if (fact.refundFee !== request.refundFee)
    throw new ChannelError(PayCode.parameter, '退款单号在支付宝已用于另一笔金额的退款，请换一个退款单号', 'number-taken')
  return fact
}

/** `refund_fee` of the answer is the sum of all refunds of the trade, so it only has to be enough. */
function moved(answer: Record<string, unknown>, request: RefundRequest): RefundFact {
  const sum = fenOf(answer.refund_fee)
  if (answer.trade_no !== request.transactionId || typeof answer.out_trade_no !== 'string' || sum === undefined || sum < request.refundFee)
    throw unclear('支付宝的退款应答不完整或与请求不符')
  const { transactionId, outRefundNo, refundFee } = request
  return { outTradeNo: answer.out_trade_no, transactionId, outRefundNo, refundId: outRefundNo, refundFee, state: 'SUCCESS', ...moment(answer.gmt_refund_pay) }
}

/**
 * `alipay.trade.fastpay.refund.query`. An answer without `refund_status` says that the refund never
 * came or has failed: it may be asked for again.
 *
 * @throws ChannelError `no-such-order` then, `unknown` while it is being worked on
 */
export async function queryRefund(context: ChannelContext, { transactionId, outRefundNo }: RefundQuery): Promise<RefundFact> {
  const answer = await callBusiness(context, 'alipay.trade.fastpay.refund.query', { trade_no: transactionId, out_request_no: outRefundNo, query_options: ['gmt_refund_pay'] })
  if (answer.refund_status === undefined || answer.refund_status === '')
    throw new ChannelError(PayCode.noSuchOrder, '支付宝没有这笔退款，或退款失败', 'no-such-order')
  if (answer.refund_status !== 'REFUND_SUCCESS')
    throw unclear('支付宝退款处理中，请稍后查询')
  const refundFee = fenOf(answer.refund_amount)
  if (answer.trade_no !== transactionId || answer.out_request_no !== outRefundNo || typeof answer.out_trade_no !== 'string' || !refundFee)
    throw unclear('支付宝的退款查询应答不完整或与请求不符')
  return { outTradeNo: answer.out_trade_no, transactionId, outRefundNo, refundId: outRefundNo, refundFee, state: 'SUCCESS', ...moment(answer.gmt_refund_pay) }
}
