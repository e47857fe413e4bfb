import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import type { Charge } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/provider'
import { alipay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay'
import { charge, reverse } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/charge'
import { query } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/orders'
import { alipayOrder, appid, openAlipayShop, returned, sellerId, START } from './alipay-support'
import { alipayStage, ending } from './alipay-provider-support'

const PAYS = '280000000000000001'
const WAITS = '280000000000000003'
const NONE = '280000000000000004'
const order = (over: Partial<Charge> = {}): Charge => ({ outTradeNo: 'ORDER_1001', subject: '测试商品', totalFee: 1990, notifyUrl: 'https://shop.example.test/n', authCode: PAYS, ...over })
const no = (sub_code: string, code = '40004') => ({ code, msg: 'Business Failed', sub_code, sub_msg: '…' })

describe.each(['key', 'certificate'] as const)('alipay payment codes, %s mode', (mode) => {
  it('paid with the answer', async () => {
    const { alipay, context } = alipayStage('alipay.h5', mode, { sellerId })
    expect(await charge(context, order())).toEqual({ state: 'SUCCESS', payment: expect.objectContaining({ outTradeNo: 'ORDER_1001', transactionId: alipay.order().trade_no, totalFee: 1990, appid, openid: '0payer0000000000', timeEnd: '2026-01-01T08:00:04+08:00' }) })
    expect(alipay.calls[0]?.params).toMatchObject({ method: 'alipay.trade.pay', notify_url: 'https://shop.example.test/n' })
    expect(alipay.calls[0]?.content).toEqual({ product_code: 'FACE_TO_FACE_PAYMENT', scene: 'bar_code', auth_code: PAYS, out_trade_no: 'ORDER_1001', total_amount: '19.90', subject: '测试商品', timeout_express: '5m', seller_id: sellerId })
  })

  it('10003 waits for the payer, and the query tells', async () => {
    const { alipay, context } = alipayStage('alipay.h5', mode)
    expect(await charge(context, order({ authCode: WAITS }))).toEqual({ state: 'USERPAYING' })
    expect(await query(context, 'ORDER_1001')).toEqual({ state: 'NOTPAY' })
    alipay.pay()
    expect(await query(context, 'ORDER_1001')).toMatchObject({ state: 'SUCCESS', payment: { totalFee: 1990 } })
  })
})

describe('alipay payment codes', () => {
  it.each<[string, Record<string, unknown>]>([
    ['20000', { code: '20000', msg: 'Service Currently Unavailable', sub_code: 'isp.unknow-error' }],
    ['a system error', no('ACQ.SYSTEM_ERROR')],
    ['a code of the future', no('ACQ.SOMETHING_NEW')],
    ['an answer about another order', { code: '10000', out_trade_no: 'ORDER_2002', trade_no: '1', total_amount: '19.90', gmt_payment: '2026-01-01 08:00:04' }],
    ['half an answer', { code: '10000', out_trade_no: 'ORDER_1001', trade_no: '1', total_amount: '19.90' }],
    ['no code at all', { out_trade_no: 'ORDER_1001', trade_no: '1', total_amount: '19.90', gmt_payment: '2026-01-01 08:00:04' }],
  ])('%s: nobody knows', async (_, reply) => {
    const { alipay, context } = alipayStage()
    alipay.onCall = () => reply
    expect(await charge(context, order())).toEqual({ state: 'UNKNOWN' })
  })

  it('a lost or spoiled answer: nobody knows', async () => {
    const lost = alipayStage()
    lost.alipay.loseAnswers = true
    expect(await charge(lost.context, order())).toEqual({ state: 'UNKNOWN' })
    expect(lost.logs).toMatchObject([{ event: 'charge has no certain answer', fields: { out_trade_no: 'ORDER_1001' } }])
    const spoiled = alipayStage()
    spoiled.alipay.tamper = text => text.replace('19.90', '19.91')
    expect(await charge(spoiled.context, order())).toEqual({ state: 'UNKNOWN' })
    const waits = alipayStage()
    waits.alipay.tamper = text => text.replace('10003', '10000')
    expect(await charge(waits.context, order({ authCode: WAITS }))).toEqual({ state: 'UNKNOWN' })
    for (const { logs } of [lost, spoiled, waits])
      expect(JSON.stringify(logs)).not.toContain(PAYS.slice(0, 12))
  })

  it.each<[string, object]>([
    ['ACQ.PAYMENT_AUTH_CODE_INVALID', { code: 40001, verdict: 'refused' }],
    ['ACQ.BUYER_BALANCE_NOT_ENOUGH', { code: 40007, verdict: 'refused' }],
    ['ACQ.TRADE_HAS_SUCCESS', { code: 40006, verdict: 'paid' }],
    ['ACQ.TRADE_HAS_CLOSE', { code: 40001, verdict: 'number-taken' }],
    ['ACQ.CONTEXT_INCONSISTENT', { code: 40001, verdict: 'number-taken' }],
  ])('%s', async (sub_code, expected) => {
    const { alipay, context } = alipayStage()
    alipay.onCall = () => no(sub_code)
    expect(await ending(charge(context, order()))).toEqual(expected)
  })

  it('a used code and the second payment of one number', async () => {
    const { context } = alipayStage()
    expect(await ending(charge(context, order({ authCode: NONE })))).toEqual({ code: 40001, verdict: 'refused' })
    await charge(context, order())
    expect(await ending(charge(context, order()))).toEqual({ code: 40006, verdict: 'paid' })
  })

  it.each<[string, Partial<Charge>, string]>([
    ['a code of WeChat Pay', { authCode: '134567890123456789' }, 'auth_code'],
    ['a code that is too short', { authCode: '280000000000000' }, 'auth_code'],
    ['a code with a letter', { authCode: '28000000000000000x' }, 'auth_code'],
    ['a number with a dash', { outTradeNo: 'ORDER-1001' }, 'out_trade_no'],
    ['a long subject', { subject: '商'.repeat(257) }, 'subject'],
    ['an amount under other', { other: { total_amount: '0.01' } }, 'other.total_amount'],
    ['a code under other', { other: { auth_code: '1' } }, 'other.auth_code'],
  ])('%s is refused before anything is sent', async (_, over, field) => {
    const { alipay, context } = alipayStage()
    expect(await ending(charge(context, order(over)))).toMatchObject({ code: 40001, field })
    expect(alipay.calls).toEqual([])
  })

  it('the provider refuses the same before an order is written, and finds its section', async () => {
    const { context } = alipayStage()
    expect(() => alipay.validate(context, order())).not.toThrow()
    expect(() => alipay.validate(context, order({ authCode: '1' }))).toThrow('付款码')
    expect(() => alipay.validate({ ...context, platform: 'codepay' }, { ...order(), authCode: undefined })).toThrow('支付宝不支持平台 codepay')
    const shop = await openAlipayShop()
    for (const platform of ['codepay', 'transfer'])
      expect(await shop.pay.createPayment({ data: alipayOrder({ vk_platform: platform }) })).toMatchObject({ code: 40001 })
    expect(shop.memory.all('vk-pay-orders')).toEqual([])
    // a payment by code is told under the platform's own name
    expect((await shop.pay.paymentNotify({ method: 'POST', path: '/vk-pay-notify/alipay_codepay', headers: {}, body: Buffer.from('a=b') })).body).toBe('fail')
  })

  it('other and time_expire go upstream', async () => {
    const { alipay, context } = alipayStage()
    await charge(context, order({ other: { store_id: 's1' }, timeExpire: START + 60_000 }))
    expect(alipay.calls[0]?.content).toMatchObject({ store_id: 's1', time_expire: '2026-01-01 08:01:00' })
    expect(alipay.calls[0]?.content).not.toHaveProperty('timeout_express')
  })
})

describe('alipay takes a charge back', () => {
  it('closes what waits, refunds what was paid, and does it once', async () => {
    const { alipay, context } = alipayStage()
    await charge(context, order({ authCode: WAITS }))
    await reverse(context, 'ORDER_1001')
    expect([alipay.order().status, returned(alipay.order())]).toEqual(['TRADE_CLOSED', 0])
    await charge(context, order({ outTradeNo: 'ORDER_1002' }))
    await reverse(context, 'ORDER_1002')
    await reverse(context, 'ORDER_1002')
    expect([alipay.order('ORDER_1002').status, returned(alipay.order('ORDER_1002'))]).toEqual(['TRADE_CLOSED', 1990])
    expect(await query(context, 'ORDER_1002')).toMatchObject({ state: 'REFUND', payment: { refunded: { refundedFee: 1990 } } })
  })

  it('what Alipay never heard of has nothing to take back', async () => {
    const { context } = alipayStage()
    await reverse(context, 'ORDER_1001')
  })

  it('retry_flag Y is tried again a few times, and then it is unknown', async () => {
    const { alipay, context, clock } = alipayStage()
    let refusals = 2
    alipay.onCall = () => ({ code: '10000', out_trade_no: 'ORDER_1001', retry_flag: refusals-- > 0 ? 'Y' : 'N', action: 'close' })
    await reverse(context, 'ORDER_1001')
    expect([alipay.calls.length, clock.now - START]).toEqual([3, 2_000])
    refusals = 99
    expect(await ending(reverse(context, 'ORDER_1001'))).toEqual({ code: 40010, verdict: 'unknown' })
  })

  it('trouble, an answer about another order, no word about retrying: unknown', async () => {
    for (const reply of [no('ACQ.SYSTEM_ERROR'), { code: '10000', out_trade_no: 'ORDER_2002', retry_flag: 'N' }, { code: '10000', out_trade_no: 'ORDER_1001' }]) {
      const { alipay, context } = alipayStage()
      alipay.onCall = () => reply
      expect(await ending(reverse(context, 'ORDER_1001'))).toMatchObject({ verdict: 'unknown' })
    }
  })
})
