/**
 * The end of a charge by payment code that nobody knows the end of: it is taken back. That it shall
 * be is written first, by the same compare-and-set that payments go through: before it a payment
 * counts, after it none does, whatever is heard meanwhile, and the channel returns the money.
 */
import type { CoreDeps } from './deps'
import type { Attempt, Order } from './order'
import type { TradeState } from './provider'
import type { Lease } from './lease'
import { askAttempt, askChannel, askTrade } from './active-query'
import { liveAttempts } from './attempts'
import { alreadyPaidError, releaseLease, tryLease } from './lease'
import { changeOrder, findByNumber } from './orders'
import { CODEPAY, expiryOf, takeBackFrom } from './schedule'
import { note } from './timeline'
import { ChannelError, PayCode, PayError, safeText } from './errors'
import { command } from './store'

/** The only attempt of an order that is charged by payment code: one number is one code. */
export function chargeOf(order: Order): Attempt | undefined {
  const [attempt] = order.attempts
  return attempt?.platform === CODEPAY ? attempt : undefined
}

/** Closed here; afterwards nothing is owed any more. */
export async function closeHere(deps: CoreDeps, lease: Lease, reason: string): Promise<void> {
  const now = deps.env.now()
  const attempts = lease.order.attempts.map(attempt => ({ ...attempt, state: 'closed' as const, prepay: undefined }))
  await lease.save({ status: -1, cancelDate: now, attempts }, note(lease.order, now, 'closed', reason))
  // afterwards, so that a crash in between leaves no closed order open
  await changeOrder(deps.store, lease.order.id, { status: -1 }, { due_date: command.remove() })
  deps.env.log('info', 'order closed', { out_trade_no: lease.order.outTradeNo })
}

/** Whether the number is somebody else's at the channel. @throws PayError 40006 when the order is paid */
async function decide(deps: CoreDeps, lease: Lease, attempt: Attempt): Promise<'foreign' | 'reverse'> {
  const { settlement } = await askAttempt(deps, attempt)
  // a payment of something else under our number must not be returned by us
  if (settlement?.kind === 'mismatch')
    return 'foreign'
  if (settlement)
    throw alreadyPaidError(await findByNumber(deps.store, lease.order.outTradeNo) ?? lease.order)
  const now = deps.env.now()
  await lease.save({ reverseDate: now }, note(lease.order, now, 'reversed', 'nobody knows its end'))
  return 'reverse'
}

/** Asks the channel to take it back, and whether it has. @throws ChannelError, PayError */
async function reverse(deps: CoreDeps, attempt: Attempt): Promise<void> {
  const { provider, context } = await deps.channel(attempt)
  if (!provider.reverse)
    throw new PayError(PayCode.notAllowed, `支付渠道 ${attempt.provider} 不支持撤销付款码支付`, { field: 'provider' })
  try {
    await provider.reverse(context, attempt.outTradeNo)
  }
  catch (error) {
    // a charge that never arrived has nothing to take back
    if (!(error instanceof ChannelError && error.verdict === 'no-such-order'))
      throw error
  }
  // channels have been seen to answer yes and do nothing
  const { state } = await askTrade(deps, attempt)
  if (state === 'SUCCESS' || state === 'USERPAYING' || state === 'UNKNOWN')
    throw new ChannelError(PayCode.busy, '付款码支付尚未撤销成功，稍后将自动重试', 'unknown')
}

/** Takes the charge back and closes the order. @throws PayError 40006 when it was paid in time, or the channel's error */
export async function takeBack(deps: CoreDeps, lease: Lease, reason: string): Promise<void> {
  const [attempt] = liveAttempts(lease.order)
  if (!attempt)
    return closeHere(deps, lease, reason)
  const wait = takeBackFrom(attempt) - deps.env.now()
  if (wait > 0)
    throw new PayError(PayCode.busy, `付款码支付刚刚发起，请在 ${Math.ceil(wait / 1000)} 秒后再撤销`)
  const decided = lease.order.reverseDate === undefined ? await decide(deps, lease, attempt) : 'reverse'
  if (decided === 'reverse')
    await reverse(deps, attempt)
  return closeHere(deps, lease, decided === 'reverse' ? `${reason}, taken back` : `${reason}, the number is another payment's`)
}

/** Nothing can be heard any more that would change the end. */
function isOver(attempt: Attempt, state: TradeState, now: number): boolean {
  return state === 'PAYERROR' || state === 'CLOSED' ? now >= takeBackFrom(attempt) : now >= expiryOf(attempt)
}

async function takeBackIfFree(deps: CoreDeps, order: Order, state: TradeState): Promise<TradeState> {
  const lease = await tryLease(deps, order)
  if (!lease)
    return state
  try {
    await takeBack(deps, lease, 'expired')
    return 'CLOSED'
  }
  catch (error) {
    if (error instanceof PayError && error.code === PayCode.alreadyPaid && !(error instanceof ChannelError))
      return 'SUCCESS'
    deps.env.log('warn', 'charge could not be taken back', { out_trade_no: order.outTradeNo, detail: safeText(error) })
    return state
  }
  finally {
    await releaseLease(deps, lease)
  }
}

/** What became of an unpaid order that was charged: the channel is asked, and the charge taken back when its time is over. */
export async function seeToCharge(deps: CoreDeps, order: Order, attempt: Attempt): Promise<TradeState> {
  const decided = order.reverseDate !== undefined
  const state = decided ? 'UNKNOWN' : await askChannel(deps, order)
  if (state === 'SUCCESS' || !(decided || isOver(attempt, state, deps.env.now())))
    return state
  const current = await findByNumber(deps.store, order.outTradeNo)
  return current?.status === 0 ? takeBackIfFree(deps, current, state) : state
}
