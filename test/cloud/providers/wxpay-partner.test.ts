/** WeChat Pay v3 as a service provider: other paths, other names, and one more party that is paid. */
import { createVerify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { wxpayV3 } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v3'
import { providerContract } from '../support/provider-contract'
import type { Shop } from '../support/shop'
import { certificateMode, configOf, goodsOrder, openShop, paidOrder } from '../support/shop'
import { account, notification, shopOfProvider, stranger, transactionOf } from '../support/wechat'

type Mode = 'public-key' | 'certificate'
const modes: readonly Mode[] = ['public-key', 'certificate']
const partner = { subMchId: shopOfProvider.mchid, subAppId: shopOfProvider.appid }

const open = (mode: Mode = 'public-key', over: Record<string, unknown> = partner): Promise<Shop> => openShop({ mode, config: configOf({ ...(mode === 'certificate' ? certificateMode : {}), ...over }) })
const transaction = (shop: Shop) => transactionOf(shop.wechat.orders.get('ORDER_1001')!, shop.clock.now)
const serialOf = (mode: Mode): string => mode === 'certificate' ? account.platformSerial : account.publicKeyId

for (const mode of modes) {
  const serial = serialOf(mode)
  providerContract(`wxpay v3 as a service provider, ${mode} mode`, {
    provider: wxpayV3,
    open: () => open(mode),
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

describe.each(modes)('who is paid, field by field, genuinely signed, %s mode', (mode) => {
  const changes: [string, Record<string, unknown>][] = [
    ['sp_appid', { sp_appid: 'wxffffffffffffffff' }],
    ['sp_mchid', { sp_mchid: '1900000002' }],
    ['sub_appid', { sub_appid: 'wxffffffffffffffff' }],
    ['no sub_appid', { sub_appid: undefined }],
    ['sub_mchid', { sub_mchid: '1900000110' }],
    ['no sub_mchid', { sub_mchid: undefined }],
    ['the names of a merchant of its own', { sp_appid: undefined, sp_mchid: undefined, appid: account.appid, mchid: account.mchid }],
    ['the amount', { amount: { total: 1, currency: 'CNY' } }],
    ['the currency', { amount: { total: 100, currency: 'USD' } }],
    ['the number', { out_trade_no: 'ORDER_1002' }],
    ['the state', { trade_state: 'REFUND' }],
  ]
  it.each(changes)('%s', async (_, over) => {
    const shop = await open(mode)
    await paidOrder(shop)
    const request = notification({ ...transaction(shop), ...over }, { nowMs: shop.clock.now, serial: serialOf(mode) })
    const { status } = await shop.pay.paymentNotify(request)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(shop.order()).toMatchObject({ status: 0 })
    expect(shop.effects().runs).toBe(0)
  })

  it('an answer to a query, too', async () => {
    for (const [name, over] of changes.filter(([, change]) => !('out_trade_no' in change) && !('trade_state' in change))) {
      const shop = await open(mode)
      await paidOrder(shop)
      shop.wechat.onCall = request => request.method === 'GET' && request.url.includes('out-trade-no') ? { status: 200, json: { ...transaction(shop), ...over } } : undefined
      expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' }), name).toMatchObject({ orderPaid: false })
      expect(shop.effects().runs).toBe(0)
    }
  })

  it('an answer to a query that something went back: paid, and nothing is delivered', async () => {
    const shop = await open(mode)
    await paidOrder(shop)
    shop.wechat.onCall = request => request.method === 'GET' && request.url.includes('out-trade-no') ? { status: 200, json: { ...transaction(shop), trade_state: 'REFUND' } } : undefined
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ orderPaid: true, status: 3 })
    expect(shop.effects().runs).toBe(0)
  })
})

describe('a merchant of its own is not paid through a service provider', () => {
  it('a notification with the provider\'s names is refused', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    const { appid, mchid, ...rest } = transaction(shop)
    const request = notification({ ...rest, sp_appid: appid, sp_mchid: mchid, sub_mchid: shopOfProvider.mchid }, { nowMs: shop.clock.now })
    expect((await shop.pay.paymentNotify(request)).status).toBe(400)
    expect(shop.order()).toMatchObject({ status: 0 })
  })
})

describe('requests of a service provider', () => {
  const forms: [string, string][] = [['mp-weixin', 'jsapi'], ['h5-weixin', 'jsapi'], ['h5', 'native'], ['mweb', 'h5'], ['app-plus', 'app']]
  it.each(forms)('%s: made, asked about and closed under /partner', async (vk_platform, api) => {
    const shop = await open()
    const answer = await shop.pay.createPayment({ data: goodsOrder({ vk_platform }), context: { clientIp: '203.0.113.7' } })
    expect(answer.code).toBe(0)
    const [create] = shop.wechat.calls
    expect(new URL(create!.url).pathname).toBe(`/v3/pay/partner/transactions/${api}`)
    const body = JSON.parse(create!.body ?? '') as Record<string, unknown>
    expect(body).toMatchObject({ sp_appid: account.appid, sp_mchid: account.mchid, sub_appid: shopOfProvider.appid, sub_mchid: shopOfProvider.mchid })
    expect(body).not.toHaveProperty('mchid')
    if (api === 'jsapi')
      expect(body.payer).toEqual({ sub_openid: 'oPayer0000000000000000000000' })
    await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })
    expect(shop.wechat.calls[1]?.url).toContain(`/v3/pay/partner/transactions/out-trade-no/ORDER_1001?sp_mchid=${account.mchid}&sub_mchid=${shopOfProvider.mchid}`)
    expect(await shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 0, status: -1 })
    expect(JSON.parse(shop.wechat.calls[2]?.body ?? '')).toEqual({ sp_mchid: account.mchid, sub_mchid: shopOfProvider.mchid })
  })

  it('the cashier runs under the shop\'s appid, where it has one', async () => {
    for (const [over, appid, openid] of [[partner, shopOfProvider.appid, 'sub_openid'], [{ subMchId: shopOfProvider.mchid }, account.appid, 'sp_openid']] as const) {
      const shop = await open('public-key', over)
      const { orderInfo } = await shop.pay.createPayment({ data: goodsOrder({ vk_platform: 'h5-weixin' }) }) as unknown as { orderInfo: Record<string, string> }
      expect(orderInfo.appId).toBe(appid)
      const text = [appid, orderInfo.timeStamp, orderInfo.nonceStr, orderInfo.package].map(part => `${part}\n`).join('')
      expect(createVerify('RSA-SHA256').update(text).verify(account.merchant.publicKey, orderInfo.paySign ?? '', 'base64')).toBe(true)
      expect(Object.keys((JSON.parse(shop.wechat.calls[0]?.body ?? '') as { payer: object }).payer)).toEqual([openid])
      shop.wechat.pay('ORDER_1001')
      expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(200)
      expect(shop.order()).toMatchObject({ status: 1, openid: 'oPayer0000000000000000000000' })
      const app = await shop.pay.createPayment({ data: goodsOrder({ vk_platform: 'app-plus', out_trade_no: 'ORDER_1002' }) }) as unknown as { orderInfo: Record<string, string> }
      expect(app.orderInfo).toMatchObject({ appid, partnerid: shopOfProvider.mchid })
    }
  })

  it('a charge, and taking it back', async () => {
    const shop = await open()
    shop.wechat.charged = 'USERPAYING'
    await shop.pay.createPayment({ data: goodsOrder({ vk_platform: undefined, auth_code: '134567890123456789' }) })
    expect(new URL(shop.wechat.calls[0]!.url).pathname).toBe('/v3/pay/partner/transactions/codepay')
    shop.clock.now += 60_000
    expect(await shop.pay.reconcile()).toMatchObject({ closed: 1 })
    const reverse = shop.wechat.calls.find(call => call.url.endsWith('/reverse'))
    expect(JSON.parse(reverse?.body ?? '')).toMatchObject({ sp_appid: account.appid, sub_mchid: shopOfProvider.mchid })
  })

  it('a refund names the shop, and is believed only of that shop', async () => {
    const shop = await open()
    await paidOrder(shop)
    await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    expect(await shop.pay.refund({ out_trade_no: 'ORDER_1001', out_refund_no: 'R-1', refund_fee: 40 })).toMatchObject({ code: 0 })
    const sent = shop.wechat.calls.find(call => call.url.endsWith('/refunds'))
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({ sub_mchid: shopOfProvider.mchid })
    await shop.pay.queryRefund({ out_trade_no: 'ORDER_1001', out_refund_no: 'R-1' })
    expect(shop.wechat.calls.at(-1)?.url).toContain(`/refunds/R-1?sub_mchid=${shopOfProvider.mchid}`)
    shop.wechat.refunds.get('R-1')!.status = 'SUCCESS'
    const told = (over: Record<string, unknown>) => shop.pay.paymentNotify(shop.wechat.refundNotification('R-1', { mchid: undefined, sp_mchid: account.mchid, sub_mchid: shopOfProvider.mchid, ...over }))
    expect((await told({ sub_mchid: '1900000110' })).status).toBe(400)
    expect((await told({ sp_mchid: '1900000002' })).status).toBe(400)
    expect(shop.order()).toMatchObject({ status: 1 })
    expect((await told({})).status).toBe(200)
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 40 })
  })

  it('the bill is the shop\'s', async () => {
    const shop = await open()
    shop.clock.now += 2 * 86_400_000
    expect(await shop.pay.checkBill({ day: '2026-01-01' })).toMatchObject({ code: 0 })
    expect(shop.wechat.calls[0]?.url).toContain(`/v3/bill/tradebill?bill_date=2026-01-01&sub_mchid=${shopOfProvider.mchid}&bill_type=ALL&tar_type=GZIP`)
  })

  it('transfers are not made for shops', async () => {
    const shop = await open()
    expect(await shop.pay.transfer({ out_bill_no: 'T1', total_fee: 100, openid: 'o', desc: '奖励' })).toMatchObject({ code: 40009, field: 'wxpay.mp-weixin.subMchId' })
  })

  it('an appid without its merchant number is refused by the name of the field', async () => {
    const shop = await open('public-key', { subAppId: shopOfProvider.appid })
    expect(await shop.pay.createPayment({ data: goodsOrder() })).toMatchObject({ code: 40001, field: 'wxpay.mp-weixin.subMchId' })
  })
})
