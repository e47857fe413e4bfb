/** The gateway's Alipay behind a payment: refunds, codes, transfers, bills, and what it tells. */
import type { AlipayStage } from './alipay-support'
import { unzipSync } from 'fflate'
import { afterEach, describe, expect, it } from 'vitest'
import { ALIPAY_RETRY_DELAYS_MS } from '../../examples/gateway/src/index'
import { chinaTime, MINI, setAlipayStage } from './alipay-support'

let stage: AlipayStage
afterEach(() => stage.close())

const REFUND = 'alipay.trade.refund'
const QUERY_REFUND = 'alipay.trade.fastpay.refund.query'
const number = { out_trade_no: 'TEST_000001' }
const act = (action: string) => stage.post('/gateway/orders/TEST_000001/act', { action })
const failure = (sub_code: string, code = '40004') => expect.objectContaining({ code, sub_code })
const ask = async (out_request_no: string | undefined, refund_amount: unknown, more = {}) => stage.merchant.call(REFUND, { ...number, out_request_no, refund_amount, ...more })
const told = () => stage.receiver.received.map(({ fields }) => fields)

async function paid(mode: 'key' | 'certificate' = 'key'): Promise<void> {
  stage = await setAlipayStage(mode)
  await stage.create('alipay.trade.create', MINI)
  await act('pay')
  await stage.gateway.idle()
}

describe.each(['key', 'certificate'] as const)('alipay refunds at the gateway, %s mode', (mode) => {
  it('a part and the rest: answers, queries, signed notices with the sum and the number', async () => {
    await paid(mode)
    const { trade_no } = (await stage.merchant.call('alipay.trade.query', number)).json
    expect(await ask('R-1', '0.30', { refund_reason: '商品/已售完' })).toMatchObject({ genuine: true, json: { code: '10000', ...number, trade_no, fund_change: 'Y', refund_fee: '0.30' } })
    expect((await stage.merchant.call('alipay.trade.query', number)).json).toMatchObject({ trade_status: 'TRADE_SUCCESS', total_amount: '1.00' })
    expect(await stage.merchant.call(REFUND, { trade_no, out_request_no: 'R-2', refund_amount: '0.70' })).toMatchObject({ json: { fund_change: 'Y', refund_fee: '1.00' } })
    await stage.gateway.idle()
    expect((await stage.merchant.call('alipay.trade.query', number)).json).toMatchObject({ trade_status: 'TRADE_CLOSED', send_pay_date: expect.any(String) })
    expect(await stage.merchant.call(QUERY_REFUND, { ...number, out_request_no: 'R-1', query_options: ['gmt_refund_pay'] })).toMatchObject({ genuine: true, json: { ...number, trade_no, out_request_no: 'R-1', refund_status: 'REFUND_SUCCESS', refund_amount: '0.30', total_amount: '1.00', gmt_refund_pay: chinaTime(stage.clock.now()) } })
    expect(told()).toMatchObject([
      { trade_status: 'TRADE_SUCCESS' },
      { trade_status: 'TRADE_SUCCESS', refund_fee: '0.30', out_biz_no: 'R-1', gmt_refund: expect.stringMatching(/^[\d-]{10} [\d:]{8}\.\d{3}$/), gmt_payment: expect.any(String), total_amount: '1.00' },
      { trade_status: 'TRADE_CLOSED', refund_fee: '1.00', out_biz_no: 'R-2', gmt_close: expect.any(String) },
    ])
    expect(told()[0]).not.toHaveProperty('refund_fee')
    expect(new Set(told().map(({ notify_id }) => notify_id)).size).toBe(3)
    expect(told().every(fields => stage.merchant.isAlipays(fields))).toBe(true)
    expect(await stage.view()).toMatchObject({ refunds: [{ out_refund_no: 'R-1', refund: 30, status: 'SUCCESS', notifications: [{ status: 200, answer: 'success' }] }, { out_refund_no: 'R-2', refund: 70 }] })
  })
})

