import { describe, expect, it } from 'vitest'
import type { HandlerModule } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/handlers'
import { memoryStore } from '../support/memory-store'
import { counting, goodsOrder, openShop, paidOrder } from '../support/shop'
import { account, notification, stranger, transactionOf } from '../support/wechat'

const FAIL = { code: 'FAIL' }
const transactionalAndNot = [['in a transaction', true], ['with a lease', false]] as const

describe.each(transactionalAndNot)('a notification, %s', (_, transactional) => {
  const open = (options = {}) => openShop({ memory: memoryStore({ transactional }), ...options })

  it('marks paid, runs the handler once, answers success', async () => {
    const shop = await open()
    await paidOrder(shop)
    const answer = await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    expect(answer.status).toBe(200)
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: true, transaction_id: '4200000000000001', total_fee: 100, openid: 'oPayer0000000000000000000000', pay_date: shop.clock.now, wxpay_info: { trade_type: 'JSAPI' } })
    expect(shop.memory.all('callback_logs')).toMatchObject([{ callback_id: 'paid:ORDER_1001', state: 'done', result: { code: 0, msg: '商品订单处理成功' } }])
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
  })

  it('fifty times at once: one effect', async () => {
    const shop = await open()
    await paidOrder(shop)
    const request = shop.wechat.notificationFor('ORDER_1001')
    const answers = await Promise.all(Array.from({ length: 50 }, () => shop.pay.paymentNotify(request)))
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
    expect(answers.every(answer => answer.status === 200 || answer.status === 503)).toBe(true)
    expect(answers.filter(answer => answer.status === 200).length).toBe(transactional ? 50 : answers.filter(answer => answer.status === 200).length)
    expect((await shop.pay.paymentNotify(request)).status).toBe(200)
  })

  it.each<[string, HandlerModule]>([
    ['throws', () => { throw new Error('no stock\n  at secret 0123456789abcdef0123456789abcdef') }],
    ['answers a code', { main: () => ({ code: 1, msg: 'no stock' }) }],
    ['answers false', () => false],
    ['answers nothing', async () => undefined],
    ['answers what only looks true', () => 'no stock'],
  ])('a handler that %s: FAIL, the reason on the order, run again the next time', async (_how, broken) => {
    let works = false
    const handler: HandlerModule = async (event, util) => {
      const answer = await (counting as { main: (event: unknown) => unknown }).main(event)
      return works ? answer : (typeof broken === 'function' ? broken(event, util) : (broken as typeof counting & { main: (event: unknown) => unknown }).main(event))
    }
    const shop = await open({ handlers: { goods: handler } })
    await paidOrder(shop)
    const refused = await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    expect(refused.status).toBe(500)
    expect(JSON.parse(refused.body)).toMatchObject(FAIL)
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: false })
    expect(shop.order().handler_error).toMatch(/^goods: .{1,200}$/)
    expect(shop.order().handler_error).not.toContain('0123456789abcdef0123456789abcdef')
    if (transactional)
      expect(shop.effects()).toEqual({ runs: 0, stock: 100 })
    works = true
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(200)
    expect(shop.order()).toMatchObject({ user_order_success: true })
    expect(shop.order().handler_error).toBeUndefined()
    if (transactional)
      expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
  })

  it('hands order and custom to the handler, the order\'s own facts first', async () => {
    let seen: Record<string, unknown> = {}
    const shop = await open({ handlers: { goods: { main: (event: { data: Record<string, unknown>, callback_id: string, userInfo: object }) => {
      seen = { ...event.data, callback_id: event.callback_id, userInfo: event.userInfo }
      return { code: 0, msg: 'ok' }
    } } } })
    await paidOrder(shop)
    await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    expect(seen).toMatchObject({ out_trade_no: 'ORDER_1001', total_fee: 100, status: 1, type: 'goods', user_id: 'user_001', goods_id: 'g1', quantity: 1, subject: '测试商品', transaction_id: '4200000000000001', callback_id: 'paid:ORDER_1001', userInfo: { _id: 'user_001' } })
    for (const internal of ['attempts', 'attempt_key', 'lease_id', 'lease_until'])
      expect(seen).not.toHaveProperty(internal)
  })

  it('an order closed here and paid all the same is paid', async () => {
    const shop = await open()
    await paidOrder(shop)
    await shop.memory.update('vk-pay-orders', {}, { status: -1 })
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))).status).toBe(200)
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
  })
})

