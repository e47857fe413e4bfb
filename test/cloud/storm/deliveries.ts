/** What is thrown at the hosts: true notifications, true ones again, changed ones, and clients who ask. */
import { Buffer } from 'node:buffer'
import type { RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import { app, notification as alipayNotification } from '../providers/alipay-support'
import { notification, stranger, transactionOf } from '../support/wechat'
import type { Planned } from './orders'
import type { Random } from './random'
import type { Upstream } from './upstream'
import { payAt } from './orders'

export type Tampering = 'byte' | 'stranger' | 'amount' | 'stale'

export type Delivery
  = | { kind: 'true', order: Planned }
    | { kind: 'tampered', order: Planned, how: Tampering }
    | { kind: 'query', order: Planned }
    /** The payer pays, and nobody is told. */
    | { kind: 'pay', order: Planned }

const TAMPERINGS: readonly Tampering[] = ['byte', 'stranger', 'amount', 'stale']

/**
 * All of it, in no order: duplicates come before and after each other, the changed before the true. Half
 * of the duplicates arrive together, while the first is still being handled.
 */
export function planDeliveries(planned: readonly Planned[], random: Random): Delivery[] {
  const groups = planned.flatMap((order): Delivery[][] => {
    const list: Delivery[][] = []
    if (order.fate === 'notified') {
      const deliveries = Array.from({ length: 1 + random.below(3) }, (): Delivery => ({ kind: 'true', order }))
      list.push(...random.next() < 0.5 ? [deliveries] : deliveries.map(delivery => [delivery]))
    }
    if (order.fate === 'silent')
      list.push([{ kind: 'pay', order }])
    if (random.next() < 0.35)
      list.push([{ kind: 'tampered', order, how: random.pick(TAMPERINGS) }])
    if (random.next() < 0.15)
      list.push([{ kind: 'query', order }])
    return list
  })
  return random.shuffle(groups).flat()
}

const STALE_MS = 301_000

function flipped(body: Uint8Array): Buffer {
  const bytes = Buffer.from(body)
  const at = bytes.length - 20
  bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41
  return bytes
}

export function trueNotification(upstream: Upstream, order: Planned): RawRequest {
  payAt(upstream, order)
  return order.provider === 'wxpay' ? upstream.wechat.notificationFor(order.no) : alipayNotification(upstream.alipay.order(order.no))
}

/** None of these may be taken for received, whether the order was paid or not. */
export function tamperedNotification(upstream: Upstream, { no, provider }: Planned, how: Tampering): RawRequest {
  if (provider === 'alipay') {
    const order = { ...upstream.alipay.order(no), status: 'TRADE_SUCCESS' as const }
    switch (how) {
      case 'byte': return { ...alipayNotification(order), body: flipped(alipayNotification(order).body) }
      case 'amount': return alipayNotification(order, { fields: { total_amount: '999.99' } })
      case 'stale': return alipayNotification(order, { after: { trade_no: '2026010122001400000000000000' } })
      default: return alipayNotification(order, { key: app.privateKey })
    }
  }
  const nowMs = Date.now()
  const transaction = { ...transactionOf({ ...upstream.wechat.orders.get(no)!, state: 'SUCCESS' }, nowMs) }
  switch (how) {
    case 'byte': {
      const request = notification(transaction, { nowMs })
      return { ...request, body: flipped(request.body) }
    }
    case 'amount': return notification({ ...transaction, amount: { total: 999_999, currency: 'CNY' } }, { nowMs })
    case 'stale': return notification(transaction, { nowMs: nowMs - STALE_MS })
    default: return notification(transaction, { nowMs, key: stranger.privateKey })
  }
}

/** The status of the answer; 0 when none came. */
export async function post(url: string, path: string, headers: Record<string, string>, body: Uint8Array | string): Promise<{ status: number, text: string }> {
  try {
    const response = await fetch(`${url}/vk-pay${path}`, { method: 'POST', headers, body: typeof body === 'string' ? body : new Uint8Array(body), signal: AbortSignal.timeout(30_000) })
    return { status: response.status, text: await response.text() }
  }
  catch {
    return { status: 0, text: '' }
  }
}
