import { describe, expect, it } from 'vitest'
import { createUniCloudPay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src'
import { command } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { memoryStore } from '../support/memory-store'
import { serviceFolder } from '../support/paths'
import { configOf, goodsOrder, START } from '../support/shop'
import { Wechat } from '../support/wechat'

function open(vk: unknown) {
  const store = memoryStore()
  const wechat = new Wechat({ now: () => START })
  const uniCloud = { vk, database: () => ({ command: {} }), httpclient: { request: () => Promise.reject(new Error('no line')) } }
  const pay = createUniCloudPay({ uniCloud, config: { object: configOf() }, services: serviceFolder, store, http: wechat.http, now: () => START, log: () => {} })
  return { store, wechat, pay }
}

describe('inside the vk framework', () => {
  it('its own vk does the handler\'s work, under a lease', async () => {
    const done: string[] = []
    const baseDao = { updateById: async ({ dbName }: { dbName: string }) => done.push(dbName), add: async ({ dbName }: { dbName: string }) => done.push(dbName) }
    const { store, wechat, pay } = open({ baseDao, db: { command } })
    await pay.createPayment({ data: goodsOrder() })
    wechat.pay('ORDER_1001')
    const request = wechat.notificationFor('ORDER_1001')
    await Promise.all([pay.paymentNotify(request), pay.paymentNotify(request)])
    expect((await pay.paymentNotify(request)).status).toBe(200)
    expect(done).toEqual(['goods', 'goods_orders'])
    expect(store.all('callback_logs')).toMatchObject([{ state: 'done', runs: 1, result: { code: 0, msg: '商品订单处理成功' } }])
  })

  it.each([undefined, {}, { baseDao: {} }, 'vk'])('%j is no vk: ours is used, in the transaction', async (vk) => {
    const { store, wechat, pay } = open(vk)
    await store.add('goods', { _id: 'g1', stock: 10, sales: 0 })
    await pay.createPayment({ data: goodsOrder() })
    wechat.pay('ORDER_1001')
    expect((await pay.paymentNotify(wechat.notificationFor('ORDER_1001'))).status).toBe(200)
    expect(store.all('goods')).toMatchObject([{ stock: 9, sales: 1 }])
    expect(store.all('callback_logs')[0]).not.toHaveProperty('lease_until')
  })
})
