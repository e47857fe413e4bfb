import { describe, expect, it } from 'vitest'
import type { HandlerModule } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/handlers'
import { memoryStore } from '../support/memory-store'
import { configOf, counting, goodsOrder, openShop, paidOrder } from '../support/shop'

const MINUTE = 60_000
const DAY = 86_400_000
const nothing = { code: 0, paid: 0, waiting: 0, closed: 0, handled: 0, failed: 0, refunds: 0, deleted: 0, more: false }

describe.each([['in a transaction', true], ['with a lease', false]] as const)('reconcile, %s', (_, transactional) => {
  const open = (options = {}) => openShop({ memory: memoryStore({ transactional }), ...options })

  it('settles a payment nobody told us about, and owes nothing afterwards', async () => {
    const shop = await open()
    await paidOrder(shop)
    expect(await shop.pay.reconcile()).toMatchObject(nothing)
    shop.clock.now += 5_000
    expect(await shop.pay.reconcile()).toMatchObject({ ...nothing, paid: 1 })
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
    expect(shop.order()).not.toHaveProperty('due_date')
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
    shop.clock.now += DAY
    expect(await shop.pay.reconcile()).toMatchObject(nothing)
  })

  it('asks seven times at the most, then closes at the channel and here', async () => {
    const shop = await open()
    await shop.pay.createPayment({ data: goodsOrder() })
    for (let second = 0; second <= 31 * 60; second += 5) {
      await shop.pay.reconcile()
      shop.clock.now += 5_000
    }
    expect(shop.wechat.countCalls(/^GET .*out-trade-no/)).toBe(6)
    expect(shop.wechat.countCalls(/^POST .*close$/)).toBe(1)
    expect(shop.wechat.orders.get('ORDER_1001')!.state).toBe('CLOSED')
    expect(shop.order()).toMatchObject({ status: -1 })
    expect(shop.order()).not.toHaveProperty('due_date')
  })

  it('an order paid just before it would be closed is paid, not closed', async () => {
    const shop = await open()
    await shop.pay.createPayment({ data: goodsOrder() })
    shop.clock.now += 30 * MINUTE
    shop.wechat.pay('ORDER_1001')
    expect(await shop.pay.reconcile()).toMatchObject({ ...nothing, paid: 1 })
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
  })

  it('a changed price begins the schedule anew', async () => {
    const shop = await open()
    await shop.pay.createPayment({ data: goodsOrder() })
    shop.clock.now += 20 * MINUTE
    await shop.pay.reconcile()
    await shop.pay.createPayment({ data: goodsOrder({ total_fee: 200 }) })
    shop.clock.now += 15 * MINUTE
    expect(await shop.pay.reconcile()).toMatchObject({ ...nothing, waiting: 1 })
    expect(shop.order()).toMatchObject({ status: 0 })
    shop.clock.now += 15 * MINUTE
    expect(await shop.pay.reconcile()).toMatchObject({ ...nothing, closed: 1 })
  })

  it('a channel that does not answer closes nothing, and is asked again later', async () => {
    const shop = await open()
    await shop.pay.createPayment({ data: goodsOrder() })
    shop.clock.now += 30 * MINUTE
    shop.wechat.onCall = () => {
      throw new Error('no route')
    }
    expect(await shop.pay.reconcile()).toMatchObject({ ...nothing, failed: 1 })
    expect(shop.order()).toMatchObject({ status: 0 })
    shop.wechat.onCall = undefined
    expect(await shop.pay.reconcile()).toMatchObject(nothing)
    shop.clock.now += 30_000
    expect(await shop.pay.reconcile()).toMatchObject({ ...nothing, closed: 1 })
  })

  it('runs a failed handler again, with growing pauses', async () => {
    let tries = 0
    const handler: HandlerModule = async (event) => {
      tries += 1
      return tries < 4 ? { code: 1, msg: 'no stock' } : (counting as { main: (event: unknown) => unknown }).main(event)
    }
    const shop = await open({ handlers: { goods: handler } })
    await paidOrder(shop)
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(500)
    const times: number[] = []
    const start = shop.clock.now
    for (let second = 0; second < 600; second += 5) {
      shop.clock.now += 5_000
      const { failed, handled } = await shop.pay.reconcile()
      if (failed || handled)
        times.push((shop.clock.now - start) / 1_000)
    }
    expect(times).toEqual([30, 60, 120])
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
  })

  it('many processes at once: one question to the channel, one effect', async () => {
    const shop = await open()
    await paidOrder(shop)
    shop.clock.now += 5_000
    const answers = await Promise.all(Array.from({ length: 10 }, () => shop.restart().reconcile()))
    expect(answers.reduce((sum, { paid }) => sum + Number(paid), 0)).toBe(1)
    expect(shop.wechat.countCalls(/^GET/)).toBe(1)
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
  })
})

