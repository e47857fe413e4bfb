import type { AlipayStage, Fields } from './alipay-support'
import { afterEach, describe, expect, it } from 'vitest'
import { ALIPAY_RETRY_DELAYS_MS } from '../../examples/gateway/src/index'
import { alipayMerchant, chinaTime, MINI, setAlipayStage, snOf } from './alipay-support'

let stage: AlipayStage
afterEach(() => stage.close())

const CREATE = 'alipay.trade.create'
const PRECREATE = 'alipay.trade.precreate'
const QUERY = 'alipay.trade.query'
const CLOSE = 'alipay.trade.close'
const number = { out_trade_no: 'TEST_000001' }
const act = (action: string, delayMs?: number) => stage.post('/gateway/orders/TEST_000001/act', { action, delayMs })
const failure = (sub_code: string, code = '40004') => expect.objectContaining({ code, sub_code })

describe.each(['key', 'certificate'] as const)('alipay\'s OpenAPI, %s mode', (mode) => {
  it('a trade of the mini-program from its creation to its payment', async () => {
    stage = await setAlipayStage(mode)
    const created = await stage.create(CREATE, MINI)
    expect(created).toMatchObject({ status: 200, name: 'alipay_trade_create_response', genuine: true, json: { code: '10000', msg: 'Success', out_trade_no: 'TEST_000001', trade_no: expect.stringMatching(/^\d{28}$/) } })
    expect(created.certificateSn).toBe(mode === 'key' ? undefined : snOf(stage.gateway.account.alipay.alipayCertPem))
    const { trade_no } = created.json
    expect(await stage.merchant.call(QUERY, number)).toMatchObject({ genuine: true, json: { trade_status: 'WAIT_BUYER_PAY', total_amount: '1.00', trade_no, buyer_open_id: '0payer0000000000' } })
    expect((await stage.merchant.call(QUERY, number)).json.send_pay_date).toBeUndefined()

    expect((await stage.post('/gateway/client/alipay', { tradeNO: trade_no })).json).toEqual({ resultCode: '9000' })
    await stage.gateway.idle()
    expect(await stage.merchant.call(QUERY, { trade_no })).toMatchObject({ json: { trade_status: 'TRADE_SUCCESS', receipt_amount: '1.00', send_pay_date: chinaTime(stage.clock.now()) } })
    expect(stage.receiver.received).toHaveLength(1)
    const { fields, type } = stage.receiver.received[0]!
    expect(type).toContain('application/x-www-form-urlencoded')
    expect(fields).toMatchObject({ ...number, trade_no, trade_status: 'TRADE_SUCCESS', total_amount: '1.00', notify_type: 'trade_status_sync', sign_type: 'RSA2', app_id: stage.gateway.account.alipay.appid, seller_id: stage.gateway.account.alipay.sellerId, gmt_payment: chinaTime(stage.clock.now()), subject: '测试/商品' })
    expect(stage.merchant.isAlipays(fields)).toBe(true)
    expect(await stage.view()).toMatchObject({ channel: 'alipay', trade_state: 'SUCCESS', transaction_id: trade_no, creates: 1, notifications: [{ kind: 'notify', status: 200, answer: 'success' }] })
  })

  it('the way back is signed with the key of the mode', async () => {
    stage = await setAlipayStage(mode)
    const params = stage.merchant.params('alipay.trade.wap.pay', stage.order({ product_code: 'QUICK_WAP_WAY', quit_url: 'https://shop.example.test/left' }), { notify_url: stage.receiver.url, return_url: 'https://shop.example.test/paid?a=1' })
    const { status, location } = await stage.get(`/alipay/gateway.do?${new URLSearchParams(params)}`)
    expect(status).toBe(302)
    const page = await stage.get(location!)
    expect(page.text).toContain('<body class="alipay">')
    expect(page.text).toContain('支付宝收银台')
    const back = /data-redirect="([^"]+)"/.exec(page.text)?.[1] ?? ''
    // left without paying
    expect((await stage.get(back)).location).toBe('https://shop.example.test/left')
    await act('pay')
    const returned = new URL((await stage.get(back)).location!)
    expect(returned.origin + returned.pathname).toBe('https://shop.example.test/paid')
    const { a, ...fields } = Object.fromEntries(returned.searchParams)
    expect(a).toBe('1')
    expect(fields).toMatchObject({ ...number, method: 'alipay.trade.wap.pay.return', total_amount: '1.00' })
    expect(stage.merchant.isAlipays(fields)).toBe(true)
  })
})

