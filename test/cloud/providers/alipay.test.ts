import { Buffer } from 'node:buffer'
import { createSign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { alipay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay'
import type { RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { Shop } from '../support/shop'
import { providerContract } from '../support/provider-contract'
import { stranger } from '../support/wechat'
import type { AlipayShop, NotifyOptions } from './alipay-support'
import { app, appid, certMode, keyMode, notification, openAlipayShop, paidAtAlipay, sellerId } from './alipay-support'

const shops = new WeakMap<Shop, AlipayShop>()
const of = (shop: Shop): AlipayShop => shops.get(shop)!

for (const mode of ['key', 'certificate'] as const) {
  const key = (mode === 'key' ? keyMode : certMode).privateKey
  const message = (shop: Shop, options: NotifyOptions = {}): RawRequest => notification(of(shop).alipay.order(), { key, ...options })
  providerContract(`alipay, ${mode} mode`, {
    provider: alipay,
    open: async () => {
      const shop = await openAlipayShop({ mode })
      shops.set(shop, shop)
      return shop
    },
    pay: shop => paidAtAlipay(of(shop)),
    good: shop => message(shop),
    signedBy: (shop, other) => message(shop, { key: other }),
    stranger: stranger.privateKey,
    ignored: shop => message(shop, { fields: { trade_status: 'WAIT_BUYER_PAY', gmt_payment: undefined } }),
    signedHeaders: [],
    success: { status: 200, body: 'success' },
    isFailure: ({ status, body }) => status >= 400 && body === 'fail',
  })
}

async function paid(over: Record<string, unknown> = {}): Promise<AlipayShop> {
  const shop = await openAlipayShop({ over })
  await paidAtAlipay(shop)
  return shop
}

async function notified(shop: AlipayShop, request: RawRequest): Promise<{ status: number, body: string, reason?: unknown }> {
  const { status, body } = await shop.pay.paymentNotify(request)
  return { status, body, reason: shop.logs.find(line => line.event === 'notification refused')?.fields?.reason }
}

describe('alipay notifications, beyond the contract', () => {
  it('sign_type of the message chooses nothing: SHA-1 is refused though it verifies', async () => {
    const shop = await paid()
    const good = new URLSearchParams(Buffer.from(notification(shop.alipay.order(), { fields: { sign_type: 'RSA' } }).body).toString())
    const text = [...good].filter(([name]) => name !== 'sign' && name !== 'sign_type').sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => `${name}=${value}`).join('&')
    const sha1 = createSign('RSA-SHA1').update(text).sign(keyMode.privateKey, 'base64')
    const request = notification(shop.alipay.order(), { fields: { sign_type: 'RSA' }, after: { sign: sha1 } })
    expect(await notified(shop, request)).toEqual({ status: 401, body: 'fail', reason: 'scheme' })
    // and under the right name it does not verify
    expect((await notified(shop, notification(shop.alipay.order(), { after: { sign: sha1 } }))).status).toBe(401)
  })

  const bodies: [string, (body: string) => string][] = [
    ['a lone percent sign', body => `${body}&note=100%`],
    ['half an escape', body => `${body}&note=%E4%B`],
    ['an escape that is no UTF-8', body => `${body}&note=%FF%FE`],
    ['a field twice', body => `${body}&total_amount=0.01`],
    ['a pair without a name', body => `${body}&=x`],
    ['JSON', () => '{"sign":"x"}'],
    ['nothing but separators', () => '&&&'],
  ]
  it.each(bodies)('%s: a clean 400', async (_, change) => {
    const shop = await paid()
    const request = notification(shop.alipay.order())
    const body = Buffer.from(change(Buffer.from(request.body).toString()))
    expect(await notified(shop, { ...request, body })).toEqual({ status: 400, body: 'fail', reason: 'malformed' })
    expect(shop.order()).toMatchObject({ status: 0 })
  })

  it('a field called __proto__ is signed like any other', async () => {
    const shop = await paid()
    expect((await notified(shop, notification(shop.alipay.order(), { after: { __proto__x: '1' } }))).status).toBe(401)
    const request = notification(shop.alipay.order())
    expect((await notified(shop, { ...request, body: Buffer.from(`${Buffer.from(request.body).toString()}&__proto__=1`) })).status).toBe(401)
  })

  it('without sign, or with the same base64 written otherwise', async () => {
    const shop = await paid()
    expect((await notified(shop, notification(shop.alipay.order(), { after: { sign: undefined } }))).status).toBe(401)
    const sign = new URLSearchParams(Buffer.from(notification(shop.alipay.order()).body).toString()).get('sign')!
    for (const other of [`${sign}\n`, sign.replace(/=+$/, ''), `${sign}AAAA`])
      expect((await notified(shop, notification(shop.alipay.order(), { after: { sign: other } }))).status).toBe(401)
  })

  it('fields that Alipay adds one day, and empty ones, are part of what was signed', async () => {
    const shop = await paid()
    expect(await notified(shop, notification(shop.alipay.order(), { fields: { new_field: 'a b+c', other_field: '' } }))).toMatchObject({ status: 200, body: 'success' })
  })

  const wrong: [string, NotifyOptions['fields'], string][] = [
    ['app_id', { app_id: '2021000000000002' }, 'app_id'],
    ['seller_id', { seller_id: '2088000000000002' }, 'seller_id'],
    ['no seller_id', { seller_id: undefined }, 'seller_id'],
    ['no trade_no', { trade_no: undefined }, 'malformed'],
    ['a total_amount that is no amount', { total_amount: '1e0' }, 'malformed'],
    ['a total_amount with three places', { total_amount: '1.000' }, 'malformed'],
    ['a refund that does not say how much', { gmt_refund: '2026-01-01 09:00:00.123' }, 'malformed'],
    ['a refund_fee nobody can read', { refund_fee: 'some' }, 'malformed'],
  ]
  it.each(wrong)('genuine, but wrong: %s', async (_, fields, reason) => {
    const shop = await paid({ sellerId })
    expect(await notified(shop, notification(shop.alipay.order(), { fields }))).toEqual({ status: 400, body: 'fail', reason })
    expect(shop.effects().runs).toBe(0)
  })

  it.each([['0.99'], ['1.01'], ['100']])('genuine, but another amount: %s', async (total_amount) => {
    const shop = await paid()
    expect(await notified(shop, notification(shop.alipay.order(), { fields: { total_amount } }))).toMatchObject({ status: 400, body: 'fail' })
    expect(shop.order()).toMatchObject({ status: 0 })
  })

  it('an order we do not know: 404', async () => {
    const shop = await paid()
    expect(await notified(shop, notification(shop.alipay.order(), { fields: { out_trade_no: 'ORDER_9999' } }))).toMatchObject({ status: 404, body: 'fail' })
  })

  const quiet: [string, NotifyOptions['fields']][] = [
    ['WAIT_BUYER_PAY', { trade_status: 'WAIT_BUYER_PAY' }],
    ['TRADE_CLOSED', { trade_status: 'TRADE_CLOSED', gmt_close: '2026-01-01 09:00:00' }],
    ['a status of the future', { trade_status: 'TRADE_FROZEN' }],
    ['another kind of message', { notify_type: 'dispute_sync' }],
  ]
  it.each(quiet)('%s: taken, and no handler runs', async (_, fields) => {
    const shop = await paid()
    expect(await notified(shop, notification(shop.alipay.order(), { fields }))).toEqual({ status: 200, body: 'success', reason: undefined })
    expect(shop.effects().runs).toBe(0)
    expect(shop.order()).toMatchObject({ status: 0 })
  })

  it('tRADE_SUCCESS, a part refund and TRADE_FINISHED: one run', async () => {
    const shop = await paid()
    const order = shop.alipay.order()
    const all = [{}, { gmt_refund: '2026-01-01 09:00:00.000', refund_fee: '0.50' }, { trade_status: 'TRADE_FINISHED' }, { refund_fee: '0.00' }]
    for (const fields of all)
      expect(await notified(shop, notification(order, { fields }))).toMatchObject({ status: 200, body: 'success' })
    expect(shop.effects().runs).toBe(1)
    expect(shop.order()).toMatchObject({
      status: 2,
      refund_fee: 50,
      user_order_success: true,
      transaction_id: order.trade_no,
      time_end: '2026-01-01T08:00:04+08:00',
      pay_date: Date.parse('2026-01-01T00:00:04Z'),
      openid: '0payer0000000000',
      seller_id: sellerId,
      auth_appid: appid,
      alipay_info: { trade_status: 'TRADE_SUCCESS', receipt_fee: 100, notify_id: '2026010100222080005000000000000001' },
    })
  })

  it('tRADE_FINISHED alone settles, too', async () => {
    const shop = await paid()
    expect(await notified(shop, notification(shop.alipay.order(), { fields: { trade_status: 'TRADE_FINISHED' } }))).toMatchObject({ body: 'success' })
    expect(shop.effects().runs).toBe(1)
  })

  it('a certificate of Alipay that we do not have yet is named in the log', async () => {
    const shop = await openAlipayShop({ mode: 'certificate' })
    await paidAtAlipay(shop)
    const request = notification(shop.alipay.order(), { key: keyMode.privateKey, fields: { alipay_cert_sn: 'f'.repeat(32) } })
    expect(await notified(shop, request)).toEqual({ status: 401, body: 'fail', reason: 'serial' })
  })

  it('the app\'s own key speaks for nobody', async () => {
    const shop = await paid()
    expect(await notified(shop, notification(shop.alipay.order(), { key: app.privateKey }))).toEqual({ status: 401, body: 'fail', reason: 'signature' })
  })

  it('a handler that fails: fail with 5xx, and success when it is done', async () => {
    let broken = true
    const shop = await openAlipayShop({ handlers: { goods: { main: async () => broken ? { code: 1, msg: 'no' } : { code: 0, msg: 'ok' } } } })
    await paidAtAlipay(shop)
    expect(await notified(shop, notification(shop.alipay.order()))).toMatchObject({ status: 500, body: 'fail' })
    broken = false
    expect(await notified(shop, notification(shop.alipay.order()))).toMatchObject({ status: 200, body: 'success' })
  })
})
