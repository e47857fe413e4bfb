import { describe, expect, it } from 'vitest'
import { configOf, goodsOrder, openShop, paidOrder } from '../support/shop'
import { account } from '../support/wechat'

const query = { out_trade_no: 'ORDER_1001' }

describe('queryPayment', () => {
  it('unknown order: 40005; no number: 40001', async () => {
    const { pay } = await openShop()
    expect(await pay.queryPayment({ out_trade_no: 'ORDER_9999' })).toMatchObject({ code: 40005 })
    expect(await pay.queryPayment({})).toMatchObject({ code: 40001, field: 'out_trade_no' })
  })

  it('unpaid is an answer, not an error', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    const answer = await shop.pay.queryPayment(query)
    expect(answer).toEqual({ code: 0, msg: '订单未支付', out_trade_no: 'ORDER_1001', orderPaid: false, user_order_success: undefined, transaction_id: undefined, status: 0, data: { trade_state: 'NOTPAY', total_fee: 100, time_end: undefined, subject: '测试商品' } })
  })

  it('asks the channel, settles, and runs the handler', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    const answer = await shop.pay.queryPayment(query)
    expect(answer).toMatchObject({ code: 0, orderPaid: true, user_order_success: true, status: 1, transaction_id: '4200000000000001', data: { trade_state: 'SUCCESS', total_fee: 100, time_end: new Date(shop.clock.now).toISOString() } })
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(200)
    expect(shop.effects().runs).toBe(1)
    expect(await shop.pay.queryPayment({ transaction_id: '4200000000000001' })).toMatchObject({ out_trade_no: 'ORDER_1001' })
  })

  it('asks the channel at most once a second, however many ask', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    await Promise.all(Array.from({ length: 20 }, () => shop.pay.queryPayment(query)))
    expect(shop.wechat.countCalls(/^GET/)).toBe(1)
    shop.clock.now += 1_000
    await shop.pay.queryPayment(query)
    expect(shop.wechat.countCalls(/^GET/)).toBe(2)
  })

  it('asks the channel once a second at most over a whole minute, with clients that wait and clients that hammer', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    const started = shop.clock.now
    while (shop.clock.now - started < 60_000) {
      const waiting = Array.from({ length: 3 }, () => shop.pay.queryPayment({ ...query, await_notify: true, await_max_time: 2 }))
      await Promise.all([...waiting, ...Array.from({ length: 20 }, () => shop.pay.queryPayment(query))])
      shop.clock.now += 50
    }
    const seconds = (shop.clock.now - started) / 1000
    expect(shop.wechat.countCalls(/^GET/)).toBeGreaterThan(5)
    expect(shop.wechat.countCalls(/^GET/)).toBeLessThanOrEqual(Math.floor(seconds) + 1)
  })

  it('a channel that does not answer is UNKNOWN, never unpaid', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    shop.wechat.loseAnswers = true
    expect(await shop.pay.queryPayment(query)).toMatchObject({ code: 0, orderPaid: false, data: { trade_state: 'UNKNOWN' } })
    shop.wechat.loseAnswers = false
    shop.clock.now += 1_000
    expect(await shop.pay.queryPayment(query)).toMatchObject({ data: { trade_state: 'SUCCESS' } })
  })

  it('an amount that does not fit is UNKNOWN, and settles nothing', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    shop.wechat.orders.get('ORDER_1001')!.total = 1
    expect(await shop.pay.queryPayment(query)).toMatchObject({ orderPaid: false, data: { trade_state: 'UNKNOWN' } })
    expect(shop.effects().runs).toBe(0)
  })

  it('closed by the channel: told, and the prepay is not handed out again', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    shop.wechat.orders.get('ORDER_1001')!.state = 'CLOSED'
    expect(await shop.pay.queryPayment(query)).toMatchObject({ status: 0, data: { trade_state: 'CLOSED' } })
    expect((await shop.pay.createPayment({ data: goodsOrder() })).code).toBe(0)
    expect([...shop.wechat.orders.values()].map(order => order.state)).toEqual(['CLOSED', 'NOTPAY'])
  })

  it('await_notify waits for the notification, and for the handler', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    const started = shop.clock.now
    const waiting = shop.pay.queryPayment({ ...query, await_notify: true, await_max_time: 10 })
    await new Promise(resolve => setImmediate(resolve))
    shop.wechat.pay('ORDER_1001')
    expect(await waiting).toMatchObject({ orderPaid: true, user_order_success: true })
    expect(shop.clock.now - started).toBeLessThan(10_000)
  })

  it('await_notify ends when the time is up', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    const started = shop.clock.now
    expect(await shop.pay.queryPayment({ ...query, await_notify: true, await_max_time: 3 })).toMatchObject({ orderPaid: false })
    expect(shop.clock.now - started).toBe(3_000)
    expect(await shop.pay.queryPayment({ ...query, await_notify: true, await_max_time: 41 })).toMatchObject({ code: 40001, field: 'await_max_time' })
  })

  it('a failed handler is paid and false, and tried again after a while', async () => {
    let works = false
    const shop = await openShop({ handlers: { goods: async () => works } })
    await paidOrder(shop)
    expect(await shop.pay.queryPayment(query)).toMatchObject({ orderPaid: true, user_order_success: false, data: { trade_state: 'SUCCESS' } })
    works = true
    shop.clock.now += 5_000
    expect(await shop.pay.queryPayment(query)).toMatchObject({ user_order_success: false })
    shop.clock.now += 15_000
    expect(await shop.pay.queryPayment(query)).toMatchObject({ user_order_success: true })
  })

  it('pay_order_info holds neither secrets nor what identifies the payer', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    const { payOrder } = await shop.pay.queryPayment({ ...query, pay_order_info: true })
    expect(payOrder).toMatchObject({ out_trade_no: 'ORDER_1001', status: 1, total_fee: 100 })
    for (const hidden of ['openid', 'attempts', 'attempt_key', 'lease_id', 'client_ip', 'custom'])
      expect(payOrder).not.toHaveProperty(hidden)
  })

  it('where users are known, an order is its owner\'s', async () => {
    const shop = await openShop({ userOf: async token => token })
    const call = (action: string, token: string, data: Record<string, unknown>) => shop.pay.call({ action, data, token })
    expect(await call('pay/createPayment', 'alice', goodsOrder({ user_id: 'mallory' }))).toMatchObject({ code: 0 })
    expect(shop.order().user_id).toBe('alice')
    expect(await call('pay/queryPayment', 'mallory', query)).toMatchObject({ code: 40005 })
    expect(await call('pay/closePayment', 'mallory', query)).toMatchObject({ code: 40005 })
    expect(await call('pay/queryPayment', 'alice', { ...query, pay_order_info: true })).toMatchObject({ code: 0, payOrder: { custom: { goods_id: 'g1' } } })
  })
})