describe('alipay refunds at the gateway', () => {
  it('the same again moves nothing, another amount is refused', async () => {
    await paid()
    await ask('R-1', '0.30')
    expect((await ask('R-1', '0.30')).json).toMatchObject({ fund_change: 'N', refund_fee: '0.30' })
    expect((await ask('R-1', '0.31')).json).toEqual(failure('ACQ.DISCORDANT_REPEAT_REQUEST'))
    await stage.gateway.idle()
    expect(await stage.view()).toMatchObject({ refunds: [{ refund: 30, calls: 2 }] })
    expect(told()).toHaveLength(2)
    // also when all is back
    await ask('R-2', '0.70')
    expect((await ask('R-1', '0.30')).json).toMatchObject({ code: '10000', fund_change: 'N', refund_fee: '1.00' })
  })

  it('more than is left, a part without a number, nothing paid, no such trade', async () => {
    await paid()
    expect((await ask('R-1', '1.01')).json).toEqual(failure('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL'))
    expect((await ask(undefined, '0.30')).json).toEqual(failure('ACQ.INVALID_PARAMETER'))
    for (const amount of [undefined, '0', '0.001', '-1', 'x', 0.001])
      expect((await ask('R-1', amount)).json).toEqual(failure('ACQ.INVALID_PARAMETER'))
    expect((await ask(undefined, '1.00')).json).toMatchObject({ fund_change: 'Y' })
    expect((await ask('R-9', '0.01')).json).toEqual(failure('ACQ.TRADE_STATUS_ERROR'))
    expect((await stage.merchant.call(REFUND, { out_trade_no: 'NOTHING_1', refund_amount: '1.00' })).json).toEqual(failure('ACQ.TRADE_NOT_EXIST'))
    await stage.create('alipay.trade.create', { ...MINI, out_trade_no: 'TEST_000002' })
    expect((await stage.merchant.call(REFUND, { out_trade_no: 'TEST_000002', refund_amount: '1.00' })).json).toEqual(failure('ACQ.TRADE_STATUS_ERROR'))
  })

  it('a question about what never came is answered with a success that says nothing', async () => {
    await paid()
    expect((await stage.merchant.call(QUERY_REFUND, { ...number, out_request_no: 'R-1' })).json).toEqual({ code: '10000', msg: 'Success' })
    expect((await stage.merchant.call(QUERY_REFUND, number)).json).toEqual(failure('ACQ.INVALID_PARAMETER'))
  })

  it('in the console, too; a refused notice is repeated on Alipay\'s schedule under one notify_id', async () => {
    await paid()
    stage.receiver.answers = [[200, 'success'], [200, 'fail'], [200, 'fail'], [200, 'success']]
    expect((await stage.post('/gateway/orders/TEST_000001/refunds', { refund: 40 })).status).toBe(200)
    await stage.gateway.idle()
    await stage.advance(ALIPAY_RETRY_DELAYS_MS[0]!)
    await stage.advance(ALIPAY_RETRY_DELAYS_MS[1]!)
    await stage.advance(100 * 3_600_000)
    const notices = told().slice(1)
    expect(notices).toHaveLength(3)
    expect(new Set(notices.map(({ notify_id }) => notify_id)).size).toBe(1)
    expect(notices[0]).toMatchObject({ refund_fee: '0.40', out_biz_no: 'console1' })
    for (const refund of [61, 0, 1.5, '1', undefined])
      expect((await stage.post('/gateway/orders/TEST_000001/refunds', { refund })).status).toBe(400)
  })

  it('a repeated notice of the payment stays what it was', async () => {
    await paid()
    await ask('R-1', '1.00')
    await stage.gateway.idle()
    await stage.post('/gateway/orders/TEST_000001/notify', { count: 1 })
    const last = told().at(-1)!
    expect(last).toMatchObject({ trade_status: 'TRADE_SUCCESS', notify_id: told()[0]!.notify_id })
    expect(last).not.toHaveProperty('refund_fee')
  })
})

