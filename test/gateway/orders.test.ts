import type { Kind, Stage } from './support/setup'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setStage } from './support/setup'

const HOUR_MS = 3_600_000

let stage: Stage

beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.close())

function query(number: string) {
  return stage.merchant.call('GET', `/v3/pay/transactions/out-trade-no/${encodeURIComponent(number)}?mchid=${stage.gateway.account.mchid}`)
}

function close(number: string) {
  return stage.merchant.call('POST', `/v3/pay/transactions/out-trade-no/${number}/close`, { mchid: stage.gateway.account.mchid })
}

describe('creating an order', () => {
  it.each([
    ['jsapi', /^\{"prepay_id":"wx\d{14}[\dA-Za-z]{20}"\}$/],
    ['app', /^\{"prepay_id":"wx\d{14}[\dA-Za-z]{20}"\}$/],
    ['native', /^\{"code_url":"weixin:\/\/wxpay\/bizpayurl\?pr=[\dA-Za-z]{9}"\}$/],
    ['h5', /^\{"h5_url":"http:\/\/127\.0\.0\.1:\d+\/cashier\/h5\?prepay_id=wx\w{34}&package=\d{10}"\}$/],
  ] as [Kind, RegExp][])('answers the %s form', async (kind, shape) => {
    const answer = await stage.create(kind)
    expect(answer.status).toBe(200)
    expect(answer.text).toMatch(shape)
    expect(await stage.view('TEST_000001')).toMatchObject({ trade_state: 'NOTPAY', creates: 1 })
  })

  it.each([
    ['/appid', { appid: undefined }],
    ['/mchid', { mchid: '1000000000' }],
    ['/description', { description: '' }],
    ['/description', { description: '长'.repeat(128) }],
    ['/out_trade_no', { out_trade_no: 'SHORT' }],
    ['/out_trade_no', { out_trade_no: 'A'.repeat(33) }],
    ['/out_trade_no', { out_trade_no: 'NO SPACES' }],
    ['/out_trade_no', { out_trade_no: 1234567 }],
    ['/amount/total', { amount: { total: 0 } }],
    ['/amount/total', { amount: { total: 1.5 } }],
    ['/amount/total', { amount: { total: '100' } }],
    ['/amount/total', { amount: undefined }],
    ['/amount/currency', { amount: { total: 1, currency: 'USD' } }],
    ['/notify_url', { notify_url: 'http://127.0.0.1/notify?order=1' }],
    ['/notify_url', { notify_url: 'ftp://127.0.0.1/notify' }],
    ['/notify_url', { notify_url: 'http://' }],
    ['/attach', { attach: 'x'.repeat(129) }],
    ['/time_expire', { time_expire: '2030-01-15 13:00:00' }],
    ['/time_expire', { time_expire: '2030-01-15T11:59:00+08:00' }],
    ['/payer/openid', { payer: {} }],
    ['/payer/openid', { payer: null }],
  ])('names %s when it is wrong: %o', async (field, changes) => {
    const answer = await stage.create('jsapi', changes)
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ code: 'PARAM_ERROR', detail: { location: 'body', field } })
    expect(answer.json.message).toContain(field)
  })

  it.each([
    ['/scene_info/payer_client_ip', {}],
    ['/scene_info/payer_client_ip', { payer_client_ip: 'localhost', h5_info: { type: 'Wap' } }],
    ['/scene_info/h5_info/type', { payer_client_ip: '2001:db8::1' }],
  ])('wants %s of a phone browser: %o', async (field, scene) => {
    expect((await stage.create('h5', { scene_info: scene })).json).toMatchObject({ code: 'PARAM_ERROR', detail: { field } })
  })

  it.each(['127.0.0.1', '::1'])('takes a payer on %s, as a local one is, and warns that the real channel does not', async (payer_client_ip) => {
    const answer = await stage.create('h5', { scene_info: { payer_client_ip, h5_info: { type: 'Wap' } } })
    expect(answer.status).toBe(200)
    expect(stage.events).toContainEqual({ event: 'warning', message: expect.stringContaining('payer_client_ip') as string })
  })

  it('does not warn of a public address', async () => {
    await stage.create('h5')
    expect(stage.events.filter(event => event.event === 'warning')).toEqual([])
  })

  it('accepts the limits: 6 and 32 characters, every legal sign, 127 characters, 1 fen', async () => {
    for (const out_trade_no of ['A1_-|*', '*'.repeat(32)])
      expect((await stage.create('native', { out_trade_no, description: '长'.repeat(127), amount: { total: 1 } })).status).toBe(200)
    expect((await query('A1_-|*')).json.trade_state).toBe('NOTPAY')
  })

  it('refuses an appid of somebody else', async () => {
    expect((await stage.create('native', { appid: 'wx0000000000000000' })).json.code).toBe('APPID_MCHID_NOT_MATCH')
  })

  it('refuses what is not a JSON object', async () => {
    for (const body of [[], 'text', null])
      expect((await stage.merchant.call('POST', '/v3/pay/transactions/native', body)).json.code).toBe('PARAM_ERROR')
  })
})

