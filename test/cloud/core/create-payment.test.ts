import { describe, expect, it } from 'vitest'
import { createVerify } from 'node:crypto'
import { memoryStore } from '../support/memory-store'
import { account } from '../support/wechat'
import { goodsOrder, openShop, START } from '../support/shop'

function verifies(text: string, signature: unknown): boolean {
  return createVerify('RSA-SHA256').update(text).verify(account.merchant.publicKey, String(signature), 'base64')
}

type Info = Record<string, unknown>

describe('createPayment answers what each platform opens its cashier with', () => {
  it('mini-program', async () => {
    const { pay } = await openShop()
    const answer = await pay.createPayment({ data: goodsOrder() })
    expect(answer).toMatchObject({ code: 0, out_trade_no: 'ORDER_1001', provider: 'wxpay', pay_type: 'wxpay_mp-weixin', platform: 'mp-weixin', total_fee: 100 })
    const info = answer.orderInfo as Info
    expect(Object.keys(info).sort()).toEqual(['nonceStr', 'out_trade_no', 'package', 'paySign', 'signType', 'timeStamp', 'total_fee'])
    expect(info).toMatchObject({ signType: 'RSA', package: 'prepay_id=wxORDER_1001', timeStamp: String(START / 1000) })
    expect(verifies(`${account.appid}\n${info.timeStamp}\n${info.nonceStr}\n${info.package}\n`, info.paySign)).toBe(true)
  })

  it('official account: the same with appId', async () => {
    const { pay } = await openShop()
    const info = (await pay.createPayment({ data: goodsOrder({ vk_platform: 'h5-weixin' }) })).orderInfo as Info
    expect(info.appId).toBe(account.appid)
    expect(verifies(`${account.appid}\n${info.timeStamp}\n${info.nonceStr}\n${info.package}\n`, info.paySign)).toBe(true)
  })

  it('app: lower-case names, its own four lines', async () => {
    const { pay } = await openShop()
    const info = (await pay.createPayment({ data: goodsOrder({ vk_platform: 'app-plus', openid: undefined }) })).orderInfo as Info
    expect(info).toMatchObject({ appid: account.appid, partnerid: account.mchid, prepayid: 'wxORDER_1001', package: 'Sign=WXPay' })
    expect(verifies(`${account.appid}\n${info.timestamp}\n${info.noncestr}\n${info.prepayid}\n`, info.sign)).toBe(true)
  })

  it('desktop browser: a code for two hours', async () => {
    const { pay } = await openShop()
    const answer = await pay.createPayment({ data: goodsOrder({ vk_platform: 'h5' }) })
    expect(answer).toMatchObject({ needQRcode: true, pay_type: 'wxpay_h5', orderInfo: { code_url: 'weixin://wxpay/bizpayurl?pr=ORDER_1001', expires_at: START + 7_200_000 } })
  })

  it('phone browser: an address for five minutes, with scene and the payer\'s own ip', async () => {
    const { pay, wechat } = await openShop()
    const answer = await pay.createPayment({ data: goodsOrder({ vk_platform: 'mweb' }), context: { CLIENTIP: '203.0.113.7' } })
    expect(answer.orderInfo).toEqual({ h5_url: 'https://wx.example.test/h5?prepay_id=ORDER_1001', expires_at: START + 300_000, out_trade_no: 'ORDER_1001', total_fee: 100 })
    expect(wechat.orders.get('ORDER_1001')?.body.scene_info).toEqual({ payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap', app_name: '商城' } })
  })

  it('a local address is never named where none is needed, an ipv4 in ipv6 is unwrapped', async () => {
    const { pay, wechat } = await openShop()
    await pay.createPayment({ data: goodsOrder(), context: { CLIENTIP: '127.0.0.1' } })
    expect(wechat.orders.get('ORDER_1001')?.body.scene_info).toBeUndefined()
    await pay.createPayment({ data: goodsOrder({ out_trade_no: 'ORDER_1002' }), context: { clientIp: '::ffff:203.0.113.8' } })
    expect(wechat.orders.get('ORDER_1002')?.body.scene_info).toEqual({ payer_client_ip: '203.0.113.8' })
  })

  it('sends the address of this space with the pay_type in its path, and what is in other', async () => {
    const { pay, wechat } = await openShop()
    await pay.createPayment({ data: goodsOrder({ other: { attach: '附加' }, time_expire: START + 600_000 }) })
    expect(wechat.orders.get('ORDER_1001')?.body).toEqual({
      attach: '附加',
      appid: account.appid,
      mchid: account.mchid,
      description: '测试商品',
      out_trade_no: 'ORDER_1001',
      time_expire: '2026-01-01T08:10:00+08:00',
      notify_url: 'https://shop.example.test/http/vk-pay/vk-pay-notify/wxpay_mp-weixin',
      amount: { total: 100, currency: 'CNY' },
      payer: { openid: 'oPayer0000000000000000000000' },
    })
  })
})

describe('the row', () => {
  it('is written before the channel is called', async () => {
    const shop = await openShop()
    let rowAtCall: Record<string, unknown> = {}
    shop.wechat.onCall = () => { rowAtCall = shop.order() }
    await shop.pay.createPayment({ data: goodsOrder() })
    expect(rowAtCall).toMatchObject({ out_trade_no: 'ORDER_1001', status: 0, attempts: [{ no: 1, state: 'creating' }] })
  })

  it('holds the documented columns and no internal name', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder(), context: { PLATFORM: 'mp-weixin', APPID: '__UNI__1' } })
    expect(shop.order()).toMatchObject({ provider: 'wxpay', pay_type: 'wxpay_mp-weixin', platform: 'mp-weixin', uni_platform: 'mp-weixin', type: 'goods', user_id: 'user_001', description: '测试商品', total_fee: 100, provider_appid: account.appid, appid: '__UNI__1', create_date: START, custom: { goods_id: 'g1' } })
    expect(Object.keys(shop.order()).filter(name => /[A-Z]/.test(name))).toEqual([])
    expect(shop.order().user_order_success).toBeUndefined()
  })
})

