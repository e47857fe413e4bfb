/**
 * Money nobody asked for: a second payment of one order, or, where late money is sent back, a
 * payment of an order that was closed. Each is a document of its own under the payment's id; the
 * order only says that there is something to look after.
 */
import type { CoreDeps } from './deps'
import type { Attempt, Order } from './order'
import type { PaidFact, RefundFact } from './provider'
import type { Doc } from './store'
import { CALLBACKS } from './order'
import { changeOrder } from './orders'
import { note } from './timeline'
import { ChannelError, safeText } from './errors'
import { DuplicateError, command } from './store'

const idOf = (transactionId: string): string => `surplus:${transactionId}`
/** The same payment is refunded under the same number, however often it is tried. */
const refundNumberOf = (transactionId: string): string => `surplus_${transactionId}`.slice(0, 64)

/** Whether money nobody asked for goes back: so configured, and the channel lets a merchant do it. */
export async function isSentBack(deps: CoreDeps, attempt: Attempt): Promise<boolean> {
  const { refundLateMoney } = await deps.settings()
  return refundLateMoney && (await deps.channel(attempt)).provider.refund !== undefined
}

/** Keeps the payment, once, and has it refunded if so configured. */
export async function recordSurplus(deps: CoreDeps, order: Order, attempt: Attempt, payment: PaidFact): Promise<void> {
  const sentBack = await isSentBack(deps, attempt)
  const reason = order.transactionId === undefined ? 'late' : 'twice'
  const now = deps.env.now()
  deps.env.log('error', reason === 'twice' ? 'order was paid twice' : 'order was paid after it was closed', { out_trade_no: order.outTradeNo, attempt: payment.outTradeNo, refund: sentBack })
  try {
    await deps.store.add(CALLBACKS, {
      callback_id: idOf(payment.transactionId),
      state: 'done',
      out_trade_no: order.outTradeNo,
      attempt: payment.outTradeNo,
      provider: attempt.provider,
      platform: attempt.platform,
      ...(attempt.pid === undefined ? {} : { pid: attempt.pid }),
      transaction_id: payment.transactionId,
      total_fee: payment.totalFee,
      reason,
      refund_status: sentBack ? 'DUE' : 'RECORDED',
      create_date: now,
    })
  }
  catch (error) {
    if (!(error instanceof DuplicateError))
      throw error
  }
  // written again with each repetition: the process may have died before it
  await changeOrder(deps.store, order.id, {}, {
    surplus_date: now,
    ...note(order, now, 'surplus', `${payment.outTradeNo} ${payment.totalFee} ${reason}`),
    ...(sentBack ? { refund_due_date: now, refund_rev: command.inc(1) } : {}),
  })
  const { refunded, totalFee, transactionId } = payment
  if (refunded && !refunded.assumed && refunded.refundedFee >= totalFee)
    await deps.store.update(CALLBACKS, { callback_id: idOf(transactionId) }, { refund_status: 'SUCCESS', refund_id: refunded.outRefundNo ?? refundNumberOf(transactionId) })
}

/** What the channel says of the refund of such a payment; false when we know no such payment. */
export async function recordSurplusRefund(deps: CoreDeps, fact: RefundFact): Promise<boolean> {
  const changed = await deps.store.update(CALLBACKS, { callback_id: idOf(fact.transactionId) }, { refund_status: fact.state, refund_id: fact.refundId })
  return changed === 1
}

/** Whether this is the refund of such a payment, which goes back whole. */
export async function isSurplusOf(deps: CoreDeps, transactionId: string, refundFee: number | undefined): Promise<boolean> {
  const [payment] = await deps.store.find(CALLBACKS, { callback_id: idOf(transactionId) }, { limit: 1 })
  return payment !== undefined && payment.total_fee === refundFee
}

/** Refunds what is due for this order. Answers whether something is still to be looked after. */
export async function refundSurplus(deps: CoreDeps, order: Order): Promise<boolean> {
  const open = { out_trade_no: order.outTradeNo, refund_status: command.in(['DUE', 'PROCESSING']) }
  let unfinished = false
  for (const payment of await deps.store.find(CALLBACKS, open))
    unfinished = !await refundOne(deps, payment) || unfinished
  return unfinished
}

async function refundOne(deps: CoreDeps, payment: Doc): Promise<boolean> {
  const key = { provider: String(payment.provider), platform: String(payment.platform), ...(typeof payment.pid === 'string' ? { pid: payment.pid } : {}) }
  const transactionId = String(payment.transaction_id)
  try {
    const { provider, context } = await deps.channel(key)
    if (!provider.refund)
      return false
    const totalFee = Number(payment.total_fee)
    // the same call again answers how far it is
    const fact = await provider.refund(context, { transactionId, outRefundNo: refundNumberOf(transactionId), refundFee: totalFee, totalFee, reason: payment.reason === 'late' ? '订单已关闭' : '重复支付' })
    await recordSurplusRefund(deps, fact)
    deps.env.log('info', 'surplus refunded', { out_trade_no: String(payment.out_trade_no), refund_fee: totalFee, state: fact.state })
    return fact.state !== 'PROCESSING'
  }
  catch (error) {
    deps.env.log('error', 'surplus could not be refunded', { out_trade_no: String(payment.out_trade_no), verdict: error instanceof ChannelError ? error.verdict : undefined, detail: safeText(error) })
    return false
  }
}
