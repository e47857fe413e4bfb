import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Shop, ShopOptions } from '../support/shop'
import { crashing } from '../support/crashing-store'
import { configOf, goodsOrder, openShop, paidOrder } from '../support/shop'

const MINUTE = 60_000
const ask = (out_refund_no: string, refund_fee: number, over = {}) => ({ out_trade_no: 'ORDER_1001', out_refund_no, refund_fee, ...over })

async function paidShop(options: ShopOptions = {}): Promise<Shop> {
  const shop = await openShop(options)
  await paidOrder(shop)
  await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
  return shop
}

describe('refund', () => {
  it('is asked for with number, amounts, reason and where to tell, and answers what became of it', async () => {
    const shop = await paidShop()
    const answer = await shop.pay.refund(ask('R-1', 30, { refund_desc: '商品已售完' }))
    expect(answer).toMatchObject({ code: 0, msg: '退款处理中', out_trade_no: 'ORDER_1001', out_refund_no: 'R-1', data: { refund_fee: 30, refund_status: 'PROCESSING', total_refund_fee: 0 } })
    const call = shop.wechat.calls[shop.wechat.calls.length - 1]!
    expect([call.method, new URL(call.url).pathname]).toEqual(['POST', '/v3/refund/domestic/refunds'])
    expect(JSON.parse(call.body ?? '')).toEqual({ transaction_id: '4200000000000001', out_refund_no: 'R-1', reason: '商品已售完', notify_url: 'https://shop.example.test/http/vk-pay/vk-pay-notify/wxpay_mp-weixin', amount: { refund: 30, total: 100, currency: 'CNY' } })
    // not refunded before the money is back
    expect(shop.order()).toMatchObject({ status: 1, refund_fee: 0, refund_num: 1, refund_list: [{ out_refund_no: 'R-1', refund_fee: 30, refund_desc: '商品已售完', refund_date: shop.clock.now, refund_status: 'PROCESSING' }] })
  })

  it('a part makes status 2, the rest makes status 3, by notification', async () => {
    const shop = await paidShop()
    for (const [number, fee, status, total] of [['R-1', 30, 2, 30], ['R-2', 70, 3, 100]] as const) {
      await shop.pay.refund(ask(number, fee))
      shop.wechat.refunds.get(number)!.status = 'SUCCESS'
      const notice = shop.wechat.refundNotification(number)
      for (const answer of await Promise.all([shop.pay.paymentNotify(notice), shop.pay.paymentNotify(notice)]))
        expect(answer.status).toBe(200)
      expect(shop.order()).toMatchObject({ status, refund_fee: total })
    }
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ status: 3, orderPaid: true, data: { trade_state: 'REFUND' } })
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
  })

  it('the same number is the same refund, once at the channel, also at the same time', async () => {
    const shop = await paidShop()
    const answers = await Promise.all(Array.from({ length: 5 }, () => shop.restart().refund(ask('R-1', 60))))
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    expect(await shop.pay.refund(ask('R-1', 60))).toMatchObject({ code: 0 })
    expect(shop.order().refund_list).toHaveLength(1)
    expect(shop.wechat.refunded()).toBe(60)
    expect(await shop.pay.refund(ask('R-1', 61))).toMatchObject({ code: 40001, field: 'out_refund_no' })
  })

  it('never more than was paid, however many ask at once', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 8 }), async (fees) => {
      const shop = await paidShop()
      const answers = await Promise.all(fees.map((fee, index) => shop.restart().refund(ask(`R-${index}`, fee))))
      const accepted = fees.filter((_, index) => answers[index]!.code === 0).reduce((sum, fee) => sum + fee, 0)
      expect(accepted).toBeLessThanOrEqual(100)
      expect(shop.wechat.refunded()).toBe(accepted)
      // the channel was never bothered with what we knew to be too much
      expect(shop.wechat.countCalls(/refunds$/)).toBe(answers.filter(({ code }) => code === 0).length)
      const refused = answers.filter(({ code }) => code !== 0)
      expect(refused.every(({ code, field }) => code === 40001 && field === 'refund_fee')).toBe(true)
      for (const [index, fee] of fees.entries()) {
        if (answers[index]!.code !== 0)
          expect(fee).toBeGreaterThan(100 - accepted)
      }
    }), { numRuns: 40 })
  })

  it.each([
    [{ out_trade_no: 'ORDER_9999' }, 40005, 'out_trade_no'],
    [{ out_trade_no: undefined }, 40001, 'out_trade_no'],
    [{ out_refund_no: '' }, 40001, 'out_refund_no'],
    [{ out_refund_no: 'R 1' }, 40001, 'out_refund_no'],
    [{ refund_fee: 0 }, 40001, 'refund_fee'],
    [{ refund_fee: 1.5 }, 40001, 'refund_fee'],
    [{ refund_fee: '10' }, 40001, 'refund_fee'],
    [{ refund_fee: 101 }, 40001, 'refund_fee'],
    [{ refund_desc: '长'.repeat(81) }, 40001, 'refund_desc'],
  ])('%j is refused with %i, and nothing is sent', async (over, code, field) => {
    const shop = await paidShop()
    expect(await shop.pay.refund(ask('R-1', 10, over))).toMatchObject({ code, field })
    expect(shop.wechat.countCalls(/refunds/)).toBe(0)
    expect(shop.order()).not.toHaveProperty('refund_list')
  })

  it('an unpaid order has nothing to give back', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    expect(await shop.pay.refund(ask('R-1', 10))).toMatchObject({ code: 40001, field: 'out_trade_no' })
  })

  it('refused for certain: the money is free again, and the same number may be tried again', async () => {
    const shop = await paidShop()
    shop.wechat.onCall = () => ({ status: 403, json: { code: 'NOT_ENOUGH', message: '基本账户余额不足' } })
    expect(await shop.pay.refund(ask('R-1', 100))).toMatchObject({ code: 40007 })
    expect(shop.order()).toMatchObject({ status: 1, refund_num: 0, refund_list: [{ refund_status: 'REFUSED' }] })
    shop.wechat.onCall = undefined
    expect(await shop.pay.refund(ask('R-2', 50))).toMatchObject({ code: 0 })
    expect(await shop.pay.refund(ask('R-1', 100))).toMatchObject({ code: 40001, field: 'refund_fee' })
    expect(await shop.pay.queryRefund({ out_trade_no: 'ORDER_1001', out_refund_no: 'R-1' })).toMatchObject({ code: 0, data: { refund_status: 'REFUSED' } })
  })

  it('an answer that was lost keeps the money promised, and reconciliation learns what became of it', async () => {
    const shop = await paidShop()
    shop.wechat.refundStatus = 'SUCCESS'
    shop.wechat.loseAnswers = true
    expect(await shop.pay.refund(ask('R-1', 80))).toMatchObject({ code: 40004 })
    shop.wechat.loseAnswers = false
    expect(await shop.pay.refund(ask('R-2', 30))).toMatchObject({ code: 40001, field: 'refund_fee' })
    shop.clock.now += MINUTE
    expect(await shop.pay.reconcile()).toMatchObject({ refunds: 1 })
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 80 })
    expect(shop.order()).not.toHaveProperty('refund_due_date')
    expect(shop.wechat.refunds.get('R-1')!.calls).toBe(1)
  })

  it('what never left is refused, with the reason; its number is good for another try', async () => {
    const config = configOf()
    const shop = await paidShop({ config })
    const broken = config.wxpay as Record<string, Record<string, unknown>>
    broken['mp-weixin']!.gateway = 'nowhere'
    shop.pay.clearConfigCache()
    const calls = shop.wechat.calls.length
    expect((await shop.pay.refund(ask('R-1', 80))).code).not.toBe(0)
    expect(shop.wechat.calls).toHaveLength(calls)
    expect(shop.order()).toMatchObject({ status: 1, refund_list: [{ out_refund_no: 'R-1', refund_status: 'REFUSED' }] })
    const timeline = (await shop.pay.timeline('ORDER_1001')).timeline as { detail: string }[]
    expect(timeline[timeline.length - 1]!.detail).toMatch(/^R-1 80 REFUSED: .*url/i)
    broken['mp-weixin']!.gateway = 'https://pay.example.test'
    shop.pay.clearConfigCache()
    expect(await shop.pay.refund(ask('R-1', 80))).toMatchObject({ code: 0, msg: '退款处理中' })
    expect(shop.wechat.refunded()).toBe(80)
  })

  it('what may have left stays promised, also when a repetition cannot leave', async () => {
    const config = configOf()
    const shop = await paidShop({ config })
    shop.wechat.loseAnswers = true
    await shop.pay.refund(ask('R-1', 80))
    shop.wechat.loseAnswers = false
    const broken = config.wxpay as Record<string, Record<string, unknown>>
    broken['mp-weixin']!.gateway = 'nowhere'
    shop.pay.clearConfigCache()
    expect((await shop.pay.refund(ask('R-1', 80))).code).not.toBe(0)
    expect(shop.order()).toMatchObject({ refund_list: [{ out_refund_no: 'R-1', refund_status: 'PROCESSING' }] })
  })

  it('a refund that takes days is asked about less and less often', async () => {
    const shop = await paidShop()
    await shop.pay.refund(ask('R-1', 80))
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      shop.clock.now += MINUTE
      await shop.pay.reconcile()
    }
    expect(shop.wechat.countCalls(/refunds\/R-1$/)).toBeLessThan(16)
    shop.wechat.refunds.get('R-1')!.status = 'SUCCESS'
    expect(await shop.pay.queryRefund({ out_trade_no: 'ORDER_1001', out_refund_no: 'R-1' })).toMatchObject({ code: 0, msg: '退款成功', data: { refund_status: 'SUCCESS', total_refund_fee: 80 } })
  })

  it.each([['CLOSED', 0, 40001], ['ABNORMAL', 1, 0]] as const)('%s is kept: refund_num %i, the same number again is %i', async (state, refund_num, code) => {
    const shop = await paidShop()
    await shop.pay.refund(ask('R-1', 100))
    shop.wechat.refunds.get('R-1')!.status = state
    expect((await shop.pay.paymentNotify(shop.wechat.refundNotification('R-1'))).status).toBe(200)
    expect(shop.order()).toMatchObject({ status: 1, refund_fee: 0, refund_num, refund_list: [{ refund_status: state }] })
    expect(await shop.pay.refund(ask('R-1', 100))).toMatchObject({ code })
    // the money of a closed refund is free for another one
    expect(await shop.pay.refund(ask('R-2', 100))).toMatchObject({ code: state === 'CLOSED' ? 0 : 40001 })
  })

  it('nothing is delivered any more once all of the money is promised back', async () => {
    const shop = await openShop({ handlers: { goods: () => false } })
    await paidOrder(shop)
    await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: false })
    await shop.pay.refund(ask('R-1', 100))
    const before = shop.order().handler_error_date
    shop.clock.now += MINUTE
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(503)
    shop.wechat.refunds.get('R-1')!.status = 'SUCCESS'
    await shop.pay.paymentNotify(shop.wechat.refundNotification('R-1'))
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(200)
    await shop.pay.reconcile()
    expect(shop.order()).toMatchObject({ status: 3, handler_error_date: before })
    expect(shop.order()).not.toHaveProperty('due_date')
  })

  it('clients cannot reach it', async () => {
    const shop = await paidShop()
    for (const action of ['pay/refund', 'pay/queryRefund', 'refund'])
      expect(await shop.pay.call({ action, data: ask('R-1', 100) })).toMatchObject({ code: 404 })
    expect(shop.wechat.countCalls(/refunds/)).toBe(0)
  })
})

