/**
 * A channel's day bill against our orders, both ways. The bill is held in memory, our orders are
 * read page by page; only what does not meet is looked up one by one.
 */
import type { Channel, ChannelKey, CoreDeps } from './deps'
import type { Answer } from './ports'
import type { BillEntry, Payee } from './provider'
import type { Order, Refund } from './order'
import type { Filter } from './store'
import { isPaid, ORDERS, orderFromRow } from './order'
import { findByChannelNumber } from './orders'
import { attemptKeyOf } from './attempts'
import { isSurplusOf } from './surplus'
import { findRefund } from './refunds'
import { CODEPAY } from './schedule'
import { PayCode, PayError, parameterError } from './errors'
import { command } from './store'

const DAY_MS = 86_400_000
const CHINA_MS = 8 * 3_600_000
const PAGE = 500
const CHUNK = 50
/** Differences that are told one by one. */
const LONGEST_LIST = 500

export type BillDifferenceKind
  /** Paid with us, not in the bill. */
  = | 'missing_at_channel'
  /** In the bill, and no order of ours. */
    | 'missing_with_us'
  /** In the bill, and our order is unpaid or closed. */
    | 'unpaid_with_us'
    | 'amount_differs'
  /** In the bill under another payment than the one our order was settled with. */
    | 'paid_twice'
  /** A refund one side does not know, or knows with another amount or end. */
    | 'refund_differs'

export interface BillDifference {
  /** What does not agree. */
  kind: BillDifferenceKind
  /** The order's number. */
  out_trade_no: string
  /** The channel's number of the payment. */
  transaction_id?: string
  /** The refund's number. */
  out_refund_no?: string
  /** Fen, as the channel says. */
  bill_fee?: number
  /** Fen, as our order says. */
  order_fee?: number
  /** Our order's status, where there is one. */
  status?: number
}

interface Day { text: string, start: number, end: number }

function readDay(value: unknown, now: number): Day {
  const start = typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(`${value}T00:00:00Z`) - CHINA_MS : Number.NaN
  // 2026-02-30 is read as a day in March, or not at all
  if (Number.isNaN(start) || new Date(start + CHINA_MS).toISOString().slice(0, 10) !== value)
    throw parameterError('day', 'day 必须是日期，格式为 2026-01-31（北京时间）')
  if (start + DAY_MS > now)
    throw parameterError('day', 'day 必须是今天（北京时间）之前的日期，渠道在次日提供账单')
  return { text: value as string, start, end: start + DAY_MS }
}

interface Scope { provider: string, payee: Payee }

/** Whether the order is of the merchant number the bill is of. */
function inScope(order: Order, { provider, payee }: Scope): boolean {
  return order.attempts.some(attempt => attempt.provider === provider && attempt.mchid === payee.mchid && attempt.subMchid === payee.subMchid)
}

async function* pages(deps: CoreDeps, filter: Filter, by: string): AsyncGenerator<Order[]> {
  for (let skip = 0; ; skip += PAGE) {
    const rows = await deps.store.find(ORDERS, filter, { orderBy: [[by, 'asc'], ['_id', 'asc']], skip, limit: PAGE })
    if (rows.length > 0)
      yield rows.map(orderFromRow)
    if (rows.length < PAGE)
      return
  }
}

/** The bill, found by what the channel calls its entries. */
class Bill {
  readonly payments = new Map<string, BillEntry>()
  readonly refunds = new Map<string, BillEntry>()
  /** Charges that were taken back: refunded whole, under no number of ours. */
  readonly reversed = new Set<string>()

  constructor(entries: readonly BillEntry[]) {
    for (const entry of entries) {
      if (entry.kind === 'payment')
        this.payments.set(entry.transactionId, entry)
      else if (entry.outRefundNo === undefined)
        this.reversed.add(entry.transactionId)
      else
        this.refunds.set(entry.outRefundNo, entry)
    }
  }
}

/** Collects, and keeps the count when there are too many to tell. */
class Differences {
  readonly list: BillDifference[] = []
  count = 0

