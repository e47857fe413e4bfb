import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { newSchema } from '../support/postgres/schema'
import { openAt } from '../support/sql-place'
import { post, trueNotification } from './deliveries'
import { effectIndexes, orderTypes } from './effects'
import type { Host } from './hosts'
import { buildHost, createHost } from './hosts'
import type { Planned } from './orders'
import { createOrders, differences, payAt } from './orders'
import type { Upstream } from './upstream'
import { openUpstream } from './upstream'

/** Two processes over one PostgreSQL, with a sweep every second in each, and nobody killed. */
const SLOW = 180_000
const services = resolve('uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service')

const planned: Planned[] = Array.from({ length: 16 }, (_value, i): Planned => {
  const type = orderTypes[i % 4]!
  const buyer = type === 'vip' ? `member_${i}` : 'user_0'
  const custom = { user_id: buyer, recharge_balance: 100, goods_id: 'goods_0', quantity: 1, vip_type: 'month', vip_days: 30 }
  return { no: `HOSTS_${String(i).padStart(4, '0')}`, type, provider: 'wxpay', fee: 100, custom: type === 'goods' ? custom : { ...custom, goods_id: undefined }, fate: 'notified' }
})

let folder = ''
let upstream: Upstream
let store: Store
let hosts: Host[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vk-pay-hosts-'))
  upstream = await openUpstream()
  const config = join(folder, 'config.json')
  await writeFile(config, JSON.stringify(upstream.config), { mode: 0o600 })
  const place = (await newSchema()).connection
  store = await openAt(place, effectIndexes)
  await createOrders(store, upstream, planned, services)
  const program = await buildHost()
  hosts = [1, 2].map(() => createHost(program, { place, config, services }))
  await Promise.all(hosts.map(host => host.start()))
}, SLOW)

afterAll(async () => {
  await Promise.all(hosts.map(host => host.end()))
  await store.close()
  await upstream.close()
  await rm(folder, { recursive: true, force: true })
}, SLOW)

function notify(host: Host, order: Planned): Promise<{ status: number }> {
  const { path, headers, body } = trueNotification(upstream, order)
  return post(host.url()!, path, headers, body)
}
function ask(host: Host, order: Planned): Promise<{ text: string }> {
  return post(host.url()!, '', { 'content-type': 'application/json' }, JSON.stringify({ $url: 'pay/queryPayment', data: { out_trade_no: order.no } }))
}

/** Answers of 5xx are for the channel to come again; in the end each is taken for received. */
async function untilReceived(order: Planned): Promise<void> {
  for (const host of [...hosts, ...hosts, ...hosts]) {
    if ((await notify(host, order)).status === 200)
      return
  }
  expect.unreachable(`${order.no} is never received`)
}

it('50 deliveries at once to both: one effect', async () => {
  const orders = planned.slice(0, 4)
  const answers = await Promise.all(orders.flatMap(order => Array.from({ length: 50 }, (_value, i) => notify(hosts[i % 2]!, order))))
  expect(answers.every(({ status }) => status === 200 || status >= 500)).toBe(true)
  expect(answers.some(({ status }) => status === 200)).toBe(true)
  await Promise.all(orders.map(untilReceived))
}, SLOW)

it('a delivery to one while the other is asked: one effect', async () => {
  const orders = planned.slice(4, 10)
  for (const order of orders)
    payAt(upstream, order)
  await Promise.all(orders.flatMap(order => [notify(hosts[0]!, order), ask(hosts[1]!, order), ask(hosts[0]!, order), notify(hosts[1]!, order)]))
  await Promise.all(orders.map(untilReceived))
  expect((await ask(hosts[0]!, orders[0]!)).text).toContain('"user_order_success":true')
}, SLOW)

it('deliveries while both reconcile: one effect', async () => {
  const orders = planned.slice(10)
  for (const order of orders)
    payAt(upstream, order)
  const later = Date.now() + 60_000
  await Promise.all([...hosts.map(host => host.reconcile(later)), ...orders.flatMap(order => hosts.map(host => notify(host, order)))])
  await Promise.all(orders.map(untilReceived))
}, SLOW)

it('and everything is as the paid orders say', async () => {
  expect(await differences(store, planned)).toEqual([])
})
