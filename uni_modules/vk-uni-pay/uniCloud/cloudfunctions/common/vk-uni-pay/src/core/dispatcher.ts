/**
 * From "the channel vouches that this was paid" to "the handler has done its work": the one way
 * that notification, active query and reconciliation take.
 *
 * Why a crash between any two statements is survived. The statements are, in this order:
 *
 *   1. order: status 0|−1 → 1 with the transaction id          (one atomic compare-and-set)
 *   2. callback_logs: the claim `paid:<out_trade_no>`          ┐ one transaction:
 *   3. the handler's own writes                                │ all of them or none
 *   4. callback_logs: the handler's answer, state done         ┘
 *   5. order: user_order_success = true
 *   6. only after a failure — order: user_order_success = false and why
 *
 * What has gone back of the payment, where the channel tells it together, is written by 1 or,
 * when the order had been paid before, between 1 and 2 (`refunded.ts`). Before 1 nothing has
 * happened. After 1 the order is paid and the handler still owed: the
 * channel got no success answer and asks again, and so does a query; the compare-and-set then
 * finds status 1 with the same transaction and goes on to 2. 1 does not wait for the disk: should
 * the machine lose power before the next write that does (4, or 6), it is as before 1, and the
 * channel, which was not answered yet, tells us again. In the transaction the unique
 * callback_id lets one of many runs commit; the others find the first answer and run nothing.
 * The log decides whether the handler runs again; the order repeats what the log says, for those
 * who read it. So a crash between 4 and 5 is repaired by whoever reads state done next: the
 * repetition of the channel, a query, or reconciliation, for which the order is due until 5. That
 * is why 5 need not wait for the disk, either. And it stays out of the transaction, which then
 * touches nothing that payments have in common: PostgreSQL locks what a serializable transaction
 * reads by pages of an index, and orders of the same minute lie in the same one. After 5 only the
 * answer to the channel can be lost, and a repetition reads it again.
 *
 * Where there is no transaction around the handler (see `HandlerVkFactory.inSession`; what is
 * forwarded is done elsewhere), 2 is a
 * lease: state running with a lease_until, taken over by compare-and-set once it has run out.
 * 3 may then be repeated by the next run after a crash between 3 and 4, so the handler gets the
 * callback id as its idempotency key.
 */
import type { CoreDeps } from './deps'
import type { PaidFact } from './provider'
import type { Attempt, Order } from './order'
import type { HandlerResult, HandlerUtil } from './handlers'
import type { Doc, StoreSession } from './store'
import { CALLBACKS, channelInfoPatch, handlerData, isPaid, orderPatch, payTypeOf } from './order'
import { changeOrder, findByChannelNumber } from './orders'
import { HandlerFailed, isForwarded, runHandler } from './handlers'
import { DuplicateError, command } from './store'
import { hearRefunded, refundedAtOnce } from './refunded'
import { isGivenBack } from './refunds'
import { retryDelay } from './schedule'
import { isSentBack, recordSurplus } from './surplus'
import { note } from './timeline'
import { safeText } from './errors'

/** How long one run of a handler may take where a lease guards it: the longest time of a cloud function, and some. */
const CLAIM_LEASE_MS = 65_000
/** Whoever marks an order paid runs its handler, too. Reconciliation looks after it when that one should be done. */
const HANDLER_DUE_MS = CLAIM_LEASE_MS + 5_000

export type Settlement
  /** Paid and handled, by this call (`first`) or an earlier one. */
  = | { kind: 'done', result: HandlerResult, first: boolean }
  /** Money for an order that another payment had settled already, or that was closed or taken back; kept for a refund, or returned by the channel. */
    | { kind: 'surplus' }
  /** Paid, but the handler failed: to be tried again. */
    | { kind: 'failed', reason: string }
  /** Another run holds the claim. */
    | { kind: 'busy' }
    | { kind: 'unknown-order' }
  /** What was paid is not what was asked for. */
    | { kind: 'mismatch', field: string }

export const callbackIdOf = (outTradeNo: string): string => `paid:${outTradeNo}`

/** How we learnt of a payment: the channel told us, or was asked. */
export type Heard = 'notified' | 'asked'

/** Marks the order paid and sees its handler done. Safe to call any number of times, at once and again. */
export async function settle(deps: CoreDeps, payment: PaidFact, heard: Heard): Promise<Settlement> {
  const found = await findByChannelNumber(deps.store, payment.outTradeNo)
  const attempt = found?.attempts.find(item => item.outTradeNo === payment.outTradeNo)
  if (!found || !attempt)
    return { kind: 'unknown-order' }
  const field = mismatch(attempt, payment)
  if (field) {
    await changeOrder(deps.store, found.id, {}, note(found, deps.env.now(), 'refused', `${heard}: ${field} does not match`))
    return { kind: 'mismatch', field }
  }
  const order = await markPaid(deps, found, attempt, { ...payment, heard })
  if (order.reverseDate !== undefined && !isPaid(order))
    return heardTooLate(deps, order, payment)
  if (order.transactionId !== payment.transactionId) {
    await recordSurplus(deps, order, attempt, payment)
    return { kind: 'surplus' }
  }
  // before the handler: nothing is delivered for money that has gone back whole
  return fulfil(deps, payment.refunded && !payment.refunded.assumed ? await hearRefunded(deps, order, payment.refunded) : order)
}