describe('sending createPayment again', () => {
  it('hands out the stored prepay with a fresh signature and makes no second order', async () => {
    const shop = await openShop()
    const first = (await shop.pay.createPayment({ data: goodsOrder() })).orderInfo as Info
    shop.clock.now += 60_000
    const second = (await shop.pay.createPayment({ data: goodsOrder() })).orderInfo as Info
    expect(second.package).toBe(first.package)
    expect(second.timeStamp).not.toBe(first.timeStamp)
    expect(shop.wechat.countCalls(/^POST/)).toBe(1)
  })

  it.each([
    ['another amount', { total_fee: 200 }],
    ['another subject', { subject: '别的商品' }],
    ['another platform', { vk_platform: 'h5' }],
    ['another payer', { openid: 'oOther000000000000000000000' }],
    ['other custom', { custom: { user_id: 'user_001', goods_id: 'g1', quantity: 5 } }],
  ])('%s closes the old order upstream and takes a new number', async (_, over) => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    const answer = await shop.pay.createPayment({ data: goodsOrder(over) })
    expect(answer).toMatchObject({ code: 0, out_trade_no: 'ORDER_1001' })
    const [first, second] = [...shop.wechat.orders.values()]
    expect([first?.state, second?.state]).toEqual(['CLOSED', 'NOTPAY'])
    expect(second?.out_trade_no).toMatch(/^ORDER_1001_[0-9a-z]{12}_2$/)
    expect(shop.order()).toMatchObject({ attempts: [{ state: 'closed' }, { state: 'open', out_trade_no: second?.out_trade_no }] })
  })

  it('an expired prepay too', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    shop.clock.now += 7_200_000
    expect((await shop.pay.createPayment({ data: goodsOrder() })).code).toBe(0)
    expect([...shop.wechat.orders.values()].map(order => order.state)).toEqual(['CLOSED', 'NOTPAY'])
  })

  it('a number of 32 characters stays within 32', async () => {
    const shop = await openShop()
    const number = 'N'.repeat(32)
    await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: number }) })
    expect((await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: number, total_fee: 300 }) })).code).toBe(0)
    expect([...shop.wechat.orders.keys()].map(key => key.length)).toEqual([32, 32])
  })

  it('an order that was paid is told so, also when only the channel knows it yet', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    shop.wechat.pay('ORDER_1001')
    const answer = await shop.pay.createPayment({ data: goodsOrder({ total_fee: 200 }) })
    expect(answer).toMatchObject({ code: 40006, out_trade_no: 'ORDER_1001', user_order_success: true, total_fee: 100 })
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
    expect((await shop.pay.createPayment({ data: goodsOrder() })).code).toBe(40006)
  })

  it('the order of another user is not taken over', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    expect(await shop.pay.createPayment({ data: goodsOrder({ custom: { user_id: 'user_002' } }) })).toMatchObject({ code: 40001, field: 'out_trade_no' })
  })
})

