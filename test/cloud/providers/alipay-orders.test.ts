import { describe, expect, it } from 'vitest'
import { certificateSn, rootCertificateSn } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/certificate-sn'
import { fenOf, yuanOf } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/amount'
import { alipayTime, rfc3339Of } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/china-time'
import { readAnswer } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/response'
import { goodsOrder } from '../support/shop'
import { certificateOf, newPair } from '../support/wechat'
import type { AlipayShop } from './alipay-support'
import { alipayConfig, alipayOrder, alipaySection, app, appCert, appid, bare, keyMode, notification, openAlipayShop, paidAtAlipay, rootCert, sellerId, snOf, START } from './alipay-support'

const NOTIFY = 'https://shop.example.test/http/vk-pay/vk-pay-notify/alipay_'
const paramsOf = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text))
const contentOf = (params: Record<string, string>): Record<string, unknown> => JSON.parse(params.biz_content ?? '{}') as Record<string, unknown>

async function create(over: Record<string, unknown>, shop?: AlipayShop) {
  const opened = shop ?? await openAlipayShop()
  const answer = await opened.pay.createPayment({ data: alipayOrder(over) })
  return { shop: opened, answer, info: answer.orderInfo as Record<string, string> }
}

describe.each(['key', 'certificate'] as const)('alipay orders, %s mode', (mode) => {
  const open = () => openAlipayShop({ mode })

  it('mini-program: a trade for the payer', async () => {
    const { shop, answer, info } = await create({}, await open())
    expect(answer).toMatchObject({ code: 0, provider: 'alipay', pay_type: 'alipay_mp-alipay', platform: 'mp-alipay', total_fee: 100 })
    expect(answer.needQRcode).toBeUndefined()
    expect(info).toEqual({ tradeNO: shop.alipay.order().trade_no, out_trade_no: 'ORDER_1001', total_fee: 100 })
    const { params, content } = shop.alipay.calls[0]!
    expect(params).toMatchObject({ method: 'alipay.trade.create', notify_url: `${NOTIFY}mp-alipay`, timestamp: '2026-01-01 08:00:00' })
    expect(content).toEqual({ out_trade_no: 'ORDER_1001', total_amount: '1.00', subject: '测试商品', timeout_express: '120m', product_code: 'JSAPI_PAY', buyer_open_id: '0payer0000000000', op_app_id: appid })
  })

  it('query and close, with answers verified', async () => {
    const shop = await open()
    await paidAtAlipay(shop)
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ orderPaid: true, user_order_success: true, transaction_id: shop.alipay.order().trade_no, data: { trade_state: 'SUCCESS', time_end: '2026-01-01T08:00:04+08:00' } })
    const other = await open()
    await create({}, other)
    expect(await other.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 0, data: { trade_state: 'CLOSED' } })
    expect(other.alipay.order().status).toBe('TRADE_CLOSED')
  })

  it('an unsigned, tampered or stranger\'s answer settles nothing', async () => {
    const breakers: ((shop: AlipayShop) => void)[] = [
      (shop) => { shop.alipay.sign = false },
      (shop) => { shop.alipay.signer = newPair().privateKey },
      (shop) => { shop.alipay.signer = app.privateKey },
      (shop) => { shop.alipay.tamper = text => text.replace('"total_amount": "1.00"', '"total_amount":"1.00"') },
      (shop) => { shop.alipay.tamper = text => text.replace('"ORDER_1001"', '"ORDER_1002"') },
      // the signed member first, another one of that name behind it
      (shop) => { shop.alipay.tamper = text => text.replace(/\}$/, ',"alipay_trade_query_response":{"code":"10000","trade_status":"TRADE_SUCCESS"}}') },
    ]
    for (const breakIt of breakers) {
      const shop = await open()
      await paidAtAlipay(shop)
      breakIt(shop)
      expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ orderPaid: false, data: { trade_state: 'UNKNOWN' } })
      expect(shop.effects().runs).toBe(0)
    }
  })
})

