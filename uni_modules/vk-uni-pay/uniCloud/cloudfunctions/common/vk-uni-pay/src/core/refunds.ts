/**
 * What the row of an order says about money that went back. Every change is a compare-and-set on
 * `refund_rev`, so that two refunds at once see each other and never promise more than was paid.
 */
import type { CoreDeps } from './deps'
import type { Order, OrderStatus, Refund } from './order'
import type { RefundFact } from './provider'
import { isPaid, orderPatch } from './order'
import { changeOrder, findByNumber } from './orders'
import { busyError } from './lease'
import { note } from './timeline'
import { command } from './store'

/** Tries until a compare-and-set wins; each loss means that another refund of this order made progress. */
const ROUNDS = 50

/** Money that went back, or may be on its way. */
const counts = ({ status }: Refund): boolean => status !== 'REFUSED' && status !== 'CLOSED'
const sumOf = (refunds: readonly Refund[]): number => refunds.reduce((sum, { refundFee }) => sum + refundFee, 0)

export const findRefund = (order: Order, outRefundNo: string): Refund | undefined => order.refundList?.find(refund => refund.outRefundNo === outRefundNo)

/** Fen that can still be refunded. */
export const refundable = (order: Order): number => order.totalFee - sumOf((order.refundList ?? []).filter(counts))

/** Fen that are back for certain. */
export const sumReturned = (order: Order): number => sumOf((order.refundList ?? []).filter(({ status }) => status === 'SUCCESS'))

/** Whether all of the money is promised back: nothing may be delivered for it any more. */
export const isGivenBack = (order: Order): boolean => order.status === 3 || (isPaid(order) && refundable(order) <= 0)

/** The columns that follow from the list. */
export function totals(order: Order, refundList: Refund[]): Pick<Order, 'status' | 'refundFee' | 'refundNum' | 'refundList' | 'lastRefundDate'> {
  const refundFee = sumOf(refundList.filter(({ status }) => status === 'SUCCESS'))
  const status: OrderStatus = refundFee === 0 ? 1 : refundFee < order.totalFee ? 2 : 3
  const dates = refundList.filter(refund => refund.status === 'SUCCESS').map(refund => refund.successDate ?? refund.refundDate)
  return { status, refundFee, refundNum: refundList.filter(counts).length, refundList, ...(dates.length > 0 ? { lastRefundDate: Math.max(...dates) } : {}) }
}

/** Which refunds are not what they were: number, fen and state. */
function changed(order: Order, refundList: readonly Refund[]): string {
  const news = refundList.filter(({ outRefundNo, status }) => findRefund(order, outRefundNo)?.status !== status)
  return news.map(({ outRefundNo, refundFee, status }) => `${outRefundNo.slice(0, 24)} ${refundFee} ${status}`).join(', ') || 'accepted by the channel'
}

/**
 * Changes the refunds of a paid order. `change` answers the new list, or nothing when there is
 * nothing to do; it may be called again with a newer order. @throws PayError what `change` throws, 40010
 */
export async function changeRefunds(deps: CoreDeps, first: Order, change: (order: Order) => Refund[] | undefined, { dueDate, reason }: { dueDate?: number, reason?: string } = {}): Promise<Order> {
  let order = first
  for (let round = 0; round < ROUNDS; round += 1) {
    const refundList = change(order)
    if (!refundList)
      return order
    const next = { ...totals(order, refundList), refundRev: order.refundRev + 1, ...(dueDate === undefined ? {} : { refundDueDate: dueDate }) }
    const patch = { ...orderPatch(next), ...note(order, deps.env.now(), 'refunded', [changed(order, refundList), ...(reason === undefined ? [] : [reason])].join(': ')) }
    if (await changeOrder(deps.store, order.id, { refund_rev: order.refundRev, status: command.gte(1) }, patch))
      return { ...order, ...next }
    order = await findByNumber(deps.store, order.outTradeNo) ?? order
  }
  throw busyError()
}

/** What the channel says of a refund replaces what we thought of it; a success is never taken back. */
export function heardRefund(order: Order, fact: RefundFact): Refund[] | undefined {
  const known = findRefund(order, fact.outRefundNo)
  const heard: Refund = {
    refundDesc: known?.refundDesc,
    refundDate: known?.refundDate ?? fact.refundedAt ?? order.payDate ?? order.createDate,
    outRefundNo: fact.outRefundNo,
    refundFee: fact.refundFee,
    refundId: fact.refundId,
    status: fact.state,
    successDate: fact.refundedAt,
  }
  const stale = known && (known.status === 'SUCCESS' || (known.status === fact.state && known.refundId === fact.refundId))
  if (stale)
    return undefined
  const others = (order.refundList ?? []).filter(refund => refund !== known)
  return [...others, heard]
}
