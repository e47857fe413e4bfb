import type { ChannelContext, RefundFact, RefundQuery, RefundRequest, RefundState } from '../../core/provider'
import { ChannelError, PayCode } from '../../core/errors'
import { lookup } from '../../core/lookup'
import { callApi } from './client'
import { merchantKeys } from './keys'
import { platformKey } from './platform-keys'

const PATH = '/v3/refund/domestic/refunds'

const states: Record<string, RefundState> = { SUCCESS: 'SUCCESS', CLOSED: 'CLOSED', PROCESSING: 'PROCESSING', ABNORMAL: 'ABNORMAL' }

const textOf = (value: unknown): string => typeof value === 'string' ? value : ''

/** A refund as an answer or a notification has it, in our terms; nothing unless it is complete. */
export function refundFact(refund: Record<string, unknown>, status: unknown): RefundFact | undefined {
  const { total, refund: fee } = (typeof refund.amount === 'object' && refund.amount !== null ? refund.amount : {}) as { total?: unknown, refund?: unknown }
  const state = lookup(states, textOf(status))
  const [outTradeNo, transactionId, outRefundNo, refundId] = ['out_trade_no', 'transaction_id', 'out_refund_no', 'refund_id'].map(field => textOf(refund[field]))
  if (!state || !outTradeNo || !transactionId || !outRefundNo || !refundId || !Number.isSafeInteger(fee) || !Number.isSafeInteger(total) || Number(fee) <= 0)
    return undefined
  const refundedAt = Date.parse(textOf(refund.success_time))
  return { outTradeNo, transactionId, outRefundNo, refundId, refundFee: fee as number, totalFee: total as number, state, ...(Number.isNaN(refundedAt) ? {} : { refundedAt }) }
}

/** An answer about another refund, or half an answer, is none. */
function checked(answer: Record<string, unknown>, expected: { outRefundNo: string, transactionId: string, refundFee?: number }): RefundFact {
  const fact = refundFact(answer, answer.status)
  const fits = fact && fact.outRefundNo === expected.outRefundNo && fact.transactionId === expected.transactionId
  if (!fits || (expected.refundFee !== undefined && fact.refundFee !== expected.refundFee))
    throw new ChannelError(PayCode.other, '微信支付的退款应答不完整或与请求不符', 'unknown')
  return fact
}

/** "申请退款"; the same number with the same amount again answers the same refund. @throws ChannelError */
export async function refund(context: ChannelContext, request: RefundRequest): Promise<RefundFact> {
  const body = {
    sub_mchid: merchantKeys(context.config).sub?.mchid,
    transaction_id: request.transactionId,
    out_refund_no: request.outRefundNo,
    reason: request.reason,
    notify_url: request.notifyUrl,
    amount: { refund: request.refundFee, total: request.totalFee, currency: 'CNY' },
  }
  return checked(await callApi(context, { method: 'POST', target: PATH, body }, serial => platformKey(context, serial)), request)
}

/** "查询单笔退款". @throws ChannelError `no-such-order` when the channel never heard of it */
export async function queryRefund(context: ChannelContext, query: RefundQuery): Promise<RefundFact> {
  const { sub } = merchantKeys(context.config)
  const target = `${PATH}/${encodeURIComponent(query.outRefundNo).replace(/\*/g, '%2A')}${sub ? `?sub_mchid=${encodeURIComponent(sub.mchid)}` : ''}`
  return checked(await callApi(context, { method: 'GET', target }, serial => platformKey(context, serial)), query)
}