describe('alipay, the ways to pay', () => {
  it('a payer by user id', async () => {
    const { shop } = await create({ openid: '2088102177846875' })
    expect(shop.alipay.calls[0]?.content).toMatchObject({ buyer_id: '2088102177846875' })
    expect(shop.alipay.calls[0]?.content).not.toHaveProperty('buyer_open_id')
  })

  it('app: the signed order string, which Alipay accepts', async () => {
    const { shop, info } = await create({ vk_platform: 'app-plus' })
    expect(Object.keys(info)).toEqual(['orderStr', 'out_trade_no', 'total_fee'])
    expect(shop.alipay.calls).toEqual([])
    // URL-encoded, and never with + for a space
    expect(info.orderStr).not.toContain('+')
    const params = paramsOf(info.orderStr!)
    expect(params).toMatchObject({ method: 'alipay.trade.app.pay', notify_url: `${NOTIFY}app-plus` })
    expect(contentOf(params)).toEqual({ product_code: 'QUICK_MSECURITY_PAY', out_trade_no: 'ORDER_1001', total_amount: '1.00', subject: '测试商品', time_expire: '2026-01-01 10:00:00' })
    expect(shop.alipay.visit(params).out_trade_no).toBe('ORDER_1001')
  })

  it('phone browser: an address with the way back, from the section of h5', async () => {
    const { shop, answer, info } = await create({ vk_platform: 'mweb', return_url: 'https://shop.example.test/#/paid?a=1&b=2' })
    expect(answer).toMatchObject({ code: 0, pay_type: 'alipay_mweb' })
    expect(answer.needQRcode).toBeUndefined()
    const url = new URL(info.url!)
    expect(url.origin + url.pathname).toBe('https://alipay.example.test/gateway.do')
    const params = paramsOf(url.search)
    expect(params).toMatchObject({ method: 'alipay.trade.wap.pay', notify_url: `${NOTIFY}mweb`, return_url: 'https://shop.example.test/#/paid?a=1&b=2' })
    expect(contentOf(params)).toMatchObject({ product_code: 'QUICK_WAP_WAY', quit_url: 'https://shop.example.test/#/paid?a=1&b=2' })
    shop.alipay.visit(params)
    shop.alipay.pay()
    expect(await shop.pay.paymentNotify(notification(shop.alipay.order(), { payType: 'alipay_mweb' }))).toMatchObject({ body: 'success' })
  })

  it('the same order with another way back stays the same trade, freshly signed', async () => {
    const { shop, info } = await create({ vk_platform: 'mweb', return_url: 'https://shop.example.test/a' })
    shop.clock.now += 60_000
    const again = await create({ vk_platform: 'mweb', return_url: 'https://shop.example.test/b' }, shop)
    const [first, second] = [info, again.info].map(one => paramsOf(new URL(one.url!).search))
    expect(second).toMatchObject({ return_url: 'https://shop.example.test/b', timestamp: '2026-01-01 08:01:00' })
    const { quit_url: _, ...content } = contentOf(second!)
    expect(contentOf(first!)).toMatchObject(content)
    expect(shop.alipay.visit(second!).out_trade_no).toBe('ORDER_1001')
  })

  it.each([['javascript:alert(1)'], ['/paid'], ['https://shop.example.test/ x'], [`https://shop.example.test/${'x'.repeat(300)}`]])('return_url %s is refused', async (return_url) => {
    const { answer, shop } = await create({ vk_platform: 'mweb', return_url })
    expect(answer).toMatchObject({ code: 40001, field: 'return_url' })
    expect(shop.memory.all('vk-pay-orders')).toEqual([])
  })

  it('desktop: a code to scan', async () => {
    const { shop, answer, info } = await create({ vk_platform: 'h5' })
    expect(answer).toMatchObject({ code: 0, pay_type: 'alipay_h5', needQRcode: true })
    expect(info).toEqual({ qr_code: 'https://qr.alipay.com/ORDER_1001', expires_at: START + 7_200_000, out_trade_no: 'ORDER_1001', total_fee: 100 })
    expect(shop.alipay.calls[0]).toMatchObject({ params: { method: 'alipay.trade.precreate' } })
  })

  it('desktop: Alipay\'s page, when the order or the config names its product', async () => {
    const byOrder = await create({ vk_platform: 'h5', other: { product_code: 'FAST_INSTANT_TRADE_PAY' } })
    const byConfig = await create({ vk_platform: 'h5' }, await openAlipayShop({ over: { productCode: 'FAST_INSTANT_TRADE_PAY' } }))
    for (const { answer, info, shop } of [byOrder, byConfig]) {
      expect(answer).toMatchObject({ code: 0, pay_type: 'alipay_h5' })
      expect(answer.needQRcode).toBeUndefined()
      const params = paramsOf(new URL(info.url!).search)
      expect(params).toMatchObject({ method: 'alipay.trade.page.pay' })
      expect(contentOf(params)).toMatchObject({ product_code: 'FAST_INSTANT_TRADE_PAY' })
      shop.alipay.visit(params)
    }
  })

  it('time_expire and other go upstream; what is ours cannot be replaced', async () => {
    const { shop } = await create({ time_expire: START + 600_000, other: { body: '两件', store_id: 's1' } })
    expect(shop.alipay.calls[0]?.content).toMatchObject({ time_expire: '2026-01-01 08:10:00', body: '两件', store_id: 's1' })
    expect(shop.alipay.calls[0]?.content).not.toHaveProperty('timeout_express')
    expect((await create({ other: { total_amount: '0.01' } })).answer).toMatchObject({ code: 40001, field: 'other.total_amount' })
    expect((await create({ other: { product_code: 'QUICK_WAP_WAY' } })).answer).toMatchObject({ code: 40001, field: 'other.product_code' })
  })

  it('what Alipay would refuse is refused before', async () => {
    expect((await create({ openid: undefined })).answer).toMatchObject({ code: 40001, field: 'openid' })
    expect((await create({ out_trade_no: 'ORDER-1001' })).answer).toMatchObject({ code: 40001, field: 'out_trade_no' })
    expect((await create({ subject: '商'.repeat(257) })).answer).toMatchObject({ code: 40001, field: 'subject' })
    expect((await create({ vk_platform: 'h5-weixin' })).answer).toMatchObject({ code: 40001, field: 'vk_platform' })
  })

  it('seller of the config is named in the order', async () => {
    const { shop } = await create({}, await openAlipayShop({ over: { sellerId } }))
    expect(shop.alipay.calls[0]?.content).toMatchObject({ seller_id: sellerId })
  })
})