describe('closePayment', () => {
  it('closes upstream and here, and says the same when asked again', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    expect(await shop.pay.closePayment(query)).toMatchObject({ code: 0, data: { trade_state: 'CLOSED' } })
    expect(shop.wechat.orders.get('ORDER_1001')?.state).toBe('CLOSED')
    expect(shop.order()).toMatchObject({ status: -1, cancel_date: shop.clock.now, lease_until: 0 })
    expect(await shop.pay.closePayment(query)).toMatchObject({ code: 0 })
    expect(await shop.pay.queryPayment(query)).toMatchObject({ status: -1, data: { trade_state: 'CLOSED' } })
    expect(await shop.pay.createPayment({ data: goodsOrder() })).toMatchObject({ code: 40001, field: 'out_trade_no' })
  })

  it('paid meanwhile: 40006, and the order is settled', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    expect(await shop.pay.closePayment(query)).toMatchObject({ code: 40006, user_order_success: true })
    expect(shop.effects().runs).toBe(1)
    expect(await shop.pay.closePayment(query)).toMatchObject({ code: 40006 })
  })

  it('a channel that does not answer: 40004 and nothing is closed', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    shop.wechat.onCall = () => { throw new Error('broken line') }
    expect(await shop.pay.closePayment(query)).toMatchObject({ code: 40004 })
    expect(shop.order()).toMatchObject({ status: 0, lease_until: 0 })
  })

  it('unknown order: 40005', async () => {
    const { pay } = await openShop()
    expect(await pay.closePayment(query)).toMatchObject({ code: 40005 })
  })
})

