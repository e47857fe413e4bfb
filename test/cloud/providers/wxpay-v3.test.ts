import { Buffer } from 'node:buffer'
import { createCipheriv } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { wxpayV3 } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v3'
import { certificateSerial } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v3/certificate'
import { chinaTime } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v3/purchase'
import { tradeState } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v3/trade'
import type { Shop } from '../support/shop'
import { certificateMode, configOf, goodsOrder, openShop, paidOrder } from '../support/shop'
import { providerContract } from '../support/provider-contract'
import { account, certificateOf, merchantCert, notification, stranger, transactionOf } from '../support/wechat'

const transaction = (shop: Shop) => transactionOf(shop.wechat.orders.get('ORDER_1001')!, shop.clock.now)

for (const mode of ['public-key', 'certificate'] as const) {
  const serial = mode === 'certificate' ? account.platformSerial : account.publicKeyId
  providerContract(`wxpay v3, ${mode} mode`, {
    provider: wxpayV3,
    open: () => openShop({ mode }),
    good: shop => notification(transaction(shop), { nowMs: shop.clock.now, serial }),
    signedBy: (shop, key) => notification(transaction(shop), { nowMs: shop.clock.now, serial, key }),
    stranger: stranger.privateKey,
    reprinted: body => JSON.stringify(JSON.parse(body)),
    ageing: { signedAt: (shop, offsetS) => notification(transaction(shop), { nowMs: shop.clock.now + offsetS * 1000, serial }), toleranceS: 300 },
    ignored: shop => notification({ coupon_id: '1' }, { nowMs: shop.clock.now, serial, eventType: 'COUPON.USE' }),
    signedHeaders: ['wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-signature', 'wechatpay-serial'],
    success: { status: 200, body: '{"code":"SUCCESS","message":"OK"}' },
    isFailure: ({ status, body }) => status >= 400 && JSON.parse(body).code === 'FAIL',
  })
}

async function notified(shop: Shop, request: ReturnType<typeof notification>): Promise<{ status: number, reason?: unknown }> {
  const { status } = await shop.pay.paymentNotify(request)
  return { status, reason: shop.logs.find(line => line.event === 'notification refused')?.fields?.reason }
}

type Resource = Record<string, string>