describe('alipay, one order', () => {
  it('sent again: the same trade, one call', async () => {
    const { shop, info } = await create({})
    expect((await create({}, shop)).info).toEqual(info)
    expect(shop.alipay.countCalls('alipay.trade.create')).toBe(1)
  })

  it('a lost answer: the very same order is asked for again', async () => {
    const shop = await openAlipayShop()
    shop.alipay.loseAnswers = true
    expect((await create({}, shop)).answer).toMatchObject({ code: 40004 })
    shop.alipay.loseAnswers = false
    shop.clock.now += 60_000
    expect((await create({}, shop)).info.tradeNO).toBe(shop.alipay.order().trade_no)
    expect(shop.alipay.order().creates).toBe(2)
  })

  it('another price: the old trade is closed, a new number is made', async () => {
    const { shop } = await create({})
    const { answer } = await create({ total_fee: 200 }, shop)
    expect(answer).toMatchObject({ code: 0, total_fee: 200, out_trade_no: 'ORDER_1001' })
    expect([...shop.alipay.orders.values()].map(order => order.status)).toEqual(['TRADE_CLOSED', 'WAIT_BUYER_PAY'])
    expect([...shop.alipay.orders.keys()][1]).toMatch(/^\w{6,32}$/)
  })

  it('another channel: an unopened cashier has nothing to close; paid there all the same, it is settled', async () => {
    const { shop, info } = await create({ vk_platform: 'mweb' })
    const params = paramsOf(new URL(info.url!).search)
    expect((await create({ vk_platform: 'app-plus' }, shop)).answer.code).toBe(0)
    shop.alipay.visit(params)
    shop.alipay.pay()
    expect(await shop.pay.paymentNotify(notification(shop.alipay.order(), { payType: 'alipay_mweb' }))).toMatchObject({ body: 'success' })
    expect(shop.order()).toMatchObject({ status: 1, pay_type: 'alipay_mweb' })
  })

  it('the number holds something else at Alipay: another one is taken', async () => {
    const shop = await openAlipayShop()
    let first = true
    shop.alipay.onCall = (method) => {
      const refuse = first && method === 'alipay.trade.create'
      first = false
      return refuse ? { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.CONTEXT_INCONSISTENT', sub_msg: '交易信息被篡改' } : undefined
    }
    expect((await create({}, shop)).answer.code).toBe(0)
    expect([...shop.alipay.orders.keys()]).toEqual([expect.stringMatching(/^ORDER_1001_\w+_2$/)])
  })

  it('closing what was paid meanwhile: 40006, and settled', async () => {
    const shop = await openAlipayShop()
    await paidAtAlipay(shop)
    expect(await shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 40006 })
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
  })

  it('closing what Alipay closed by itself', async () => {
    const { shop } = await create({})
    shop.alipay.order().status = 'TRADE_CLOSED'
    expect(await shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 0, data: { trade_state: 'CLOSED' } })
  })

  it('a code nobody scanned is NOTPAY, not "no such order"', async () => {
    const { shop } = await create({ vk_platform: 'h5' })
    shop.alipay.orders.clear()
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 0, orderPaid: false, data: { trade_state: 'NOTPAY' } })
  })

  it('closed after it was paid is a refund; an answer about another order is none; trouble is UNKNOWN', async () => {
    const shop = await openAlipayShop()
    await create({}, shop)
    const cases: [Record<string, unknown>, string][] = [
      [{ code: '10000', out_trade_no: 'ORDER_1001', trade_status: 'TRADE_CLOSED', send_pay_date: '2026-01-01 08:00:04' }, 'REFUND'],
      [{ code: '10000', out_trade_no: 'ORDER_2002', trade_no: '1', total_amount: '1.00', send_pay_date: '2026-01-01 08:00:04', trade_status: 'TRADE_SUCCESS' }, 'UNKNOWN'],
      [{ code: '10000', out_trade_no: 'ORDER_2002', trade_status: 'TRADE_CLOSED' }, 'UNKNOWN'],
      [{ code: '10000', out_trade_no: 'ORDER_1001', trade_no: '1', total_amount: '1.00', trade_status: 'TRADE_SUCCESS' }, 'UNKNOWN'],
      [{ code: '20000', msg: 'Service Currently Unavailable', sub_code: 'isp.unknow-error' }, 'UNKNOWN'],
      [{ code: '40004', msg: 'Business Failed', sub_code: 'ACQ.SYSTEM_ERROR' }, 'UNKNOWN'],
      [{ out_trade_no: 'ORDER_1001', trade_status: 'TRADE_SUCCESS' }, 'UNKNOWN'],
    ]
    for (const [reply, state] of cases) {
      shop.alipay.onCall = () => reply
      shop.clock.now += 2_000
      expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' }), JSON.stringify(reply)).toMatchObject({ orderPaid: false, data: { trade_state: state } })
    }
  })

  it('a wrong private key: 40002, and nothing of what was signed in the message', async () => {
    const { answer, shop } = await create({}, await openAlipayShop({ over: { privateKey: bare(newPair().privatePem) } }))
    expect(answer).toMatchObject({ code: 40002, channel_code: 'isv.invalid-signature' })
    expect(answer.msg).not.toContain('app_id=')
    expect(shop.order()).toMatchObject({ attempts: [] })
  })
})

