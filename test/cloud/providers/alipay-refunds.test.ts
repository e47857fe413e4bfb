import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { RefundFact } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/provider'
import { ChannelError } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/errors'
import { channelConfig } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config/channel-config'
import { alipay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay'
import { crashing } from '../support/crashing-store'
import type { AlipayOrder, AlipayShop } from './alipay-support'
import { Alipay, alipayConfig, alipayOrder, alipaySection, notification, openAlipayShop, paidAtAlipay, refundFields, returned, START } from './alipay-support'

const MINUTE = 60_000
const REFUND = 'alipay.trade.refund'
const QUERY = 'alipay.trade.fastpay.refund.query'
const ask = (out_refund_no: string, refund_fee: number, over = {}) => ({ out_trade_no: 'ORDER_1001', out_refund_no, refund_fee, ...over })
const notice = (order: AlipayOrder, outBizNo?: string, fields = {}): RawRequest => notification(order, { fields: { ...refundFields(order, outBizNo), ...fields } })

async function paidShop(options: Parameters<typeof openAlipayShop>[0] = {}): Promise<AlipayShop> {
  const shop = await openAlipayShop(options)
  await paidAtAlipay(shop)
  await shop.pay.paymentNotify(notification(shop.alipay.order()))
  return shop
}

describe('alipay refunds', () => {
  it('are asked for in yuan, by trade and number, and are done with the answer', async () => {
    const shop = await paidShop()
    const answer = await shop.pay.refund(ask('R-1', 29, { refund_desc: '商品已售完' }))
    expect(answer).toMatchObject({ code: 0, msg: '退款成功', out_refund_no: 'R-1', data: { refund_fee: 29, refund_status: 'SUCCESS', total_refund_fee: 29, refund_id: 'R-1' } })
    const call = shop.alipay.calls[shop.alipay.calls.length - 1]!
    expect(call.params).toMatchObject({ method: REFUND })
    expect(call.content).toEqual({ trade_no: shop.alipay.order().trade_no, out_request_no: 'R-1', refund_amount: '0.29', refund_reason: '商品已售完' })
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 29, refund_num: 1, refund_list: [{ out_refund_no: 'R-1', refund_fee: 29, refund_status: 'SUCCESS', success_date: Date.parse('2026-01-01T01:00:00Z') }] })
    expect(shop.order()).toHaveProperty('refund_due_date')
    shop.clock.now += 2 * MINUTE
    await shop.pay.reconcile()
    expect(shop.order()).not.toHaveProperty('refund_due_date')
  })

  it('a part, another part, the rest: 2, 2, 3; each is told once more and changes nothing', async () => {
    const shop = await paidShop()
    for (const [number, fee, status, total] of [['R-1', 29, 2, 29], ['R-2', 57, 2, 86], ['R-3', 14, 3, 100]] as const) {
      expect(await shop.pay.refund(ask(number, fee))).toMatchObject({ code: 0 })
      for (const answer of await Promise.all([1, 2].map(() => shop.pay.paymentNotify(notice(shop.alipay.order(), number)))))
        expect(answer).toMatchObject({ status: 200, body: 'success' })
      expect(shop.order()).toMatchObject({ status, refund_fee: total })
    }
    expect(shop.order().refund_list).toHaveLength(3)
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ status: 3, orderPaid: true, data: { trade_state: 'REFUND' } })
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
  })

  it('the same number is the same refund, also at the same time; another amount or more than was paid is refused', async () => {
    const shop = await paidShop()
    const answers = await Promise.all(Array.from({ length: 5 }, () => shop.restart().refund(ask('R-1', 60))))
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    expect(shop.order().refund_list).toHaveLength(1)
    expect(returned(shop.alipay.order())).toBe(60)
    const calls = shop.alipay.countCalls(REFUND)
    expect(await shop.pay.refund(ask('R-1', 61))).toMatchObject({ code: 40001, field: 'out_refund_no' })
    expect(await shop.pay.refund(ask('R-2', 41))).toMatchObject({ code: 40001, field: 'refund_fee' })
    expect(shop.alipay.countCalls(REFUND)).toBe(calls)
  })

  it('a lost answer: asked again under the same number, fund_change is N and the query tells', async () => {
    const shop = await paidShop()
    shop.alipay.loseAnswers = true
    expect(await shop.pay.refund(ask('R-1', 80))).toMatchObject({ code: 40004 })
    expect(shop.order()).toMatchObject({ status: 1, refund_list: [{ refund_status: 'PROCESSING' }] })
    expect(await shop.pay.refund(ask('R-2', 30))).toMatchObject({ code: 40001, field: 'refund_fee' })
    shop.alipay.loseAnswers = false
    expect(await shop.pay.refund(ask('R-1', 80))).toMatchObject({ code: 0, data: { refund_status: 'SUCCESS' } })
    expect(shop.alipay.countCalls(QUERY)).toBe(1)
    expect(returned(shop.alipay.order())).toBe(80)
  })

  it('taken and not done: nobody says success, and reconciliation asks for it again', async () => {
    const shop = await paidShop()
    shop.alipay.holdRefunds = true
    expect(await shop.pay.refund(ask('R-1', 80))).toMatchObject({ code: 40010 })
    expect(await shop.pay.queryRefund(ask('R-1', 80))).toMatchObject({ code: 40005 })
    expect(shop.order()).toMatchObject({ status: 1, refund_fee: 0, refund_list: [{ refund_status: 'PROCESSING' }] })
    shop.alipay.holdRefunds = false
    shop.clock.now += 2 * MINUTE
    expect(await shop.pay.reconcile()).toMatchObject({ refunds: 1 })
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 80 })
    expect(returned(shop.alipay.order())).toBe(80)
  })

  it('refused for certain: the money is free again', async () => {
    const shop = await paidShop()
    shop.alipay.onCall = () => ({ code: '40004', msg: 'Business Failed', sub_code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH', sub_msg: '卖家余额不足' })
    expect(await shop.pay.refund(ask('R-1', 100))).toMatchObject({ code: 40007, channel_code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' })
    expect(shop.order()).toMatchObject({ status: 1, refund_num: 0, refund_list: [{ refund_status: 'REFUSED' }] })
    shop.alipay.onCall = undefined
    expect(await shop.pay.refund(ask('R-1', 100))).toMatchObject({ code: 0, data: { refund_status: 'SUCCESS' } })
  })

  it('nothing left at Alipay: refused, and not promised for ever', async () => {
    const shop = await paidShop()
    shop.alipay.refundInConsole(100)
    expect(await shop.pay.refund(ask('R-1', 30))).toMatchObject({ code: 40009, channel_code: 'ACQ.TRADE_STATUS_ERROR' })
    expect(shop.order()).toMatchObject({ status: 1, refund_list: [{ refund_status: 'REFUSED' }] })
  })

  it('dead at any statement: the refund ends as Alipay has it, once', async () => {
    let statements = 0
    for (let at = 1; at === 1 || statements >= at - 1; at += 1) {
      for (const after of [false, true]) {
        const shop = await paidShop()
        const dying = crashing(shop.memory, { at, after })
        await shop.restart(dying.store).refund(ask('R-1', 60))
        statements = Math.max(statements, dying.calls())
        // the merchant may ask once more, or never
        if (after)
          await shop.restart().refund(ask('R-1', 60))
        for (let round = 0; round < 3; round += 1) {
          shop.clock.now += 10 * MINUTE
          await shop.restart().reconcile()
        }
        const back = returned(shop.alipay.order())
        expect([0, 60]).toContain(back)
        expect(shop.order().refund_fee ?? 0).toBe(back)
        expect(shop.order()).toMatchObject({ status: back === 0 ? 1 : 2 })
        expect(shop.order()).not.toHaveProperty('refund_due_date')
      }
    }
    expect(statements).toBeGreaterThanOrEqual(3)
  })
})

/** The provider alone, against an Alipay that says anything. */
describe('what alipay says of a refund', () => {
  const order = { out_trade_no: 'ORDER_1001', trade_no: '2026010122001400000000000001' }
  const request = { transactionId: order.trade_no, outRefundNo: 'R-1', refundFee: 30, totalFee: 100 }
  const fact: RefundFact = { outTradeNo: 'ORDER_1001', transactionId: order.trade_no, outRefundNo: 'R-1', refundId: 'R-1', refundFee: 30, state: 'SUCCESS' }

  async function outcome(replies: Record<string, Record<string, unknown>>, call: 'refund' | 'queryRefund' = 'refund'): Promise<unknown> {
    const upstream = new Alipay()
    upstream.onCall = method => replies[method]
    const context = { config: channelConfig('alipay.h5', alipaySection(), path => path), platform: 'h5', env: { now: () => START, sleep: async () => {}, randomId: () => 'r', http: upstream.http, log: () => {} } }
    try {
      return await alipay[call]!(context, request)
    }
    catch (error) {
      return error instanceof ChannelError ? error.verdict : error
    }
  }

  const done = { code: '10000', msg: 'Success' }
  const found = { ...done, ...order, out_request_no: 'R-1', refund_status: 'REFUND_SUCCESS', refund_amount: '0.30', total_amount: '1.00' }
  const no = (sub_code: string, code = '40004') => ({ code, msg: 'Business Failed', sub_code, sub_msg: '…' })

  it.each<[string, Record<string, unknown>, unknown]>([
    ['done', found, fact],
    ['with its time', { ...found, gmt_refund_pay: '2026-01-01 08:00:00' }, { ...fact, refundedAt: START }],
    ['no refund_status', { ...found, refund_status: undefined }, 'no-such-order'],
    ['an empty refund_status', { ...found, refund_status: '' }, 'no-such-order'],
    ['nothing at all', done, 'no-such-order'],
    ['being worked on', { ...found, refund_status: 'REFUND_PROCESSING' }, 'unknown'],
    ['another trade', { ...found, trade_no: '2' }, 'unknown'],
    ['another number', { ...found, out_request_no: 'R-2' }, 'unknown'],
    ['no amount', { ...found, refund_amount: undefined }, 'unknown'],
    ['an amount that is none', { ...found, refund_amount: '0.3e0' }, 'unknown'],
    ['zero', { ...found, refund_amount: '0.00' }, 'unknown'],
    ['no such trade', no('ACQ.TRADE_NOT_EXIST'), 'no-such-order'],
    ['trouble', no('ACQ.SYSTEM_ERROR'), 'unknown'],
    ['trouble of the gateway', no('isp.unknow-error', '20000'), 'unknown'],
  ])('asked: %s', async (_, reply, expected) => {
    expect(await outcome({ [QUERY]: reply }, 'queryRefund')).toEqual(expected)
  })

  const moved = { ...done, ...order, fund_change: 'Y', refund_fee: '0.30' }
  it.each<[string, Record<string, unknown>, Record<string, unknown> | undefined, unknown]>([
    ['moved', moved, undefined, fact],
    ['moved, and more before', { ...moved, refund_fee: '0.90' }, undefined, fact],
    ['moved less', { ...moved, refund_fee: '0.29' }, undefined, 'unknown'],
    ['moved of another trade', { ...moved, trade_no: '2' }, undefined, 'unknown'],
    ['moved, nobody knows how much', { ...moved, refund_fee: undefined }, undefined, 'unknown'],
    ['not moved, found', { ...moved, fund_change: 'N' }, found, fact],
    ['no word about moving, found', { ...moved, fund_change: undefined }, found, fact],
    ['not moved, not found', { ...moved, fund_change: 'N' }, done, 'unknown'],
    ['not moved, found with another amount', { ...moved, fund_change: 'N' }, { ...found, refund_amount: '0.31' }, 'number-taken'],
    ['wrong state, found', no('ACQ.TRADE_STATUS_ERROR'), found, fact],
    ['wrong state, not found', no('ACQ.TRADE_STATUS_ERROR'), done, 'refused'],
    ['finished, not found', no('ACQ.TRADE_HAS_FINISHED'), done, 'refused'],
    ['wrong state, and no answer to the question', no('ACQ.TRADE_STATUS_ERROR'), no('ACQ.SYSTEM_ERROR'), 'unknown'],
    ['too much', no('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL'), done, 'refused'],
    ['another amount under the number', no('ACQ.DISCORDANT_REPEAT_REQUEST'), undefined, 'number-taken'],
    ['balance', no('ACQ.SELLER_BALANCE_NOT_ENOUGH'), undefined, 'refused'],
    ['trouble', no('ACQ.SYSTEM_ERROR'), undefined, 'unknown'],
    ['a code of the future', no('ACQ.SOMETHING_NEW'), undefined, 'unknown'],
  ])('asked for: %s', async (_, reply, query, expected) => {
    expect(await outcome({ [REFUND]: reply, ...(query ? { [QUERY]: query } : {}) })).toEqual(expected)
  })
})

describe('alipay tells that money went back', () => {
  async function heard(shop: AlipayShop, request: RawRequest): Promise<string> {
    const { status, body } = await shop.pay.paymentNotify(request)
    return `${status} ${body}`
  }

  it.each([['console-0'], [undefined]])('in the console, after the payment (out_biz_no %s): recorded, no second run', async (number) => {
    const shop = await paidShop()
    const order = shop.alipay.refundInConsole(30)
    for (let time = 0; time < 3; time += 1)
      expect(await heard(shop, notice(order, number))).toBe('200 success')
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 30, refund_num: 1, refund_list: [{ out_refund_no: number ?? 'console_30', refund_fee: 30, refund_status: 'SUCCESS', success_date: Date.parse('2026-01-01T01:00:00Z') }] })
    expect(shop.effects().runs).toBe(1)
    expect(await shop.pay.refund(ask('R-1', 71))).toMatchObject({ code: 40001, field: 'refund_fee' })
    expect(await shop.pay.refund(ask('R-1', 70))).toMatchObject({ code: 0 })
    expect(shop.order()).toMatchObject({ status: 3, refund_fee: 100 })
  })

  it('a part, before we heard of the payment: paid, one run, recorded', async () => {
    const shop = await openAlipayShop()
    await paidAtAlipay(shop)
    const first = notification(shop.alipay.order())
    const order = shop.alipay.refundInConsole(30)
    expect(await heard(shop, notice(order, 'console-0'))).toBe('200 success')
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 30, total_fee: 100, user_order_success: true })
    // the payment's own notification comes late
    expect(await heard(shop, first)).toBe('200 success')
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 30 })
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
  })

  it('all of it, before we heard of the payment: refunded, and nothing is delivered', async () => {
    const shop = await openAlipayShop()
    await paidAtAlipay(shop)
    const first = notification(shop.alipay.order())
    const order = shop.alipay.refundInConsole(100)
    expect(order.status).toBe('TRADE_CLOSED')
    expect(await heard(shop, notice(order, 'console-0'))).toBe('200 success')
    expect(await heard(shop, first)).toBe('200 success')
    shop.clock.now += 10 * MINUTE
    await shop.pay.reconcile()
    expect(shop.order()).toMatchObject({ status: 3, refund_fee: 100 })
    expect(shop.order()).not.toHaveProperty('due_date')
    expect(shop.effects().runs).toBe(0)
  })

  it('all of it, and nobody tells us: the query does, and closing does, too', async () => {
    for (const how of ['query', 'close'] as const) {
      const shop = await openAlipayShop()
      await paidAtAlipay(shop)
      shop.alipay.refundInConsole(100)
      if (how === 'query')
        expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ orderPaid: true, status: 3, data: { trade_state: 'REFUND' } })
      else
        expect(await shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 40006 })
      expect(shop.order()).toMatchObject({ status: 3, refund_fee: 100 })
      expect(shop.effects().runs).toBe(0)
    }
  })

  it('dead at any statement: no handler for money that is back', async () => {
    let statements = 0
    for (let at = 1; at === 1 || statements >= at - 1; at += 1) {
      for (const after of [false, true]) {
        const shop = await openAlipayShop()
        await paidAtAlipay(shop)
        const order = shop.alipay.refundInConsole(100)
        const dying = crashing(shop.memory, { at, after })
        await shop.restart(dying.store).paymentNotify(notice(order, 'console-0'))
        statements = Math.max(statements, dying.calls())
        shop.clock.now += 10 * MINUTE
        await shop.restart().reconcile()
        await shop.restart().paymentNotify(notice(order, 'console-0'))
        expect(shop.effects().runs).toBe(0)
        expect(shop.order()).toMatchObject({ status: 3, refund_fee: 100 })
      }
    }
    expect(statements).toBeGreaterThanOrEqual(3)
  })

  it('of ours, whose answer was lost: the notice ends it', async () => {
    const shop = await paidShop()
    shop.alipay.loseAnswers = true
    await shop.pay.refund(ask('R-1', 80))
    expect(await heard(shop, notice(shop.alipay.order(), 'R-1'))).toBe('200 success')
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 80, refund_list: [{ out_refund_no: 'R-1', refund_status: 'SUCCESS' }] })
  })

  it('the later notice first: ours in between is asked about, so that it is not taken for the console\'s', async () => {
    const shop = await paidShop()
    shop.alipay.loseAnswers = true
    await shop.pay.refund(ask('R-1', 20))
    const early = notice(shop.alipay.order(), 'R-1')
    const order = shop.alipay.refundInConsole(30)
    // while Alipay cannot be asked, nobody knows whose money it was
    expect(await heard(shop, notice(order, 'console-0'))).toBe('500 fail')
    expect(shop.order()).toMatchObject({ refund_fee: 0 })
    shop.alipay.loseAnswers = false
    expect(await heard(shop, notice(order, 'console-0'))).toBe('200 success')
    expect(await heard(shop, early)).toBe('200 success')
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 50, refund_list: [{ out_refund_no: 'R-1', refund_fee: 20 }, { out_refund_no: 'console-0', refund_fee: 30 }] })
  })

  it('two in the console, the second notice first: the sum is right', async () => {
    const shop = await paidShop()
    const early = notice(shop.alipay.refundInConsole(30), 'console-0')
    const late = notice(shop.alipay.refundInConsole(20), 'console-1')
    expect([await heard(shop, late), await heard(shop, early)]).toEqual(['200 success', '200 success'])
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 50 })
  })

  it('more than was paid, of another order\'s amount, under a wrong signature: refused', async () => {
    const shop = await paidShop()
    const order = shop.alipay.refundInConsole(30)
    expect(await heard(shop, notice(order, 'x', { refund_fee: '1.01' }))).toBe('400 fail')
    expect(await heard(shop, notice(order, 'x', { total_amount: '2.00' }))).toBe('400 fail')
    const forged = notice(order, 'x')
    expect(await heard(shop, { ...forged, body: Buffer.from(Buffer.from(forged.body).toString().replace('refund_fee=0.30', 'refund_fee=0.31')) })).toBe('401 fail')
    expect(shop.order()).toMatchObject({ status: 1 })
    expect(shop.order()).not.toHaveProperty('refund_list')
  })

  it('of money nobody asked for: noted there, and not on the order', async () => {
    const shop = await openAlipayShop({ config: { ...alipayConfig(), refundLateMoney: true } })
    await shop.pay.createPayment({ data: alipayOrder() })
    await shop.pay.createPayment({ data: alipayOrder({ total_fee: 250 }) })
    // the first trade was closed by that, and is paid all the same, like the second
    const [first, second] = [...shop.alipay.orders.values()]
    for (const order of [first!, second!])
      Object.assign(order, { status: 'TRADE_SUCCESS', paid: '2026-01-01 08:00:04' })
    expect(await heard(shop, notification(first!))).toBe('200 success')
    expect(await heard(shop, notification(second!))).toBe('200 success')
    second!.refunds.set('console-9', 250)
    second!.status = 'TRADE_CLOSED'
    expect(await heard(shop, notice(second!, 'console-9'))).toBe('200 success')
    expect(shop.order()).toMatchObject({ status: 1 })
    expect(shop.order()).not.toHaveProperty('refund_list')
    expect(shop.memory.all('callback_logs').find(({ callback_id }) => callback_id === `surplus:${second!.trade_no}`)).toMatchObject({ refund_status: 'SUCCESS', refund_id: 'console-9' })
    const calls = shop.alipay.countCalls(REFUND)
    shop.clock.now += 10 * MINUTE
    await shop.pay.reconcile()
    expect(shop.alipay.countCalls(REFUND)).toBe(calls)
  })

  it('money paid twice goes back by itself, once', async () => {
    const shop = await openAlipayShop({ config: { ...alipayConfig(), refundLateMoney: true } })
    await shop.pay.createPayment({ data: alipayOrder() })
    await shop.pay.createPayment({ data: alipayOrder({ total_fee: 250 }) })
    const [first, second] = [...shop.alipay.orders.values()]
    for (const order of [first!, second!])
      Object.assign(order, { status: 'TRADE_SUCCESS', paid: '2026-01-01 08:00:04' })
    await heard(shop, notification(first!))
    await heard(shop, notification(second!))
    await Promise.all(Array.from({ length: 3 }, () => shop.restart().reconcile()))
    expect([returned(first!), returned(second!)]).toEqual([0, 250])
    expect(await heard(shop, notice(second!, [...second!.refunds.keys()][0]))).toBe('200 success')
    expect(shop.order()).toMatchObject({ status: 1, total_fee: 100 })
    shop.clock.now += 10 * MINUTE
    await shop.pay.reconcile()
    expect(shop.order()).not.toHaveProperty('refund_due_date')
  })
})

