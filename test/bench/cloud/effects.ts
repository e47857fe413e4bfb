/** Notification → durable effect of its handler, beside the rate at which its rows can be made durable at all. */
import { randomUUID } from 'node:crypto'
import type { Doc, Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import type { RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import { command } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { openAt } from '../../cloud/support/sql-place'
import type { PaymentRows } from './bare'
import { openBare } from './bare'
import type { Engine } from './places'
import { engines, openPlaces } from './places'
import { atOnce, measure, print, ROUNDS } from './rounds'
import type { Pay } from './shop'
import { addUsers, createOrder, newest, notify, openPay, paidNotification, userOf } from './shop'

/** Signed notifications of paid orders that the store knows and has not heard of: the part that is not measured. */
export async function prepare(pay: Pay, count: number): Promise<RawRequest[]> {
  const notifications: RawRequest[] = []
  for (let i = 0; i < count; i++) {
    const out_trade_no = `BENCH_${Date.now().toString(36)}_${i}`
    await createOrder(pay, out_trade_no, i)
    notifications.push(paidNotification(out_trade_no))
  }
  return notifications
}

/** Rows as a payment leaves them, and the unpaid orders they are about. */
async function prepareRows(store: Store, count: number): Promise<PaymentRows[]> {
  const [order, log, record] = await Promise.all(['vk-pay-orders', 'callback_logs', 'recharge_logs'].map(collection => newest(store, collection)))
  return store.transaction(async (tx) => {
    const rows: PaymentRows[] = []
    for (let i = 0; i < count; i++) {
      const id = randomUUID()
      const own = { _id: id, out_trade_no: id, attempt_key: id.slice(0, 20) }
      const unpaid = { ...order, ...own, status: 0 }
      await tx.add('vk-pay-orders', unpaid)
      rows.push({
        order: { id, unpaid: JSON.stringify(unpaid), doc: JSON.stringify({ ...order, ...own }) },
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

async function benchPlace(name: string, place: string, { width, count }: { width: number, count: number }): Promise<void> {
  const store = await openAt(place)
  await addUsers(store)
  const total = count * (ROUNDS + 1)
  const pay = openPay(store)
  const notifications = await prepare(pay, total + 1)
  await notify(pay, notifications.pop()!)
  const [byHand, throughStore] = [await prepareRows(store, total), await prepareRows(store, total)]
  const bare = openBare(place, width)
  // a store whose transactions have collided is careful for a while: theirs must not slow down the payments
  const other = await openAt(place)
  const used = { byHand: 0, throughStore: 0, notifications: 0 }
  const rates = await measure({
    'its rows, bare: prepared statements by hand': n => atOnce(width, n, () => bare.write(byHand[used.byHand++]!)),
    'its rows, one transaction of the store': n => atOnce(width, n, () => writeRows(other, throughStore[used.throughStore++]!)),
    'a transaction of the store: one small document': n => atOnce(width, n, () => other.transaction(tx => tx.add('bench_rows', { n: 1 }))),
    'notification → durable effect': n => atOnce(width, n, () => notify(pay, notifications[used.notifications++]!)),
  }, count)
  print(`${name}, ${width === 1 ? 'one after the other' : `${width} at once`}`, rates, 'its rows, bare: prepared statements by hand', { name: 'notification → durable effect', ratio: 0.5 })
  await bare.close()
  await other.close()
  await store.close()
}

async function benchEngine(engine: Engine): Promise<void> {
  const places = await openPlaces(engine)
  await benchPlace(engine, await places.fresh(), { width: 1, count: 100 })
  await benchPlace(engine, await places.fresh(), { width: 16, count: 160 })
  await places.close()
}

export async function benchEffects(): Promise<void> {
  for (const engine of engines)
    await benchEngine(engine)
}
