import type { Backend, Clock, CreatePaymentResult, QueryPaymentResult } from '../../../js_sdk/types'
import { ErrorCode, VkPayError } from '../../../js_sdk/errors'
import type { Payment } from './payment'
import { logNormal, randomFrom } from './random'

export interface World {
  /** Whether the server asks the channel when it is asked, as ours does, or only waits for notifications. */
  asksChannel: boolean
  /** Whether it knows `await_notify`. */
  waits?: boolean
}

/** What a payment cost. */
export interface Spent {
  /** Questions of the client. */
  queries: number
  /** Questions of the server to the channel. */
  upstream: number
  /** How long requests were held open beyond answering, ms. */
  heldMs: number
}

/** As in the core: the channel is asked about an order once a second, and one who waits looks twice a second. */
const UPSTREAM_INTERVAL_MS = 1000
const LOOK_MS = 500
const LOST = 0.005

/** The server as one payment meets it, with the network before it. */
export function simulateServer(payment: Payment, world: World, clock: Clock) {
  const random = randomFrom(payment.seed)
  const spent: Spent = { queries: 0, upstream: 0, heldMs: 0 }
  let askedAtMs = Number.NEGATIVE_INFINITY
  let recorded = false

  const sleep = (ms: number) => new Promise<void>(resolve => clock.setTimeout(resolve, ms))

  async function isPaid(): Promise<boolean> {
    recorded ||= payment.notifiedAtMs <= clock.now()
    if (recorded || !world.asksChannel || clock.now() - askedAtMs < UPSTREAM_INTERVAL_MS)
      return recorded
    askedAtMs = clock.now()
    spent.upstream++
    const there = logNormal(random, 60, 0.4)
    await sleep(there)
    const known = payment.knownAtMs <= clock.now()
    await sleep(there)
    recorded ||= known
    return recorded
  }

  async function query({ await_notify, await_max_time }: Record<string, unknown> = {}): Promise<QueryPaymentResult> {
    const waitMs = world.waits && await_notify ? Number(await_max_time) * 1000 : 0
    spent.queries++
    const there = logNormal(random, 60, 0.4)
    const isLost = random() < LOST
    await sleep(there)
    if (isLost)
      await new Promise(() => {})
    const arrivedAtMs = clock.now()
    let paid = await isPaid()
    while (!paid && clock.now() - arrivedAtMs < waitMs) {
      const beforeMs = clock.now()
      await sleep(LOOK_MS)
      paid = await isPaid()
      spent.heldMs += clock.now() - beforeMs
    }
    await sleep(there)
    return { code: 0, msg: '', orderPaid: paid, status: paid ? 1 : 0, data: { trade_state: paid ? 'SUCCESS' : 'NOTPAY', total_fee: 100 } }
  }

  const created: CreatePaymentResult = { code: 0, msg: '', out_trade_no: 'ORDER_000001', provider: 'wxpay', total_fee: 100, orderInfo: {} }
  const backend: Backend = {
    async call<T>(action: string, data: Record<string, unknown>) {
      if (action === 'pay/createPayment')
        return created as T
      if (action === 'pay/queryPayment')
        return await query(data) as T
      throw new VkPayError(ErrorCode.NETWORK, action)
    },
  }
  return { backend, query, spent }
}