describe('alipay refuses', () => {
  const changes: [string, Fields, string, string][] = [
    ['no app_id', { app_id: '' }, '40001', 'isv.missing-app-id'],
    ['no timestamp', { timestamp: '' }, '40001', 'isv.missing-timestamp'],
    ['an unknown app', { app_id: '2021000000000000' }, '40002', 'isv.invalid-app-id'],
    ['RSA with SHA-1', { sign_type: 'RSA' }, '40002', 'isv.invalid-signature-type'],
    ['another charset', { charset: 'gbk' }, '40002', 'isv.invalid-charset'],
    ['another version', { version: '2.0' }, '40002', 'isv.invalid-version'],
    ['a time that is none', { timestamp: 'now' }, '40002', 'isv.invalid-timestamp'],
    ['a strange app certificate', { app_cert_sn: 'f'.repeat(32) }, '40002', 'isv.invalid-app-cert-sn'],
    ['an unknown method', { method: 'alipay.trade.nothing' }, '40002', 'isv.invalid-method'],
    ['biz_content that is no JSON', { biz_content: '{' }, '40002', 'isv.invalid-parameter'],
  ]
  it.each(changes)('%s', async (_, change, code, sub_code) => {
    stage = await setAlipayStage()
    const answer = await stage.merchant.call(QUERY, number, change)
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual(failure(sub_code, code))
    // whoever names no known app is answered, and not signed to
    expect(answer.genuine).toBe('app_id' in change ? false : !('app_cert_sn' in change))
  })

  it('parameters changed, added or doubled after signing', async () => {
    stage = await setAlipayStage()
    const params = stage.merchant.params(QUERY, number)
    const forged: Fields[] = [{ ...params, biz_content: '{"out_trade_no":"TEST_000002"}' }, { ...params, notify_url: 'https://evil.example.test' }, { ...params, sign: `${params.sign!.startsWith('A') ? 'B' : 'A'}${params.sign!.slice(1)}` }, { ...params, sign: 'no base64' }]
    for (const one of forged)
      expect((await stage.merchant.send(one)).json).toEqual(failure('isv.invalid-signature', '40002'))
    const { sign: _, ...unsigned } = params
    expect((await stage.merchant.send(unsigned)).json).toEqual(failure('isv.missing-signature', '40001'))
    const doubled = await fetch(`${stage.gateway.url}/alipay/gateway.do?${new URLSearchParams(params)}`, { method: 'POST', body: 'app_id=1' })
    expect(await doubled.json()).toEqual({ error_response: failure('isv.invalid-parameter', '40002') })
  })

  it('a clock a quarter of an hour away, both ways', async () => {
    stage = await setAlipayStage()
    for (const [minutes, sub_code] of [[-15, 'ACQ.TRADE_NOT_EXIST'], [15, 'ACQ.TRADE_NOT_EXIST'], [-16, 'isv.invalid-timestamp'], [16, 'isv.invalid-timestamp']] as const)
      expect((await stage.merchant.call(QUERY, number, { timestamp: chinaTime(stage.clock.now() + minutes * 60_000) })).json.sub_code).toBe(sub_code)
  })

  const bodies: [string, Record<string, unknown>, string][] = [
    ['no number', { out_trade_no: undefined }, 'out_trade_no'],
    ['a number with a dash', { out_trade_no: 'TEST-1' }, 'out_trade_no'],
    ['no subject', { subject: '' }, 'subject'],
    ['three decimals', { total_amount: '1.001' }, 'total_amount'],
    ['nothing to pay', { total_amount: '0.00' }, 'total_amount'],
    ['no product', { product_code: undefined }, 'product_code'],
    ['no buyer', { buyer_open_id: undefined }, 'buyer_open_id'],
    ['a deadline that is over', { time_expire: '2020-01-01 00:00:00' }, 'time_expire'],
    ['a strange span', { timeout_express: '1w' }, 'timeout_express'],
    ['another seller', { seller_id: '2088000000000000' }, 'seller_id'],
  ]
  it.each(bodies)('an order with %s', async (_, change, field) => {
    stage = await setAlipayStage()
    const { json, genuine } = await stage.create(CREATE, { ...MINI, ...change })
    expect(json).toEqual(failure('ACQ.INVALID_PARAMETER'))
    expect(json.sub_msg).toContain(field)
    expect(genuine).toBe(true)
  })

  it('a number used again for something else, paid or closed', async () => {
    stage = await setAlipayStage()
    const first = await stage.create(CREATE, MINI)
    expect((await stage.create(CREATE, MINI)).json.trade_no).toBe(first.json.trade_no)
    expect((await stage.create(CREATE, { ...MINI, total_amount: '2.00' })).json).toEqual(failure('ACQ.CONTEXT_INCONSISTENT'))
    await act('pay-silent')
    expect((await stage.create(CREATE, MINI)).json).toEqual(failure('ACQ.TRADE_HAS_SUCCESS'))
    expect((await stage.merchant.call(CLOSE, number)).json).toEqual(failure('ACQ.TRADE_STATUS_ERROR'))
    await stage.create(CREATE, { ...MINI, out_trade_no: 'TEST_000002' })
    expect((await stage.merchant.call(CLOSE, { out_trade_no: 'TEST_000002' })).json).toMatchObject({ code: '10000', out_trade_no: 'TEST_000002' })
    expect((await stage.create(CREATE, { ...MINI, out_trade_no: 'TEST_000002' })).json).toEqual(failure('ACQ.TRADE_HAS_CLOSE'))
    expect((await stage.view()).creates).toBe(2)
  })
})

