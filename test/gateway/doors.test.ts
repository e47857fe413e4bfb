import type { Kind, Stage } from './support/setup'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setStage } from './support/setup'

type Fields = Record<string, unknown>

let stage: Stage

beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.close())

async function prepay(kind: Kind, changes: Fields = {}): Promise<string> {
  return String((await stage.create(kind, changes)).json.prepay_id)
}

function seconds(): string {
  return String(Math.floor(stage.clock.now() / 1000))
}

function jsapi(prepayId: string, changes: Fields = {}): Fields {
  const { appid } = stage.gateway.account
  const [timeStamp, nonceStr, prepayPackage] = [seconds(), 'n0nce', `prepay_id=${prepayId}`]
  const paySign = stage.merchant.sign(appid, timeStamp, nonceStr, prepayPackage)
  return { appId: appid, timeStamp, nonceStr, package: prepayPackage, signType: 'RSA', paySign, ...changes }
}

function app(prepayId: string, changes: Fields = {}): Fields {
  const appid = stage.gateway.account.appids['app-plus']
  const [timestamp, noncestr] = [seconds(), 'n0nce']
  const sign = stage.merchant.sign(appid, timestamp, noncestr, prepayId)
  return { appid, partnerid: stage.gateway.account.mchid, prepayid: prepayId, package: 'Sign=WXPay', noncestr, timestamp, sign, ...changes }
}

async function open(door: 'jsapi' | 'app', fields: Fields): Promise<string> {
  return String((await stage.post(`/gateway/client/${door}`, fields)).json.errMsg)
}

async function state(): Promise<string> {
  return (await stage.view('TEST_000001')).trade_state
}

describe('the door of mini-programs and official accounts', () => {
  it('pays with the merchant\'s signature', async () => {
    expect(await open('jsapi', jsapi(await prepay('jsapi')))).toBe('requestPayment:ok')
    expect(await state()).toBe('SUCCESS')
    await stage.gateway.idle()
    expect(stage.receiver.received).toHaveLength(1)
  })

  it('lets the payer refuse, or pay in another way', async () => {
    const id = await prepay('jsapi')
    expect(await open('jsapi', jsapi(id, { action: 'refuse' }))).toBe('requestPayment:fail cancel')
    expect(await state()).toBe('NOTPAY')
    expect(await open('jsapi', jsapi(id, { action: 'pay-silent' }))).toBe('requestPayment:ok')
    expect(stage.receiver.received).toHaveLength(0)
  })

  it.each([
    ['another time', { timeStamp: '1500000000' }],
    ['another nonce', { nonceStr: 'other' }],
    ['no signature at all', { paySign: 'AAAA' }],
    ['another app', { appId: 'wx0000000000000000' }],
  ])('does not pay with a signature over %s', async (_, changes) => {
    expect(await open('jsapi', jsapi(await prepay('jsapi'), changes))).toBe('requestPayment:fail 支付验证签名失败')
    expect(await state()).toBe('NOTPAY')
  })

  it('does not pay with a time in milliseconds, signed or not', async () => {
    const [timeStamp, id] = [String(stage.clock.now()), await prepay('jsapi')]
    const paySign = stage.merchant.sign(stage.gateway.account.appid, timeStamp, 'n0nce', `prepay_id=${id}`)
    expect(await open('jsapi', jsapi(id, { timeStamp, paySign }))).toMatch(/签名失败$/)
  })

  it.each([
    ['timeStamp', undefined, '缺少参数：timeStamp'],
    ['paySign', '', '缺少参数：paySign'],
    ['timeStamp', 1894680000, 'parameter.timeStamp should be String'],
    ['signType', 'SHA1', 'signType错误'],
    // v2's, for an order of v3
    ['signType', 'MD5', '支付验证签名失败'],
    ['package', 'wx123', 'package错误'],
  ])('says what is wrong with %s = %s', async (name, value, words) => {
    const errMsg = await open('jsapi', jsapi(await prepay('jsapi'), { [name]: value }))
    expect(errMsg).toMatch(/^requestPayment:fail /)
    expect(errMsg).toContain(words)
    expect(await state()).toBe('NOTPAY')
  })

  it('wants the appid the prepay was made for, however well signed', async () => {
    const [appId, id] = [stage.gateway.account.appids['h5-weixin'], await prepay('jsapi')]
    const paySign = stage.merchant.sign(appId, seconds(), 'n0nce', `prepay_id=${id}`)
    expect(await open('jsapi', jsapi(id, { appId, paySign }))).toBe('requestPayment:fail 调用支付JSAPI缺少参数：total_fee')
    expect(await state()).toBe('NOTPAY')
  })

  it('does not know an old or invented prepay', async () => {
    const id = await prepay('jsapi')
    stage.clock.jump(2 * 3_600_000)
    expect(await open('jsapi', jsapi(id))).toMatch(/total_fee$/)
    expect(await open('jsapi', jsapi('wx0'))).toMatch(/total_fee$/)
    await prepay('jsapi')
    expect(await open('jsapi', jsapi(id))).toMatch(/total_fee$/)
    expect(await state()).toBe('NOTPAY')
  })

  it('does not take the order of another way to pay, nor a paid one', async () => {
    const id = await prepay('app')
    expect(await open('jsapi', jsapi(id))).toBe('requestPayment:fail Invalid payment situation')
    const paid = await prepay('jsapi', { out_trade_no: 'TEST_000002' })
    await open('jsapi', jsapi(paid))
    expect(await open('jsapi', jsapi(paid))).toBe('requestPayment:fail 该订单已支付')
  })
})

describe('the door of apps', () => {
  const appOrder = () => prepay('app', { appid: stage.gateway.account.appids['app-plus'] })

  it('pays with the merchant\'s signature, and can be refused', async () => {
    const id = await appOrder()
    expect(await open('app', app(id, { action: 'refuse' }))).toBe('requestPayment:fail [payment微信:-2]User canceled')
    expect(await state()).toBe('NOTPAY')
    expect(await open('app', app(id))).toBe('requestPayment:ok')
    expect(await state()).toBe('SUCCESS')
  })

  it.each([
    ['sign', 'AAAA'],
    ['partnerid', '1000000000'],
    ['package', 'prepay_id=x'],
    ['noncestr', 'other'],
    ['timestamp', undefined],
  ])('does not pay with a wrong %s, and says so to the developer', async (name, value) => {
    const answer = await stage.post('/gateway/client/app', app(await appOrder(), { [name]: value }))
    expect(answer.json.errMsg).toBe('requestPayment:fail [payment微信:-1]General errors')
    expect(answer.json.reason).toMatch(/参数|签名/)
    expect(await state()).toBe('NOTPAY')
  })

  it('does not take the JSAPI text for its own', async () => {
    const id = await appOrder()
    const sign = stage.merchant.sign(stage.gateway.account.appids['app-plus'], seconds(), 'n0nce', `prepay_id=${id}`)
    expect(await open('app', app(id, { sign }))).toMatch(/General errors$/)
  })
})

describe('who may knock', () => {
  it('lets pages of other origins use the doors, and nothing else', async () => {
    const preflight = await fetch(`${stage.gateway.url}/gateway/client/jsapi`, { method: 'OPTIONS' })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
    expect((await fetch(`${stage.gateway.url}/gateway/orders`)).headers.get('access-control-allow-origin')).toBe('*')
    expect((await stage.create('native')).headers.get('access-control-allow-origin')).toBeNull()
    expect((await fetch(stage.gateway.url)).headers.get('access-control-allow-origin')).toBeNull()
  })
})