describe('code2SessionAlipay', () => {
  it('answers the openid and no token', async () => {
    const { pay, alipay, logs } = await openAlipayShop()
    expect(await pay.code2SessionAlipay({ code: '0a1B2c' })).toEqual({ code: 0, msg: 'ok', openid: '0login0000000000' })
    expect(alipay.calls[0]?.params).toMatchObject({ method: 'alipay.system.oauth.token', grant_type: 'authorization_code', code: '0a1B2c' })
    expect(await pay.call({ action: 'pay/code2SessionAlipay', data: { code: '0a1B2c' } })).toMatchObject({ openid: '0login0000000000' })
    expect(JSON.stringify(logs)).not.toContain('never shown')
  })

  it('older apps get the user id', async () => {
    const { pay, alipay } = await openAlipayShop()
    alipay.onCall = () => ({ access_token: 'never shown', user_id: '2088000000000009' })
    expect(await pay.code2SessionAlipay({ code: '0a1B2c' })).toMatchObject({ openid: '2088000000000009' })
    alipay.onCall = () => ({ access_token: 'never shown' })
    expect(await pay.code2SessionAlipay({ code: '0a1B2c' })).toMatchObject({ code: 50000 })
  })

  it('a used code, no code, a forged answer', async () => {
    const { pay, alipay } = await openAlipayShop()
    expect(await pay.code2SessionAlipay({ code: 'bad' })).toMatchObject({ code: 40001, field: 'code' })
    expect(await pay.code2SessionAlipay({})).toMatchObject({ code: 40001, field: 'code' })
    alipay.tamper = text => text.replace('0login', '0other')
    expect(await pay.code2SessionAlipay({ code: '0a1B2c' })).toMatchObject({ code: 40002 })
  })
})