describe('the notification of a refund', () => {
  it.each([
    ['another payment', { transaction_id: '4200000000009999' }, 400],
    ['another total', { amount: { total: 101, refund: 30 } }, 400],
    ['more than was paid', { amount: { total: 100, refund: 130 } }, 400],
    ['another merchant', { mchid: '1900000002' }, 400],
    ['an unknown order', { out_trade_no: 'ORDER_9999' }, 404],
    ['no refund id', { refund_id: undefined }, 400],
    ['a state nobody knows', { refund_status: 'MAYBE' }, 400],
  ])('about %s changes nothing', async (_, over, status) => {
    const shop = await paidShop()
    await shop.pay.refund(ask('R-1', 30))
    shop.wechat.refunds.get('R-1')!.status = 'SUCCESS'
    expect((await shop.pay.paymentNotify(shop.wechat.refundNotification('R-1', over))).status).toBe(status)
    expect(shop.order()).toMatchObject({ status: 1, refund_fee: 0 })
  })

  it('of a refund made in the merchant\'s console is written down', async () => {
    const shop = await paidShop()
    await shop.pay.refund(ask('R-1', 30))
    const other = { ...shop.wechat.refunds.get('R-1')!, out_refund_no: 'CONSOLE-1', refund_id: '5039', status: 'SUCCESS' as const, amount: { total: 100, refund: 50 } }
    shop.wechat.refunds.set('CONSOLE-1', other)
    expect((await shop.pay.paymentNotify(shop.wechat.refundNotification('CONSOLE-1'))).status).toBe(200)
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 50, refund_num: 2 })
    expect(await shop.pay.refund(ask('R-2', 30))).toMatchObject({ code: 40001, field: 'refund_fee' })
  })

  it('that comes late does not take a success back', async () => {
    const shop = await paidShop()
    await shop.pay.refund(ask('R-1', 30))
    const refund = shop.wechat.refunds.get('R-1')!
    refund.status = 'ABNORMAL'
    const late = shop.wechat.refundNotification('R-1')
    refund.status = 'SUCCESS'
    await shop.pay.paymentNotify(shop.wechat.refundNotification('R-1'))
    expect((await shop.pay.paymentNotify(late)).status).toBe(200)
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 30 })
  })
})

