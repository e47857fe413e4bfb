import type { CoreDeps } from './deps'
import type { Answer, ClientContext } from './ports'
import type { Order } from './order'
import type { Lease } from './lease'
import { alreadyPaidError, releaseLease, takeLease } from './lease'
import { closeAttempts } from './create-payment'
import { chargeOf, closeHere, takeBack } from './take-back'
import { isPaid } from './order'
import { findOwned } from './query-payment'

function closedAnswer(order: Order): Answer {
  return { code: 0, msg: '订单已关闭', out_trade_no: order.outTradeNo, status: -1, data: { trade_state: 'CLOSED', total_fee: order.totalFee } }
}

function settled(order: Order): Answer | undefined {
  if (isPaid(order))
    throw alreadyPaidError(order)
  return order.status === -1 ? closedAnswer(order) : undefined
}

/** Closes at the channel, then here. @throws PayError 40006 when it was paid meanwhile, or the channel's error */
export async function closeUnderLease(deps: CoreDeps, lease: Lease, reason: 'asked for' | 'expired'): Promise<void> {
  if (chargeOf(lease.order))
    return takeBack(deps, lease, reason)
  await closeAttempts(deps, lease)
  return closeHere(deps, lease, reason)
}

/** Closes an unpaid order at the channel and here. @throws PayError 40005, 40006 when it was paid meanwhile */
export async function closePayment(deps: CoreDeps, data: Record<string, unknown>, context: ClientContext): Promise<Answer> {
  const order = await findOwned(deps, { out_trade_no: data.out_trade_no }, context)
  const taken = await takeLease(deps, order, settled)
  if ('value' in taken)
    return taken.value
  const { lease } = taken
  try {
    // it may have been paid or closed while we waited
    const late = settled(lease.order)
    if (late)
      return late
    await closeUnderLease(deps, lease, 'asked for')
    return closedAnswer(order)
  }
  finally {
    await releaseLease(deps, lease)
  }
}
