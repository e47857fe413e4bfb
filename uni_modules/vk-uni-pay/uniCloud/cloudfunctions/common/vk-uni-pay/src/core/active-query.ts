import type { CoreDeps } from './deps'
import type { Attempt, Order } from './order'
import type { Trade, TradeState } from './provider'
import type { Settlement } from './dispatcher'
import { liveAttempts } from './attempts'
import { settle } from './dispatcher'
import { releaseLease, tryLease } from './lease'
import { ChannelError, safeText } from './errors'

/** Asks the channel about one attempt. An order it does not know has not been paid. @throws PayError */
export async function askTrade(deps: CoreDeps, attempt: Attempt): Promise<Trade> {
  const channel = await deps.channel(attempt)
  try {
    return await channel.provider.query(channel.context, attempt.outTradeNo)
  }
  catch (error) {
    if (error instanceof ChannelError && error.verdict === 'no-such-order')
      return { state: 'NOTPAY' }
    throw error
  }
}

/** Asks about one attempt, and settles the order when it was paid. @throws PayError */
export async function askAttempt(deps: CoreDeps, attempt: Attempt): Promise<{ state: TradeState, settlement?: Settlement }> {
  const trade = await askTrade(deps, attempt)
  if (!trade.payment)
    return { state: trade.state }
  const settlement = await settle(deps, trade.payment, 'asked')
  deps.env.log(settlement.kind === 'mismatch' ? 'error' : 'info', 'paid by query', {
    out_trade_no: attempt.outTradeNo,
    outcome: settlement.kind,
    field: settlement.kind === 'mismatch' ? settlement.field : undefined,
  })
  // money that does not fit the order is not this order's success
  return { state: settlement.kind === 'mismatch' ? 'UNKNOWN' : 'SUCCESS', settlement }
}

/** The channel closed it by itself: its prepay must not be handed out again. */
async function forgetAttempt(deps: CoreDeps, order: Order, attempt: Attempt): Promise<void> {
  const lease = await tryLease(deps, order)
  if (!lease)
    return
  await lease.save({ attempts: lease.order.attempts.map(item => item.no === attempt.no ? { ...item, state: 'closed', prepay: undefined } : item) })
  await releaseLease(deps, lease)
}

/**
 * What the channel says about an order that we hold for unpaid: every attempt it may still take
 * money for, the newest first. A channel that does not answer is `UNKNOWN`, which is no statement.
 */
export async function askChannel(deps: CoreDeps, order: Order): Promise<TradeState> {
  let state: TradeState = 'NOTPAY'
  for (const attempt of liveAttempts(order).reverse()) {
    try {
      const answer = await askAttempt(deps, attempt)
      if (answer.state === 'SUCCESS')
        return 'SUCCESS'
      if (answer.state === 'CLOSED')
        await forgetAttempt(deps, order, attempt)
      if (state === 'NOTPAY')
        state = answer.state
    }
    catch (error) {
      deps.env.log('warn', 'channel could not be asked', { out_trade_no: attempt.outTradeNo, detail: safeText(error) })
      state = 'UNKNOWN'
    }
  }
  return state
}
