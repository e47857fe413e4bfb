import type { ChannelContext, RefundFact, RefundQuery, RefundRequest, RefundState } from '../../core/provider'
import type { Fields } from './xml'
import { ChannelError, PayCode } from '../../core/errors'
import { lookup } from '../../core/lookup'
import { parseTime } from './china-time'
import { callApi } from './client'
import { fenOf } from './trade'

const states: Record<string, RefundState> = { SUCCESS: 'SUCCESS', REFUNDCLOSE: 'CLOSED', PROCESSING: 'PROCESSING', CHANGE: 'ABNORMAL' }

interface Names { outRefundNo: string, refundId: string, refundFee: string, refundedAt: string }

/** A refund in our terms; nothing unless it is complete. `names` are its fields, which a query numbers. */
function refundFact(fields: Fields, state: RefundState | undefined, names: Names): RefundFact | undefined {
  const text = (name: string): string => fields.get(name) ?? ''
  const [outTradeNo, transactionId, outRefundNo, refundId] = ['out_trade_no', 'transaction_id', names.outRefundNo, names.refundId].map(text)
  const refundFee = fenOf(fields.get(names.refundFee))
  const totalFee = fenOf(fields.get('total_fee'))
  if (!state || !outTradeNo || !transactionId || !outRefundNo || !refundId || !refundFee || totalFee === undefined)
    return undefined
  const refundedAt = parseTime(text(names.refundedAt))
  return { outTradeNo, transactionId, outRefundNo, refundId, refundFee, totalFee, state, ...(Number.isNaN(refundedAt) ? {} : { refundedAt }) }
}

const PLAIN: Names = { outRefundNo: 'out_refund_no', refundId: 'refund_id', refundFee: 'refund_fee', refundedAt: 'success_time' }

/** An answer about another refund, or half an answer, is none. */
function checked(fact: RefundFact | undefined, expected: { outRefundNo: string, transactionId: string, refundFee?: number }): RefundFact {
  const fits = fact && fact.outRefundNo === expected.outRefundNo && fact.transactionId === expected.transactionId
  if (!fits || (expected.refundFee !== undefined && fact.refundFee !== expected.refundFee))
    throw new ChannelError(PayCode.other, '微信支付的退款应答不完整或与请求不符', 'unknown')
  return fact
}

/**
 * "申请退款", with the merchant's certificate. SUCCESS means that it was taken: whether the money is
 * back is for the query and the notification to say. The same number again answers the same refund. @throws ChannelError
 */
export async function refund(context: ChannelContext, request: RefundRequest): Promise<RefundFact> {
  const answer = await callApi(context, {
    path: '/secapi/pay/refund',
    certified: true,
    fields: {
      transaction_id: request.transactionId,
      out_refund_no: request.outRefundNo,
      total_fee: String(request.totalFee),
      refund_fee: String(request.refundFee),
      refund_fee_type: 'CNY',
      refund_desc: request.reason,
      notify_url: request.notifyUrl,
    },
  })
  return checked(refundFact(answer, 'PROCESSING', PLAIN), request)
}

/** "查询退款": fields are numbered, `out_refund_no_0` and on. */
function numbered(answer: Fields, outRefundNo: string): RefundFact | undefined {
  const index = [...answer].find(([name, value]) => /^out_refund_no_\d{1,3}$/.test(name) && value === outRefundNo)?.[0].slice('out_refund_no_'.length)
  if (index === undefined)
    return undefined
  const state = lookup(states, answer.get(`refund_status_${index}`) ?? '')
  return refundFact(answer, state, { outRefundNo: `out_refund_no_${index}`, refundId: `refund_id_${index}`, refundFee: `refund_fee_${index}`, refundedAt: `refund_success_time_${index}` })
}

/** @throws ChannelError `no-such-order` when the channel never heard of it */
export async function queryRefund(context: ChannelContext, query: RefundQuery, timeoutMs?: number): Promise<RefundFact> {
  const answer = await callApi(context, { path: '/pay/refundquery', fields: { out_refund_no: query.outRefundNo }, timeoutMs })
  return checked(numbered(answer, query.outRefundNo), query)
}

/** More pages of refunds than one order can have: it has 50 at most, ten to a page. */
const PAGES = 5

/**
 * Fen of an order that are back, all its refunds together; nothing while one of them is on its way
 * or not told completely: then the end of it is asked for later. @throws ChannelError
 */
export async function returnedFee(context: ChannelContext, outTradeNo: string): Promise<number | undefined> {
  let fee = 0
  let seen = 0
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await callApi(context, { path: '/pay/refundquery', fields: { out_trade_no: outTradeNo, ...(seen > 0 ? { offset: String(seen) } : {}) } }).catch(notThere)
    const count = fenOf(answer?.get('refund_count'))
    if (!answer || !count || answer.get('out_trade_no') !== outTradeNo)
      return undefined
    for (let index = 0; index < count; index += 1) {
      const state = lookup(states, answer.get(`refund_status_${index}`) ?? '')
      const refundFee = fenOf(answer.get(`refund_fee_${index}`))
      if (!state || state === 'PROCESSING' || refundFee === undefined)
        return undefined
      fee += state === 'CLOSED' ? 0 : refundFee
    }
    seen += count
    if (seen >= (fenOf(answer.get('total_refund_count')) ?? seen))
      return fee
  }
  return undefined
}

/** That it knows no refund says nothing about the payment. */
function notThere(error: unknown): undefined {
  if (!(error instanceof ChannelError) || error.verdict !== 'no-such-order')
    throw error
  return undefined
}
