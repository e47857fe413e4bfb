import type { CoreDeps } from './deps'
import type { Answer, ClientContext } from './ports'
import type { Order } from './order'
import type { Lease } from './lease'
import { alreadyPaidError, releaseLease, takeLease } from './lease'
import { closeAttempts } from './create-payment'
import { isPaid } from './order'
import { changeOrder } from './orders'
import { note } from './timeline'
import { command } from './store'
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
  await closeAttempts(deps, lease)
  const now = deps.env.now()
  await lease.save({ status: -1, cancelDate: now }, note(lease.order, now, 'closed', reason))
  // afterwards, so that a crash in between leaves no closed order open
  await changeOrder(deps.store, lease.order.id, { status: -1 }, { due_date: command.remove() })
  deps.env.log('info', 'order closed', { out_trade_no: lease.order.outTradeNo })
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