  add(difference: BillDifference): void {
    this.count += 1
    if (this.list.length < LONGEST_LIST)
      this.list.push(difference)
  }
}

class Check {
  readonly differences = new Differences()
  orders = 0
  private readonly seenPayments = new Set<string>()
  private readonly seenRefunds = new Set<string>()
  private readonly known = new Map<string, Order>()

  constructor(readonly deps: CoreDeps, readonly bill: Bill, readonly day: Day, readonly scope: Scope) {}

  /** What we hold for paid on that day. */
  async ours(): Promise<void> {
    const { start, end } = this.day
    for await (const page of pages(this.deps, { provider: this.scope.provider, pay_date: command.gte(start).and(command.lt(end)) }, 'pay_date')) {
      for (const order of page.filter(item => isPaid(item) && inScope(item, this.scope))) {
        this.orders += 1
        this.comparePayment(order)
      }
    }
    for await (const page of pages(this.deps, { provider: this.scope.provider, last_refund_date: command.gte(start) }, 'last_refund_date')) {
      for (const order of page.filter(item => inScope(item, this.scope)))
        this.compareRefunds(order)
    }
  }

  private comparePayment(order: Order): void {
    const entry = this.bill.payments.get(order.transactionId ?? '')
    if (!entry)
      return this.differences.add({ kind: 'missing_at_channel', out_trade_no: order.outTradeNo, transaction_id: order.transactionId, order_fee: order.totalFee, status: order.status })
    this.seenPayments.add(entry.transactionId)
    if (entry.totalFee !== order.totalFee)
      this.differences.add({ kind: 'amount_differs', out_trade_no: order.outTradeNo, transaction_id: entry.transactionId, bill_fee: entry.totalFee, order_fee: order.totalFee, status: order.status })
  }

  /** Refunds of that day that the bill does not have. One that took longer than a day may be in the next bill. */
  private compareRefunds(order: Order): void {
    const within = (at: number | undefined): boolean => at !== undefined && at >= this.day.start && at < this.day.end
    for (const refund of order.refundList ?? []) {
      if (refund.status === 'SUCCESS' && within(refund.refundDate) && within(refund.successDate ?? refund.refundDate) && !this.bill.refunds.has(refund.outRefundNo))
        this.differences.add(refundDifference(order, refund, undefined))
    }
  }

  /** What the bill has besides. */
  async theirs(): Promise<void> {
    const payments = [...this.bill.payments.values()].filter(({ transactionId }) => !this.seenPayments.has(transactionId))
    const refunds = [...this.bill.refunds.values()].filter(({ outRefundNo }) => outRefundNo !== undefined && !this.seenRefunds.has(outRefundNo))
    await this.load([...payments, ...refunds].map(({ outTradeNo }) => outTradeNo))
    for (const entry of payments)
      await this.explainPayment(entry, await this.orderOf(entry.outTradeNo))
    for (const entry of refunds)
      await this.explainRefund(entry, await this.orderOf(entry.outTradeNo))
  }

  private async load(numbers: readonly string[]): Promise<void> {
    const wanted = [...new Set(numbers)]
    for (let at = 0; at < wanted.length; at += CHUNK) {
      const rows = await this.deps.store.find(ORDERS, { out_trade_no: command.in(wanted.slice(at, at + CHUNK)) }, { limit: CHUNK })
      for (const row of rows)
        this.known.set(String(row.out_trade_no), orderFromRow(row))
    }
  }

  /** Numbers of later attempts are found by the key in them. */
  private async orderOf(number: string): Promise<Order | undefined> {
    const own = this.known.get(number)
    return own || attemptKeyOf(number) === undefined ? own : findByChannelNumber(this.deps.store, number)
  }

