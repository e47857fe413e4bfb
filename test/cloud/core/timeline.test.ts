import { describe, expect, it } from 'vitest'
import type { Shop } from '../support/shop'
import { goodsOrder, openShop, paidOrder } from '../support/shop'
import { account, notification, transactionOf } from '../support/wechat'

interface Entry { at: number, event: string, detail?: string }

async function timelineOf(shop: Shop): Promise<Entry[]> {
  return (await shop.pay.timeline('ORDER_1001')).timeline as Entry[]
}
const events = async (shop: Shop): Promise<string[]> => (await timelineOf(shop)).map(({ event }) => event)

describe('timeline', () => {
  it('tells a payment and its refund, each once, with times', async () => {
    const shop = await openShop()
    const start = shop.clock.now
    await paidOrder(shop)
    shop.clock.now += 1_000
    for (let times = 0; times < 3; times += 1)
      await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    shop.clock.now += 1_000
    await shop.pay.refund({ out_trade_no: 'ORDER_1001', out_refund_no: 'R-1', refund_fee: 30 })
    shop.wechat.refunds.get('R-1')!.status = 'SUCCESS'
    await shop.pay.paymentNotify(shop.wechat.refundNotification('R-1'))
    expect(await shop.pay.timeline('ORDER_1001')).toEqual({
      code: 0,
      msg: 'ok',
      out_trade_no: 'ORDER_1001',
      status: 2,
      user_order_success: true,
      timeline: [
        { at: start, event: 'created', detail: 'wxpay_mp-weixin 100' },
        { at: start, event: 'invoked', detail: 'ORDER_1001 wxpay_mp-weixin 100' },
        { at: start + 1_000, event: 'notified', detail: 'ORDER_1001 paid, 00000001' },
        { at: start + 1_000, event: 'dispatched', detail: 'goods' },
        { at: start + 2_000, event: 'refunded', detail: 'R-1 30 PROCESSING' },
        { at: start + 2_000, event: 'refunded', detail: 'accepted by the channel' },
        { at: start + 2_000, event: 'refunded', detail: 'R-1 30 SUCCESS' },
      ],
    })
  })

  it('tells who closed it, and what was asked instead of told', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    shop.clock.now += 1_800_000
    await shop.pay.reconcile()
    expect((await timelineOf(shop)).pop()).toEqual({ at: shop.clock.now, event: 'closed', detail: 'expired' })
    const asked = await openShop()
    await paidOrder(asked)
    await asked.pay.queryPayment({ out_trade_no: 'ORDER_1001' })
    expect(await events(asked)).toEqual(['created', 'invoked', 'asked', 'dispatched'])
  })

  it('tells why a handler failed and why money was not accepted', async () => {
    const shop = await openShop({ handlers: { goods: () => ({ code: 1, msg: 'no stock' }) } })
    await paidOrder(shop)
    const cheaper = { ...transactionOf(shop.wechat.orders.get('ORDER_1001')!, shop.clock.now), amount: { total: 1, currency: 'CNY' } }
    await shop.pay.paymentNotify(notification(cheaper, { nowMs: shop.clock.now }))
    await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    const [, , refused, , failed] = await timelineOf(shop)
    expect(refused).toMatchObject({ event: 'refused', detail: 'notified: total_fee does not match' })
    expect(failed).toMatchObject({ event: 'failed', detail: 'goods: code 1 no stock' })
  })

  it('does not grow without end, and keeps room for what matters', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    const wrong = { ...transactionOf(shop.wechat.orders.get('ORDER_1001')!, shop.clock.now), appid: 'wx_another' }
    for (let times = 0; times < 60; times += 1)
      await shop.pay.paymentNotify(notification(wrong, { nowMs: shop.clock.now }))
    expect(await timelineOf(shop)).toHaveLength(40)
    await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    expect((await events(shop)).slice(-2)).toEqual(['notified', 'dispatched'])
  })

  it('names no person and no key, and is not told to handlers and clients', async () => {
    let seen: Record<string, unknown> = {}
    const shop = await openShop({ handlers: { goods: ({ data }: { data: Record<string, unknown> }) => {
      seen = data
      throw new Error(`oPayer0000000000000000000000 ${account.v3Key}`)
    } } })
    await paidOrder(shop)
    await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    const text = JSON.stringify(await timelineOf(shop))
    for (const secret of ['oPayer', account.v3Key, 'user_001'])
      expect(text).not.toContain(secret)
    expect(seen).not.toHaveProperty('timeline')
    expect((await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001', pay_order_info: true })).payOrder).not.toHaveProperty('timeline')
    expect(await shop.pay.call({ action: 'pay/timeline', data: { out_trade_no: 'ORDER_1001' } })).toMatchObject({ code: 404 })
  })

  it('of an order nobody knows: 40005; of no number: 40001', async () => {
    const shop = await openShop()
    expect(await shop.pay.timeline('ORDER_9999')).toMatchObject({ code: 40005 })
    expect(await shop.pay.timeline('?')).toMatchObject({ code: 40001, field: 'out_trade_no' })
  })
})
