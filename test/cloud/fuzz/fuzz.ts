/** One round after the other, each against a shop that must come out of it unharmed; see `fuzz.test.ts`. */
import { Buffer } from 'node:buffer'
import type { HttpAnswer, RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { Random } from '../storm/random'
import type { Shop } from '../support/shop'
import type { FuzzedChannel } from './channels'
import { calls } from './calls'
import { doors } from './doors'
import { mutate, mutateCall } from './mutate'

export interface FuzzReport {
  sent: number
  /** Genuine in every signed byte, and so taken for genuine. */
  acceptedUnchanged: number
  /** Signed over facts that are the order's own. */
  acceptedFitting: number
  refused: number
  /** CPU time of the slowest, ms; it runs alone. */
  slowestMs: number
  slowest: string
}

/** The shop is put back this often, so that orders of the fuzz do not pile up. */
const SHOP_FOR = 100
/** The whole of what one line of a log may hold. */
const LONGEST_LINE = 1_200

const show = ({ path, headers, body }: RawRequest): string => JSON.stringify({ path: path.slice(0, 200), headers: JSON.stringify(headers).slice(0, 1_500), body: Buffer.from(body).toString('latin1').slice(0, 1_500), bytes: body.length })

/** Throws with the request when anything is not as it must be. */
function complain(what: string, request: RawRequest): never {
  throw new Error(`${what}: ${show(request)}`)
}

function checkLogs(shop: Shop, secrets: readonly string[], request: RawRequest): void {
  for (const line of shop.logs.splice(0)) {
    const text = JSON.stringify(line)
    if (line.event === 'unexpected error' || line.event === 'notification could not be handled')
      complain(`an error nobody foresaw: ${text}`, request)
    if (text.length > LONGEST_LINE)
      complain(`a line of ${text.length} characters in the log`, request)
    if (secrets.some(secret => text.includes(secret)))
      complain('a secret in the log', request)
  }
}

/** What of a request must not be repeated in a log: parts of it that no message names. */
function payloadOf({ body, headers }: RawRequest): string[] {
  const text = Buffer.from(body).toString('utf8')
  const sealed = /"ciphertext": *"([^"]{60})/.exec(text)?.[1] ?? /(?:^|&)sign=([^&]{60})/.exec(text)?.[1]
  return [headers['wechatpay-signature'] ?? '', sealed ?? ''].filter(part => part.length > 30)
}

type Answered = Pick<HttpAnswer, 'status' | 'body'>
type Timed = (work: () => Promise<Answered>, request: RawRequest) => Promise<Answered>

interface World { channel: FuzzedChannel, shop: Shop, good: RawRequest, restore: () => Promise<void> }

/** A shop that can be put back to where it began: to make another one takes longer than to attack one. */
async function openWorld(channel: FuzzedChannel): Promise<World> {
  const shop = await channel.open()
  const began = shop.clock.now
  const kept = ['vk-pay-orders', 'goods'].map(name => [name, structuredClone(shop.memory.all(name))] as const)
  shop.logs.length = 0
  return {
    channel,
    shop,
    good: channel.good(shop),
    async restore() {
      shop.clock.now = began
      for (const name of ['callback_logs', 'runs', 'vk-pay-limits'])
        await shop.memory.remove(name, {})
      for (const [name, docs] of kept) {
        await shop.memory.remove(name, {})
        for (const doc of structuredClone(docs))
          await shop.memory.add(name, doc)
      }
    },
  }
}

async function oneNotification({ channel, shop, good }: World, random: Random, report: FuzzReport, timed: Timed): Promise<boolean> {
  const signed = random.next() < 0.25 ? channel.resigned(shop, random) : undefined
  const request = signed?.request ?? mutate(good, random)
  const answer = await timed(() => random.pick(doors)(shop.pay, request), request)
  checkLogs(shop, [...channel.secrets, ...payloadOf(request)], request)
  if (channel.secrets.some(secret => answer.body.includes(secret)))
    complain('a secret in the answer', request)
  const paid = shop.order().status !== 0
  if (answer.status >= 500 && !signed)
    complain(`answered ${answer.status}`, request)
  if (!paid) {
    report.refused += 1
    return false
  }
  if (signed && !signed.fits)
    complain(`other facts than the order's were accepted: ${JSON.stringify(signed.facts).slice(0, 1_000)}`, request)
  if (!signed && channel.meaning(request) !== channel.meaning(good))
    complain('a changed message was accepted', request)
  if (signed)
    report.acceptedFitting += 1
  else
    report.acceptedUnchanged += 1
  return true
}

async function oneCall({ channel, shop }: World, random: Random, timed: Timed): Promise<boolean> {
  const call = mutateCall(random.pick(calls), random)
  const request: RawRequest = { method: 'POST', path: '/vk-pay', headers: { 'content-type': 'application/json', 'user-agent': 'Mozilla/5.0 MicroMessenger' }, body: Buffer.from(JSON.stringify(call)) }
  const sent = random.next() < 0.2 ? { ...mutate(request, random), path: '/vk-pay' } : request
  const before = shop.order()
  const answer = await timed(() => random.pick(doors)(shop.pay, sent), sent)
  // an openid is what a client sends of itself, and gets back in what its cashier needs
  checkLogs(shop, channel.secrets, sent)
  if (![200, 400, 405, 413].includes(answer.status))
    complain(`answered ${answer.status}`, sent)
  const { code } = JSON.parse(answer.body) as { code?: unknown }
  if (typeof code !== 'number')
    complain(`answered without a code: ${answer.body.slice(0, 200)}`, sent)
  for (const order of shop.memory.all('vk-pay-orders')) {
    if (!Number.isSafeInteger(order.total_fee) || Number(order.total_fee) < 1 || (order.status !== 0 && order.status !== -1 && order.out_trade_no !== 'ORDER_1001'))
      complain(`an order that cannot be: ${JSON.stringify(order).slice(0, 300)}`, sent)
  }
  // a genuine question may find the genuine payment; the shop is a new one then
  return shop.order().status !== before.status
}

/** Sends so many, seven of ten as notifications. @throws Error with the request that broke a promise */
export async function runFuzz(channel: FuzzedChannel, count: number, random: Random): Promise<FuzzReport> {
  const report: FuzzReport = { sent: 0, acceptedUnchanged: 0, acceptedFitting: 0, refused: 0, slowestMs: 0, slowest: '' }

  async function timed(work: () => Promise<Answered>, request: RawRequest): Promise<Answered> {
    const before = process.cpuUsage()
    const answer = await work()
    const { user, system } = process.cpuUsage(before)
    const ms = (user + system) / 1_000
    if (ms > report.slowestMs)
      Object.assign(report, { slowestMs: ms, slowest: show(request).slice(0, 300) })
    return answer
  }

  const world = await openWorld(channel)
  for (let age = 0; report.sent < count; age++) {
    report.sent += 1
    const changed = random.next() < 0.7
      ? await oneNotification(world, random, report, timed)
      : await oneCall(world, random, timed)
    if (changed || age % SHOP_FOR === 0)
      await world.restore()
    // nothing here waits for anything: without a turn for others the test runner takes this process for hung
    if (age % SHOP_FOR === 0)
      await new Promise(resolve => setImmediate(resolve))
  }
  return report
}
