/**
 * Refunds of paid orders: for the merchant's own code, reachable by no client. The refund is
 * written on the order before the channel is asked, under the number the caller chose; the same
 * number is the same refund, here and at the channel. What became of it is told by the answer, a
 * notification or reconciliation, whichever comes first.
 */
import type { Channel, CoreDeps } from './deps'
import type { Answer, ClientContext } from './ports'
import type { RefundFact } from './provider'
import type { Order, Refund } from './order'
import { isPaid } from './order'
import { findByNumber } from './orders'
import { changeRefunds, findRefund, heardRefund, refundable } from './refunds'
import { notifyPath } from './notify'
import { reasonOf, sendingOver } from './sending'
import { ChannelError, PayCode, PayError, parameterError, safeText } from './errors'

const REFUND_NUMBER = /^[\w\-|*@]{1,64}$/
const LONGEST_DESC = 80
/** The first look at a refund nobody told us about, as WeChat Pay recommends. */
export const REFUND_DUE_MS = 60_000

const messages: Record<Refund['status'], string> = {
  PROCESSING: '退款处理中',
  SUCCESS: '退款成功',
  CLOSED: '退款已关闭',
  ABNORMAL: '退款异常，请到商户平台处理',
  REFUSED: '退款未被渠道接受',
}

interface RefundInput { outRefundNo: string, refundFee: number, refundDesc?: string }

function checkRefundNumber(value: unknown): string {
  if (typeof value === 'string' && REFUND_NUMBER.test(value))
    return value
  throw parameterError('out_refund_no', 'out_refund_no 必须是 1–64 个字符，只能包含数字、字母和 _ - | * @')
}

function checkInput(data: Record<string, unknown>): RefundInput {
  const { refund_fee: refundFee, refund_desc: refundDesc } = data
  const outRefundNo = checkRefundNumber(data.out_refund_no)
  if (typeof refundFee !== 'number' || !Number.isSafeInteger(refundFee) || refundFee <= 0)
    throw parameterError('refund_fee', 'refund_fee 必须是正整数，单位为分')
  if (refundDesc !== undefined && (typeof refundDesc !== 'string' || [...refundDesc].length > LONGEST_DESC || /\p{Cc}/u.test(refundDesc)))
    throw parameterError('refund_desc', `refund_desc 必须是不超过 ${LONGEST_DESC} 个字符的字符串`)
  return { outRefundNo, refundFee, refundDesc: refundDesc || undefined }
}

async function findPaid(deps: CoreDeps, outTradeNo: unknown): Promise<Order> {
  if (typeof outTradeNo !== 'string')
    throw parameterError('out_trade_no', 'out_trade_no 必须填写')
  const order = await findByNumber(deps.store, outTradeNo)
  if (!order)
    throw new PayError(PayCode.noSuchOrder, `订单不存在：${safeText(outTradeNo, 40)}`, { field: 'out_trade_no' })
  if (!isPaid(order) || order.transactionId === undefined)
    throw parameterError('out_trade_no', '订单尚未支付，不能退款')
  return order
}

/** The list with this refund on its way, or nothing when it is already. @throws PayError 40001 */
function reserve(order: Order, input: RefundInput, now: number): Refund[] | undefined {
  const known = findRefund(order, input.outRefundNo)
  if (known && known.refundFee !== input.refundFee)
    throw parameterError('out_refund_no', `out_refund_no 已用于一笔 ${known.refundFee} 分的退款，请换一个退款单号`)
  if (known?.status === 'CLOSED')
    throw parameterError('out_refund_no', '这笔退款已被渠道关闭，请换一个退款单号重新退款')
  if (known && known.status !== 'REFUSED')
    return undefined
  const left = refundable(order)
  if (input.refundFee > left)
    throw parameterError('refund_fee', `refund_fee 超过可退金额，最多还可退 ${left} 分`)
  const others = (order.refundList ?? []).filter(refund => refund !== known)
  return [...others, { ...input, status: 'PROCESSING', refundDate: now }]
}

function answerOf(order: Order, outRefundNo: string): Answer {
  const refund = findRefund(order, outRefundNo)
  if (!refund)
    throw new PayError(PayCode.noSuchOrder, `退款单不存在：${safeText(outRefundNo, 40)}`, { field: 'out_refund_no' })
  return {
    code: 0,
    msg: messages[refund.status],
    out_trade_no: order.outTradeNo,
    out_refund_no: outRefundNo,
    status: order.status,
    data: { refund_id: refund.refundId, refund_fee: refund.refundFee, refund_status: refund.status, total_refund_fee: order.refundFee ?? 0 },
  }
}

/** The notification's address; a refund without one is heard of by asking. */
function refundNotifyUrl(channel: Channel, order: Order, spaceId: string | undefined): string | undefined {
  try {
    return channel.notifyUrl(spaceId) + notifyPath(order)
  }
  catch {
    return undefined
  }
}

