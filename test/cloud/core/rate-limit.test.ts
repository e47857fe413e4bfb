import { describe, expect, it } from 'vitest'
import { configOf, goodsOrder, openShop } from '../support/shop'

const rateLimit = { createPerUser: 3, createPerOrder: 2, queryPerUser: 5, queryPerOrder: 4 }
const tooOften = { code: 40008, field: 'rateLimit' }

async function open(over: Record<string, unknown> = { rateLimit }) {
  const shop = await openShop({ config: { ...configOf(), ...over }, userOf: async token => token })
  const create = (no: string, token?: string) => shop.pay.call({ action: 'pay/createPayment', data: goodsOrder({ out_trade_no: no }), token })
  const query = (no: string, token?: string) => shop.pay.call({ action: 'pay/queryPayment', data: { out_trade_no: no }, token })
  return { shop, create, query }
}

describe('how often a client may ask', () => {
  it('create: per order, whoever asks', async () => {
    const { create, shop } = await open()
    expect(await create('ORDER_1001')).toMatchObject({ code: 0 })
    expect(await create('ORDER_1001')).toMatchObject({ code: 0 })
    expect(await create('ORDER_1001')).toMatchObject(tooOften)
    expect(await create('ORDER_1002')).toMatchObject({ code: 0 })
    expect(shop.memory.all('vk-pay-orders')).toHaveLength(2)
  })

  it('create: per user over all orders; another user is not held up', async () => {
    const { create } = await open()
    for (const no of ['ORDER_1001', 'ORDER_1002', 'ORDER_1003'])
      expect(await create(no, 'ann')).toMatchObject({ code: 0 })
    expect(await create('ORDER_1004', 'ann')).toMatchObject(tooOften)
    expect(await create('ORDER_1005', 'bob')).toMatchObject({ code: 0 })
  })

  it('query: per order and per user, and again in the next minute', async () => {
    const { create, query, shop } = await open()
    await create('ORDER_1001', 'ann')
    await create('ORDER_1002', 'ann')
    for (let time = 0; time < 4; time++)
      expect(await query('ORDER_1001', 'ann')).toMatchObject({ code: 0 })
    expect(await query('ORDER_1001', 'ann')).toMatchObject(tooOften)
    expect(await query('ORDER_1002', 'ann')).toMatchObject({ code: 0 })
    expect(await query('ORDER_1002', 'ann')).toMatchObject(tooOften)
    shop.clock.now += 60_000
    expect(await query('ORDER_1001', 'ann')).toMatchObject({ code: 0 })
  })

  it('all at once count as so many', async () => {
    const { create, shop } = await open({ rateLimit: { createPerOrder: 7 } })
    const answers = await Promise.all(Array.from({ length: 20 }, () => create('ORDER_1001')))
    expect(answers.filter(({ code }) => code === 40008)).toHaveLength(13)
    expect(shop.memory.all('vk-pay-limits')).toMatchObject([{ count: 7 }])
  })

  it('the code of the server is not counted', async () => {
    const { create, shop } = await open()
    await create('ORDER_1001')
    for (let time = 0; time < 10; time++)
      expect((await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).code).toBe(0)
  })

  it('false switches it off; a page that polls is within what is allowed by default', async () => {
    const off = await open({ rateLimit: false })
    const usual = await open({})
    for (const { create, query, shop } of [off, usual]) {
      await create('ORDER_1001', 'ann')
      for (let time = 0; time < 100; time++)
        expect(await query('ORDER_1001', 'ann')).toMatchObject({ code: 0 })
      expect(shop.memory.all('vk-pay-limits').length).toBe(shop === off.shop ? 0 : 4)
    }
  })

  it.each([{ createPerOrder: 0 }, { createPerOrder: 1.5 }, { queriesPerOrder: 5 }])('%j is refused by name', async (wrong) => {
    const { create } = await open({ rateLimit: wrong })
    expect(await create('ORDER_1001')).toMatchObject({ code: 40001, field: `rateLimit.${Object.keys(wrong)[0]}` })
  })

  it('a sweep throws away the minutes that are over', async () => {
    const { create, shop } = await open()
    await create('ORDER_1001', 'ann')
    await shop.pay.reconcile()
    expect(shop.memory.all('vk-pay-limits')).toHaveLength(2)
    shop.clock.now += 60_000
    await shop.pay.reconcile()
    expect(shop.memory.all('vk-pay-limits')).toEqual([])
  })
})
