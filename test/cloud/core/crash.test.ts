import { describe, expect, it } from 'vitest'
import { command } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { atEveryStatement, crashing } from '../support/crashing-store'
import { memoryStore } from '../support/memory-store'
import { configOf, goodsOrder, keyed, openShop, paidOrder } from '../support/shop'

describe('a process that dies at any statement', () => {
  it('of a notification, with transactions: the next notification ends in one effect', async () => {
    const statements = await atEveryStatement(async (plan) => {
      const shop = await openShop()
      await paidOrder(shop)
      const request = shop.wechat.notificationFor('ORDER_1001')
      const dying = crashing(shop.memory, plan)
      const first = await shop.restart(dying.store).paymentNotify(request)
      const calls = dying.calls()
      // success is only answered when the effect is durable
      if (first.status === 200)
        expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
      expect((await shop.restart().paymentNotify(request)).status).toBe(200)
      expect((await shop.restart().paymentNotify(request)).status).toBe(200)
      expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
      expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
      return calls
    })
    expect(statements).toBeGreaterThanOrEqual(8)
  })

  it('of a notification, with a lease: the handler may run again, under the same key', async () => {
    const statements = await atEveryStatement(async (plan) => {
      const shop = await openShop({ memory: memoryStore({ transactional: false }), handlers: { goods: keyed } })
      await paidOrder(shop)
      const dying = crashing(shop.memory, plan)
      const first = await shop.restart(dying.store).paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
      const calls = dying.calls()
      if (first.status === 200)
        expect(shop.memory.all('effects')).toHaveLength(1)
      shop.clock.now += 70_000
      expect((await shop.restart().paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(200)
      expect(shop.memory.all('effects')).toHaveLength(1)
      expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
      return calls
    })
    expect(statements).toBeGreaterThanOrEqual(7)
  })

  it('of a notification, then only asked by a client: one effect', async () => {
    await atEveryStatement(async (plan) => {
      const shop = await openShop()
      await paidOrder(shop)
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
      const calls = dying.calls()
      shop.clock.now += 20_000
      expect(await shop.restart().queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ orderPaid: true, user_order_success: true })
      expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
      return calls
    })
  })

  it('of createPayment: the next call leads to one order that can be paid, and it settles', async () => {
    const statements = await atEveryStatement(async (plan) => {
      const shop = await openShop()
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).createPayment({ data: goodsOrder() })
      const calls = dying.calls()
      shop.clock.now += 21_000
      expect(await shop.restart().createPayment({ data: goodsOrder() })).toMatchObject({ code: 0 })
      const open = [...shop.wechat.orders.values()].filter(order => order.state === 'NOTPAY')
      expect(open).toHaveLength(1)
      shop.wechat.pay(open[0]!.out_trade_no)
      expect((await shop.restart().paymentNotify(shop.wechat.notificationFor(open[0]!.out_trade_no))).status).toBe(200)
      expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
      return calls
    })
    expect(statements).toBeGreaterThanOrEqual(3)
  })

  it('of a change of price: the next call leads to one order that can be paid', async () => {
    await atEveryStatement(async (plan) => {
      const shop = await openShop()
      await shop.pay.createPayment({ data: goodsOrder() })
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).createPayment({ data: goodsOrder({ total_fee: 200 }) })
      const calls = dying.calls()
      shop.clock.now += 21_000
      expect(await shop.restart().createPayment({ data: goodsOrder({ total_fee: 200 }) })).toMatchObject({ code: 0, total_fee: 200 })
      expect([...shop.wechat.orders.values()].filter(order => order.state === 'NOTPAY').map(order => order.total)).toEqual([200])
      return calls
    })
  })

  it('of closePayment: the next call closes it', async () => {
    await atEveryStatement(async (plan) => {
      const shop = await openShop()
      await shop.pay.createPayment({ data: goodsOrder() })
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).closePayment({ out_trade_no: 'ORDER_1001' })
      const calls = dying.calls()
      shop.clock.now += 21_000
      expect(await shop.restart().closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 0, data: { trade_state: 'CLOSED' } })
      expect(shop.order().status).toBe(-1)
      return calls
    })
  })

  it.each([[true, 'transactions'], [false, 'a lease']])('of a sweep that finds a payment (transactions: %s): the next sweeps end in one effect', async (transactional) => {
    const statements = await atEveryStatement(async (plan) => {
      const shop = await openShop({ memory: memoryStore({ transactional }), handlers: { goods: keyed } })
      await paidOrder(shop)
      shop.clock.now += 5_000
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).reconcile()
      const calls = dying.calls()
      for (let round = 0; round < 3; round += 1) {
        shop.clock.now += 70_000
        await shop.restart().reconcile()
      }
      expect(shop.memory.all('effects')).toHaveLength(1)
      expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
      expect(shop.order()).not.toHaveProperty('due_date')
      return calls
    })
    expect(statements).toBeGreaterThanOrEqual(9)
  })

  it('of the notification of an order that was closed, never repeated: sweeps alone end in one effect', async () => {
    await atEveryStatement(async (plan) => {
      const shop = await openShop()
      await paidOrder(shop)
      await shop.memory.update('vk-pay-orders', {}, { status: -1, due_date: command.remove() })
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
      const calls = dying.calls()
      shop.clock.now += 70_000
      await shop.restart().reconcile()
      // where the process died before anything was written, there is nothing to see to
      if (shop.order().status === 1)
        expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
      return calls
    })
  })

  it('of a sweep that closes: the next sweeps close', async () => {
    await atEveryStatement(async (plan) => {
      const shop = await openShop()
      await shop.pay.createPayment({ data: goodsOrder() })
      shop.clock.now += 1_800_000
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).reconcile()
      const calls = dying.calls()
      for (let round = 0; round < 2; round += 1) {
        shop.clock.now += 70_000
        await shop.restart().reconcile()
      }
      expect(shop.wechat.orders.get('ORDER_1001')?.state).toBe('CLOSED')
      expect(shop.order()).toMatchObject({ status: -1 })
      expect(shop.order()).not.toHaveProperty('due_date')
      return calls
    })
  })

  it('of a refund: repeated or swept, the money goes back once', async () => {
    const statements = await atEveryStatement(async (plan) => {
      const shop = await openShop()
      await paidOrder(shop)
      await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
      shop.wechat.refundStatus = 'SUCCESS'
      const ask = { out_trade_no: 'ORDER_1001', out_refund_no: 'R1', refund_fee: 60 }
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).refund(ask)
      const calls = dying.calls()
      const asked = shop.order().refund_list !== undefined
      shop.clock.now += 70_000
      await shop.restart().reconcile()
      // what was written down is carried out, though nobody repeats it
      if (asked)
        expect(shop.order()).toMatchObject({ status: 2, refund_fee: 60 })
      expect(await shop.restart().refund(ask)).toMatchObject({ code: 0, data: { refund_status: 'SUCCESS' } })
      expect(shop.order()).toMatchObject({ status: 2, refund_fee: 60, refund_num: 1 })
      expect(shop.wechat.refunded()).toBe(60)
      return calls
    })
    expect(statements).toBeGreaterThanOrEqual(3)
  })

  it('of the notification of a refund: the next one ends in the same', async () => {
    await atEveryStatement(async (plan) => {
      const shop = await openShop()
      await paidOrder(shop)
      await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
      await shop.pay.refund({ out_trade_no: 'ORDER_1001', out_refund_no: 'R1', refund_fee: 100 })
      shop.wechat.refunds.get('R1')!.status = 'SUCCESS'
      const notice = shop.wechat.refundNotification('R1')
      const dying = crashing(shop.memory, plan)
      const first = await shop.restart(dying.store).paymentNotify(notice)
      const calls = dying.calls()
      if (first.status === 200)
        expect(shop.order()).toMatchObject({ status: 3 })
      expect((await shop.restart().paymentNotify(notice)).status).toBe(200)
      expect(shop.order()).toMatchObject({ status: 3, refund_fee: 100, refund_num: 1 })
      return calls
    })
  })

  it('of a second payment that is to be sent back: it goes back once', async () => {
    await atEveryStatement(async (plan) => {
      const shop = await openShop({ config: { ...configOf(), refundLateMoney: true } })
      await paidOrder(shop)
      await shop.memory.update('vk-pay-orders', {}, { status: -1 })
      const notice = shop.wechat.notificationFor('ORDER_1001')
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).paymentNotify(notice)
      const sweeping = crashing(shop.memory, { ...plan, at: Math.max(1, plan.at - 3) })
      await shop.restart(sweeping.store).reconcile()
      const calls = Math.max(dying.calls(), sweeping.calls())
      shop.clock.now += 70_000
      expect((await shop.restart().paymentNotify(notice)).status).toBe(200)
      await shop.restart().reconcile()
      expect(shop.wechat.refunded()).toBe(100)
      expect(shop.effects().runs).toBe(0)
      return calls
    })
  })
})