describe('using a number again', () => {
  it('gives the same prepay for the same data, and counts the calls', async () => {
    const [first, second] = [await stage.create('jsapi'), await stage.create('jsapi')]
    expect(second.json).toEqual(first.json)
    expect((await stage.view('TEST_000001')).creates).toBe(2)
  })

  it('gives a new prepay when the old one ran out', async () => {
    const first = await stage.create('native')
    stage.clock.jump(2 * HOUR_MS)
    const second = await stage.create('native')
    expect(second.status).toBe(200)
    expect(second.json.code_url).not.toBe(first.json.code_url)
  })

  it.each([
    ['amount', 'native', { amount: { total: 101, currency: 'CNY' } }],
    ['description', 'native', { description: '别的商品' }],
    ['way to pay', 'app', {}],
  ] as [string, Kind, Record<string, unknown>][])('refuses another %s', async (_, kind, changes) => {
    await stage.create('native')
    const answer = await stage.create(kind, changes)
    expect([answer.status, answer.json.code, answer.json.message]).toEqual([400, 'OUT_TRADE_NO_USED', '201 商户订单号重复'])
    expect((await stage.view('TEST_000001')).creates).toBe(1)
  })

  it('refuses a paid and a closed number', async () => {
    const paid = await stage.newOrder()
    await stage.post(`/gateway/orders/${paid}/act`, { action: 'pay-silent' })
    expect((await stage.create('native', { out_trade_no: paid })).json.code).toBe('ORDERPAID')
    const closed = await stage.newOrder()
    await close(closed)
    expect((await stage.create('native', { out_trade_no: closed })).json.code).toBe('ORDER_CLOSED')
  })
})

describe('asking and closing', () => {
  it('tells an unpaid order without money facts', async () => {
    const { json } = await query(await stage.newOrder())
    expect(json).toMatchObject({ trade_state: 'NOTPAY', amount: { total: 100, currency: 'CNY' } })
    expect(json).not.toHaveProperty('transaction_id')
    expect(json).not.toHaveProperty('success_time')
  })

  it('tells a paid order, by either number', async () => {
    await stage.create('jsapi', { attach: '附加' })
    await stage.post('/gateway/orders/TEST_000001/act', { action: 'pay-silent' })
    const { json } = await query('TEST_000001')
    expect(json).toMatchObject({
      appid: stage.gateway.account.appid,
      mchid: stage.gateway.account.mchid,
      trade_type: 'JSAPI',
      trade_state: 'SUCCESS',
      attach: '附加',
      payer: { openid: 'oTestPayer' },
      amount: { total: 100, payer_total: 100 },
      success_time: '2030-01-15T12:00:00+08:00',
    })
    expect(json.transaction_id).toMatch(/^\d{28}$/)
    const byId = await stage.merchant.call('GET', `/v3/pay/transactions/id/${String(json.transaction_id)}?mchid=${stage.gateway.account.mchid}`)
    expect(byId.json).toEqual(json)
  })

  it('calls the phone browser MWEB, as the real one does', async () => {
    await stage.create('h5')
    await stage.post('/gateway/orders/TEST_000001/act', { action: 'pay-silent' })
    expect((await query('TEST_000001')).json.trade_type).toBe('MWEB')
  })

  it('needs the merchant in the question', async () => {
    const number = await stage.newOrder()
    const answer = await stage.merchant.call('GET', `/v3/pay/transactions/out-trade-no/${number}`)
    expect([answer.status, answer.json.code]).toEqual([400, 'PARAM_ERROR'])
  })

  it('closes, once and again, and a closed order cannot be paid', async () => {
    const number = await stage.newOrder()
    expect([(await close(number)).status, (await close(number)).status]).toEqual([204, 204])
    expect((await query(number)).json.trade_state).toBe('CLOSED')
    const act = await stage.post(`/gateway/orders/${number}/act`, { action: 'pay' })
    expect([act.status, act.json.code]).toEqual([409, 'ORDER_CLOSED'])
  })

  it('does not close what was paid or what is not there', async () => {
    const number = await stage.newOrder()
    await stage.post(`/gateway/orders/${number}/act`, { action: 'pay-silent' })
    const paid = await close(number)
    expect([paid.status, paid.json.code]).toEqual([400, 'ORDERPAID'])
    expect((await close('NOT_THERE')).status).toBe(404)
  })

  it('has nothing at other addresses', async () => {
    expect((await stage.merchant.call('GET', '/v3/nothing')).json.code).toBe('RESOURCE_NOT_EXISTS')
  })
})

