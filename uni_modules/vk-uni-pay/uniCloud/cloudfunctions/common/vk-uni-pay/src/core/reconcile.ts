/**
 * For a timer: sees to every order something is owed to. Which ones is written on the orders
 * themselves (`due_date`, indexed), so that a sweep costs what is unfinished, not what there is.
 *
 * An order is taken by moving its due date on by compare-and-set: of several processes one gets
 * it, and when that one dies, the order comes due again. The new due date is only written over
 * our own one; whoever pays, closes or re-opens the order meanwhile sets another.
 */
import type { CoreDeps } from './deps'
import type { Answer } from './ports'
import type { Attempt, Order } from './order'
import { askChannel } from './active-query'
import { closeUnderLease } from './close-payment'
import { chargeOf, seeToCharge } from './take-back'
import { fulfil } from './dispatcher'
import { refundDue } from './reconcile-refunds'
import { forgetRates } from './rate-limit'
import { transfersDue } from './reconcile-transfers'
import { ORDERS, isPaid, orderFromRow } from './order'
import { releaseLease, tryLease } from './lease'
import { changeOrder, findByNumber } from './orders'
import { expiryOf, nextDue, retryDelay } from './schedule'
import { ChannelError, PayCode, PayError, parameterError, safeText } from './errors'
import { command } from './store'

export interface ReconcileOptions {
  /** At most so many orders in one sweep. @default 100 */
  limit?: number
  /** The time to take for now, ms; orders due until then are seen to. @default the clock */
  now?: number
}

/** What a sweep did, in orders. */
export interface ReconcileCounts {
  /** Found to be paid. */
  paid: number
  /** Still unpaid, to be asked about again. */
  waiting: number
  /** Expired unpaid, and closed. */
  closed: number
  /** Paid earlier, and the handler is done now. */
  handled: number
  /** Not done: the handler or the channel failed, tried again later. */
  failed: number
  /** Whose refunds or surplus money were seen to. */
  refunds: number
  /** Transfers that were seen to. */
  transfers: number
  /** Expired long ago, and deleted. */
  deleted: number
}

export type ReconcileAnswer = Answer & ReconcileCounts & {
  /** Whether more was due than the limit or the time allowed. */
  more: boolean
}

type Outcome = Exclude<keyof ReconcileCounts, 'deleted' | 'refunds' | 'transfers'>

const DEFAULT_LIMIT = 100
const LARGEST_LIMIT = 1_000
/** How long one process has for one order: the longest time of a cloud function, and some. */
const CLAIM_MS = 65_000
/** No further order is begun after this: a cloud function is stopped after 60 s. */
const SWEEP_MS = 40_000
/** Orders seen to at the same time: the channel answers slower than we ask. */
const WIDTH = 4
const DAY_MS = 86_400_000

/** @throws PayError 40001 */
export async function reconcile(deps: CoreDeps, options: ReconcileOptions = {}): Promise<ReconcileAnswer> {
  const limit = checkLimit(options.limit)
  const until = options.now ?? deps.env.now()
  const startedAt = deps.env.now()
  const counts: ReconcileCounts = { paid: 0, waiting: 0, closed: 0, handled: 0, failed: 0, refunds: 0, transfers: 0, deleted: 0 }
  const rows = await deps.store.find(ORDERS, { due_date: command.lte(until) }, { orderBy: [['due_date', 'asc']], limit: limit + 1 })
  const queue = rows.slice(0, limit).map(orderFromRow)
  const worker = async (): Promise<void> => {
    while (queue.length > 0 && deps.env.now() - startedAt < SWEEP_MS) {
      const order = queue.shift()
      const outcome = order && await seeTo(deps, order, until)
      if (outcome)
        counts[outcome] += 1
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, worker))
  counts.refunds = await refundDue(deps, until, limit)
  counts.transfers = await transfersDue(deps, until, limit)
  counts.deleted = await deleteExpired(deps, until, limit)
  await forgetRates(deps, until)
  if (Object.values(counts).some(count => count > 0))
    deps.env.log('info', 'reconciled', { ...counts })
  return { code: 0, msg: '对账完成', ...counts, more: rows.length > limit || queue.length > 0 }
}

function checkLimit(limit: number = DEFAULT_LIMIT): number {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > LARGEST_LIMIT)
    throw parameterError('limit', `limit 必须是 1–${LARGEST_LIMIT} 之间的整数`)
  return limit
}