describe('one order upstream', () => {
  it.each([2, 8])('%i concurrent calls in one process', async (count) => {
    const shop = await openShop()
    const answers = await Promise.all(Array.from({ length: count }, () => shop.pay.createPayment({ data: goodsOrder() })))
    expect(answers.map(answer => answer.code)).toEqual(Array.from({ length: count }, () => 0))
    expect(shop.wechat.countCalls(/transactions\/jsapi/)).toBe(1)
  })

  it('concurrent calls in two processes, with a slow channel', async () => {
    const shop = await openShop()
    const other = shop.restart()
    shop.wechat.onCall = () => new Promise((resolve) => { setTimeout(resolve, 20) })
    const answers = await Promise.all([shop.pay, other, shop.pay].map(pay => pay.createPayment({ data: goodsOrder() })))
    // who waited longer than the clock of this test allows is told to come back
    expect(answers.filter(answer => answer.code === 0).length).toBeGreaterThan(0)
    expect(answers.every(answer => answer.code === 0 || answer.code === 40010)).toBe(true)
    expect(shop.wechat.orders.size).toBe(1)
    expect(shop.wechat.countCalls(/transactions\/jsapi/)).toBe(1)
  })

  it('concurrent calls that want different things leave one order that can be paid', async () => {
    const shop = await openShop()
    await Promise.all([100, 200, 300].map(total_fee => shop.pay.createPayment({ data: goodsOrder({ total_fee }) })))
    expect([...shop.wechat.orders.values()].filter(order => order.state === 'NOTPAY')).toHaveLength(1)
  })

  it('a holder that lost its lease hands nothing out', async () => {
    const shop = await openShop()
    const other = shop.restart()
    let late: Promise<unknown> | undefined
    shop.wechat.onCall = async () => {
      if (late)
        return
      shop.clock.now += 30_000
      late = other.createPayment({ data: goodsOrder({ total_fee: 200 }) })
      await late
    }
    const slow = await shop.pay.createPayment({ data: goodsOrder() })
    expect(slow.code).toBe(40010)
    expect(await late).toMatchObject({ code: 0, total_fee: 200 })
    expect(shop.order()).toMatchObject({ total_fee: 200 })
  })
})

