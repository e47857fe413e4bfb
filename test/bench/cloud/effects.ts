/** Notification → durable effect of its handler, beside the rate at which its rows can be made durable at all. */
import { randomUUID } from 'node:crypto'
import type { Doc, Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import type { RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import { command } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { createPay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { configOf } from '../../cloud/support/shop'
import { openAt } from '../../cloud/support/sql-place'
import { Wechat } from '../../cloud/support/wechat'
import type { PaymentRows } from './bare'
import { openBare } from './bare'
import { atOnce, measure, print, ROUNDS } from './rounds'

/** More than the store remembers: who pays is seldom somebody who has just paid. */
const USERS = 5_000
const services = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service'

const userOf = (i: number): string => `user_${(i * 7) % USERS}`

export async function addUsers(store: Store): Promise<void> {
  if (await store.count('uni-id-users', {}) > 0)
    return
  await store.transaction(async (tx) => {
    for (let i = 0; i < USERS; i++)
      await tx.add('uni-id-users', { _id: `user_${i}`, balance: 0 })
  })
}

/** Signed notifications of paid orders that the store knows and has not heard of: the part that is not measured. */
export async function prepare(store: Store, count: number): Promise<{ pay: ReturnType<typeof createPay>, notifications: RawRequest[] }> {
  const wechat = new Wechat({ now: Date.now })
  const pay = createPay({ config: { object: configOf() }, store, handlers: `${process.cwd()}/${services}/pay-notify`, http: wechat.http, log: () => {} })
  const notifications: RawRequest[] = []
  for (let i = 0; i < count; i++) {
    const out_trade_no = `BENCH_${Date.now().toString(36)}_${i}`
    const { code, msg } = await pay.createPayment({ data: { provider: 'wxpay', vk_platform: 'mp-weixin', out_trade_no, total_fee: 100, subject: '充值', type: 'recharge', openid: 'oPayer0000000000000000000000', custom: { user_id: userOf(i), recharge_balance: 100 } } })
    if (code !== 0)
      throw new Error(msg)
    wechat.pay(out_trade_no)
    notifications.push(wechat.notificationFor(out_trade_no))
  }
  return { pay, notifications }
}

async function newest(store: Store, collection: string): Promise<Doc> {
  const [doc] = await store.find(collection, collection === 'vk-pay-orders' ? { status: 1 } : {}, { limit: 1 })
  if (!doc)
    throw new Error(`${collection} is empty`)
  return doc
}

/** Rows as a payment leaves them, and the unpaid orders they are about. */
async function prepareRows(store: Store, count: number): Promise<PaymentRows[]> {
  const [order, log, record] = await Promise.all(['vk-pay-orders', 'callback_logs', 'recharge_logs'].map(collection => newest(store, collection)))
  return store.transaction(async (tx) => {
    const rows: PaymentRows[] = []
    for (let i = 0; i < count; i++) {
      const id = randomUUID()
      const own = { _id: id, out_trade_no: id, attempt_key: id.slice(0, 20) }
      await tx.add('vk-pay-orders', { ...order, ...own, status: 0 })
      rows.push({
        order: { id, doc: JSON.stringify({ ...order, ...own }) },
        log: { id, doc: JSON.stringify({ ...log, _id: id, callback_id: `paid:${id}` }) },
        user: userOf(i),
        record: { id, doc: JSON.stringify({ ...record, _id: id }) },
      })
    }
    return rows
  })
}

/** The same rows through the store. */
async function writeRows(store: Store, rows: PaymentRows): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.add('callback_logs', JSON.parse(rows.log.doc) as Doc)
    await tx.update('uni-id-users', { _id: rows.user }, { balance: command.inc(100) })
    await tx.add('recharge_logs', JSON.parse(rows.record.doc) as Doc)
    await tx.update('vk-pay-orders', { _id: rows.order.id }, { status: 1, user_order_success: true })
  })
}

export async function benchEffects(name: string, place: string, { width, count }: { width: number, count: number }): Promise<void> {
  const store = await openAt(place)
  await addUsers(store)
  const total = count * (ROUNDS + 1)
  const { pay, notifications } = await prepare(store, total + 1)
  await pay.paymentNotify(notifications.pop()!)
  const [byHand, throughStore] = [await prepareRows(store, total), await prepareRows(store, total)]
  const bare = openBare(place, width)
  const used = { byHand: 0, throughStore: 0, notifications: 0 }
  const rates = await measure({
    'its rows, bare: prepared statements by hand': n => atOnce(width, n, () => bare.write(byHand[used.byHand++]!)),
    'its rows, one transaction of the store': n => atOnce(width, n, () => writeRows(store, throughStore[used.throughStore++]!)),
    'a transaction of the store: one small document': n => atOnce(width, n, () => store.transaction(tx => tx.add('bench_rows', { n: 1 }))),
    'notification → durable effect': n => atOnce(width, n, async () => {
      const { status } = await pay.paymentNotify(notifications[used.notifications++]!)
      if (status !== 200)
        throw new Error(`answered ${status}`)
    }),
  }, count)
  print(`${name}, ${width === 1 ? 'one after the other' : `${width} at once`}`, rates, 'its rows, bare: prepared statements by hand', { name: 'notification → durable effect', ratio: 0.5 })
  await bare.close()
  await store.close()
}