/** Runs what is still owed to an order that is known to be paid. */
export async function fulfil(deps: CoreDeps, order: Order): Promise<Settlement> {
  if (isGivenBack(order) && order.userOrderSuccess !== true)
    return withoutDelivery(deps, order)
  const settlement = deps.store.transactional && deps.handlerVk.inSession && !isForwarded(deps.handlers, order.type)
    ? await fulfilInTransaction(deps, order)
    : await fulfilWithLease(deps, order)
  if (settlement.kind === 'failed')
    await recordFailure(deps, order, settlement.reason)
  return settlement
}

/** Nothing is delivered for money that went back. While it is still on its way that is not decided yet. */
async function withoutDelivery(deps: CoreDeps, order: Order): Promise<Settlement> {
  const log = await findLog(deps.store, callbackIdOf(order.outTradeNo))
  if (log?.state === 'done')
    return alreadyDone(deps, order, log)
  return order.status === 3 ? { kind: 'done', result: { code: 0, msg: '订单已全额退款' }, first: false } : { kind: 'busy' }
}

/** A charge that is being taken back, or was: the channel returns the money by itself. */
async function heardTooLate(deps: CoreDeps, order: Order, payment: PaidFact): Promise<Settlement> {
  deps.env.log('warn', 'a charge was paid after it was decided to take it back', { out_trade_no: order.outTradeNo, total_fee: payment.totalFee })
  await changeOrder(deps.store, order.id, {}, note(order, deps.env.now(), 'surplus', `${payment.outTradeNo} ${payment.totalFee} taken back`))
  return { kind: 'surplus' }
}

function mismatch(attempt: Attempt, payment: PaidFact): string | undefined {
  if (payment.appid !== attempt.appid)
    return 'appid'
  if (payment.mchid !== attempt.mchid)
    return 'mchid'
  if (payment.subMchid !== attempt.subMchid)
    return 'sub_mchid'
  // a shop without an appid of its own is paid under the provider's
  if (attempt.subAppid !== undefined && payment.subAppid !== attempt.subAppid)
    return 'sub_appid'
  if (payment.currency !== 'CNY')
    return 'currency'
  if (payment.totalFee !== attempt.totalFee)
    return 'total_fee'
  return (payment.refunded?.refundedFee ?? 0) > attempt.totalFee ? 'refund_fee' : undefined
}

/** The order takes the terms of the attempt that was paid: no other price, type or custom can be slipped under it. */
async function markPaid(deps: CoreDeps, order: Order, attempt: Attempt, payment: PaidFact & { heard: Heard }): Promise<Order> {
  if (!isPaid(order)) {
    const now = deps.env.now()
    const paid: Partial<Order> = {
      status: 1,
      transactionId: payment.transactionId,
      payDate: payment.paidAt,
      timeEnd: payment.timeEnd,
      notifyDate: now,
      dueDate: now + HANDLER_DUE_MS,
      totalFee: attempt.totalFee,
      description: attempt.description,
      type: attempt.type,
      custom: attempt.custom ?? {},
      provider: attempt.provider,
      platform: attempt.platform,
      payType: payTypeOf(attempt.provider, attempt.platform),
      providerAppid: attempt.appid,
      pid: attempt.pid,
      userId: attempt.userId,
      openid: payment.openid ?? attempt.openid,
      sellerId: payment.sellerId,
      authAppid: payment.authAppid,
      ...(payment.refunded ? refundedAtOnce(order, attempt.totalFee, payment.refunded, now) : {}),
    }
    const patch = { ...orderPatch(paid), ...channelInfoPatch(attempt.provider, payment.info), ...note(order, now, payment.heard, `${payment.outTradeNo} paid, ${payment.transactionId.slice(-8)}`) }
    const payable = await isSentBack(deps, attempt) ? 0 : command.in([0, -1])
    // where money has gone back, too, there may be no handler whose write makes this one safe
    if (await changeOrder(deps.store, order.id, { status: payable, reverse_date: command.exists(false) }, patch, { durable: payment.refunded !== undefined })) {
      deps.env.log('info', 'order paid', { out_trade_no: order.outTradeNo, attempt: attempt.no, pay_type: payTypeOf(attempt.provider, attempt.platform), heard: payment.heard, confirm_ms: now - payment.paidAt })
      if (payment.refunded?.assumed)
        deps.env.log('warn', 'the channel does not say how much of a payment went back; it is held for the whole, and nothing is delivered', { out_trade_no: order.outTradeNo })
      // the row as it is now; a field that was not written is what it was
      return { ...order, ...withoutUndefined(paid) }
    }
  }
  return await findByChannelNumber(deps.store, payment.outTradeNo) ?? order
}

function withoutUndefined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>
}

async function addOnce(session: StoreSession, log: Doc): Promise<boolean> {
  try {
    await session.add(CALLBACKS, log)
    return true
  }
  catch (error) {
    if (error instanceof DuplicateError)
      return false
    throw error
  }
}

