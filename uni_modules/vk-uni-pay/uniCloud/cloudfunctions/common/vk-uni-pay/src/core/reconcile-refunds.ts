/** The part of reconciliation that looks after money on its way back. */
import type { CoreDeps } from './deps'
import type { Order, Refund } from './order'
import { askRefund, REFUND_DUE_MS, sendRefund } from './refund'
import { changeOrder, findByNumber } from './orders'
import { ORDERS, orderFromRow } from './order'
import { refundSurplus } from './surplus'
import { retryDelay } from './schedule'
import { ChannelError, safeText } from './errors'
import { command } from './store'

/** How long one process has for the refunds of one order. */
const CLAIM_MS = 65_000
/** Refunds are rare, and each order's may take several calls: few in one sweep. */
const LARGEST_BATCH = 10

/** Answers how many orders were seen to. */
export async function refundDue(deps: CoreDeps, now: number, limit: number): Promise<number> {
  const due = { refund_due_date: command.lte(now) }
  const rows = await deps.store.find(ORDERS, due, { orderBy: [['refund_due_date', 'asc']], limit: Math.min(limit, LARGEST_BATCH) })
  const seen = await Promise.all(rows.map(row => seeTo(deps, orderFromRow(row), now)))
  return seen.filter(Boolean).length
}

/** One order, if no other process has it. When this one dies, the order comes due again. */
async function seeTo(deps: CoreDeps, found: Order, now: number): Promise<boolean> {
  const claimed = Math.max(now, deps.env.now()) + CLAIM_MS
  if (!await changeOrder(deps.store, found.id, { refund_due_date: found.refundDueDate }, { refund_due_date: claimed }))
    return false
  try {
    const order = await findByNumber(deps.store, found.outTradeNo) ?? found
    for (const refund of order.refundList ?? []) {
      if (refund.status === 'PROCESSING')
        await finish(deps, order, refund)
    }
    // read before the surplus: what comes after this changes refund_rev, and keeps us from forgetting it
    const seen = await findByNumber(deps.store, found.outTradeNo) ?? order
    const surplusLeft = await refundSurplus(deps, seen)
    await planNext(deps, seen, { now, claimed, surplusLeft })
  }
  catch (error) {
    deps.env.log('error', 'refunds could not be reconciled', { out_trade_no: found.outTradeNo, detail: safeText(error) })
  }
  return true
}

/** Asks what became of it, and asks for it again when the channel never heard of it. */
async function finish(deps: CoreDeps, order: Order, refund: Refund): Promise<void> {
  try {
    await askRefund(deps, order, refund.outRefundNo).catch((error) => {
      if (error instanceof ChannelError && error.verdict === 'no-such-order' && refund.refundId === undefined)
        return sendRefund(deps, order, refund)
      throw error
    })
  }
  catch (error) {
    deps.env.log('warn', 'refund could not be finished', { out_trade_no: order.outTradeNo, detail: safeText(error) })
  }
}

interface Plan { now: number, claimed: number, surplusLeft: boolean }

/** A refund that was asked for meanwhile changed `refund_rev`, and has set a date of its own. */
async function planNext(deps: CoreDeps, order: Order, { now, claimed, surplusLeft }: Plan): Promise<void> {
  const open = (order.refundList ?? []).filter(({ status }) => status === 'PROCESSING').map(({ refundDate }) => refundDate)
  const since = Math.min(...open, ...(surplusLeft ? [order.surplusDate ?? now] : []))
  const next = Number.isFinite(since) ? now + Math.max(REFUND_DUE_MS, retryDelay(since, now)) : command.remove()
  await changeOrder(deps.store, order.id, { refund_due_date: claimed, refund_rev: order.refundRev }, { refund_due_date: next })
}
