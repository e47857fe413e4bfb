/**
 * A channel that tells how much of a payment has gone back in all, not refund by refund. Ours are
 * on the order and are asked about first; what remains was refunded in the channel's console.
 */
import type { CoreDeps } from './deps'
import type { Order, Refund } from './order'
import type { RefundedFact } from './provider'
import { applyRefund, askRefund } from './refund'
import { changeRefunds, findRefund, sumReturned, totals } from './refunds'
import { ChannelError } from './errors'

/**
 * Writes what has gone back. A total is never believed to be less than what is known, so that
 * repeated and late news change nothing. @throws ChannelError when a refund of ours on its way
 * cannot be asked about: then nobody knows whose money it was, and the channel tells it again
 */
export async function hearRefunded(deps: CoreDeps, order: Order, fact: RefundedFact): Promise<Order> {
  if (sumReturned(order) >= fact.refundedFee)
    return order
  const named = await finishNamed(deps, order, fact)
  const asked = sumReturned(named) >= fact.refundedFee ? named : await askOthers(deps, named)
  return recordOutside(deps, asked, fact)
}

/** The refund that is told, when it is one of ours. */
async function finishNamed(deps: CoreDeps, order: Order, { outRefundNo = '', refundedAt }: RefundedFact): Promise<Order> {
  const ours = findRefund(order, outRefundNo)
  if (!ours || ours.status === 'SUCCESS')
    return order
  return applyRefund(deps, order, {
    outTradeNo: order.outTradeNo,
    transactionId: order.transactionId ?? '',
    outRefundNo,
    refundId: ours.refundId ?? outRefundNo,
    refundFee: ours.refundFee,
    state: 'SUCCESS',
    refundedAt,
  })
}

const isOpen = ({ status }: Refund): boolean => status === 'PROCESSING' || status === 'ABNORMAL'

async function askOthers(deps: CoreDeps, order: Order): Promise<Order> {
  let current = order
  for (const { outRefundNo } of (order.refundList ?? []).filter(isOpen)) {
    current = await askRefund(deps, current, outRefundNo).catch((error) => {
      if (error instanceof ChannelError && error.verdict === 'no-such-order')
        return current
      throw error
    })
  }
  return current
}

/** The list with what is missing: one entry under the channel's number, or under one that the same total always makes. */
function withOutside(order: Order, { refundedFee, outRefundNo, refundedAt }: RefundedFact, now: number): Refund[] | undefined {
  const refundFee = refundedFee - sumReturned(order)
  if (refundFee <= 0)
    return undefined
  const number = outRefundNo === undefined || findRefund(order, outRefundNo) ? `console_${refundedFee}` : outRefundNo
  return [...order.refundList ?? [], { refundDate: refundedAt ?? now, refundFee, outRefundNo: number, refundId: number, status: 'SUCCESS', successDate: refundedAt }]
}

function recordOutside(deps: CoreDeps, order: Order, fact: RefundedFact): Promise<Order> {
  return changeRefunds(deps, order, current => withOutside(current, fact, deps.env.now()))
}

/** The columns of an order that is heard of as paid and refunded at once: one statement, so that no crash in between lets its handler run. */
export function refundedAtOnce(order: Order, totalFee: number, fact: RefundedFact, now: number): Partial<Order> {
  const refundList = withOutside(order, fact, now)
  return refundList ? { ...totals({ ...order, totalFee }, refundList), refundRev: order.refundRev + 1 } : {}
}