describe('payment codes at the gateway', () => {
  const pay = (auth_code: string, changes = {}) => stage.create('alipay.trade.pay', { scene: 'bar_code', auth_code, ...changes })

  it('pays with the answer and tells', async () => {
    stage = await setAlipayStage()
    const answer = await pay('280000000000000001')
    expect(answer).toMatchObject({ genuine: true, json: { code: '10000', ...number, trade_no: expect.stringMatching(/^\d{28}$/), total_amount: '1.00', gmt_payment: chinaTime(stage.clock.now()), buyer_open_id: expect.any(String) } })
    await stage.gateway.idle()
    expect(told()).toMatchObject([{ ...number, trade_status: 'TRADE_SUCCESS' }])
    expect((await pay('280000000000000001')).json).toEqual(failure('ACQ.TRADE_HAS_SUCCESS'))
    expect((await pay('280000000000000001', { out_trade_no: 'TEST_000002' })).json).toEqual(failure('ACQ.PAYMENT_AUTH_CODE_INVALID'))
  })

  it('10003 waits for the payer, who pays, or is closed', async () => {
    stage = await setAlipayStage()
    expect(await pay('280000000000000003')).toMatchObject({ genuine: true, json: { code: '10003', ...number } })
    expect((await stage.merchant.call('alipay.trade.query', number)).json).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' })
    await act('pay')
    expect((await stage.merchant.call('alipay.trade.query', number)).json).toMatchObject({ trade_status: 'TRADE_SUCCESS' })
    await pay('280000000000000013', { out_trade_no: 'TEST_000002' })
    expect((await stage.merchant.call('alipay.trade.cancel', { out_trade_no: 'TEST_000002' })).json).toMatchObject({ code: '10000', retry_flag: 'N', action: 'close' })
    expect((await stage.post('/gateway/orders/TEST_000002/act', { action: 'pay' })).status).toBe(409)
  })

  it('what was paid is given back by cancelling, once; of nothing there is nothing to cancel', async () => {
    stage = await setAlipayStage()
    await pay('280000000000000001')
    for (let time = 0; time < 2; time += 1)
      expect((await stage.merchant.call('alipay.trade.cancel', number)).json).toMatchObject({ retry_flag: 'N', action: 'refund' })
    expect(await stage.view()).toMatchObject({ refunds: [{ refund: 100 }] })
    expect((await stage.merchant.call('alipay.trade.query', number)).json).toMatchObject({ trade_status: 'TRADE_CLOSED' })
    expect((await stage.merchant.call('alipay.trade.cancel', { out_trade_no: 'NOTHING_1' })).json).toEqual({ code: '10000', msg: 'Success', out_trade_no: 'NOTHING_1', retry_flag: 'N' })
  })

  it.each([
    ['280000000000000004', {}, 'ACQ.PAYMENT_AUTH_CODE_INVALID'],
    ['280000000000000005', {}, 'ACQ.BUYER_BALANCE_NOT_ENOUGH'],
    ['130000000000000001', {}, 'ACQ.PAYMENT_AUTH_CODE_INVALID'],
    ['280000000000000001', { scene: 'wave_code' }, 'ACQ.INVALID_PARAMETER'],
    ['280000000000000001', { total_amount: '0' }, 'ACQ.INVALID_PARAMETER'],
  ])('code %s %j: %s', async (code, changes, sub_code) => {
    stage = await setAlipayStage()
    expect((await pay(code, changes)).json).toEqual(failure(sub_code))
  })
})