  private async explainPayment(entry: BillEntry, order: Order | undefined): Promise<void> {
    const { outTradeNo, transactionId, totalFee } = entry
    // collected and returned by the channel itself: nothing is left of it
    if (this.bill.reversed.has(transactionId) && !(order && isPaid(order) && order.transactionId === transactionId))
      return
    const difference = { out_trade_no: outTradeNo, transaction_id: transactionId, bill_fee: totalFee, ...(order ? { order_fee: order.totalFee, status: order.status } : {}) }
    if (!order)
      return this.differences.add({ kind: 'missing_with_us', ...difference })
    if (!isPaid(order))
      return this.differences.add({ kind: 'unpaid_with_us', ...difference })
    if (order.transactionId !== transactionId)
      return this.differences.add({ kind: 'paid_twice', ...difference })
    // ours on another day, by a second around midnight
    if (order.totalFee !== totalFee)
      this.differences.add({ kind: 'amount_differs', ...difference })
  }

  private async explainRefund(entry: BillEntry, order: Order | undefined): Promise<void> {
    const number = entry.outRefundNo ?? ''
    const refund = order && findRefund(order, number)
    if (order && order.transactionId !== entry.transactionId && await isSurplusOf(this.deps, entry.transactionId, entry.refundFee))
      return
    if (!order || !refund || refund.refundFee !== entry.refundFee || refund.status === 'REFUSED' || refund.status === 'CLOSED')
      this.differences.add(refundDifference(order, refund, entry))
  }
}

function refundDifference(order: Order | undefined, refund: Refund | undefined, entry: BillEntry | undefined): BillDifference {
  return {
    kind: 'refund_differs',
    out_trade_no: order?.outTradeNo ?? entry?.outTradeNo ?? '',
    transaction_id: entry?.transactionId ?? order?.transactionId,
    out_refund_no: refund?.outRefundNo ?? entry?.outRefundNo,
    bill_fee: entry?.refundFee,
    order_fee: refund?.refundFee,
    status: order?.status,
  }
}

/** A merchant number has one bill, whichever of its sections it is asked for with. */
const SECTIONS = [CODEPAY, 'mp-weixin', 'mp-alipay', 'h5', 'h5-weixin', 'app-plus', 'mweb']

async function findChannel(deps: CoreDeps, key: Omit<ChannelKey, 'platform'>, platform: unknown): Promise<Channel> {
  if (typeof platform === 'string' && platform !== '')
    return deps.channel({ ...key, platform })
  let refusal: unknown
  for (const section of SECTIONS) {
    try {
      return await deps.channel({ ...key, platform: section })
    }
    catch (error) {
      refusal ??= error
    }
  }
  throw refusal
}

/**
 * Compares a day with the channel's bill: `provider`, `platform` (any that is configured for the
 * merchant number; by default the first one found), `day` (`2026-01-31`, China's time, before today), `pid`. Answers numbers and
 * amounts only. For the merchant's own code and timers; no client reaches it. @throws PayError
 * 40001, 40009, 40010 while the channel has no bill yet, or the channel's error
 */
export async function checkBill(deps: CoreDeps, data: Record<string, unknown>): Promise<Answer> {
  const day = readDay(data.day ?? data.bill_date, deps.env.now())
  const provider = typeof data.provider === 'string' && data.provider !== '' ? data.provider : 'wxpay'
  const pid = typeof data.pid === 'string' && data.pid !== '' ? data.pid : undefined
  const channel = await findChannel(deps, { provider, pid }, data.platform)
  if (!channel.provider.downloadBill)
    throw new PayError(PayCode.notAllowed, `支付渠道 ${provider} 不支持下载账单`, { field: 'provider' })
  const entries = await channel.provider.downloadBill(channel.context, day.text)
  const check = new Check(deps, new Bill(entries), day, { provider, payee: channel.provider.identity(channel.context) })
  await check.ours()
  await check.theirs()
  const { differences, orders, bill } = check
  deps.env.log(differences.count > 0 ? 'warn' : 'info', 'bill checked', { day: day.text, provider, payments: bill.payments.size, refunds: bill.refunds.size, orders, differences: differences.count })
  return {
    code: 0,
    msg: differences.count === 0 ? '账单一致' : `账单有 ${differences.count} 处差异`,
    day: day.text,
    provider,
    bill_payments: bill.payments.size,
    bill_refunds: bill.refunds.size,
    orders,
    difference_count: differences.count,
    differences: differences.list,
  }
}
