/** Hosts killed at random moments under a storm; see `storm.test.ts`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Delivery } from './deliveries'
import type { Planned } from './orders'
import { openAt } from '../support/sql-place'
import { planDeliveries, post, tamperedNotification, trueNotification } from './deliveries'
import { effectIndexes } from './effects'
import { buildHost, createHost } from './hosts'
import { createOrders, differences, missingEffects, payAt, planOrders } from './orders'
import { randomOf } from './random'
import { openUpstream } from './upstream'

export interface StormOptions {
  /** File or connection string of an empty database. */
  place: string
  /** Hosts over that one database. */
  hosts: number
  orders: number
  kills: number
  seed: number
}

export interface StormReport {
  kills: number
  /** Deliveries that were sent, with those that had to be repeated. */
  sent: number
  /** True notifications that were answered with success, and the orders they belong to. */
  acknowledged: number
  acknowledgedOrders: number
  /** Changed notifications that were refused, and those that were not: none may be. */
  refused: number
  tamperedAccepted: number
  /** Orders a host called paid that nobody has paid. */
  inventedPaid: number
  /** Acknowledged orders whose effect was not there when the host had been killed. */
  lost: string[]
  /** What is not as the paid orders say, at the end. */
  differences: string[]
  errors: Record<string, number>
}

const WIDTH = 24
const services = resolve('uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service')
const pause = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))

/** For `reconcile`: long enough for every lease, claim and step to be over, too early to close an order. */
const LATER_MS = 10 * 60_000
const SWEEP_STEP_MS = 2 * 60_000
const MOST_SWEEPS = 10
const MOST_ROUNDS = 60

export async function runStorm({ place, hosts: hostCount, orders, kills, seed }: StormOptions): Promise<StormReport> {
  const random = randomOf(seed)
  const folder = await mkdtemp(join(tmpdir(), 'vk-pay-storm-'))
  const upstream = await openUpstream()
  const config = join(folder, 'config.json')
  await writeFile(config, JSON.stringify(upstream.config), { mode: 0o600 })
  const program = await buildHost()
  const store = await openAt(place, effectIndexes)
  const planned = planOrders(orders, random)
  const hosts = Array.from({ length: hostCount }, () => createHost(program, { place, config, services }))
  const report: StormReport = { kills: 0, sent: 0, acknowledged: 0, acknowledgedOrders: 0, refused: 0, tamperedAccepted: 0, inventedPaid: 0, lost: [], differences: [], errors: {} }
  const acknowledged = new Set<Planned>()
  /** Called with each acknowledgement, the moment it comes. */
  let onAcknowledged = (): void => {}

  /** Whether this delivery is over; one that was not answered as it should be comes again. */
  async function deliver(delivery: Delivery): Promise<boolean> {
    const { order } = delivery
    if (delivery.kind === 'pay') {
      payAt(upstream, order)
      return true
    }
    const url = random.pick(hosts).url()
    if (url === undefined)
      return false
    report.sent += 1
    if (delivery.kind === 'query') {
      const { text } = await post(url, '', { 'content-type': 'application/json' }, JSON.stringify({ $url: 'pay/queryPayment', data: { out_trade_no: order.no } }))
      if (order.fate === 'unpaid' && text.includes('"orderPaid":true'))
        report.inventedPaid += 1
      return true
    }
    const { path, headers, body } = delivery.kind === 'true' ? trueNotification(upstream, order) : tamperedNotification(upstream, order, delivery.how)
    const { status } = await post(url, path, headers, body)
    if (delivery.kind === 'tampered') {
      if (status === 200)
        report.tamperedAccepted += 1
      else if (status > 0)
        report.refused += 1
      return status > 0
    }
    if (status !== 200)
      return false
    report.acknowledged += 1
    acknowledged.add(order)
    onAcknowledged()
    return true
  }

  /** Sends them, many at once; answers those that have to come again. */
  async function send(batch: readonly Delivery[]): Promise<Delivery[]> {
    const again: Delivery[] = []
    let next = 0
    const worker = async (): Promise<void> => {
      for (let delivery = batch[next++]; delivery; delivery = batch[next++]) {
        if (!await deliver(delivery))
          again.push(delivery)
      }
    }
    await Promise.all(Array.from({ length: WIDTH }, worker))
    return again
  }

  async function checkAcknowledged(): Promise<void> {
    const missing = await missingEffects(store, [...acknowledged])
    report.lost.push(...missing.filter(no => !report.lost.includes(no)))
  }

  /**
   * The moment of a kill: any, or, every other time, that of one of the next acknowledgements. Whatever
   * was promised too early is then still to be done, for this order or for those that wait behind it.
   */
  function moment(span: number): Promise<void> {
    if (random.next() < 0.5)
      return pause(random.next() * span)
    let left = 1 + random.below(4)
    return new Promise((done) => {
      onAcknowledged = () => --left <= 0 && done()
    })
  }

  try {
    await createOrders(store, upstream, planned, services)
    await Promise.all(hosts.map(host => host.start()))
    let waiting = planDeliveries(planned, random)
    let span = 150
    while (report.kills < kills) {
      const share = Math.max(WIDTH, Math.ceil(waiting.length / (kills - report.kills)))
      const batch = waiting.slice(0, share)
      const startedAt = Date.now()
      const sending = send(batch)
      await Promise.race([moment(span), sending])
      const victim = random.pick(hosts)
      await victim.kill()
      report.kills += 1
      const again = await sending
      span = 0.8 * span + 0.2 * (Date.now() - startedAt)
      await checkAcknowledged()
      // to wherever in the rest: later, and not in order
      waiting = random.shuffle([...waiting.slice(share), ...again])
      await victim.start()
    }
    for (let round = 0; waiting.length > 0 && round < MOST_ROUNDS; round++)
      waiting = await send(waiting)
    await checkAcknowledged()
    report.differences.push(...waiting.map(({ order, kind }) => `${order.no}: ${kind} was never answered as it should be`))

    for (const host of hosts) {
      await host.kill()
      report.kills += 1
      await host.start()
    }
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      const done = await Promise.all(hosts.map(host => host.reconcile(Date.now() + LATER_MS + sweep * SWEEP_STEP_MS)))
      if (done.every(({ more, paid, handled, failed }) => more === false && paid === 0 && handled === 0 && failed === 0) && sweep > 1)
        break
    }
    report.differences.push(...await differences(store, planned))
  }
  finally {
    await Promise.all(hosts.map(host => host.end()))
    await store.close()
    await upstream.close()
    await rm(program, { force: true })
    await rm(folder, { recursive: true, force: true })
  }
  for (const { errors } of hosts) {
    for (const [event, count] of errors)
      report.errors[event] = (report.errors[event] ?? 0) + count
  }
  return { ...report, acknowledgedOrders: acknowledged.size }
}
