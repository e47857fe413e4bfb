/** `npm run bench:growth`: whether what a shop does every minute minds how many orders it has had. */
import { observe, searches } from '../../cloud/stores/support/observed'
import type { Observed, Statement } from '../../cloud/stores/support/observed'
import { addHistory, bytesOf, numberOf } from '../../cloud/stores/support/history'
import type { History } from '../../cloud/stores/support/history'
import type { Engine } from './places'
import { engines, openPlaces } from './places'
import { median } from './rounds'
import type { Pay } from './shop'
import { addUsers, createOrder, newest, notify, openPay, paidNotification } from './shop'

const SMALL = 1_000
const SIZES = [100_000, 1_000_000]
const ROUNDS = 7
const QUERIES = 100
const NOTIFICATIONS = 20
const OWED = 20
/** Of a line of a plan, characters. */
const WIDTH = 118

/** ms of one. */
async function each(count: number, work: (i: number) => Promise<unknown>): Promise<number> {
  const startedAt = process.hrtime.bigint()
  for (let i = 0; i < count; i++)
    await work(i)
  return Number(process.hrtime.bigint() - startedAt) / 1e6 / count
}

const columns = ['query', 'notify', 'idle', 'owed'] as const
type Times = Record<typeof columns[number], number>

/** A shop and its database. */
interface Shop { place: string, observed: Observed, pay: Pay, history: History, orders: number, rounds: number }

async function openShop(place: string): Promise<Shop> {
  const observed = await observe(place, { small: false })
  await addUsers(observed.store)
  const pay = openPay(observed.store)
  await createOrder(pay, 'TEMPLATE', 0)
  await notify(pay, paidNotification('TEMPLATE'))
  const history = { order: await newest(observed.store, 'vk-pay-orders'), log: await newest(observed.store, 'callback_logs') }
  return { place, observed, pay, history, orders: 0, rounds: 0 }
}

async function grow(shop: Shop, orders: number): Promise<void> {
  await addHistory(shop.place, shop.history, shop.orders, orders)
  shop.orders = orders
  await round(shop)
}

async function round(shop: Shop): Promise<Times> {
  const { observed: { store }, pay, history, orders } = shop
  const name = `ROUND_${shop.rounds++}`
  const query = await each(QUERIES, async () => {
    const { code, trade_state, data } = await pay.queryPayment({ out_trade_no: numberOf(Math.floor(Math.random() * orders)) }) as { code: number, trade_state?: string, data?: { trade_state?: string } }
    if (code !== 0 || (trade_state ?? data?.trade_state) !== 'SUCCESS')
      throw new Error('an order of the past was not found')
  })
  const numbers = Array.from({ length: NOTIFICATIONS }, (_, i) => `${name}_${i}`)
  for (const [i, number] of numbers.entries())
    await createOrder(pay, number, i)
  const notifications = numbers.map(paidNotification)
  const notified = await each(NOTIFICATIONS, i => notify(pay, notifications[i]!))
  const idle = await each(1, () => pay.reconcile())
  for (let i = 0; i < OWED; i++)
    await store.add('vk-pay-orders', { ...history.order, _id: undefined, out_trade_no: `${name}_owed_${i}`, transaction_id: `${name}_owed_${i}`, user_order_success: undefined, due_date: 1 })
  const owed = await each(1, async () => {
    const { handled } = await pay.reconcile()
    if (handled !== OWED)
      throw new Error(`${handled} of ${OWED} orders were seen to`)
  })
  return { query, notify: notified, idle, owed }
}

function mediansOf(rounds: readonly Times[]): Times {
  return Object.fromEntries(columns.map(key => [key, median(rounds.map(item => item[key]))])) as Times
}

function row(orders: number, times: Times, beside: Times): string {
  return `  ${orders.toLocaleString('en').padStart(9)}${columns.map(key => `${times[key].toFixed(2).padStart(11)} ${`×${(times[key] / beside[key]).toFixed(2)}`.padStart(6)}`).join('  ')}`
}

async function benchEngine(engine: Engine): Promise<void> {
  const places = await openPlaces(engine)
  // measured in turn with the large one, so that a machine that slows down slows both
  const small = await openShop(await places.fresh())
  const large = await openShop(await places.fresh())
  await grow(small, SMALL)
  console.log(`\n${engine}: ms each, and beside a table of ${SMALL.toLocaleString('en')} orders measured in turn with it\n     orders             query        notification    sweep, nothing due    sweep of ${OWED} owed`)
  for (const size of SIZES) {
    await grow(large, size)
    large.observed.statements.length = 0
    const rounds: [Times, Times][] = []
    for (let i = 0; i < ROUNDS; i++)
      rounds.push([await round(small), await round(large)])
    const beside = mediansOf(rounds.map(([item]) => item))
    console.log([row(SMALL, beside, beside), row(size, mediansOf(rounds.map(([, item]) => item)), beside)].join('\n'))
  }
  console.log(`  on the disk: ${((await bytesOf(large.place)) / large.orders / 1024).toFixed(1)} KB an order, with its callback log and all indexes`)
  await printPlans(engine, large)
  for (const { observed } of [small, large])
    await observed.close()
  await places.close()
}

/** Tables without a history are small, and best read whole. */
async function printPlans(engine: Engine, { observed, orders }: Shop): Promise<void> {
  console.log(`\n${engine}: how the statements of all this find their rows among ${orders.toLocaleString('en')} orders`)
  const cut = (line: string): string => line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line
  const old = (item: Statement): boolean => searches(item) && /"(?:vk-pay-orders|callback_logs)"/.test(item.sql)
  for (const statement of new Map(observed.statements.filter(old).map(item => [item.sql, item])).values()) {
    const { text, indexed } = await observed.plan(statement)
    console.log([`${indexed ? 'index' : 'WHOLE TABLE'}  ${statement.sql}`, ...text.split('\n').map(line => `         ${line}`)].map(line => `  ${cut(line)}`).join('\n'))
  }
}

export async function benchGrowth(): Promise<void> {
  for (const engine of engines)
    await benchEngine(engine)
}