function unsupported(order: Order): PayError {
  return new PayError(PayCode.notAllowed, `支付渠道 ${order.provider} 暂不支持退款`, { field: 'provider' })
}

interface SendOptions {
  spaceId?: string
  /** Whether this is the first time: then nothing can have been sent before. */
  first?: boolean
}

/** Asks the channel for a refund that is on the order. @throws ChannelError, PayError */
export async function sendRefund(deps: CoreDeps, order: Order, refund: Refund, { spaceId, first = false }: SendOptions = {}): Promise<Order> {
  const channel = await deps.channel(order)
  if (!channel.provider.refund)
    throw unsupported(order)
  const { context, hasLeft } = sendingOver(channel)
  try {
    const fact = await channel.provider.refund(context, {
      transactionId: order.transactionId ?? '',
      outRefundNo: refund.outRefundNo,
      refundFee: refund.refundFee,
      totalFee: order.totalFee,
      reason: refund.refundDesc,
      notifyUrl: refundNotifyUrl(channel, order, spaceId),
    })
    return await applyRefund(deps, order, fact)
  }
  catch (error) {
    // what an earlier call may have sent is asked about; one that sent nothing says nothing of it
    if (hasLeft() ? error instanceof ChannelError && error.verdict !== 'unknown' : first)
      await refuse(deps, order, refund.outRefundNo, reasonOf(error))
    throw error
  }
}

/** On its way, and no answer of the channel yet. */
const waits = (refund: Refund, outRefundNo: string): boolean => refund.outRefundNo === outRefundNo && refund.status === 'PROCESSING' && refund.refundId === undefined

/** Refused for certain: the money is free again, unless another call with this number was accepted. */
function refuse(deps: CoreDeps, order: Order, outRefundNo: string, reason: string): Promise<Order> {
  deps.env.log('warn', 'refund refused', { out_trade_no: order.outTradeNo, reason })
  const change = (current: Order): Refund[] | undefined => current.refundList?.some(refund => waits(refund, outRefundNo))
    ? current.refundList.map(refund => waits(refund, outRefundNo) ? { ...refund, status: 'REFUSED' } : refund)
    : undefined
  return changeRefunds(deps, order, change, { reason })
}

/** Writes what the channel says of a refund. */
export async function applyRefund(deps: CoreDeps, order: Order, fact: RefundFact): Promise<Order> {
  const before = findRefund(order, fact.outRefundNo)?.status
  const after = await changeRefunds(deps, order, current => heardRefund(current, fact))
  if (findRefund(after, fact.outRefundNo)?.status !== before)
    deps.env.log(fact.state === 'ABNORMAL' ? 'error' : 'info', 'refund', { out_trade_no: order.outTradeNo, refund_fee: fact.refundFee, state: fact.state })
  return after
}

/**
 * Gives money of a paid order back. Repeating a call with the same `out_refund_no` is safe and
 * answers what became of it. @throws PayError 40001, 40005, 40007, 40009, or the channel's error
 */
export async function refund(deps: CoreDeps, data: Record<string, unknown>, context: ClientContext): Promise<Answer> {
  const input = checkInput(data)
  const found = await findPaid(deps, data.out_trade_no)
  if (!(await deps.channel(found)).provider.refund)
    throw unsupported(found)
  const now = deps.env.now()
  let first = false
  const order = await changeRefunds(deps, found, (current) => {
    const list = reserve(current, input, now)
    first = list !== undefined
    return list
  }, { dueDate: now + REFUND_DUE_MS })
  const reserved = findRefund(order, input.outRefundNo)
  const asked = reserved?.status === 'PROCESSING' && reserved.refundId === undefined ? await sendRefund(deps, order, reserved, { spaceId: context.spaceId, first }) : order
  return answerOf(asked, input.outRefundNo)
}

/** Asks the channel what became of a refund on its way. @throws ChannelError `no-such-order` when it never heard of it */
export async function askRefund(deps: CoreDeps, order: Order, outRefundNo: string): Promise<Order> {
  const channel = await deps.channel(order)
  if (!channel.provider.queryRefund)
    throw unsupported(order)
  const fact = await channel.provider.queryRefund(channel.context, { outRefundNo, transactionId: order.transactionId ?? '' })
  return applyRefund(deps, order, fact)
}

/** What became of a refund; the channel is asked while it is on its way. @throws PayError 40001, 40005 */
export async function queryRefund(deps: CoreDeps, data: Record<string, unknown>): Promise<Answer> {
  const outRefundNo = checkRefundNumber(data.out_refund_no)
  const order = await findPaid(deps, data.out_trade_no)
  const known = findRefund(order, outRefundNo)
  const unfinished = known?.status === 'PROCESSING' || known?.status === 'ABNORMAL'
  return answerOf(unfinished ? await askRefund(deps, order, outRefundNo) : order, outRefundNo)
}