describe('money nobody asked for', () => {
  const config = { ...configOf(), refundLateMoney: true }

  async function paidTwice(options: ShopOptions): Promise<Shop> {
    const shop = await openShop(options)
    await shop.pay.createPayment({ data: goodsOrder() })
    await shop.pay.createPayment({ data: goodsOrder({ total_fee: 250 }) })
    for (const order of shop.wechat.orders.values())
      order.state = 'SUCCESS'
    for (const number of [...shop.wechat.orders.keys(), ...shop.wechat.orders.keys()])
      expect((await shop.pay.paymentNotify(shop.wechat.notificationFor(number))).status).toBe(200)
    return shop
  }

  it('twice: the second payment goes back, once, whoever sweeps', async () => {
    const shop = await paidTwice({ config })
    await Promise.all(Array.from({ length: 5 }, () => shop.restart().reconcile()))
    expect([...shop.wechat.refunds.values()]).toMatchObject([{ out_refund_no: 'surplus_4200000000000002', amount: { total: 250, refund: 250 }, calls: 1 }])
    shop.wechat.refunds.get('surplus_4200000000000002')!.status = 'SUCCESS'
    expect((await shop.pay.paymentNotify(shop.wechat.refundNotification('surplus_4200000000000002'))).status).toBe(200)
    expect(shop.memory.all('callback_logs')[1]).toMatchObject({ callback_id: 'surplus:4200000000000002', reason: 'twice', refund_status: 'SUCCESS' })
    shop.clock.now += 3 * MINUTE
    await shop.pay.reconcile()
    expect(shop.order()).toMatchObject({ status: 1, total_fee: 100 })
    expect(shop.order()).not.toHaveProperty('refund_due_date')
    expect(shop.wechat.refunded()).toBe(250)
  })

  it('late: the order stays closed, nothing is delivered, the money goes back', async () => {
    const shop = await openShop({ config })
    await paidOrder(shop)
    await shop.memory.update('vk-pay-orders', {}, { status: -1 })
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(200)
    await shop.pay.reconcile()
    expect(shop.order()).toMatchObject({ status: -1 })
    expect(shop.effects().runs).toBe(0)
    expect(shop.memory.all('callback_logs')).toMatchObject([{ reason: 'late', refund_status: 'PROCESSING' }])
    expect(shop.wechat.refunded()).toBe(100)
  })

  it('a channel that refuses is asked again later', async () => {
    const shop = await paidTwice({ config })
    shop.wechat.onCall = () => ({ status: 403, json: { code: 'NOT_ENOUGH', message: '余额不足' } })
    await shop.pay.reconcile()
    shop.wechat.onCall = undefined
    shop.wechat.refundStatus = 'SUCCESS'
    shop.clock.now += 2 * MINUTE
    await shop.pay.reconcile()
    expect(shop.wechat.refunded()).toBe(250)
    expect(shop.order()).not.toHaveProperty('refund_due_date')
  })

  it('without refundLateMoney it is recorded, and nothing is sent', async () => {
    const shop = await paidTwice({})
    shop.clock.now += 10 * MINUTE
    await shop.pay.reconcile()
    expect(shop.wechat.refunds.size).toBe(0)
    expect(shop.memory.all('callback_logs')[1]).toMatchObject({ refund_status: 'RECORDED', total_fee: 250, reason: 'twice' })
  })
})

