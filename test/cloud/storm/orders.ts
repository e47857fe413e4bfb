/** The orders of a storm: what is bought, who pays and who does not, and what must be true afterwards. */
import type { Doc, Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { command, createPay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import type { Random } from './random'
import type { Upstream } from './upstream'
import type { OrderType } from './effects'
import { effectLogs, orderTypes } from './effects'

/** `silent`: paid, and the channel's notification never comes. */
export type Fate = 'notified' | 'silent' | 'unpaid'

export interface Planned {
  no: string
  type: OrderType
  provider: 'wxpay' | 'alipay'
  fee: number
  custom: Record<string, unknown>
  fate: Fate
}

const USERS = 60
const GOODS = 6
const STOCK = 1_000_000
const AT_ONCE = 50

function customOf(type: OrderType, i: number, fee: number, random: Random): Record<string, unknown> {
  const user_id = `user_${random.below(USERS)}`
  switch (type) {
    case 'recharge': return { user_id, recharge_balance: fee }
    case 'goods': return { user_id, goods_id: `goods_${random.below(GOODS)}`, quantity: 1 + random.below(5) }
    // one membership each, so that its end tells which order bought it
    case 'vip': return { user_id: `member_${i}`, vip_type: 'month', vip_days: 1 + random.below(400) }
    case 'custom': return { user_id }
  }
}

export function planOrders(count: number, random: Random): Planned[] {
  return Array.from({ length: count }, (_value, i) => {
    const type = orderTypes[i % orderTypes.length]!
    const fee = 1 + random.below(10_000)
    const luck = random.next()
    return {
      no: `STORM_${String(i).padStart(6, '0')}`,
      type,
      provider: random.next() < 0.3 ? 'alipay' : 'wxpay',
      fee,
      custom: customOf(type, i, fee, random),
      fate: luck < 0.75 ? 'notified' : luck < 0.87 ? 'silent' : 'unpaid',
    }
  })
}

/** Many writes as one, while nobody else is there: the storm is measured, not its preparation. */
async function inOneTransaction(store: Store, work: (store: Store) => Promise<void>): Promise<void> {
  await store.transaction(tx => work({
    add: (...args) => tx.add(...args),
    find: (...args) => tx.find(...args),
    count: (...args) => tx.count(...args),
    update: (...args) => tx.update(...args),
    remove: (...args) => tx.remove(...args),
    transactional: false,
    transaction: () => Promise.reject(new Error('not while orders are made')),
    close: async () => {},
  }))
}

/** Longer than any storm: what nobody pays is not to be closed by a sweep because the machine was slow. */
const PAYABLE_MS = 24 * 3600_000

/** Creates every order through the API, as clients do. */
export async function createOrders(store: Store, upstream: Upstream, planned: readonly Planned[], services: string): Promise<void> {
  await inOneTransaction(store, async (tx) => {
    for (let i = 0; i < USERS; i++)
      await tx.add('uni-id-users', { _id: `user_${i}`, balance: 0 })
    for (let i = 0; i < GOODS; i++)
      await tx.add('goods', { _id: `goods_${i}`, stock: STOCK, sales: 0 })
    for (const { custom } of planned.filter(({ type }) => type === 'vip'))
      await tx.add('uni-id-users', { _id: String(custom.user_id), is_vip: false, vip_expire_date: 0 })
  })
  for (let start = 0; start < planned.length; start += AT_ONCE) {
    await inOneTransaction(store, async (tx) => {
      const pay = createPay({ config: { object: upstream.config }, store: tx, handlers: `${services}/pay-notify`, http: upstream.http, log: () => {} })
      for (const { no, type, provider, fee, custom } of planned.slice(start, start + AT_ONCE)) {
        const data = { provider, vk_platform: provider === 'wxpay' ? 'mp-weixin' : 'mp-alipay', out_trade_no: no, total_fee: fee, subject: '风暴', type, openid: 'oPayer0000000000000000000000', custom, time_expire: Date.now() + PAYABLE_MS }
        const { code, msg } = await pay.createPayment({ data })
        if (code !== 0)
          throw new Error(`${no}: ${msg}`)
      }
    })
  }
}

/** The payer pays; nobody has told us yet. */
export function payAt(upstream: Upstream, { no, provider }: Planned): void {
  if (provider === 'wxpay' && upstream.wechat.orders.get(no)?.state === 'NOTPAY')
    upstream.wechat.pay(no)
  if (provider === 'alipay' && upstream.alipay.order(no).status === 'WAIT_BUYER_PAY')
    upstream.alipay.pay(no)
}

const all = { limit: 1_000_000 }
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Orders of these whose handler has left nothing. */
export async function missingEffects(store: Store, orders: readonly Planned[]): Promise<string[]> {
  const missing: string[] = []
  for (const type of orderTypes) {
    const numbers = orders.filter(order => order.type === type).map(({ no }) => no)
    const found = numbers.length === 0 ? [] : await store.find(effectLogs[type], { out_trade_no: inList(numbers) }, all)
    const there = new Set(found.map(log => log.out_trade_no))
    missing.push(...numbers.filter(no => !there.has(no)))
  }
  return missing
}

function inList(values: readonly string[]) {
  return command.in([...values])
}

/** Everything that is not as the paid orders say, in words; nothing when all is well. */
export async function differences(store: Store, planned: readonly Planned[]): Promise<string[]> {
  const wrong: string[] = []
  const expect = (what: string, is: unknown, should: unknown): void => {
    if (is !== should)
      wrong.push(`${what} is ${String(is)}, should be ${String(should)}`)
  }
  const paid = planned.filter(({ fate }) => fate !== 'unpaid')
  const rows = new Map((await store.find('vk-pay-orders', {}, all)).map(row => [String(row.out_trade_no), row]))
  for (const order of planned) {
    const row = rows.get(order.no)
    expect(`${order.no}: status`, row?.status, order.fate === 'unpaid' ? 0 : 1)
    expect(`${order.no}: user_order_success`, row?.user_order_success, order.fate === 'unpaid' ? undefined : true)
  }
  const logs = new Map<OrderType, Doc[]>()
  for (const type of orderTypes) {
    const found = await store.find(effectLogs[type], {}, all)
    logs.set(type, found)
    const counts = new Map<string, number>()
    for (const log of found)
      counts.set(String(log.out_trade_no), (counts.get(String(log.out_trade_no)) ?? 0) + 1)
    for (const order of planned.filter(item => item.type === type))
      expect(`${order.no}: effects of ${type}`, counts.get(order.no) ?? 0, order.fate === 'unpaid' ? 0 : 1)
    expect(`documents in ${effectLogs[type]}`, found.length, paid.filter(item => item.type === type).length)
  }
  expect('callback_logs that are not done', await store.count('callback_logs', { state: command.neq('done') }), 0)
  expect('callback_logs', await store.count('callback_logs', {}), paid.length)

  const users = new Map((await store.find('uni-id-users', {}, all)).map(user => [String(user._id), user]))
  for (let i = 0; i < USERS; i++) {
    const recharged = paid.filter(({ type, custom }) => type === 'recharge' && custom.user_id === `user_${i}`)
    expect(`balance of user_${i}`, users.get(`user_${i}`)?.balance, sum(recharged.map(({ fee }) => fee)))
  }
  for (const goods of await store.find('goods', {}, all)) {
    const bought = sum(paid.filter(({ custom }) => custom.goods_id === goods._id).map(({ custom }) => Number(custom.quantity)))
    expect(`stock of ${goods._id}`, goods.stock, STOCK - bought)
    expect(`sales of ${goods._id}`, goods.sales, bought)
  }
  const purchases = new Map(logs.get('vip')?.map(log => [String(log.out_trade_no), log]))
  for (const { no, fate, custom } of planned.filter(({ type }) => type === 'vip')) {
    const member = users.get(String(custom.user_id))
    expect(`${custom.user_id}: is_vip`, member?.is_vip, fate !== 'unpaid')
    expect(`${custom.user_id}: whole days of membership`, vipDays(member, purchases.get(no)), fate === 'unpaid' ? undefined : Number(custom.vip_days))
  }
  return wrong
}

/** How many days after its purchase a membership ends, as the handler counts them. */
function vipDays(member: Doc | undefined, purchase: Doc | undefined): number | undefined {
  if (purchase === undefined || typeof member?.vip_expire_date !== 'number')
    return undefined
  // the handler looks at the clock once for the date and once, a little later, for the log
  return Math.round((member.vip_expire_date - Number(purchase.create_date)) / 86_400_000)
}
