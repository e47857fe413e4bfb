import { describe, expect, it } from 'vitest'
import { certificateOf, newPair, stranger } from '../support/wechat'
import type { AlipayShop } from './alipay-support'
import { alipayCert, alipayOrder, alipaySection, app, appCert, appid, certMode, notification, openAlipayShop, paidAtAlipay, sellerId, snOf } from './alipay-support'

const next = newPair()
const nextCert = certificateOf(next, '20300324B2')
/** The new certificate in its place, the old one still believed. */
const changeover = { alipayPublicCertContent: nextCert, alipayPublicCertPreviousContent: alipayCert }

async function paid(over: Record<string, unknown>): Promise<AlipayShop> {
  const shop = await openAlipayShop({ mode: 'certificate', over })
  await paidAtAlipay(shop)
  return shop
}

describe('a changeover of Alipay\'s certificate', () => {
  const old = { key: certMode.privateKey, sn: snOf(alipayCert) }
  const young = { key: next.privateKey, sn: snOf(nextCert) }

  it.each([
    ['old, by name', old.key, old.sn, 200, undefined],
    ['new, by name', young.key, young.sn, 200, undefined],
    ['old, without a name', old.key, undefined, 200, undefined],
    ['new, without a name', young.key, undefined, 200, undefined],
    ['old under the name of new', old.key, young.sn, 401, 'signature'],
    ['new under the name of old', young.key, old.sn, 401, 'signature'],
    ['neither', stranger.privateKey, undefined, 401, 'signature'],
    ['another name, though the key is one of ours', young.key, 'f'.repeat(32), 401, 'serial'],
    ['an empty name', young.key, '', 401, 'serial'],
    ['the name of our own certificate, and our own key', app.privateKey, snOf(appCert), 401, 'serial'],
  ])('a notification signed with %s', async (_, key, alipay_cert_sn, status, reason) => {
    const shop = await paid(changeover)
    expect((await shop.pay.paymentNotify(notification(shop.alipay.order(), { key, fields: { alipay_cert_sn } }))).status).toBe(status)
    expect(shop.logs.find(({ event }) => event === 'notification refused')?.fields?.reason).toBe(reason)
    expect(shop.effects().runs).toBe(status === 200 ? 1 : 0)
  })

  it.each([
    ['old', old.key, old.sn, true],
    ['new', young.key, young.sn, true],
    ['old under the name of new', old.key, young.sn, false],
    ['a certificate we do not have', young.key, 'f'.repeat(32), false],
  ])('an answer signed with %s', async (_, signer, certificateSn, believed) => {
    const shop = await paid(changeover)
    Object.assign(shop.alipay, { signer, certificateSn })
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ orderPaid: believed, data: { trade_state: believed ? 'SUCCESS' : 'UNKNOWN' } })
    if (!believed)
      expect(shop.logs.find(({ event }) => event === 'answer of Alipay not verified')).toMatchObject({ level: 'warn', fields: { method: 'alipay.trade.query', detail: certificateSn === young.sn ? 'signature does not fit' : 'signed with another certificate than alipayPublicCert, download the current one' } })
  })

  it('before it, the new one is refused by its name, and nothing is fetched because a message says so', async () => {
    const shop = await paid({})
    const calls = shop.alipay.calls.length
    expect((await shop.pay.paymentNotify(notification(shop.alipay.order(), { key: young.key, fields: { alipay_cert_sn: young.sn } }))).status).toBe(401)
    expect(shop.logs.find(({ event }) => event === 'notification refused')?.fields).toMatchObject({ reason: 'serial', detail: expect.stringContaining('alipayPublicCert') })
    expect(shop.alipay.calls).toHaveLength(calls)
  })

  it.each([
    ['garbage', 'garbage'],
    ['our own certificate', appCert],
  ])('the previous one as %s: 40003 by its field', async (_, text) => {
    const shop = await openAlipayShop({ mode: 'certificate', over: { alipayPublicCertPreviousContent: text } })
    const answer = await shop.pay.createPayment({ data: alipayOrder() })
    expect(answer).toMatchObject({ code: 40003, field: 'alipay.mp-alipay.alipayPublicCertPreviousContent' })
  })
})

describe('a service provider\'s app', () => {
  const over = { appAuthToken: '202601BB1234567890abcdef1234567890abcX00', authAppId: '2021000000000777', sellerId }

  it('sends the merchant\'s consent, signed, with every call and order string', async () => {
    const shop = await openAlipayShop({ over })
    await paidAtAlipay(shop)
    expect(shop.alipay.calls[0]?.params).toMatchObject({ app_auth_token: over.appAuthToken, app_id: appid })
    const answer = await shop.pay.createPayment({ data: alipayOrder({ out_trade_no: 'ORDER_1002', vk_platform: 'app-plus' }) })
    const { orderStr } = answer.orderInfo as { orderStr: string }
    expect(new URLSearchParams(orderStr).get('app_auth_token')).toBe(over.appAuthToken)
    expect(shop.alipay.visit(Object.fromEntries(new URLSearchParams(orderStr))).out_trade_no).toBe('ORDER_1002')
  })

  it('hears of its merchant\'s payments only, and keeps whose they were', async () => {
    const shop = await openAlipayShop({ over })
    await paidAtAlipay(shop)
    expect((await shop.pay.paymentNotify(notification(shop.alipay.order()))).status).toBe(400)
    expect(shop.logs.find(({ event }) => event === 'notification refused')?.fields).toMatchObject({ reason: 'auth_app_id' })
    expect((await shop.pay.paymentNotify(notification(shop.alipay.order(), { fields: { auth_app_id: over.authAppId } }))).status).toBe(200)
    expect(shop.order()).toMatchObject({ seller_id: sellerId, auth_appid: over.authAppId })
    // the shop's accounts are no client's business
    const { payOrder } = await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001', pay_order_info: true })
    expect(payOrder).not.toHaveProperty('seller_id')
    expect(payOrder).not.toHaveProperty('auth_appid')
  })

  it('the token never reaches the order, a log or an error', async () => {
    const shop = await openAlipayShop({ over, http: async () => { throw new Error(`connect to https://x/?app_auth_token=${over.appAuthToken}`) } })
    const answer = await shop.pay.createPayment({ data: alipayOrder() })
    expect(answer).toMatchObject({ code: 40004 })
    expect(JSON.stringify([answer, shop.logs, shop.memory.all('vk-pay-orders')])).not.toContain(over.appAuthToken.slice(0, 12))
    expect(JSON.stringify(alipaySection('key', over))).toContain(over.appAuthToken)
  })
})
