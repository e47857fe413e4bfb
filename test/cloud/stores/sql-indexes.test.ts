import { describe, expect, it } from 'vitest'
import { configOf, goodsOrder, openShop, paidOrder } from '../support/shop'
import { newSharedPlace, sqlEngines } from '../support/sql-engines'
import { addHistory } from './support/history'
import type { Observed, Statement } from './support/observed'
import { observe, searches } from './support/observed'

/** The statements that look at all rows of a table to find theirs, and how. */
async function readWhole({ statements, plan }: Observed, among: (statement: Statement) => boolean = searches): Promise<string[]> {
  const whole: string[] = []
  for (const statement of new Map(statements.filter(among).map(item => [item.sql, item])).values()) {
    const { text, indexed } = await plan(statement)
    if (!indexed)
      whole.push(`${statement.sql}\n${text}`)
  }
  return whole
}

describe.each(sqlEngines)('every search of a shop over %s', (engine) => {
  it('goes through an index: creating, notifying, asking, sweeping, refunding, deleting', async () => {
    const { place, dispose } = await newSharedPlace(engine)
    const observed = await observe(place, { small: true })
    const { store, statements } = observed
    const shop = await openShop({ store, handlers: { goods: () => true }, config: { ...configOf(), refundLateMoney: true, autoDeleteExpiredOrders: 1 } })
    // the tables are there from now on: what looks for them is not what is asked about
    await paidOrder(shop, { out_trade_no: 'FIRST_1' })
    await shop.pay.paymentNotify(shop.wechat.notificationFor('FIRST_1'))
    await shop.pay.reconcile()
    statements.length = 0

    await paidOrder(shop, { out_trade_no: 'PAID_1' })
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('PAID_1'))).status).toBe(200)
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('PAID_1'))).status).toBe(200)
    await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: 'LATE_1' }) })
    await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: 'LATE_1', total_fee: 200 }) })
    await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: 'LEFT_1' }) })
    await shop.pay.queryPayment({ out_trade_no: 'PAID_1' })
    await shop.pay.queryPayment({ transaction_id: shop.wechat.orders.get('PAID_1')!.transaction_id })
    await shop.pay.refund({ out_trade_no: 'PAID_1', out_refund_no: 'R1', refund_fee: 40 })
    await shop.pay.timeline('PAID_1')
    shop.clock.now += 31 * 60_000
    await shop.pay.reconcile()
    const late = [...shop.wechat.orders.values()].find(({ out_trade_no }) => out_trade_no.startsWith('LATE_1_'))!
    expect(late.state).toBe('CLOSED')
    late.state = 'SUCCESS'
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor(late.out_trade_no))).status).toBe(200)
    shop.clock.now += 60_000
    expect(await shop.pay.reconcile()).toMatchObject({ refunds: 1 })
    shop.clock.now += 2 * 86_400_000
    expect(await shop.pay.reconcile()).toMatchObject({ deleted: 1 })

    expect(new Set(statements.filter(searches).map(({ sql }) => sql)).size).toBeGreaterThan(10)
    expect(await readWhole(observed)).toEqual([])
    await observed.close()
    await dispose()
  })

  it('is done through an index by the planner\'s own choice, and reads no row of the past', async () => {
    const { place, dispose } = await newSharedPlace(engine)
    const observed = await observe(place, { small: false })
    const { store, statements } = observed
    const shop = await openShop({ store, handlers: { goods: () => true } })
    const pay = async (out_trade_no: string): Promise<void> => {
      await paidOrder(shop, { out_trade_no })
      expect((await shop.pay.paymentNotify(shop.wechat.notificationFor(out_trade_no))).status).toBe(200)
    }
    await pay('FIRST_1')
    await shop.pay.reconcile()

    /** Statements and rows of two sweeps: one with nothing to do, one that finds three handlers owed. */
    async function sweeps(name: string): Promise<number[]> {
      const costs: number[] = []
      for (const owed of [0, 3]) {
        const [order] = await store.find('vk-pay-orders', { out_trade_no: 'FIRST_1' }, { limit: 1 })
        for (let i = 0; i < owed; i++)
          await store.add('vk-pay-orders', { ...order, _id: undefined, out_trade_no: `${name}_${i}`, transaction_id: `${name}_${i}`, user_order_success: undefined, due_date: 1 })
        const before = [statements.length, observed.rowsRead()]
        expect(await shop.pay.reconcile()).toMatchObject({ handled: owed })
        costs.push(statements.length - before[0]!, observed.rowsRead() - before[1]!)
      }
      return costs
    }
    const young = await sweeps('YOUNG')
    const [order] = await store.find('vk-pay-orders', { out_trade_no: 'FIRST_1' }, { limit: 1 })
    const [log] = await store.find('callback_logs', { out_trade_no: 'FIRST_1' }, { limit: 1 })
    await addHistory(place, { order: order!, log: log! }, 0, 2_000)
    statements.length = 0
    expect(await sweeps('OLD')).toEqual(young)
    // what is owed is what costs
    expect(young[2]).toBeGreaterThanOrEqual(young[0]! + 3)
    expect(young[1]).toBe(0)

    await pay('PAID_1')
    await shop.pay.queryPayment({ out_trade_no: 'H00000777' })
    const old = statements.filter(item => searches(item) && /"(?:vk-pay-orders|callback_logs)"/.test(item.sql))
    expect(old.length).toBeGreaterThan(10)
    // the other tables are small, and best read whole
    expect(await readWhole(observed, item => old.includes(item))).toEqual([])
    await observed.close()
    await dispose()
  })
})