describe('what does not fit', () => {
  const cases: [string, (transaction: Record<string, unknown>) => void, number][] = [
    ['amount', (t) => { t.amount = { total: 1, currency: 'CNY' } }, 400],
    ['currency', (t) => { t.amount = { total: 100, currency: 'USD' } }, 400],
    ['appid', (t) => { t.appid = 'wx_another' }, 400],
    ['mchid', (t) => { t.mchid = '1900000002' }, 400],
    ['unknown order', (t) => { t.out_trade_no = 'ORDER_9999' }, 404],
    ['state that is not SUCCESS', (t) => { t.trade_state = 'NOTPAY' }, 400],
    ['missing transaction id', (t) => { delete t.transaction_id }, 400],
  ]
  it.each(cases)('%s: no handler, nothing marked paid', async (_, change, status) => {
    const shop = await openShop()
    await paidOrder(shop)
    const transaction = transactionOf(shop.wechat.orders.get('ORDER_1001')!, shop.clock.now)
    change(transaction)
    const answer = await shop.pay.paymentNotify(notification(transaction, { nowMs: shop.clock.now }))
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toMatchObject(FAIL)
    expect(shop.order()).toMatchObject({ status: 0 })
    expect(shop.effects()).toEqual({ runs: 0, stock: 100 })
    expect(shop.logs.some(line => line.level === 'warn')).toBe(true)
  })

  it.each(['/vk-pay-notify/', '/vk-pay-notify/wxpay', '/vk-pay-notify/wxpay_nowhere', '/vk-pay-notify/toString_x', '/vk-pay-notify/wxpay_mp-weixin/nobody', '/vk-pay-notify/wxpay_mp-weixin/../x'])('an address that is not ours: %s', async (path) => {
    const shop = await openShop()
    await paidOrder(shop)
    const answer = await shop.pay.paymentNotify({ ...shop.wechat.notificationFor('ORDER_1001'), path })
    expect(answer.status).toBe(404)
    expect(JSON.parse(answer.body)).toMatchObject(FAIL)
  })

  it('logs and stored errors hold no key, no openid and no body', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    const good = shop.wechat.notificationFor('ORDER_1001')
    await shop.pay.paymentNotify(notification(transactionOf(shop.wechat.orders.get('ORDER_1001')!, shop.clock.now), { nowMs: shop.clock.now, key: stranger.privateKey }))
    await shop.pay.paymentNotify({ ...good, headers: { ...good.headers, 'wechatpay-serial': 'PUB_KEY_ID_unknown' } })
    await shop.pay.paymentNotify(good)
    const text = JSON.stringify([shop.logs, shop.order().handler_error])
    for (const secret of [account.v3Key, 'oPayer', 'ciphertext', 'BEGIN', good.headers['wechatpay-signature']!])
      expect(text).not.toContain(secret)
  })
})

describe('more than one attempt', () => {
  it('the notification of a later attempt settles the business order, with that attempt\'s terms', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    await shop.pay.createPayment({ data: goodsOrder({ total_fee: 250, subject: '新价商品', custom: { user_id: 'user_001', goods_id: 'g1', quantity: 2 } }) })
    const [, second] = [...shop.wechat.orders.keys()]
    shop.wechat.pay(second!)
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor(second!))).status).toBe(200)
    expect(shop.order()).toMatchObject({ out_trade_no: 'ORDER_1001', status: 1, total_fee: 250, description: '新价商品', custom: { quantity: 2 } })
  })

  it('an earlier, cheaper attempt that was paid brings its own price and custom with it', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder({ total_fee: 1 }) })
    await shop.pay.createPayment({ data: goodsOrder({ total_fee: 9900, custom: { user_id: 'user_001', goods_id: 'g1', quantity: 99 } }) })
    const first = shop.wechat.orders.get('ORDER_1001')!
    first.state = 'SUCCESS'
    await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    expect(shop.order()).toMatchObject({ status: 1, total_fee: 1, custom: { quantity: 1 } })
  })

  it('a second payment of one order runs nothing and is kept for a refund, once', async () => {
    const shop = await openShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    await shop.pay.createPayment({ data: goodsOrder({ total_fee: 250 }) })
    for (const order of shop.wechat.orders.values())
      order.state = 'SUCCESS'
    for (const number of [...shop.wechat.orders.keys(), ...shop.wechat.orders.keys()])
      expect((await shop.pay.paymentNotify(shop.wechat.notificationFor(number))).status).toBe(200)
    expect(shop.effects().runs).toBe(1)
    expect(shop.memory.all('callback_logs').map(log => log.callback_id)).toEqual(['paid:ORDER_1001', 'surplus:4200000000000002'])
    expect(shop.logs.some(line => line.level === 'error' && line.event.includes('paid twice'))).toBe(true)
  })
})