describe('alipay keys are refused by the name of their field', () => {
  const key: [string, Record<string, unknown>, number, string][] = [
    ['no private key', { privateKey: undefined }, 40003, 'alipay.mp-alipay.privateKey'],
    ['garbage for a private key', { privateKey: 'garbage' }, 40003, 'alipay.mp-alipay.privateKey'],
    ['no public key of Alipay', { alipayPublicKey: undefined }, 40003, 'alipay.mp-alipay.alipayPublicKey'],
    ['garbage for a public key', { alipayPublicKey: 'garbage' }, 40003, 'alipay.mp-alipay.alipayPublicKey'],
    ['the app\'s public key in its place', { alipayPublicKey: bare(app.publicPem) }, 40003, 'alipay.mp-alipay.alipayPublicKey'],
    ['no appId', { appId: '' }, 40001, 'alipay.mp-alipay.appId'],
    ['a gateway with a query', { gateway: 'https://alipay.example.test/gateway.do?x=1' }, 40001, 'alipay.mp-alipay.gateway'],
  ]
  const certificate: [string, Record<string, unknown>, number, string][] = [
    ['no app certificate', { appCertContent: undefined }, 40003, 'alipay.mp-alipay.appCertPath'],
    ['no Alipay certificate', { alipayPublicCertContent: undefined }, 40003, 'alipay.mp-alipay.alipayPublicCertPath'],
    ['no root certificate', { alipayRootCertContent: undefined }, 40003, 'alipay.mp-alipay.alipayRootCertPath'],
    ['garbage for a root', { alipayRootCertContent: 'garbage' }, 40003, 'alipay.mp-alipay.alipayRootCertContent'],
    ['a public key for a certificate', { alipayPublicCertContent: keyMode.publicPem }, 40003, 'alipay.mp-alipay.alipayPublicCertContent'],
    ['a certificate of another key', { appCertContent: certificateOf(keyMode, '01') }, 40003, 'alipay.mp-alipay.appCertContent'],
    ['the app\'s certificate for Alipay\'s', { alipayPublicCertContent: appCert }, 40003, 'alipay.mp-alipay.alipayPublicCertContent'],
    ['a file that is not there', { appCertContent: undefined, appCertPath: 'alipay/nothing.crt' }, 40003, 'alipay.mp-alipay.appCertPath'],
  ]
  const cases = [...key.map(one => ['key', ...one] as const), ...certificate.map(one => ['certificate', ...one] as const)]
  it.each(cases)('%s mode: %s', async (mode, _, over, code, field) => {
    const { shop, answer } = await create({}, await openAlipayShop({ mode, over }))
    expect(answer).toMatchObject({ code, field })
    expect(answer.msg).toContain(field)
    expect(JSON.stringify(answer)).not.toContain('garbage')
    expect(shop.alipay.calls).toEqual([])
    expect(shop.memory.all('vk-pay-orders')).toEqual([])
  })

  it('a platform without a section', async () => {
    const { pay } = await openAlipayShop({ config: { ...alipayConfig(), alipay: {} } })
    expect(await pay.createPayment({ data: alipayOrder({ vk_platform: 'mweb' }) })).toMatchObject({ code: 40001, msg: '支付配置中没有 alipay.mweb，也没有 alipay.h5' })
  })

  it('both forms of private key, bare and as PEM', async () => {
    const pkcs1 = app.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    for (const privateKey of [pkcs1, bare(pkcs1), app.privatePem, bare(app.privatePem)])
      expect((await create({}, await openAlipayShop({ over: { privateKey } }))).answer.code).toBe(0)
    expect((await create({}, await openAlipayShop({ over: { alipayPublicKey: keyMode.publicPem } }))).answer.code).toBe(0)
  })

  it('where the OpenAPI is', async () => {
    const hosts: unknown[] = []
    for (const sandbox of [undefined, true]) {
      const shop = await openAlipayShop({ config: { ...alipayConfig(), alipay: { 'mp-alipay': alipaySection('key', { gateway: undefined, sandbox }) } } })
      await create({}, shop)
      hosts.push(new URL(shop.alipay.calls[0]!.request.url).host)
    }
    expect(hosts).toEqual(['openapi.alipay.com', 'openapi-sandbox.dl.alipaydev.com'])
  })

  it('wxpay orders are as before', async () => {
    const shop = await openAlipayShop()
    expect(await shop.pay.createPayment({ data: goodsOrder() })).toMatchObject({ code: 40001, field: 'wxpay.mp-weixin' })
  })
})

