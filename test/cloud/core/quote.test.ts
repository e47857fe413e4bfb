import { describe, expect, it } from 'vitest'
import type { HandlerModule, QuoteEvent, Quoting } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/handlers'
import { counting, goodsOrder, openShop, paidOrder } from '../support/shop'

const quoting = (quote: Quoting['quote']): Record<string, HandlerModule> => ({ goods: Object.assign({ ...(counting as object) } as { main: (event: unknown) => unknown }, { quote }) })

describe('a handler that sets the price', () => {
  it('wins over the client, at the channel and in the handler', async () => {
    const shop = await openShop({ handlers: quoting(() => 4200) })
    expect(await shop.pay.createPayment({ data: goodsOrder({ total_fee: 1 }) })).toMatchObject({ code: 0, total_fee: 4200 })
    expect(shop.wechat.orders.get('ORDER_1001')).toMatchObject({ total: 4200 })
    expect(shop.order()).toMatchObject({ total_fee: 4200 })
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ data: { total_fee: 4200 } })
  })

  it('needs no price from the client, and may say subject and custom, too', async () => {
    const shop = await openShop({ handlers: quoting(async () => ({ total_fee: 300, subject: '乌龙茶', custom: { user_id: 'user_001', goods_id: 'g1', quantity: 3 } })) })
    await paidOrder(shop, { total_fee: undefined, subject: undefined, custom: { goods_id: 'g1', quantity: 99 } })
    expect(shop.order()).toMatchObject({ total_fee: 300, description: '乌龙茶', custom: { quantity: 3 } })
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(200)
    expect(shop.effects().runs).toBe(1)
  })

  it('is told what was asked for, who asks, and the database', async () => {
    const seen: QuoteEvent[] = []
    const shop = await openShop({
      handlers: quoting((event) => {
        seen.push(event)
        return 100
      }),
      userOf: async token => token,
    })
    await shop.pay.call({ action: 'pay/createPayment', data: goodsOrder({ nickname: 'Ann' }), token: 'ann' })
    expect(seen).toMatchObject([{ data: { out_trade_no: 'ORDER_1001', type: 'goods', provider: 'wxpay', user_id: 'ann', nickname: 'Ann', total_fee: 100, subject: '测试商品', goods_id: 'g1', quantity: 1 }, userInfo: { _id: 'ann' } }])
    expect(Object.keys(seen[0]?.util ?? {})).toEqual(['vk', 'db', '_'])
  })

  it.each<[string, Quoting['quote'], object, string]>([
    ['says no', () => ({ code: 40001, msg: '商品不存在' }), { code: 40001, msg: '商品不存在' }, '商品不存在'],
    ['throws', () => { throw new Error('no price') }, { code: 50000, msg: '暂时无法下单，请稍后再试' }, 'no price'],
    ['answers nothing', (() => undefined) as unknown as Quoting['quote'], { code: 50000, msg: '暂时无法下单，请稍后再试' }, 'total_fee'],
    ['answers an object without a price', (() => ({ code: 0 })) as unknown as Quoting['quote'], { code: 50000, msg: '暂时无法下单，请稍后再试' }, 'total_fee'],
    ['answers a fraction', () => 99.5, { code: 40001, field: 'total_fee' }, '正整数'],
    ['answers nothing to pay', () => 0, { code: 40001, field: 'total_fee' }, '正整数'],
    ['answers more than is allowed', () => ({ total_fee: 1_000_001 }), { code: 40001, field: 'total_fee' }, '1000000'],
    ['answers a custom that says what an order says', () => ({ total_fee: 1, custom: { status: 1 } }), { code: 40001, field: 'custom.status' }, 'status'],
  ])('%s: refused, nothing written or sent', async (_how, quote, refusal, says) => {
    const shop = await openShop({ handlers: quoting(quote) })
    const answer = await shop.pay.createPayment({ data: goodsOrder() })
    expect(answer).toMatchObject(refusal)
    // a mistake of the author's is for the log, not for the payer
    const said = answer.code === 50000 ? shop.logs.find(line => line.event === 'quote failed')?.fields?.detail : answer.msg
    expect(said).toContain(says)
    expect(shop.wechat.calls).toEqual([])
    expect(shop.memory.all('vk-pay-orders')).toEqual([])
  })

  it('a price that changed between two taps closes the old attempt and asks for the new one', async () => {
    let price = 100
    const shop = await openShop({ handlers: quoting(() => price) })
    await shop.pay.createPayment({ data: goodsOrder() })
    price = 200
    expect(await shop.pay.createPayment({ data: goodsOrder() })).toMatchObject({ code: 0, total_fee: 200 })
    expect([...shop.wechat.orders.values()].map(({ state, total }) => [state, total])).toEqual([['CLOSED', 100], ['NOTPAY', 200]])
  })

  it('works for the older form of a handler, too', async () => {
    const handler = Object.assign(async () => true, { quote: () => 700 })
    const shop = await openShop({ handlers: { goods: handler } })
    expect(await shop.pay.createPayment({ data: goodsOrder() })).toMatchObject({ total_fee: 700 })
  })
})
