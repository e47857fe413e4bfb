import { createVkPay } from '../../../js_sdk/client'
import type { KeyValueStorage, PayProvider, PayResult, PollPolicy } from '../../../js_sdk/types'
import { jumpingClock } from './clock'
import type { Payment } from './payment'
import type { Spent, World } from './server'
import { simulateServer } from './server'

/** What the payer was told in the end, and when, ms after the cashier came back. */
export interface Told extends Spent {
  word: 'paid' | 'pending' | 'cancel' | 'nothing'
  afterMs: number
}

/** One payment, told by one strategy. */
export type Strategy = (payment: Payment, world: World) => Promise<Told>

/** Longer than any of the strategies asks, ms after the return. */
const HORIZON_MS = 200_000
const WORDS = { success: 'paid', pending: 'pending', cancel: 'cancel', fail: 'nothing' } as const
const order = { out_trade_no: 'ORDER_000001', total_fee: 100, subject: 'goods', type: 'goods' }

function memory(): KeyValueStorage {
  const kept = new Map<string, unknown>()
  return { get: key => kept.get(key), set: (key, value) => void kept.set(key, value) }
}

/** The client itself, session, journal and all, by a policy. */
export function engine(poll?: PollPolicy): Strategy {
  return async (payment, world) => {
    const { clock, runUntil, forget } = jumpingClock()
    const { backend, spent } = simulateServer(payment, world, clock)
    const storage = memory()
    const told: Pick<Told, 'word' | 'afterMs'> = { word: 'nothing', afterMs: Number.POSITIVE_INFINITY }
    const hear = ({ outcome }: PayResult) => {
      if (told.word === 'nothing' || outcome === 'success')
        Object.assign(told, { word: WORDS[outcome], afterMs: clock.now() - payment.returnsAtMs })
    }
    const killed = payment.kind === 'killed'
    const cashier: PayProvider = {
      id: 'wxpay',
      platforms: ['mp-weixin', 'mp-alipay', 'mp-toutiao', 'app-plus', 'h5', 'h5-weixin', 'mweb'],
      outcomes: [['any', 'says', '==', 'ok', 'success', 'verify'], ['any', 'says', '==', 'cancel', 'cancel', 'user']],
      launch: () => new Promise((resolve) => {
        if (!killed)
          clock.setTimeout(() => resolve({ kind: 'reported', via: 'single', raw: { says: payment.says } }), payment.returnsAtMs - clock.now())
      }),
    }
    const open = () => createVkPay({ backend, clock, storage, poll, locale: 'en', provider: 'wxpay', providers: [cashier], onPaid: hear })
    const session = open().session()
    session.subscribe({ onResult: hear })
    void session.pay(order)
    if (killed) {
      await runUntil(payment.knownAtMs)
      session.dispose()
      forget()
      told.word = 'nothing'
      await runUntil(payment.returnsAtMs)
      void open().resume()
    }
    await runUntil(payment.returnsAtMs + HORIZON_MS)
    return { ...told, ...spent }
  }
}

/** As it is written by hand: an interval that begins when the cashier says ok; no word of the rest. */
export function byHand(everyMs: number, times: number): Strategy {
  return async (payment, world) => {
    const { clock, runUntil } = jumpingClock()
    const { query, spent } = simulateServer(payment, world, clock)
    const told: Pick<Told, 'word' | 'afterMs'> = { word: 'nothing', afterMs: Number.POSITIVE_INFINITY }
    let left = times
    const tick = () => {
      if (told.word === 'paid' || left-- === 0)
        return
      clock.setTimeout(tick, everyMs)
      void query().then(({ orderPaid }) => {
        if (orderPaid && told.word !== 'paid')
          Object.assign(told, { word: 'paid', afterMs: clock.now() - payment.returnsAtMs })
      })
    }
    await runUntil(payment.returnsAtMs)
    if (payment.says === 'cancel')
      return { word: 'cancel', afterMs: 0, ...spent }
    if (payment.kind === 'killed')
      return { ...told, ...spent }
    clock.setTimeout(tick, everyMs)
    await runUntil(payment.returnsAtMs + HORIZON_MS)
    return { ...told, ...spent }
  }
}

/** One question, which the server is to hold until it knows, for 20 s: what it was made for where it comes from. */
export const oneThatWaits: Strategy = async (payment, world) => {
  const { clock, runUntil } = jumpingClock()
  const { query, spent } = simulateServer(payment, world, clock)
  const told: Pick<Told, 'word' | 'afterMs'> = { word: 'nothing', afterMs: Number.POSITIVE_INFINITY }
  await runUntil(payment.returnsAtMs)
  if (payment.says === 'cancel')
    return { word: 'cancel', afterMs: 0, ...spent }
  if (payment.kind === 'killed')
    return { ...told, ...spent }
  void query({ await_notify: true, await_max_time: 20 }).then(({ orderPaid }) => {
    if (orderPaid)
      Object.assign(told, { word: 'paid', afterMs: clock.now() - payment.returnsAtMs })
  })
  await runUntil(payment.returnsAtMs + HORIZON_MS)
  return { ...told, ...spent }
}

/** A policy of one pace. It asks `times` times, the first time at once. */
export const fixed = (everyMs: number, times: number): PollPolicy => attempt => attempt < times ? everyMs : 'stop'
