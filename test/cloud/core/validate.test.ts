import { describe, expect, it } from 'vitest'
import { configOf, goodsOrder, openShop, START } from '../support/shop'

/** So many objects in one another. */
const nested = (levels: number): object => JSON.parse(`${'{"a":'.repeat(levels)}{}${'}'.repeat(levels)}`) as object

describe('bad input is refused by name before anything is written or sent', () => {
  it.each([
    ['total_fee', { total_fee: 0 }, '正整数'],
    ['total_fee', { total_fee: -1 }, '正整数'],
    ['total_fee', { total_fee: 1.5 }, '正整数'],
    ['total_fee', { total_fee: '100' }, '正整数'],
    ['total_fee', { total_fee: Number.NaN }, '正整数'],
    ['total_fee', { total_fee: undefined }, '正整数'],
    ['total_fee', { total_fee: 1_000_001 }, '1000000'],
    ['out_trade_no', { out_trade_no: '12345' }, '6–32'],
    ['out_trade_no', { out_trade_no: 'N'.repeat(33) }, '6–32'],
    ['out_trade_no', { out_trade_no: '订单一二三四' }, '6–32'],
    ['out_trade_no', { out_trade_no: 'ORDER 1001' }, '6–32'],
    ['out_trade_no', { out_trade_no: 'ORDER_1001\n' }, '6–32'],
    ['out_trade_no', { out_trade_no: undefined }, '6–32'],
    ['subject', { subject: '书' }, '2 个字符'],
    ['subject', { subject: '两行\n商品' }, '控制字符'],
    ['subject', { subject: '长'.repeat(128) }, '127'],
    ['type', { type: 'unknown' }, 'goods'],
    ['type', { type: '../pay/createPayment' }, 'goods'],
    ['type', { type: '__proto__' }, 'goods'],
    ['provider', { provider: 'bitcoin' }, 'wxpay'],
    ['vk_platform', { vk_platform: 'mp-alipay' }, 'mp-weixin'],
    ['openid', { openid: undefined }, 'openid'],
    ['openid', { openid: undefined, vk_platform: 'h5-weixin' }, 'openid'],
    ['custom', { custom: 'text' }, '对象'],
    ['custom.total_fee', { custom: { total_fee: 1 } }, 'total_fee'],
    ['custom.status', { custom: { status: 1 } }, 'status'],
    ['custom.user_order_success', { custom: { user_order_success: true } }, '换一个名字'],
    ['custom', { custom: { $set: 1 } }, '$'],
    ['custom', { custom: nested(33) }, '32'],
    ['custom', { custom: nested(3_000) }, '32'],
    ['other', { other: { deep: nested(3_000) } }, '32'],
    ['other.amount', { other: { amount: { total: 1 } } }, 'other'],
    ['other.notify_url', { other: { notify_url: 'https://evil.example.test' } }, 'other'],
    ['time_expire', { time_expire: START + 30_000 }, '分钟'],
    ['time_expire', { time_expire: START + 120_000 }, '5 分钟'],
    ['pid', { pid: 'nobody' }, 'vk-pay-config'],
  ])('%s %j', async (field, over, says) => {
    const shop = await openShop()
    const answer = await shop.pay.createPayment({ data: goodsOrder(over) })
    expect(answer).toMatchObject({ code: 40001, field })
    expect(answer.msg).toContain(says)
    expect(shop.wechat.calls).toEqual([])
    expect(shop.memory.all('vk-pay-orders')).toEqual([])
  })

  it('takes what is just allowed', async () => {
    const shop = await openShop()
    for (const over of [{ total_fee: 1 }, { total_fee: 1_000_000 }, { out_trade_no: 'a_-|*9' }, { out_trade_no: 'N'.repeat(32) }, { subject: '书籍' }, { custom: nested(32) }, { subject: '长'.repeat(127) }]) {
      const answer = await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: `ORDER_${JSON.stringify(over).length}`, ...over }) })
      expect(answer.code).toBe(0)
    }
  })

  it('maxTotalFee of the config replaces the limit', async () => {
    const { pay } = await openShop({ config: { ...configOf(), maxTotalFee: 5_000_000 } })
    expect((await pay.createPayment({ data: goodsOrder({ total_fee: 5_000_000 }) })).code).toBe(0)
    expect((await pay.createPayment({ data: goodsOrder({ out_trade_no: 'ORDER_1002', total_fee: 5_000_001 }) })).code).toBe(40001)
  })

  it('userWhitelist lets only its users pay', async () => {
    const { pay } = await openShop({ config: { ...configOf(), userWhitelist: ['tester'] } })
    expect(await pay.createPayment({ data: goodsOrder() })).toMatchObject({ code: 40009, field: 'userWhitelist' })
    expect((await pay.createPayment({ data: goodsOrder({ custom: { user_id: 'tester' } }) })).code).toBe(0)
  })
})