describe('when the channel fails', () => {
  it('no answer: 40004, the attempt stays and the same call asks for the same order again', async () => {
    const shop = await openShop()
    shop.wechat.loseAnswers = true
    expect(await shop.pay.createPayment({ data: goodsOrder() })).toMatchObject({ code: 40004 })
    expect(shop.order()).toMatchObject({ status: 0, lease_until: 0, attempts: [{ state: 'creating' }] })
    shop.wechat.loseAnswers = false
    expect((await shop.pay.createPayment({ data: goodsOrder(), context: { CLIENTIP: '203.0.113.9' } })).code).toBe(0)
    expect(shop.wechat.orders.size).toBe(1)
  })

  it('refused for certain: 40001 with the channel\'s words, the number is free again', async () => {
    const shop = await openShop()
    shop.wechat.onCall = () => ({ status: 400, json: { code: 'PARAM_ERROR', message: 'openid 无效 oPayer0000000000000000000000' } })
    const answer = await shop.pay.createPayment({ data: goodsOrder() })
    expect(answer).toMatchObject({ code: 40001, channel_code: 'PARAM_ERROR' })
    expect(answer.msg).toContain('参数错误')
    expect(answer.msg).not.toContain('oPayer')
    expect(shop.order().attempts).toEqual([])
    shop.wechat.onCall = undefined
    await shop.pay.createPayment({ data: goodsOrder() })
    expect([...shop.wechat.orders.keys()]).toEqual(['ORDER_1001'])
  })

  it('the number means something else upstream: another number is taken', async () => {
    const shop = await openShop()
    shop.wechat.orders.set('ORDER_1001', { out_trade_no: 'ORDER_1001', api: 'jsapi', body: {}, total: 1, state: 'NOTPAY', creates: 1, transaction_id: '1' })
    expect((await shop.pay.createPayment({ data: goodsOrder() })).code).toBe(0)
    expect([...shop.wechat.orders.keys()][1]).toMatch(/_2$/)
  })

  it('the number was paid for something else upstream: another number is taken, nothing is settled', async () => {
    const shop = await openShop()
    shop.wechat.orders.set('ORDER_1001', { out_trade_no: 'ORDER_1001', api: 'jsapi', body: {}, total: 1, state: 'SUCCESS', creates: 1, transaction_id: '1' })
    expect((await shop.pay.createPayment({ data: goodsOrder() })).code).toBe(0)
    expect(shop.order().status).toBe(0)
  })

  it('an answer that is not signed is not believed', async () => {
    const shop = await openShop()
    shop.wechat.signAnswers = false
    expect(await shop.pay.createPayment({ data: goodsOrder() })).toMatchObject({ code: 40002 })
  })

  it('an unsigned "no such order" proves nothing: the old order stays the only one', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    shop.wechat.signAnswers = false
    shop.wechat.onCall = () => ({ status: 404, json: { code: 'ORDER_NOT_EXIST', message: '订单不存在' } })
    expect((await shop.pay.createPayment({ data: goodsOrder({ total_fee: 200 }) })).code).not.toBe(0)
    expect(shop.order()).toMatchObject({ total_fee: 100, attempts: [{ no: 1, state: 'open' }] })
    expect(shop.wechat.orders.size).toBe(1)
  })

  it('busy: 40010', async () => {
    const shop = await openShop()
    shop.wechat.onCall = () => ({ status: 500, json: { code: 'SYSTEM_ERROR', message: '系统异常' } })
    expect(await shop.pay.createPayment({ data: goodsOrder() })).toMatchObject({ code: 40010 })
  })

  it('somebody crashed with the lease: others are told to wait, and go on when it has run out', async () => {
    const shop = await openShop({ memory: memoryStore(), sleep: async () => { shop.clock.now += 1000 } })
    shop.wechat.loseAnswers = true
    await shop.pay.createPayment({ data: goodsOrder() })
    shop.wechat.loseAnswers = false
    await shop.memory.update('vk-pay-orders', {}, { lease_id: 'dead', lease_until: shop.clock.now + 20_000 })
    expect(await shop.pay.createPayment({ data: goodsOrder() })).toMatchObject({ code: 40010 })
    shop.clock.now += 20_000
    expect((await shop.pay.createPayment({ data: goodsOrder() })).code).toBe(0)
  })
})