/** One order, if it is still to be had. Its failure is its own: the others are seen to all the same. */
async function seeTo(deps: CoreDeps, found: Order, now: number): Promise<Outcome | undefined> {
  // never one that is still due, whatever time we were told it is
  const claimed = Math.max(now, deps.env.now()) + CLAIM_MS
  const asked = found.status === 0 ? { query_date: deps.env.now() } : {}
  if (!await changeOrder(deps.store, found.id, { due_date: found.dueDate, status: found.status }, { due_date: claimed, ...asked }))
    return undefined
  try {
    const order = await findByNumber(deps.store, found.outTradeNo) ?? found
    if (isPaid(order))
      return await runHandlerAgain(deps, order, claimed)
    if (order.status === -1) {
      await moveDue(deps, order, claimed, undefined)
      return undefined
    }
    return await askOrClose(deps, order, { now, claimed })
  }
  catch (error) {
    // the claim runs out, and the order is due again
    deps.env.log('error', 'order could not be reconciled', { out_trade_no: found.outTradeNo, detail: safeText(error) })
    return 'failed'
  }
}

/** Writes the next due date, unless the order has got another one since we took it. */
async function moveDue(deps: CoreDeps, order: Order, claimed: number, next: number | undefined): Promise<void> {
  await changeOrder(deps.store, order.id, { due_date: claimed }, { due_date: next ?? command.remove() })
}

async function runHandlerAgain(deps: CoreDeps, order: Order, claimed: number): Promise<Outcome | undefined> {
  if (order.status === 3 || order.userOrderSuccess === true) {
    await moveDue(deps, order, claimed, undefined)
    return undefined
  }
  const settlement = await fulfil(deps, order)
  if (settlement.kind === 'done')
    return 'handled'
  return settlement.kind === 'failed' ? 'failed' : undefined
}

interface Claim { now: number, claimed: number }

async function askOrClose(deps: CoreDeps, order: Order, { now, claimed }: Claim): Promise<Outcome> {
  const charged = chargeOf(order)
  if (charged)
    return seeToCharged(deps, order, { charged, now, claimed })
  const attempt = order.attempts[order.attempts.length - 1] ?? order
  if (now >= expiryOf(attempt))
    return closeExpired(deps, order, { now, claimed })
  const state = await askChannel(deps, order)
  if (state === 'SUCCESS')
    return 'paid'
  await moveDue(deps, order, claimed, nextDue(attempt, now))
  return state === 'UNKNOWN' ? 'failed' : 'waiting'
}

/** Asked first, whatever the time: the payer may have paid at the last moment, and stands at the desk. */
async function seeToCharged(deps: CoreDeps, order: Order, { charged, now, claimed }: Claim & { charged: Attempt }): Promise<Outcome> {
  const state = await seeToCharge(deps, order, charged)
  if (state === 'SUCCESS')
    return 'paid'
  const after = await findByNumber(deps.store, order.outTradeNo)
  if (after?.status === -1)
    return 'closed'
  const expiry = expiryOf(charged)
  await moveDue(deps, order, claimed, now < expiry ? nextDue(charged, now) : now + retryDelay(expiry, now))
  return state === 'UNKNOWN' || now >= expiry ? 'failed' : 'waiting'
}

/** The channel is not asked first: its answer to the closing says whether the order was paid. */
async function closeExpired(deps: CoreDeps, order: Order, { now, claimed }: Claim): Promise<Outcome> {
  const since = expiryOf(order.attempts[order.attempts.length - 1] ?? order)
  const lease = await tryLease(deps, order)
  if (!lease) {
    await moveDue(deps, order, claimed, now + retryDelay(now, now))
    return 'waiting'
  }
  try {
    await closeUnderLease(deps, lease, 'expired')
    return 'closed'
  }
  catch (error) {
    if (error instanceof PayError && error.code === PayCode.alreadyPaid && !(error instanceof ChannelError))
      return 'paid'
    deps.env.log('warn', 'expired order could not be closed', { out_trade_no: order.outTradeNo, detail: safeText(error) })
    await moveDue(deps, order, claimed, now + retryDelay(since, now))
    return 'failed'
  }
  finally {
    await releaseLease(deps, lease)
  }
}

/** Closed at the channel for certain and never paid: nothing can come of them any more. */
async function deleteExpired(deps: CoreDeps, now: number, limit: number): Promise<number> {
  const { autoDeleteExpiredOrders: days } = await deps.settings()
  if (!(days > 0))
    return 0
  const expired = { status: -1, create_date: command.lte(now - days * DAY_MS), transaction_id: command.exists(false), surplus_date: command.exists(false) }
  const rows = await deps.store.find(ORDERS, expired, { limit })
  return rows.length === 0 ? 0 : deps.store.remove(ORDERS, { ...expired, _id: command.in(rows.map(row => row._id)) })
}