describe('code2SessionWeixin', () => {
  it('answers the openid and nothing else', async () => {
    const { pay } = await openShop()
    expect(await pay.code2SessionWeixin({ code: '0a1B2c' })).toEqual({ code: 0, msg: 'ok', openid: 'oLogin0000000000000000000000' })
  })

  it('a used code: 40001', async () => {
    const { pay, logs } = await openShop()
    expect(await pay.code2SessionWeixin({ code: 'bad' })).toMatchObject({ code: 40001, field: 'code' })
    expect(await pay.code2SessionWeixin({})).toMatchObject({ code: 40001, field: 'code' })
    expect(JSON.stringify(logs)).not.toContain('app-secret')
  })
})

describe('code2SessionWeixinH5', () => {
  const way = { redirect_uri: 'https://shop.example.test/?a=1&b=二#/pages/goods/goods?id=1', state: 'a1B2c3' }

  it('without a code: where the browser is to go, in the order WeChat wants', async () => {
    const { pay } = await openShop()
    expect(await pay.code2SessionWeixinH5(way)).toEqual({
      code: 0,
      msg: 'ok',
      authorize_url: `https://pay.example.test/connect/oauth2/authorize?appid=${account.appid}&redirect_uri=${encodeURIComponent(way.redirect_uri)}&response_type=code&scope=snsapi_base&state=a1B2c3#wechat_redirect`,
    })
  })

  it('goes to WeChat itself where the config names no gateway', async () => {
    const { pay, wechat } = await openShop({ config: configOf({ gateway: undefined }) })
    expect(await pay.code2SessionWeixinH5(way)).toMatchObject({ authorize_url: expect.stringMatching(/^https:\/\/open\.weixin\.qq\.com\/connect\/oauth2\/authorize\?appid=/) })
    await pay.code2SessionWeixinH5({ code: '0a1B2c' })
    expect(wechat.calls.at(-1)?.url).toMatch(/^https:\/\/api\.weixin\.qq\.com\/sns\/oauth2\/access_token\?appid=\w+&secret=app-secret&code=0a1B2c&grant_type=authorization_code$/)
  })

  it('with a code: the openid and nothing else', async () => {
    const { pay } = await openShop()
    expect(await pay.call({ action: 'pay/code2SessionWeixinH5', data: { code: '0a1B2c' } })).toEqual({ code: 0, msg: 'ok', openid: 'oPage00000000000000000000000' })
  })

  it.each([
    ['a used code', { code: 'used' }, 'code'],
    ['an empty code', { code: '' }, 'code'],
    ['script for an address', { ...way, redirect_uri: 'javascript:alert(1)' }, 'redirect_uri'],
    ['no address', { state: 'a' }, 'redirect_uri'],
    ['a state WeChat would cut', { ...way, state: 'a-b' }, 'state'],
    ['no state', { redirect_uri: way.redirect_uri }, 'state'],
    ['an unknown merchant', { ...way, pid: 'nobody' }, 'pid'],
  ])('%s: 40001 and the field', async (_, data, field) => {
    const { pay, logs } = await openShop()
    expect(await pay.code2SessionWeixinH5(data)).toMatchObject({ code: 40001, field })
    expect(JSON.stringify(logs)).not.toMatch(/app-secret|never shown/)
  })
})