describe('alipay, the ways to pay', () => {
  it('a code: no trade before it was scanned', async () => {
    stage = await setAlipayStage()
    const { json } = await stage.create(PRECREATE, { product_code: 'QR_CODE_OFFLINE' })
    expect(json.qr_code).toMatch(/^https:\/\/qr\.alipay\.com\/\w+$/)
    for (const method of [QUERY, CLOSE])
      expect((await stage.merchant.call(method, number)).json).toEqual(failure('ACQ.TRADE_NOT_EXIST'))
    const page = await stage.get(`/cashier?code_url=${encodeURIComponent(String(json.qr_code))}`)
    expect(page.text).toContain('支付宝扫码')
    expect((await stage.merchant.call(QUERY, number)).json).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' })
    expect((await act('pay')).json).toMatchObject({ result: 'paid' })
    expect((await stage.merchant.call(QUERY, number)).json).toMatchObject({ trade_status: 'TRADE_SUCCESS' })
  })

  it('the form of a desktop page, by POST', async () => {
    stage = await setAlipayStage()
    const { biz_content = '', ...common } = stage.merchant.params('alipay.trade.page.pay', stage.order({ product_code: 'FAST_INSTANT_TRADE_PAY' }))
    const response = await fetch(`${stage.gateway.url}/alipay/gateway.do?${new URLSearchParams(common)}`, { method: 'POST', body: new URLSearchParams({ biz_content }), redirect: 'manual' })
    expect(response.status).toBe(302)
    const page = await stage.get(response.headers.get('location')!)
    expect(page.text).toContain('支付宝（电脑网站）')
    // without an address of the merchant there is no way back
    expect(page.text).not.toContain('data-redirect')
  })

  it('a page whose address was changed, or is a day old, says why', async () => {
    stage = await setAlipayStage()
    const params = stage.merchant.params('alipay.trade.wap.pay', stage.order({ product_code: 'QUICK_WAP_WAY' }))
    const forged = await stage.get(`/alipay/gateway.do?${new URLSearchParams({ ...params, return_url: 'https://evil.example.test' })}`)
    expect(forged.status).toBe(403)
    expect(forged.text).toContain('isv.invalid-signature')
    stage.clock.jump(25 * 3_600_000)
    expect((await stage.get(`/alipay/gateway.do?${new URLSearchParams(params)}`)).text).toContain('isv.invalid-timestamp')
    expect((await fetch(`${stage.gateway.url}/gateway/orders/TEST_000001`)).status).toBe(404)
  })

  it('an address to run script at is none', async () => {
    stage = await setAlipayStage()
    const params = stage.merchant.params('alipay.trade.wap.pay', stage.order({ product_code: 'QUICK_WAP_WAY' }), { return_url: 'javascript:alert(1)' })
    expect((await stage.get(`/alipay/gateway.do?${new URLSearchParams(params)}`)).status).toBe(403)
  })

  it('the app: an order string with its signature', async () => {
    stage = await setAlipayStage()
    const door = (orderStr: unknown, action?: string) => stage.post('/gateway/client/alipay-app', { orderStr, action })
    const orderStr = new URLSearchParams(stage.merchant.params('alipay.trade.app.pay', stage.order(), { notify_url: stage.receiver.url })).toString()
    expect((await door(orderStr.replace('1.00', '0.01'))).json).toMatchObject({ errMsg: expect.stringContaining('[payment支付宝:62005]'), reason: expect.stringContaining('isv.invalid-signature') })
    expect((await door(undefined)).json.errMsg).toContain('62005')
    expect((await door(orderStr, 'refuse')).json).toEqual({ errMsg: 'requestPayment:fail [payment支付宝:62001]用户中途取消支付操作' })
    expect((await door(orderStr)).json).toEqual({ errMsg: 'requestPayment:ok' })
    expect((await door(orderStr)).json).toMatchObject({ reason: expect.stringContaining('ACQ.TRADE_HAS_SUCCESS') })
    const query = new URLSearchParams(stage.merchant.params(QUERY, number)).toString()
    expect((await door(query)).json.errMsg).toContain('62005')
  })

  it('the mini-program: results inside the success callback', async () => {
    stage = await setAlipayStage()
    const door = (body: object) => stage.post('/gateway/client/alipay', body)
    const { trade_no: tradeNO } = (await stage.create(CREATE, MINI)).json
    expect((await door({})).json).toMatchObject({ error: 2 })
    expect((await door({ tradeNO: '1' })).json).toEqual({ resultCode: '6001', reason: 'no such tradeNO' })
    expect((await door({ tradeNO, action: 'refuse' })).json).toEqual({ resultCode: '6001' })
    expect((await door({ tradeNO, action: 'dance' })).json).toMatchObject({ resultCode: '4000' })
    expect((await door({ tradeNO })).json).toEqual({ resultCode: '9000' })
    expect((await door({ tradeNO })).json).toMatchObject({ resultCode: '4000', reason: '该订单已支付' })
  })

  it('trades close by themselves when their time is over', async () => {
    stage = await setAlipayStage()
    await stage.create(CREATE, { ...MINI, timeout_express: '10m' })
    stage.clock.jump(10 * 60_000)
    expect((await stage.merchant.call(QUERY, number)).json).toMatchObject({ trade_status: 'TRADE_CLOSED' })
    expect((await stage.create(CREATE, MINI)).json).toEqual(failure('ACQ.TRADE_HAS_CLOSE'))
  })

  it('a login code gives the same openid each time, and an answer without code', async () => {
    stage = await setAlipayStage()
    const exchange = (code: string) => stage.merchant.call('alipay.system.oauth.token', undefined, { grant_type: 'authorization_code', code })
    const first = await exchange('a1')
    expect(first).toMatchObject({ name: 'alipay_system_oauth_token_response', genuine: true })
    expect(first.json.code).toBeUndefined()
    expect((await exchange('a1')).json.open_id).toBe(first.json.open_id)
    expect((await exchange('a2')).json.open_id).not.toBe(first.json.open_id)
    expect((await exchange('')).json).toEqual(failure('isv.code-invalid', '40002'))
  })

  it('numbers of WeChat Pay and Alipay do not meet; the home page shows both', async () => {
    stage = await setAlipayStage()
    await stage.create(CREATE, MINI)
    const { createMerchant } = await import('./support/merchant')
    const { account } = stage.gateway
    const wechat = createMerchant(stage.gateway, stage.clock.now)
    const answer = await wechat.call('POST', '/v3/pay/transactions/native', { appid: account.appid, mchid: account.mchid, description: '微信商品', out_trade_no: 'TEST_000001', notify_url: stage.receiver.url, amount: { total: 200, currency: 'CNY' } })
    expect(answer.status).toBe(200)
    const home = (await stage.get('/')).text
    expect(home).toContain('支付宝小程序')
    expect(home).toContain('扫码（Native）')
    const { orders } = await (await fetch(`${stage.gateway.url}/gateway/orders`)).json() as { orders: { channel: string }[] }
    expect(orders.map(order => order.channel)).toEqual(['wxpay', 'alipay'])
    expect((await stage.merchant.call(QUERY, number)).json).toMatchObject({ total_amount: '1.00' })
  })
})