describe('wxpay v3 notifications, beyond the contract', () => {
  const broken: [string, (resource: Resource) => void, string][] = [
    ['a tag cut to four bytes', (r) => { r.ciphertext = Buffer.from(r.ciphertext!, 'base64').subarray(0, -12).toString('base64') }, 'decrypt'],
    ['no tag at all', (r) => { r.ciphertext = Buffer.alloc(8).toString('base64') }, 'decrypt'],
    ['other associated data', (r) => { r.associated_data = 'refund' }, 'decrypt'],
    ['another nonce', (r) => { r.nonce = 'ffffffffffff' }, 'decrypt'],
    ['a nonce of 11 bytes', (r) => { r.nonce = 'fffffffffff' }, 'decrypt'],
    ['another algorithm', (r) => { r.algorithm = 'AEAD_SM4_GCM' }, 'decrypt'],
    ['no ciphertext', (r) => { delete r.ciphertext }, 'malformed'],
  ]
  it.each(broken)('%s, properly signed: refused', async (_, change, reason) => {
    const shop = await openShop()
    await paidOrder(shop)
    const request = notification(transaction(shop), { nowMs: shop.clock.now, change: body => change(body.resource as Resource) })
    expect(await notified(shop, request)).toEqual({ status: 400, reason })
  })

  it('a short tag that would be valid at its own length: refused', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    const request = notification(transaction(shop), {
      nowMs: shop.clock.now,
      change: (body) => {
        const cipher = createCipheriv('aes-256-gcm', Buffer.from(account.v3Key), 'abcdefabcdef', { authTagLength: 4 })
        cipher.setAAD(Buffer.from('transaction'))
        const sealed = Buffer.concat([cipher.update(JSON.stringify(transaction(shop))), cipher.final(), cipher.getAuthTag()])
        Object.assign(body.resource as Resource, { nonce: 'abcdefabcdef', ciphertext: sealed.toString('base64') })
      },
    })
    expect(await notified(shop, request)).toEqual({ status: 400, reason: 'decrypt' })
  })

  it('sealed with another key: refused', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    expect(await notified(shop, notification(transaction(shop), { nowMs: shop.clock.now, key32: 'f'.repeat(32) }))).toEqual({ status: 400, reason: 'decrypt' })
  })

  it('empty associated data is legal', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    const { seal } = await import('../support/wechat')
    const request = notification(transaction(shop), { nowMs: shop.clock.now, change: (body) => { body.resource = { original_type: 'transaction', ...seal(JSON.stringify(transaction(shop)), account.v3Key, ''), associated_data: undefined } } })
    expect((await shop.pay.paymentNotify(request)).status).toBe(200)
  })

  it('a probe is refused with 4xx, and is no alarm', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    const request = shop.wechat.notificationFor('ORDER_1001')
    const probe = { ...request, headers: { ...request.headers, 'wechatpay-signature': `WECHATPAY/SIGNTEST/${request.headers['wechatpay-signature']}` } }
    expect(await notified(shop, probe)).toEqual({ status: 401, reason: 'probe' })
    expect(shop.logs.find(line => line.event === 'notification refused')?.level).toBe('info')
  })

  it('a scheme the message chose: refused', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    const request = shop.wechat.notificationFor('ORDER_1001')
    expect(await notified(shop, { ...request, headers: { ...request.headers, 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' } })).toEqual({ status: 401, reason: 'scheme' })
  })

  it.each([
    ['twice, as one header', (signature: string) => `${signature}, ${signature}`],
    ['with a space in it', (signature: string) => `${signature.slice(0, 9)} ${signature.slice(9)}`],
    ['without its padding', (signature: string) => signature.replace(/=+$/, '')],
    ['in the alphabet of URLs', (signature: string) => `-${signature.slice(1)}`],
  ])('a signature written otherwise (%s): refused', async (_how, rewrite) => {
    const shop = await openShop()
    await paidOrder(shop)
    const request = shop.wechat.notificationFor('ORDER_1001')
    expect(await notified(shop, { ...request, headers: { ...request.headers, 'wechatpay-signature': rewrite(request.headers['wechatpay-signature']!) } })).toEqual({ status: 401, reason: 'signature' })
    expect(shop.order()).toMatchObject({ status: 0 })
  })

  it.each([true, {}, '', 'USD', null])('a currency of %j is not the yuan', async (currency) => {
    const shop = await openShop()
    await paidOrder(shop)
    const amount = { ...transaction(shop).amount as object, currency }
    expect((await shop.pay.paymentNotify(notification({ ...transaction(shop), amount }, { nowMs: shop.clock.now }))).status).toBe(400)
    expect(shop.order()).toMatchObject({ status: 0 })
  })

  it('names from outside are kept short in the log', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    const long = 'x'.repeat(100_000)
    const request = shop.wechat.notificationFor('ORDER_1001')
    await shop.pay.paymentNotify(notification({ ...transaction(shop), out_trade_no: long }, { nowMs: shop.clock.now }))
    await shop.pay.paymentNotify({ ...request, body: Buffer.from('{}'), path: `/${long}${request.path}` })
    await shop.pay.paymentNotify({ ...request, path: `${request.path}${long}` })
    expect(shop.logs.filter(line => JSON.stringify(line).length > 500)).toEqual([])
    expect(shop.logs.map(line => line.event)).toEqual(expect.arrayContaining(['notification', 'notification refused', 'notification for something not configured']))
  })

  it('the merchant\'s own serial is no platform key', async () => {
    const shop = await openShop({ mode: 'certificate' })
    await paidOrder(shop)
    const request = notification(transaction(shop), { nowMs: shop.clock.now, serial: account.merchantSerial, key: account.merchant.privateKey })
    expect(await notified(shop, request)).toEqual({ status: 401, reason: 'serial' })
  })
})

