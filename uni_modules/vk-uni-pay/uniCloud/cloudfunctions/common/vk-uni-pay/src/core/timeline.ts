/**
 * What happened to an order, for the people who answer its buyer. An entry is written by the same
 * statement as what it tells of, so that it costs none of its own and cannot tell of what did not
 * happen. It names numbers and reasons, never a person, a key or a payload.
 */
import type { CoreDeps } from './deps'
import type { Answer } from './ports'
import type { Patch } from './store'
import type { Order } from './order'
import { findByNumber } from './orders'
import { checkOrderNumber } from './validate'
import { PayCode, PayError, safeText } from './errors'
import { command } from './store'

export type TimelineEvent = 'created' | 'invoked' | 'notified' | 'asked' | 'refused' | 'dispatched' | 'failed' | 'reversed' | 'closed' | 'refunded' | 'surplus'

export interface TimelineEntry {
  /** Milliseconds since 1970. */
  at: number
  event: TimelineEvent
  detail?: string
}

/** Decides what may be repeated without end, and so must leave room for the rest. */
const noisy: ReadonlySet<TimelineEvent> = new Set<TimelineEvent>(['invoked', 'refused', 'failed', 'surplus'])
/** Entries of an order. Concurrent writers may go over it by one each. */
const CAP = 100
const NOISY_CAP = 40
const LONGEST_DETAIL = 120

export function timelineEntry(at: number, event: TimelineEvent, detail?: string): TimelineEntry {
  return { at, event, ...(detail === undefined ? {} : { detail: safeText(detail, LONGEST_DETAIL) }) }
}

/** The part of a patch that adds an entry; nothing when the timeline is full. */
export function note(order: Pick<Order, 'timeline'>, at: number, event: TimelineEvent, detail?: string): Patch {
  const full = (order.timeline?.length ?? 0) >= (noisy.has(event) ? NOISY_CAP : CAP)
  return full ? {} : { timeline: command.push(timelineEntry(at, event, detail)) }
}

/** For support staff; reachable by no client. @throws PayError 40001, 40005 */
export async function timeline(deps: CoreDeps, outTradeNo: unknown): Promise<Answer> {
  const order = await findByNumber(deps.store, checkOrderNumber(outTradeNo))
  if (!order)
    throw new PayError(PayCode.noSuchOrder, `订单不存在：${safeText(String(outTradeNo), 40)}`, { field: 'out_trade_no' })
  const entries = [...order.timeline ?? []].sort((a, b) => a.at - b.at)
  return { code: 0, msg: 'ok', out_trade_no: order.outTradeNo, status: order.status, user_order_success: order.userOrderSuccess, timeline: entries }
}
