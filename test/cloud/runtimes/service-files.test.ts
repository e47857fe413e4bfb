import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Pay, Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { createPay, openSqlStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { serviceFolder } from '../support/paths'
import { configOf, goodsOrder, START } from '../support/shop'
import { Wechat } from '../support/wechat'

/** The files of the function as they ship, on a Node host over the embedded database. */
describe('service files over SQL', () => {
  let store: Store
  let pay: Pay
  let wechat: Wechat

  beforeEach(async () => {
    wechat = new Wechat({ now: () => START })
    store = await openSqlStore({ file: ':memory:' })
    pay = createPay({ config: { object: configOf() }, store, handlers: join(serviceFolder, 'pay-notify'), actions: serviceFolder, http: wechat.http, now: () => START, log: () => {} })
  })
  afterEach(() => store.close())

  const find = async (collection: string): Promise<Record<string, unknown>> => (await store.find(collection, {}))[0] ?? {}

  async function buy(over: Record<string, unknown>): Promise<Record<string, unknown>> {
    const answer = await pay.call({ action: 'pay/createPayment', data: goodsOrder(over) })
    expect(answer).toMatchObject({ code: 0 })
    wechat.pay('ORDER_1001')
    const request = wechat.notificationFor('ORDER_1001')
    const statuses = await Promise.all([pay.paymentNotify(request), pay.paymentNotify(request), pay.call({ action: 'pay/queryPayment', data: { out_trade_no: 'ORDER_1001' } })])
    expect(statuses.slice(0, 2).map(({ status }) => status)).toEqual([200, 200])
    return pay.call({ action: 'pay/queryPayment', data: { out_trade_no: 'ORDER_1001' } })
  }

  it('goods', async () => {
    await store.add('goods', { _id: 'goods_001', stock: 10, sales: 0 })
    expect(await buy({ custom: { user_id: 'user_001', goods_id: 'goods_001', quantity: 2 } })).toMatchObject({ orderPaid: true, user_order_success: true, data: { trade_state: 'SUCCESS' } })
    expect(await find('goods')).toMatchObject({ stock: 8, sales: 2 })
    expect(await store.find('goods_orders', {})).toMatchObject([{ user_id: 'user_001', goods_id: 'goods_001', quantity: 2, out_trade_no: 'ORDER_1001', status: 'paid' }])
  })

  it('recharge', async () => {
    await store.add('uni-id-users', { _id: 'user_001', balance: 5 })
    await buy({ type: 'recharge', custom: { user_id: 'user_001', recharge_balance: 100 } })
    expect(await find('uni-id-users')).toMatchObject({ balance: 105 })
    expect(await store.find('recharge_logs', {})).toMatchObject([{ amount: 100, out_trade_no: 'ORDER_1001' }])
  })

  it('vip', async () => {
    await store.add('uni-id-users', { _id: 'user_001' })
    await buy({ type: 'vip', custom: { user_id: 'user_001', vip_type: 'year', vip_days: 365 } })
    expect(await find('uni-id-users')).toMatchObject({ is_vip: true, vip_type: 'year' })
    expect(await store.count('vip_purchase_logs', {})).toBe(1)
  })

  it('custom', async () => {
    await buy({ type: 'custom', custom: { user_id: 'user_001', note: '随意' } })
    expect(await store.find('custom_orders', {})).toMatchObject([{ user_id: 'user_001', total_fee: 100, subject: '测试商品', status: 'paid' }])
  })

  it('close and login', async () => {
    await pay.call({ action: 'pay/createPayment', data: goodsOrder() })
    expect(await pay.call({ action: 'pay/closePayment', data: { out_trade_no: 'ORDER_1001' } })).toMatchObject({ code: 0, data: { trade_state: 'CLOSED' } })
    expect(await pay.call({ action: 'pay/code2SessionWeixin', data: { code: '0a1B2c' } })).toEqual({ code: 0, msg: 'ok', openid: 'oLogin0000000000000000000000' })
  })

  it('later attempts are found by their key', async () => {
    await store.add('goods', { _id: 'g1', stock: 10, sales: 0 })
    await pay.createPayment({ data: goodsOrder() })
    await pay.createPayment({ data: goodsOrder({ total_fee: 300 }) })
    const [, second] = [...wechat.orders.keys()]
    wechat.pay(second!)
    expect((await pay.paymentNotify(wechat.notificationFor(second!))).status).toBe(200)
    expect(await find('vk-pay-orders')).toMatchObject({ status: 1, total_fee: 300, user_order_success: true })
  })
})

describe('the older form of a handler', () => {
  it('async ({ data }, { db, _ }) => true, rolled back with the rest when it fails', async () => {
    const wechat = new Wechat({ now: () => START })
    const store = await openSqlStore({ file: ':memory:' })
    await store.add('goods', { _id: 'g1', stock: 10, tags: [] })
    let fails = true
    interface OldDb { collection: (name: string) => { doc: (id: string) => { update: (patch: object) => Promise<{ updated: number }>, get: () => Promise<{ data: unknown[] }> }, where: (filter: object) => { orderBy: (field: string, direction: 'asc' | 'desc') => { limit: (n: number) => { get: () => Promise<{ data: unknown[] }> } }, count: () => Promise<{ total: number }>, remove: () => Promise<{ deleted: number }> }, add: (doc: object) => Promise<{ id: string }> } }
    const pay = createPay({
      config: { object: configOf() },
      store,
      http: wechat.http,
      now: () => START,
      log: () => {},
      handlers: {
        types: ['goods'],
        load: () => async ({ data }, util) => {
          const { db, _ } = util as unknown as { db: OldDb, _: { inc: (n: number) => unknown, gte: (n: number) => unknown } }
          expect(await db.collection('goods').doc('g1').update({ stock: _.inc(-1) })).toEqual({ updated: 1 })
          const { id } = await db.collection('goods_orders').add({ out_trade_no: data.out_trade_no, n: 1 })
          await db.collection('goods_orders').add({ out_trade_no: data.out_trade_no, n: 2 })
          expect((await db.collection('goods_orders').where({ n: _.gte(1) }).orderBy('n', 'desc').limit(1).get()).data).toMatchObject([{ n: 2 }])
          expect(await db.collection('goods_orders').where({ _id: id }).remove()).toEqual({ deleted: 1 })
          expect(await db.collection('goods_orders').where({}).count()).toEqual({ total: 1 })
          return !fails
        },
      },
    })
    await pay.createPayment({ data: goodsOrder() })
    wechat.pay('ORDER_1001')
    expect((await pay.paymentNotify(wechat.notificationFor('ORDER_1001'))).status).toBe(500)
    expect(await store.find('goods', {})).toMatchObject([{ stock: 10 }])
    fails = false
    expect((await pay.paymentNotify(wechat.notificationFor('ORDER_1001'))).status).toBe(200)
    expect(await store.find('goods', {})).toMatchObject([{ stock: 9 }])
    expect(await store.count('goods_orders', {})).toBe(1)
    await store.close()
  })
})