describe('refunds in any order', () => {
  it('whatever crashes, notifies and sweeps: the books end as the channel\'s', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('ask' as const), no: fc.integer({ min: 1, max: 3 }), fee: fc.constantFrom(30, 60) }),
      fc.record({ kind: fc.constant('crash' as const), no: fc.integer({ min: 1, max: 3 }), fee: fc.constantFrom(30, 60), at: fc.integer({ min: 1, max: 6 }), after: fc.boolean() }),
      fc.record({ kind: fc.constantFrom('sweep' as const, 'succeed' as const, 'close' as const, 'notify' as const) }),
    )
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const shop = await paidShop()
      const notifyAll = () => Promise.all([...shop.wechat.refunds.values()].filter(({ status }) => status !== 'PROCESSING').map(({ out_refund_no }) => shop.restart().paymentNotify(shop.wechat.refundNotification(out_refund_no))))
      for (const played of steps) {
        const open = [...shop.wechat.refunds.values()].find(({ status }) => status === 'PROCESSING')
        if (played.kind === 'ask')
          await Promise.all([1, 2].map(() => shop.restart().refund(ask(`R-${played.no}`, played.fee))))
        else if (played.kind === 'crash')
          await shop.restart(crashing(shop.memory, played).store).refund(ask(`R-${played.no}`, played.fee))
        else if (played.kind === 'sweep')
          await Promise.all([shop.restart().reconcile(), shop.restart().reconcile(), notifyAll()])
        else if (played.kind === 'notify')
          await notifyAll()
        else if (open)
          open.status = played.kind === 'succeed' ? 'SUCCESS' : 'CLOSED'
        shop.clock.now += 70_000
      }
      for (const refund of shop.wechat.refunds.values())
        refund.status = refund.status === 'PROCESSING' ? 'SUCCESS' : refund.status
      for (let round = 0; round < 4; round += 1) {
        shop.clock.now += 3_600_000
        shop.wechat.refundStatus = 'SUCCESS'
        await shop.restart().reconcile()
      }
      const back = [...shop.wechat.refunds.values()].filter(({ status }) => status === 'SUCCESS').reduce((sum, { amount }) => sum + amount.refund, 0)
      expect(back).toBeLessThanOrEqual(100)
      expect(shop.order()).toMatchObject({ status: back === 0 ? 1 : 2 })
      expect(shop.order().refund_fee ?? 0).toBe(back)
      expect(shop.order()).not.toHaveProperty('refund_due_date')
    }), { numRuns: 80 })
  })
})
