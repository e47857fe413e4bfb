/**
 * One of several processes over one database. Does one task of a round at a time, when it is told to.
 * Arguments: place, name, how many at once.
 */
import { randomUUID } from 'node:crypto'
import { openAt } from '../../cloud/support/sql-place'
import type { RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { PaymentRows } from './bare'
import { openBare } from './bare'
import { atOnce } from './rounds'
import { createOrder, newest, notify, openPay, paidNotification, userOf } from './shop'

export const tasks = ['create', 'sign', 'notify', 'bare prepare', 'bare create', 'bare notify'] as const
export type Task = typeof tasks[number]
export interface Order { task: Task, count: number }

const [place = '', name = '', widthText = '1'] = process.argv.slice(2)
const width = Number(widthText)
const store = await openAt(place)
const pay = openPay(store)
const bare = openBare(place, width)
let made = 0
let numbers: string[] = []
let notifications: RawRequest[] = []
let rows: PaymentRows[] = []

const wide = (count: number, work: (i: number) => Promise<unknown>): Promise<void> => atOnce(width, count, work)

async function bareRows(count: number): Promise<PaymentRows[]> {
  const [order, log, record] = await Promise.all(['vk-pay-orders', 'callback_logs', 'recharge_logs'].map(collection => newest(store, collection)))
  return Array.from({ length: count }, (_, i) => {
    const id = randomUUID()
    const own = { _id: id, out_trade_no: id, attempt_key: id.slice(0, 20) }
    return {
      order: { id, unpaid: JSON.stringify({ ...order, ...own, status: 0 }), doc: JSON.stringify({ ...order, ...own }) },
      log: { id, doc: JSON.stringify({ ...log, _id: id, callback_id: `paid:${id}` }) },
      user: userOf(i),
      record: { id, doc: JSON.stringify({ ...record, _id: id }) },
    }
  })
}

const work: Record<Task, (count: number) => Promise<void>> = {
  'create': async function (count) {
    numbers = Array.from({ length: count }, () => `${name}_${String(++made).padStart(8, '0')}`)
    await wide(count, i => createOrder(pay, numbers[i]!, made + i))
  },
  'sign': async function () {
    notifications = numbers.map(paidNotification)
  },
  'notify': async function (count) {
    await wide(count, i => notify(pay, notifications[i]!))
  },
  'bare prepare': async function (count) {
    rows = await bareRows(count)
  },
  'bare create': count => wide(count, i => bare.create(rows[i]!)),
  'bare notify': count => wide(count, i => bare.write(rows[i]!)),
}

process.on('message', async ({ task, count }: Order) => {
  await work[task](count)
  process.send!('done')
})
process.on('disconnect', async () => {
  await bare.close()
  await store.close()
  process.exit()
})
process.send!('ready')