describe('transfers at the gateway', () => {
  const content = { out_biz_no: 'T_1', trans_amount: '12.30', product_code: 'TRANS_ACCOUNT_NO_PWD', biz_scene: 'DIRECT_TRANSFER', order_title: '佣金', payee_info: { identity: 'payee@example.test', identity_type: 'ALIPAY_LOGON_ID', name: '张三' } }
  const send = (changes = {}) => stage.merchant.call('alipay.fund.trans.uni.transfer', { ...content, ...changes })
  const query = (out_biz_no = 'T_1') => stage.merchant.call('alipay.fund.trans.common.query', { out_biz_no, product_code: 'TRANS_ACCOUNT_NO_PWD', biz_scene: 'DIRECT_TRANSFER' })

  it('once under one number, and told when asked', async () => {
    stage = await setAlipayStage('certificate')
    const first = await send()
    expect(first).toMatchObject({ genuine: true, json: { code: '10000', out_biz_no: 'T_1', order_id: expect.any(String), status: 'SUCCESS' } })
    expect((await send()).json.order_id).toBe(first.json.order_id)
    expect((await send({ trans_amount: '12.31' })).json).toEqual(failure('PAYMENT_INFO_INCONSISTENCY'))
    expect(await query()).toMatchObject({ genuine: true, json: { order_id: first.json.order_id, status: 'SUCCESS', trans_amount: '12.30' } })
    expect((await query('T_2')).json).toEqual(failure('ORDER_NOT_EXIST'))
    const { transfers } = await (await fetch(`${stage.gateway.url}/gateway/alipay/transfers`)).json() as { transfers: object[] }
    expect(transfers).toEqual([{ out_biz_no: 'T_1', order_id: first.json.order_id, amount: 1230, identity_type: 'ALIPAY_LOGON_ID', status: 'SUCCESS', calls: 2 }])
  })

  it('a slow one ends as the operator says', async () => {
    stage = await setAlipayStage('certificate')
    expect((await send({ payee_info: { identity: 'slow@example.test', identity_type: 'ALIPAY_LOGON_ID', name: '张三' } })).json).toMatchObject({ status: 'DEALING' })
    expect(await stage.post('/gateway/alipay/transfers/T_1', { status: 'MAYBE' })).toMatchObject({ status: 400 })
    expect(await stage.post('/gateway/alipay/transfers/T_9', { status: 'FAIL' })).toMatchObject({ status: 404 })
    await stage.post('/gateway/alipay/transfers/T_1', { status: 'FAIL' })
    expect((await query()).json).toMatchObject({ status: 'FAIL', error_code: expect.any(String), fail_reason: expect.any(String) })
  })

  it.each<[object, string]>([
    [{ trans_amount: '0.09' }, 'EXCEED_LIMIT_SM_MIN_AMOUNT'],
    [{ out_biz_no: undefined }, 'INVALID_PARAMETER'],
    [{ product_code: 'X' }, 'INVALID_PARAMETER'],
    [{ payee_info: { identity: 'payee@example.test', identity_type: 'ALIPAY_LOGON_ID' } }, 'INVALID_PARAMETER'],
    [{ payee_info: { identity: 'payee@example.test', identity_type: 'E_MAIL', name: '张三' } }, 'INVALID_PARAMETER'],
    [{ payee_info: { identity: 'nobody@example.test', identity_type: 'ALIPAY_LOGON_ID', name: '张三' } }, 'PAYEE_NOT_EXIST'],
  ])('%j: %s', async (changes, sub_code) => {
    stage = await setAlipayStage('certificate')
    expect((await send(changes)).json).toEqual(failure(sub_code))
  })

  it('are not done in key mode', async () => {
    stage = await setAlipayStage('key')
    for (const answer of [await send(), await query()])
      expect(answer.json).toEqual(failure('isv.invalid-cert-mode', '40002'))
  })
})

describe('day bills at the gateway', () => {
  const url = async (bill_date: string, bill_type = 'trade') => (await stage.merchant.call('alipay.data.dataservice.bill.downloadurl.query', { bill_type, bill_date })).json

  it('a zip of two GBK tables, for half a minute', async () => {
    await paid()
    await ask('R-1', '0.30')
    const day = chinaTime(stage.clock.now()).slice(0, 10)
    expect(await url(day)).toEqual(failure('ACQ.INVALID_PARAMETER'))
    stage.clock.jump(86_400_000)
    const { bill_download_url: address } = await url(day)
    const file = unzipSync(new Uint8Array(await (await fetch(String(address))).arrayBuffer()))
    expect(Object.keys(file)).toHaveLength(2)
    const text = new TextDecoder('gbk').decode(Object.values(file)[0])
    const { trade_no } = (await stage.merchant.call('alipay.trade.query', number)).json
    expect(text).toContain('#支付宝业务明细查询')
    expect(text.split('\r\n').filter(line => /^\d/.test(line))).toEqual([
      expect.stringContaining(`${String(trade_no)}\t,TEST_000001\t,交易,测试/商品,`),
      expect.stringMatching(/,退款,.*,-0\.30,.*,R-1\t,/),
    ])
    expect((await fetch(String(address).replace(/fileId=./, 'fileId=x'))).status).toBe(403)
    stage.clock.jump(30_000)
    expect((await fetch(String(address))).status).toBe(403)
  })

  it('a day without trades has none; other kinds and other days are refused', async () => {
    stage = await setAlipayStage()
    expect(await url('2020-01-01')).toEqual(failure('isp.bill_not_exist'))
    expect(await url('2020-01-01', 'signcustomer')).toEqual(failure('ACQ.INVALID_PARAMETER'))
    expect(await url('2999-01-01')).toEqual(failure('ACQ.INVALID_PARAMETER'))
    expect(await url('yesterday')).toEqual(failure('ACQ.INVALID_PARAMETER'))
  })
})
