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

const SIZES = (process.env.BENCH_SIZES ?? '1000,100000,1000000').split(',').map(Number)
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

interface Times { query: number, notify: number, idle: number, owed: number }

async function round({ store }: Observed, pay: Pay, history: History, { size, name }: { size: number, name: string }): Promise<Times> {
  const query = await each(QUERIES, async () => {
    const { code, trade_state, data } = await pay.queryPayment({ out_trade_no: numberOf(Math.floor(Math.random() * size)) }) as { code: number, trade_state?: string, data?: { trade_state?: string } }
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

const shown = (value: number, ratio: number): string => `${value.toFixed(2).padStart(10)} ${`×${ratio.toFixed(2)}`.padStart(6)}`

async function benchEngine(engine: Engine): Promise<void> {
  const places = await openPlaces(engine)
  const place = await places.fresh()
  const observed = await observe(place, { small: false })
  await addUsers(observed.store)
  const pay = openPay(observed.store)
  await createOrder(pay, 'TEMPLATE', 0)
  await notify(pay, paidNotification('TEMPLATE'))
  const history: History = { order: await newest(observed.store, 'vk-pay-orders'), log: await newest(observed.store, 'callback_logs') }
  console.log(`\n${engine}: ms each, and beside the smallest table\n     orders            query       notification   sweep, nothing due   sweep of ${OWED} owed`)
  let first: Times | undefined
  let filled = 0
  let statements: Statement[] = []
  for (const size of SIZES) {
    await addHistory(place, history, filled, size)
    filled = size
    await round(observed, pay, history, { size, name: `S${size}_warm` })
    observed.statements.length = 0
    const rounds: Times[] = []
    for (let i = 0; i < ROUNDS; i++)
      rounds.push(await round(observed, pay, history, { size, name: `S${size}_${i}` }))
    statements = [...observed.statements]
    const times = Object.fromEntries((['query', 'notify', 'idle', 'owed'] as const).map(key => [key, median(rounds.map(item => item[key]))])) as unknown as Times
    first ??= times
    console.log(`  ${size.toLocaleString('en').padStart(9)}${(['query', 'notify', 'idle', 'owed'] as const).map(key => shown(times[key], times[key] / first![key])).join('  ')}`)
  }
  console.log(`  on the disk: ${((await bytesOf(place)) / filled / 1024).toFixed(1)} KB an order, with its callback log and all indexes`)
  console.log(`\n${engine}: how the statements of all this find their rows among ${filled.toLocaleString('en')} orders`)
  const cut = (line: string): string => line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line
  for (const statement of new Map(statements.filter(item => searches(item) && !item.sql.includes('vk-pay-limits')).map(item => [item.sql, item])).values()) {
    const { text, indexed } = await observed.plan(statement)
    console.log([`${indexed ? 'index' : 'WHOLE TABLE'}  ${statement.sql}`, ...text.split('\n').map(line => `         ${line}`)].map(line => `  ${cut(line)}`).join('\n'))
  }
  await observed.close()
  await places.close()
}

export async function benchGrowth(): Promise<void> {
  for (const engine of engines)
    await benchEngine(engine)
}