describe('certificates and login', () => {
  it('hands out the platform certificate, encrypted', async () => {
    const { json } = await stage.merchant.call('GET', '/v3/certificates')
    const [entry] = json.data as { serial_no: string, encrypt_certificate: Parameters<Stage['merchant']['decrypt']>[0] }[]
    expect(entry!.serial_no).toBe(stage.gateway.account.platformSerial)
    expect(entry!.encrypt_certificate).toMatchObject({ algorithm: 'AEAD_AES_256_GCM', associated_data: 'certificate' })
    expect(stage.merchant.decrypt(entry!.encrypt_certificate)).toBe(stage.gateway.account.platformCertPem)
  })

  async function login(changes: Record<string, string> = {}) {
    const { appid, secret } = stage.gateway.account
    const query = new URLSearchParams({ appid, secret, js_code: 'CODE', grant_type: 'authorization_code', ...changes })
    const response = await fetch(`${stage.gateway.url}/sns/jscode2session?${query}`)
    return JSON.parse(await response.text()) as Record<string, unknown>
  }

  it('gives one openid per code and app', async () => {
    const first = await login()
    expect(first.openid).toMatch(/^o[\w-]{27}$/)
    expect(await login()).toEqual(first)
    expect((await login({ js_code: 'OTHER' })).openid).not.toBe(first.openid)
    expect((await login({ appid: stage.gateway.account.appids['h5-weixin'] })).openid).not.toBe(first.openid)
  })

  it.each([
    [40013, { appid: 'wx0' }],
    [40125, { secret: 'x' }],
    [40002, { grant_type: 'x' }],
    [40029, { js_code: '' }],
  ])('refuses with %i: %o', async (errcode, changes) => {
    expect(await login(changes as Record<string, string>)).toMatchObject({ errcode })
  })
})

describe('web authorisation of official accounts', () => {
  const redirect = 'https://shop.example.test/m/?a=1#/pages/goods/goods?id=2'
  const official = () => stage.gateway.account.appids['h5-weixin']

  async function authorize(changes: Record<string, string> = {}) {
    const query = new URLSearchParams({ appid: official(), redirect_uri: redirect, response_type: 'code', scope: 'snsapi_base', state: 'a1B2', ...changes })
    const { status, headers } = await fetch(`${stage.gateway.url}/connect/oauth2/authorize?${query}`, { redirect: 'manual' })
    return { status, location: headers.get('location') }
  }

  async function exchange(changes: Record<string, string>) {
    const query = new URLSearchParams({ appid: official(), secret: stage.gateway.account.secret, grant_type: 'authorization_code', ...changes })
    const response = await fetch(`${stage.gateway.url}/sns/oauth2/access_token?${query}`)
    return JSON.parse(await response.text()) as Record<string, unknown>
  }

  const newCode = async () => new URL((await authorize()).location ?? '').searchParams.get('code') ?? ''

  it('leads back with code and state in the query, before the fragment', async () => {
    const { status, location } = await authorize()
    expect(status).toBe(302)
    expect(location).toMatch(/^https:\/\/shop\.example\.test\/m\/\?a=1&code=\w{32}&state=a1B2#\/pages\/goods\/goods\?id=2$/)
  })

  it.each([
    ['another appid', { appid: 'wx0' }],
    ['an address that is none', { redirect_uri: 'javascript:alert(1)' }],
    ['another scope', { scope: 'snsapi_login' }],
    ['no state', { state: '' }],
  ])('leads nowhere for %s', async (_, changes) => {
    expect(await authorize(changes as Record<string, string>)).toEqual({ status: 400, location: null })
  })

  it('gives the openid for a code, once, and the same openid for the next', async () => {
    const code = await newCode()
    const first = await exchange({ code })
    expect(first).toMatchObject({ openid: expect.stringMatching(/^o[\w-]{27}$/), scope: 'snsapi_base' })
    expect(await exchange({ code })).toMatchObject({ errcode: 40163 })
    expect((await exchange({ code: await newCode() })).openid).toBe(first.openid)
  })

  it('forgets a code after five minutes', async () => {
    const code = await newCode()
    await stage.advance(5 * 60_000)
    expect(await exchange({ code })).toMatchObject({ errcode: 40029 })
  })

  it.each([
    [40013, { appid: 'wx0' }],
    [40125, { secret: 'x' }],
    [40002, { grant_type: 'x' }],
    [40029, { code: 'never-issued' }],
  ])('refuses with %i: %o', async (errcode, changes) => {
    expect(await exchange({ code: await newCode(), ...changes as Record<string, string> })).toMatchObject({ errcode })
  })
})