describe('reconcile', () => {
  it('takes what is due longest first, up to the limit, and says that there is more', async () => {
    const shop = await openShop()
    for (let no = 1; no <= 5; no += 1) {
      await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: `ORDER_100${no}` }) })
      shop.clock.now += 1_000
    }
    shop.clock.now += 10_000
    expect(await shop.pay.reconcile({ limit: 2 })).toMatchObject({ ...nothing, waiting: 2, more: true })
    expect(shop.wechat.calls.filter(call => call.method === 'GET').map(call => /(ORDER_\d+)/.exec(call.url)?.[1]).sort()).toEqual(['ORDER_1001', 'ORDER_1002'])
    expect(await shop.pay.reconcile()).toMatchObject({ ...nothing, waiting: 3, more: false })
    for (const limit of [0, 1.5, 100_000])
      expect(await shop.pay.reconcile({ limit })).toMatchObject({ code: 40001, field: 'limit' })
  })

  it('one broken order does not keep the others back', async () => {
    const shop = await openShop()
    await paidOrder(shop, { out_trade_no: 'ORDER_1001' })
    await paidOrder(shop, { out_trade_no: 'ORDER_1002' })
    await shop.memory.update('vk-pay-orders', { out_trade_no: 'ORDER_1001' }, { attempts: 'not a list' })
    shop.clock.now += 5_000
    expect(await shop.pay.reconcile()).toMatchObject({ paid: 1 })
    expect(shop.memory.all('vk-pay-orders')[1]).toMatchObject({ out_trade_no: 'ORDER_1002', status: 1 })
  })

  it('a sweep costs what is unfinished, not history', async () => {
    const shop = await openShop()
    for (let no = 1; no <= 20; no += 1) {
      await paidOrder(shop, { out_trade_no: `DONE_10${no}` })
      await shop.pay.paymentNotify(shop.wechat.notificationFor(`DONE_10${no}`))
    }
    shop.clock.now += DAY
    const before = shop.wechat.calls.length
    expect(await shop.pay.reconcile()).toMatchObject(nothing)
    expect(shop.wechat.calls.length).toBe(before)
    expect(shop.memory.all('vk-pay-orders').filter(order => 'due_date' in order)).toEqual([])
  })

  it.each([[0, 1], [3, 0]])('expired orders are deleted after autoDeleteExpiredOrders = %i days', async (autoDeleteExpiredOrders, left) => {
    const shop = await openShop({ config: { ...configOf(), autoDeleteExpiredOrders } })
    await paidOrder(shop, { out_trade_no: 'PAID_1001' })
    await shop.pay.createPayment({ data: goodsOrder() })
    shop.clock.now += 31 * MINUTE
    await shop.pay.reconcile()
    shop.clock.now += 2 * DAY
    await shop.pay.reconcile()
    expect(shop.memory.all('vk-pay-orders')).toHaveLength(2)
    shop.clock.now += DAY
    await shop.pay.reconcile()
    const numbers = shop.memory.all('vk-pay-orders').map(order => order.out_trade_no)
    expect(numbers).toContain('PAID_1001')
    expect(numbers).toHaveLength(1 + left)
  })
})
