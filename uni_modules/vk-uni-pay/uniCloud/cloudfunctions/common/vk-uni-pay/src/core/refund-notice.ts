import type { CoreDeps } from './deps'
import type { NotifyVerdict, RefundFact } from './provider'
import { findByChannelNumber } from './orders'
import { applyRefund } from './refund'
import { recordSurplusRefund } from './surplus'

const refused = (status: number, message: string): NotifyVerdict => ({ accepted: false, status, message })

/** A channel reports on a refund, one of ours or one made in its own console. */
export async function settleRefund(deps: CoreDeps, fact: RefundFact): Promise<NotifyVerdict> {
  const order = await findByChannelNumber(deps.store, fact.outTradeNo)
  if (!order)
    return refused(404, 'no such order')
  if (order.transactionId !== fact.transactionId) {
    const surplus = await recordSurplusRefund(deps, fact)
    return surplus ? { accepted: true } : refused(400, 'transaction_id does not match the order')
  }
  if (fact.totalFee !== undefined && fact.totalFee !== order.totalFee)
    return refused(400, 'total_fee does not match the order')
  if (fact.refundFee > order.totalFee)
    return refused(400, 'refund_fee does not match the order')
  await applyRefund(deps, order, fact)
  return { accepted: true }
}