async function findLog(session: StoreSession, callbackId: string): Promise<Doc | undefined> {
  const [log] = await session.find(CALLBACKS, { callback_id: callbackId }, { limit: 1 })
  return log
}

/** The first answer, for everybody who comes later; and the order's second fact, should a crash have kept it back. */
async function alreadyDone(deps: CoreDeps, order: Order, log: Doc): Promise<Settlement> {
  if (order.userOrderSuccess !== true)
    await markHandled(deps, order)
  return { kind: 'done', result: log.result as HandlerResult, first: false }
}

function markHandled({ env, store }: CoreDeps, order: Order): Promise<boolean> {
  return changeOrder(store, order.id, { user_order_success: command.neq(true) }, {
    user_order_success: true,
    handler_error: command.remove(),
    handler_error_date: command.remove(),
    due_date: command.remove(),
    ...note(order, env.now(), 'dispatched', order.type),
  }, { durable: false })
}

function callHandler(deps: CoreDeps, order: Order, session: StoreSession): Promise<HandlerResult> {
  return runHandler(deps.handlers, order.type, {
    data: handlerData(order),
    userInfo: order.userId === undefined ? {} : { _id: order.userId, nickname: order.nickname },
    util: deps.handlerVk.make(session) as HandlerUtil,
    callback_id: callbackIdOf(order.outTradeNo),
  }, deps.forward)
}

async function fulfilInTransaction(deps: CoreDeps, order: Order): Promise<Settlement> {
  const callbackId = callbackIdOf(order.outTradeNo)
  // where the order does not say that it is done, the claim itself finds out: nobody need be asked first
  const earlier = order.userOrderSuccess === true ? await findLog(deps.store, callbackId) : undefined
  if (earlier)
    return alreadyDone(deps, order, earlier)
  try {
    const result = await deps.store.transaction(async (tx) => {
      const now = deps.env.now()
      const logId = await tx.add(CALLBACKS, { callback_id: callbackId, out_trade_no: order.outTradeNo, type: order.type, state: 'running', create_date: now })
      const answer = await callHandler(deps, order, tx)
      if (deps.handlerVk.rolledBack?.(tx))
        throw new HandlerFailed(`${order.type}: the handler rolled its transaction back, and yet answered that it is done`)
      await tx.update(CALLBACKS, { _id: logId }, { state: 'done', result: command.set(answer), done_date: deps.env.now() })
      return answer
    })
    await markHandled(deps, order)
    return { kind: 'done', result, first: true }
  }
  catch (error) {
    if (error instanceof DuplicateError && error.collection === CALLBACKS) {
      const log = await findLog(deps.store, callbackId)
      return log ? alreadyDone(deps, order, log) : { kind: 'busy' }
    }
    if (error instanceof HandlerFailed)
      return { kind: 'failed', reason: safeText(error) }
    throw error
  }
}

async function fulfilWithLease(deps: CoreDeps, order: Order): Promise<Settlement> {
  const { store, env } = deps
  const callbackId = callbackIdOf(order.outTradeNo)
  const leaseId = env.randomId(16)
  if (!await claim(deps, order, callbackId, leaseId)) {
    const log = await findLog(store, callbackId)
    return log?.state === 'done' ? alreadyDone(deps, order, log) : { kind: 'busy' }
  }
  try {
    const result = await callHandler(deps, order, store)
    await store.update(CALLBACKS, { callback_id: callbackId, lease_id: leaseId }, { state: 'done', result: command.set(result), done_date: env.now() })
    await markHandled(deps, order)
    return { kind: 'done', result, first: true }
  }
  catch (error) {
    if (!(error instanceof HandlerFailed))
      throw error
    await store.update(CALLBACKS, { callback_id: callbackId, lease_id: leaseId, state: 'running' }, { lease_until: 0 })
    return { kind: 'failed', reason: safeText(error) }
  }
}

async function claim(deps: CoreDeps, order: Order, callbackId: string, leaseId: string): Promise<boolean> {
  const now = deps.env.now()
  const lease = { lease_id: leaseId, lease_until: now + CLAIM_LEASE_MS }
  const fresh = { callback_id: callbackId, out_trade_no: order.outTradeNo, type: order.type, state: 'running', runs: 1, create_date: now, ...lease }
  if (await addOnce(deps.store, fresh))
    return true
  const expired = { callback_id: callbackId, state: 'running', lease_until: command.lte(now) }
  return await deps.store.update(CALLBACKS, expired, { ...lease, runs: command.inc(1) }) === 1
}

async function recordFailure(deps: CoreDeps, order: Order, reason: string): Promise<void> {
  const now = deps.env.now()
  deps.env.log('error', 'handler failed', { out_trade_no: order.outTradeNo, type: order.type, reason })
  await changeOrder(deps.store, order.id, { user_order_success: command.neq(true) }, {
    user_order_success: false,
    handler_error: reason,
    handler_error_date: now,
    due_date: now + retryDelay(order.notifyDate ?? now, now),
    ...note(order, now, 'failed', reason),
  })
}