describe('platform certificates', () => {
  it('are downloaded once, and for an unknown serial at most once a minute', async () => {
    const shop = await openShop({ mode: 'certificate' })
    await paidOrder(shop)
    await Promise.all(Array.from({ length: 5 }, () => shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })))
    const downloads = () => shop.wechat.countCalls(/v3\/certificates/)
    expect(downloads()).toBe(1)
    const invented = () => shop.pay.paymentNotify(notification(transaction(shop), { nowMs: shop.clock.now, serial: 'ABCDEF01' }))
    for (let n = 0; n < 10; n += 1)
      expect((await invented()).status).toBe(401)
    expect(downloads()).toBe(1)
    shop.clock.now += 60_000
    await invented()
    await invented()
    expect(downloads()).toBe(2)
  })

  it('a download that failed is tried again soon', async () => {
    const shop = await openShop({ mode: 'certificate' })
    await shop.pay.createPayment({ data: goodsOrder() })
    shop.wechat.pay('ORDER_1001')
    const fresh = shop.restart()
    shop.wechat.loseAnswers = true
    expect((await fresh.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(500)
    shop.wechat.loseAnswers = false
    shop.clock.now += 15_000
    expect((await fresh.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(200)
  })

  it('in public-key mode a certificate\'s serial is looked up too, while merchants change over', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    shop.wechat.serial = account.platformSerial
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(200)
  })
})

describe('both serials, while a merchant changes over', () => {
  it('answers and notifications of either are believed, of payments and of refunds', async () => {
    const shop = await openShop()
    for (const [index, serial] of [account.publicKeyId, account.platformSerial, account.publicKeyId].entries()) {
      const out_trade_no = `ORDER_200${index}`
      shop.wechat.serial = serial
      await paidOrder(shop, { out_trade_no })
      expect((await shop.pay.paymentNotify(shop.wechat.notificationFor(out_trade_no))).status).toBe(200)
      expect(await shop.pay.refund({ out_trade_no, out_refund_no: `R-${index}`, refund_fee: 100 })).toMatchObject({ code: 0 })
      shop.wechat.refunds.get(`R-${index}`)!.status = 'SUCCESS'
      expect((await shop.pay.paymentNotify(shop.wechat.refundNotification(`R-${index}`))).status).toBe(200)
    }
    expect(shop.memory.all('vk-pay-orders').map(order => order.status)).toEqual([3, 3, 3])
    expect(shop.wechat.countCalls(/v3\/certificates/)).toBe(1)
  })

  it('a merchant that has not got the public key yet refuses what is signed with it, so that it is repeated', async () => {
    const shop = await openShop({ mode: 'certificate' })
    await paidOrder(shop)
    shop.wechat.serial = account.publicKeyId
    const notice = () => shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    expect((await notice()).status).toBe(401)
    expect(shop.wechat.countCalls(/v3\/certificates/)).toBeLessThanOrEqual(1)
    shop.wechat.serial = account.platformSerial
    expect((await notice()).status).toBe(200)
  })
})

describe('keys are refused by the name of their field', () => {
  const cases: [string, Record<string, unknown>, number, string][] = [
    ['v3Key of 31 bytes', { v3Key: 'k'.repeat(31) }, 40003, 'wxpay.mp-weixin.v3Key'],
    ['v3Key of 33 bytes', { v3Key: 'k'.repeat(33) }, 40003, 'wxpay.mp-weixin.v3Key'],
    ['v3Key of 32 characters and more bytes', { v3Key: '钥'.repeat(32) }, 40003, 'wxpay.mp-weixin.v3Key'],
    ['no v3Key', { v3Key: undefined }, 40003, 'wxpay.mp-weixin.v3Key'],
    ['no private key', { appPrivateKeyContent: undefined }, 40003, 'wxpay.mp-weixin.appPrivateKeyPath'],
    ['missing key file', { appPrivateKeyContent: undefined, appPrivateKeyPath: 'wxpay/nothing.pem' }, 40003, 'wxpay.mp-weixin.appPrivateKeyPath'],
    ['garbage for a key', { appPrivateKeyContent: 'garbage' }, 40003, 'wxpay.mp-weixin.appPrivateKeyContent'],
    ['no certificate', { appCertContent: undefined }, 40003, 'wxpay.mp-weixin.appCertPath'],
    ['a public key for a certificate', { appCertContent: account.merchant.publicPem }, 40003, 'wxpay.mp-weixin.appCertContent'],
    ['a certificate of another key', { appCertContent: certificateOf(stranger, '01') }, 40003, 'wxpay.mp-weixin.appCertContent'],
    ['public key without its id', { wxpayPublicKeyId: undefined }, 40003, 'wxpay.mp-weixin.wxpayPublicKeyId'],
    ['id without public key', { wxpayPublicKeyContent: undefined }, 40003, 'wxpay.mp-weixin.wxpayPublicKeyPath'],
    ['version 4', { version: 4 }, 40001, 'wxpay.mp-weixin.version'],
    ['no appId', { appId: '' }, 40001, 'wxpay.mp-weixin.appId'],
    ['no mchId', { mchId: undefined }, 40001, 'wxpay.mp-weixin.mchId'],
  ]
  it.each(cases)('%s', async (_, over, code, field) => {
    const shop = await openShop({ config: configOf(over) })
    const answer = await shop.pay.createPayment({ data: goodsOrder() })
    expect(answer).toMatchObject({ code, field })
    expect(answer.msg).toContain(field)
    expect(JSON.stringify(answer)).not.toContain('garbage')
    expect(shop.wechat.calls).toEqual([])
    expect(shop.memory.all('vk-pay-orders')).toEqual([])
  })

  it('mweb without sceneInfo', async () => {
    const config = configOf()
    const sections = config.wxpay as Record<string, Record<string, unknown>>
    sections.mweb = { ...sections['mp-weixin'] }
    const { pay } = await openShop({ config })
    expect(await pay.createPayment({ data: goodsOrder({ vk_platform: 'mweb' }) })).toMatchObject({ code: 40001, field: 'wxpay.mweb.sceneInfo' })
  })

  it('certificate mode needs no public key', async () => {
    const { pay } = await openShop({ config: configOf(certificateMode), mode: 'certificate' })
    expect((await pay.createPayment({ data: goodsOrder() })).code).toBe(0)
  })
})

describe('requests', () => {
  it('name the public key the answer is to be signed with, and end in time', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    expect(shop.wechat.calls[0]?.headers['wechatpay-serial']).toBe(account.publicKeyId)
    expect(shop.wechat.calls[0]?.timeoutMs).toBeLessThanOrEqual(10_000)
  })

  it('escape legal characters of a number in a path', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: 'A|B*C-1_2' }) })
    shop.wechat.pay('A|B*C-1_2')
    expect(await shop.pay.queryPayment({ out_trade_no: 'A|B*C-1_2' })).toMatchObject({ orderPaid: true })
    expect(shop.wechat.calls[1]?.url).toContain('/out-trade-no/A%7CB%2AC-1_2?mchid=1900000001')
  })
})

describe('small parts', () => {
  it.each(['01', '7F', '80', 'FF00000000000000000000000000000000000001', account.merchantSerial])('certificateSerial %s', (serial) => {
    expect(certificateSerial(certificateOf(stranger, serial))).toBe(serial)
  })

  it('certificateSerial refuses what is none', () => {
    for (const pem of ['', 'text', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', merchantCert.slice(0, 200)])
      expect(() => certificateSerial(pem)).toThrow(RangeError)
  })

  it('chinaTime', () => {
    expect(chinaTime(Date.parse('2026-12-31T16:00:00.999Z'))).toBe('2027-01-01T00:00:00+08:00')
  })

  it('a state nobody told us about is UNKNOWN', () => {
    expect(['SUCCESS', 'REVOKED', 'toString', 'NEW', undefined].map(tradeState)).toEqual(['SUCCESS', 'CLOSED', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN'])
  })
})