describe('alipay\'s notifications', () => {
  async function paid(action = 'pay'): Promise<void> {
    stage = await setAlipayStage()
    await stage.create(CREATE, MINI)
    await act(action)
    await stage.gateway.idle()
  }
  const kinds = async () => (await stage.view()).notifications.map(one => one.kind)

  it('are repeated on Alipay\'s schedule until the answer is exactly success', async () => {
    stage = await setAlipayStage()
    stage.receiver.answers = [[500, 'success'], [200, 'SUCCESS'], [200, 'success\n'], [200, '"success"'], [204, ''], [200, 'fail'], [302, 'success'], [200, 'no']]
    await stage.create(CREATE, MINI)
    await act('pay')
    await stage.gateway.idle()
    const counts = [stage.receiver.received.length]
    for (const delay of ALIPAY_RETRY_DELAYS_MS) {
      await stage.advance(delay - 1)
      expect(stage.receiver.received).toHaveLength(counts.at(-1)!)
      await stage.advance(1)
      counts.push(stage.receiver.received.length)
    }
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(stage.clock.pending()).toBe(0)
    const ids = new Set(stage.receiver.received.map(({ fields }) => fields.notify_id))
    expect(ids.size).toBe(1)
    expect(stage.receiver.received.every(({ fields }) => stage.merchant.isAlipays(fields))).toBe(true)
  })

  it('stop with success, and the schedule is divided by the speed', async () => {
    stage = await setAlipayStage('key', { speed: 60 })
    stage.receiver.answers = [[200, 'fail'], [200, 'success']]
    await stage.create(CREATE, MINI)
    await act('pay')
    await stage.gateway.idle()
    await stage.advance(4_000)
    expect(stage.receiver.received).toHaveLength(2)
    await stage.advance(100 * 3_600_000)
    expect(stage.receiver.received).toHaveLength(2)
  })

  it('pay-silent: none', async () => {
    await paid('pay-silent')
    await stage.advance(100 * 3_600_000)
    expect(await stage.view()).toMatchObject({ trade_state: 'SUCCESS', notifications: [] })
  })

  it('refuse: still to be paid', async () => {
    await paid('refuse')
    expect(await stage.view()).toMatchObject({ trade_state: 'NOTPAY', notifications: [] })
  })

  it('pay-twice and pay-late', async () => {
    await paid('pay-twice')
    await stage.advance(1_000)
    expect(await kinds()).toEqual(['notify', 'repeat'])
    await stage.close()
    await paid('pay-late')
    expect(await kinds()).toEqual([])
    await stage.advance(30_000)
    expect(await kinds()).toEqual(['notify'])
  })

  it('pay-tampered: more money under the old signature first; accepting it is noticed', async () => {
    await paid('pay-tampered')
    const { fields } = stage.receiver.received[0]!
    expect(fields.total_amount).toBe('9.00')
    expect(stage.merchant.isAlipays(fields)).toBe(false)
    expect(stage.events).toContainEqual({ event: 'warning', message: expect.stringContaining('signature check is broken') })
    await stage.advance(4 * 60_000)
    expect(await kinds()).toEqual(['tampered', 'notify'])
    expect(stage.merchant.isAlipays(stage.receiver.received[1]!.fields)).toBe(true)
  })

  it('the very same one many times at once', async () => {
    await paid()
    expect((await stage.post('/gateway/orders/TEST_000001/notify', { count: 5, concurrent: true })).json).toEqual({ statuses: [200, 200, 200, 200, 200] })
    expect(new Set(stage.receiver.received.slice(1).map(({ body }) => body)).size).toBe(1)
  })

  it('without a notify_url nobody is told', async () => {
    stage = await setAlipayStage()
    await stage.create(CREATE, MINI, { notify_url: '' })
    await act('pay')
    expect((await stage.view()).notifications).toEqual([])
  })
})

describe('alipay, when told to fail', () => {
  it('an answer with a wrong signature, a broken line, a status', async () => {
    stage = await setAlipayStage()
    const merchant = alipayMerchant(stage.gateway, stage.clock.now)
    const fault = (status: unknown) => stage.post('/gateway/faults', { next: { path: '/alipay/gateway.do', status } })
    await fault('badsign')
    expect((await merchant.call(QUERY, number)).genuine).toBe(false)
    expect((await merchant.call(QUERY, number)).genuine).toBe(true)
    await fault('hangup')
    await expect(merchant.call(QUERY, number)).rejects.toThrow()
    await fault(503)
    expect((await fetch(`${stage.gateway.url}/alipay/gateway.do`)).status).toBe(503)
  })
})
