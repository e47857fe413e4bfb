import type { Clock } from '../clock'
import type { GatewayLog } from '../log'
import type { Channel, Order } from '../orders/order'
import type { Courier } from './courier'
import type { Delivery, DeliveryKind, Parcel } from './delivery'
import type { NotifyPlan } from './schedule'
import { deliver } from './delivery'
import { channelOf } from '../orders/order'

/** One for each way of telling; WeChat Pay has two. */
export type CourierName = Channel | 'wxpay-v2'

export interface NotifierOptions {
  couriers: Readonly<Record<CourierName, Courier>>
  /** Its timers end with the gateway. */
  clock: Clock
  fetch: typeof globalThis.fetch
  /** Divides the retry ladder. */
  speed: number
  /** Every n-th payment is preceded by a wrongly signed probe; 0 for never. */
  probeEvery: number
  log: GatewayLog
}

/** News that is no payment: of a refund. */
export interface Message extends Pick<Order, 'outTradeNo' | 'deliveries'> {
  /** @default 'wxpay' */
  courier?: CourierName
  /** Signs it for one delivery. */
  pack: () => Parcel
}

export interface Notifier {
  /** Tells the merchant about a payment, and keeps telling until it says yes. */
  start: (order: Order, plan: NotifyPlan) => void
  /** Tells the merchant something else, until it says yes. */
  tell: (message: Message) => void
  /** Sends the very same request `count` times, and answers what became of each. */
  resend: (order: Order, count: number, concurrent: boolean) => Promise<Delivery[]>
  /** Resolves when nothing is on its way; waiting retries do not count. */
  idle: () => Promise<void>
  /** Gives up whatever is on its way. */
  stop: () => void
}

function mustBeRefused(kind: DeliveryKind): boolean {
  return kind === 'probe' || kind === 'tampered'
}

export function createNotifier(options: NotifierOptions): Notifier {
  const { clock, log } = options
  const underway = new Set<Promise<unknown>>()
  const aborts = new Set<AbortController>()
  let payments = 0
  let stopped = false

  const courierOf = (order: Order): Courier => options.couriers[order.v2 ? 'wxpay-v2' : channelOf(order)]
  const parcelFor = (order: Order, kind: DeliveryKind): Parcel => courierOf(order).pack(order, kind)

  /** Whether the merchant has said yes to a true notification. */
  function acknowledged(order: Order): boolean {
    return order.deliveries.some(delivery => courierOf(order).accepted(delivery) && !mustBeRefused(delivery.kind))
  }

  async function send(order: Pick<Order, 'outTradeNo' | 'deliveries'>, parcel: Parcel, accepted: Courier['accepted']): Promise<Delivery> {
    const abort = new AbortController()
    if (stopped)
      abort.abort()
    aborts.add(abort)
    const delivery = await deliver({ parcel, clock, fetch: options.fetch, abort })
    aborts.delete(abort)
    order.deliveries.push(delivery)
    const { kind, status, durationMs, error } = delivery
    log({ event: 'delivery', out_trade_no: order.outTradeNo, kind, status, durationMs, error })
    if (mustBeRefused(kind) && accepted(delivery))
      log({ event: 'warning', message: `${order.outTradeNo}: the merchant accepted a ${kind} notification, its signature check is broken` })
    return delivery
  }

  function track(work: Promise<unknown>): void {
    underway.add(work)
    void work.finally(() => underway.delete(work))
  }

  /** Runs `work` after a delay, at once when there is none. */
  function later(delayMs: number, work: () => Promise<void>): void {
    if (delayMs <= 0)
      track(work())
    else
      clock.after(delayMs, () => track(work()))
  }

  function retryAfter(order: Order, rung: number): void {
    const delayMs = courierOf(order).retryDelaysMs[rung]
    if (delayMs !== undefined)
      later(delayMs / options.speed, () => climb(order, rung + 1))
  }

  /** One true delivery; a refused one waits for the next rung. */
  async function climb(order: Order, rung: number): Promise<void> {
    if (!acknowledged(order))
      await send(order, parcelFor(order, 'notify'), courierOf(order).accepted)
    if (!acknowledged(order))
      retryAfter(order, rung)
  }

  async function begin(order: Order, plan: NotifyPlan, probed: boolean): Promise<void> {
    if (probed)
      await send(order, parcelFor(order, 'probe'), courierOf(order).accepted)
    if (plan.tamperFirst) {
      await send(order, parcelFor(order, 'tampered'), courierOf(order).accepted)
      return retryAfter(order, 0)
    }
    if (plan.repeatAfterMs !== undefined)
      later(plan.repeatAfterMs, async () => void await send(order, parcelFor(order, 'repeat'), courierOf(order).accepted))
    return climb(order, 0)
  }

  async function tellAgain(message: Message, rung: number): Promise<void> {
    const { accepted, retryDelaysMs } = options.couriers[message.courier ?? 'wxpay']
    const delivery = await send(message, message.pack(), accepted)
    const delayMs = retryDelaysMs[rung]
    if (!accepted(delivery) && delayMs !== undefined)
      later(delayMs / options.speed, () => tellAgain(message, rung + 1))
  }

  return {
    tell: message => track(tellAgain(message, 0)),
    start(order, plan) {
      const { probes } = courierOf(order)
      payments += probes ? 1 : 0
      const probed = probes && options.probeEvery > 0 && payments % options.probeEvery === 0
      later(plan.delayMs, () => begin(order, plan, probed))
    },
    async resend(order, count, concurrent) {
      const parcel = parcelFor(order, 'repeat')
      const results: Delivery[] = []
      const each = Array.from({ length: count }, () => async () => results.push(await send(order, parcel, courierOf(order).accepted)))
      const work = concurrent
        ? Promise.all(each.map(run => run()))
        : each.reduce<Promise<unknown>>((before, run) => before.then(run), Promise.resolve())
      track(work)
      await work
      return results
    },
    async idle() {
      while (underway.size > 0)
        await Promise.allSettled(underway)
    },
    stop() {
      stopped = true
      aborts.forEach(abort => abort.abort())
    },
  }
}
