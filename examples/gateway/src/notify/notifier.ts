import type { Account } from '../account/account'
import type { PlatformSigner } from '../account/keyring'
import type { Clock } from '../clock'
import type { GatewayLog } from '../log'
import type { Order } from '../orders/order'
import type { Delivery, DeliveryKind, Parcel } from './delivery'
import type { Notification } from './notification'
import type { NotifyPlan } from './schedule'
import { deliver } from './delivery'
import { composeNotification, pack } from './notification'
import { RETRY_DELAYS_MS } from './schedule'

export interface NotifierOptions {
  account: Account
  signer: PlatformSigner
  /** Its timers end with the gateway. */
  clock: Clock
  fetch: typeof globalThis.fetch
  /** Divides the retry ladder. */
  speed: number
  /** Every n-th payment is preceded by a wrongly signed probe; 0 for never. */
  probeEvery: number
  log: GatewayLog
}

export interface Notifier {
  /** Tells the merchant about a payment, and keeps telling until it answers 2xx. */
  start: (order: Order, plan: NotifyPlan) => void
  /** Sends the very same request `count` times, and answers what became of each. */
  resend: (order: Order, count: number, concurrent: boolean) => Promise<Delivery[]>
  /** Resolves when nothing is on its way; waiting retries do not count. */
  idle: () => Promise<void>
  /** Gives up whatever is on its way. */
  stop: () => void
}

function accepted(delivery: Delivery): boolean {
  return delivery.status >= 200 && delivery.status < 300
}

function mustBeRefused(kind: DeliveryKind): boolean {
  return kind === 'probe' || kind === 'tampered'
}

/** Whether the merchant has said yes to a true notification. */
function acknowledged(order: Order): boolean {
  return order.deliveries.some(delivery => accepted(delivery) && !mustBeRefused(delivery.kind))
}

export function createNotifier(options: NotifierOptions): Notifier {
  const { clock, log } = options
  const notifications = new Map<string, Notification>()
  const underway = new Set<Promise<unknown>>()
  const aborts = new Set<AbortController>()
  let payments = 0
  let stopped = false

  function notificationOf(order: Order): Notification {
    const known = notifications.get(order.outTradeNo)
      ?? composeNotification(order, options.account, clock.now())
    notifications.set(order.outTradeNo, known)
    return known
  }

  function parcelFor(order: Order, kind: DeliveryKind): Parcel {
    return pack(notificationOf(order), order, kind, options.signer, clock.now())
  }

  async function send(order: Order, parcel: Parcel): Promise<Delivery> {
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
    const delayMs = RETRY_DELAYS_MS[rung]
    if (delayMs !== undefined)
      later(delayMs / options.speed, () => climb(order, rung + 1))
  }

  /** One true delivery; a refused one waits for the next rung. */
  async function climb(order: Order, rung: number): Promise<void> {
    if (!acknowledged(order))
      await send(order, parcelFor(order, 'notify'))
    if (!acknowledged(order))
      retryAfter(order, rung)
  }

  async function begin(order: Order, plan: NotifyPlan, probed: boolean): Promise<void> {
    if (probed)
      await send(order, parcelFor(order, 'probe'))
    if (plan.tamperFirst) {
      await send(order, parcelFor(order, 'tampered'))
      return retryAfter(order, 0)
    }
    if (plan.repeatAfterMs !== undefined)
      later(plan.repeatAfterMs, async () => void await send(order, parcelFor(order, 'repeat')))
    return climb(order, 0)
  }

  return {
    start(order, plan) {
      payments += 1
      const probed = options.probeEvery > 0 && payments % options.probeEvery === 0
      later(plan.delayMs, () => begin(order, plan, probed))
    },
    async resend(order, count, concurrent) {
      const parcel = parcelFor(order, 'repeat')
      const results: Delivery[] = []
      const each = Array.from({ length: count }, () => async () => results.push(await send(order, parcel)))
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
