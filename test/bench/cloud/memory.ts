/** Whether anything stays behind of a notification: the heap after 10,000 of them and after 100,000. Run with `--expose-gc`. */
import type { Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { openAt } from '../../cloud/support/sql-place'
import { openPlaces } from './places'
import { atOnce } from './rounds'
import { addUsers, createOrder, newest, notify, openPay, paidNotification } from './shop'

const STEP = 1_000
const POINTS = [10_000, 25_000, 50_000, 75_000, 100_000]
const WIDTH = 16

/** Orders as `createPayment` leaves them, without the signing for each. */
async function addOrders(store: Store, template: Record<string, unknown>, numbers: readonly string[]): Promise<void> {
  await store.transaction(async (tx) => {
    for (const out_trade_no of numbers) {
      const [attempt] = template.attempts as object[]
      await tx.add('vk-pay-orders', { ...template, _id: undefined, out_trade_no, attempt_key: out_trade_no, attempts: [{ ...attempt, out_trade_no }] })
    }
  })
}

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1).padStart(7)

export async function benchMemory(): Promise<void> {
  const collect = globalThis.gc
  if (!collect)
    throw new Error('node --expose-gc is needed')
  const places = await openPlaces('libsql')
  const store = await openAt(await places.fresh())
  await addUsers(store)
  const pay = openPay(store)
  await createOrder(pay, 'TEMPLATE', 0)
  const [template] = await store.find('vk-pay-orders', { out_trade_no: 'TEMPLATE' }, { limit: 1 })
  await notify(pay, paidNotification('TEMPLATE'))
  await newest(store, 'callback_logs')
  console.log('\nmemory of one process after so many notifications (libsql), MB\n  notifications   heap in use   whole process')
  const heaps: number[] = []
  for (let done = 0; done < POINTS[POINTS.length - 1]!;) {
    const numbers = Array.from({ length: STEP }, (_, i) => `M${done + i}`)
    await addOrders(store, template!, numbers)
    await atOnce(WIDTH, STEP, i => notify(pay, paidNotification(numbers[i]!)))
    done += STEP
    if (!POINTS.includes(done))
      continue
    // what is finished in the meantime lets go of what the next one finds
    for (let i = 0; i < 3; i++) {
      collect()
      await new Promise(resolve => setImmediate(resolve))
    }
    const { heapUsed, rss } = process.memoryUsage()
    heaps.push(heapUsed)
    console.log(`  ${String(done).padStart(13)}   ${megabytes(heapUsed).padStart(11)}   ${megabytes(rss).padStart(13)}`)
  }
  const growth = (heaps[heaps.length - 1]! - heaps[0]!) / (POINTS[POINTS.length - 1]! - POINTS[0]!)
  console.log(`  ${growth.toFixed(1)} bytes of heap a notification between the first and the last line`)
  await store.close()
  await places.close()
}