describe('small parts of alipay', () => {
  it('yuan and fen, without floating point', () => {
    for (const fen of [0, 1, 9, 10, 29, 57, 99, 100, 101, 1990, 999_999_999_999])
      expect(fenOf(yuanOf(fen))).toBe(fen)
    for (let fen = 0; fen < 20_000; fen += 1) {
      const yuan = yuanOf(fen)
      expect(yuan).toBe((fen / 100).toFixed(2))
      if (fenOf(yuan) !== fen)
        expect.fail(yuan)
    }
    expect(['1', '1.5', '0.05'].map(fenOf)).toEqual([100, 150, 5])
    for (const none of ['', '1.', '.5', '01', '-1', '+1', '1e2', '1.005', ' 1', '1,00', '１', 'NaN', 100, undefined, null])
      expect(fenOf(none)).toBeUndefined()
  })

  it('times are China\'s', () => {
    expect(alipayTime(Date.parse('2026-12-31T16:00:00.999Z'))).toBe('2027-01-01 00:00:00')
    expect(rfc3339Of('2027-01-01 00:00:00')).toBe('2027-01-01T00:00:00+08:00')
    expect(['', '2027-13-01 00:00:00', '2027-01-01', 5, undefined].map(rfc3339Of)).toEqual([undefined, undefined, undefined, undefined, undefined])
  })

  it('certificate SNs', () => {
    expect(certificateSn(appCert)).toBe(snOf(appCert))
    expect(certificateSn(`${appCert}\n${rootCert}`)).toBe(snOf(appCert))
    expect(rootCertificateSn(rootCert)).toBe(rootCert.split('\n\n').map(snOf).join('_'))
    for (const none of ['', 'text', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', '-----BEGIN CERTIFICATE-----\nMIKA\n-----END CERTIFICATE-----', appCert.slice(0, 300)]) {
      expect(() => certificateSn(none)).toThrow(RangeError)
      expect(() => rootCertificateSn(none)).toThrow(RangeError)
    }
  })

  it('the text of a member, as it was sent', () => {
    const raw = (text: string, name: string): string | undefined => readAnswer(text)?.raw.get(name)
    expect(raw(' { "a" : {"b":"}\\"{","c":[1,{"d":"]"}]} , "sign":"x" } ', 'a')).toBe('{"b":"}\\"{","c":[1,{"d":"]"}]}')
    expect(raw('{"sign":"x","a":{ "u":"\\/\\u4e2d" }}', 'a')).toBe('{ "u":"\\/\\u4e2d" }')
    expect(raw('{"x":null,"y":-1.5e3,"z":[],"a":"t"}', 'a')).toBe('"t"')
    expect(raw('{"x":null,"y":-1.5e3 ,"z":[],"a":true}', 'y')).toBe('-1.5e3')
    // found where it is a name, not where a value looks like one
    expect(raw('{"note":"\\"a\\":{}","a":{"a":1}}', 'a')).toBe('{"a":1}')
    expect(raw('{"\\u0061":{"k":1}}', 'a')).toBe('{"k":1}')
    for (const none of ['{"a":{},"a":{}}', '{"a":{},"\\u0061":{}}', '', '[]', '"a"', 'null', '{"a":', '{}x'])
      expect(readAnswer(none)).toBeUndefined()
    expect(readAnswer('{}')?.raw.size).toBe(0)
  })
})