describe('alipay refunds in any order', () => {
  it('whatever crashes, is told twice, late or never, and done in the console: the books end as Alipay\'s', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('ask' as const), no: fc.integer({ min: 1, max: 3 }), fee: fc.constantFrom(29, 57) }),
      fc.record({ kind: fc.constant('crash' as const), no: fc.integer({ min: 1, max: 3 }), fee: fc.constantFrom(29, 57), at: fc.integer({ min: 1, max: 6 }), after: fc.boolean() }),
      fc.record({ kind: fc.constant('console' as const), fee: fc.constantFrom(10, 43) }),
      fc.record({ kind: fc.constant('tell' as const), which: fc.nat(20) }),
      fc.record({ kind: fc.constantFrom('sweep' as const, 'hold' as const, 'lose' as const, 'heal' as const, 'query' as const) }),
    )
    await fc.assert(fc.asyncProperty(fc.boolean(), fc.array(step, { maxLength: 12 }), async (knows, steps) => {
      const shop = knows ? await paidShop() : await openAlipayShop()
      if (!knows)
        await paidAtAlipay(shop)
      const { alipay: upstream } = shop
      const told: RawRequest[] = [notification(upstream.order())]
      let seen = 0
      const listen = (): void => {
        const numbers = [...upstream.order().refunds.keys()]
        if (numbers.length > seen)
          told.push(notice(upstream.order(), numbers[numbers.length - 1]))
        seen = numbers.length
      }
      for (const played of steps) {
        if (played.kind === 'ask')
          await Promise.all([1, 2].map(() => shop.restart().refund(ask(`R-${played.no}`, played.fee))))
        else if (played.kind === 'crash')
          await shop.restart(crashing(shop.memory, played).store).refund(ask(`R-${played.no}`, played.fee))
        else if (played.kind === 'console' && returned(upstream.order()) + played.fee <= 100)
          upstream.refundInConsole(played.fee)
        else if (played.kind === 'tell')
          await Promise.all([1, 2].map(() => shop.restart().paymentNotify(told[played.which % told.length]!)))
        else if (played.kind === 'sweep')
          await Promise.all([shop.restart().reconcile(), shop.restart().reconcile()])
        else if (played.kind === 'query')
          await shop.restart().queryPayment({ out_trade_no: 'ORDER_1001' })
        Object.assign(upstream, played.kind === 'hold' ? { holdRefunds: true } : played.kind === 'lose' ? { loseAnswers: true } : played.kind === 'heal' ? { holdRefunds: false, loseAnswers: false } : {})
        listen()
        shop.clock.now += 70_000
      }
      Object.assign(upstream, { holdRefunds: false, loseAnswers: false })
      for (let round = 0; round < 4; round += 1) {
        for (const request of [...told].reverse())
          expect((await shop.restart().paymentNotify(request)).status).toBe(200)
        shop.clock.now += 3_600_000
        await shop.restart().reconcile()
        listen()
      }
      const back = returned(upstream.order())
      expect(shop.order()).toMatchObject({ status: back === 0 ? 1 : back < 100 ? 2 : 3 })
      expect(shop.order().refund_fee ?? 0).toBe(back)
      expect(shop.order()).not.toHaveProperty('refund_due_date')
      if (knows || back < 100)
        expect(shop.effects().runs).toBe(1)
      expect(shop.effects().runs).toBeLessThanOrEqual(1)
    }), { numRuns: 50 })
  })
})
