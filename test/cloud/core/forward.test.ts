import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import type { ForwardTarget } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/forward'
import type { HttpPort } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import { forward } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/forward'
import { createReceiver, rememberNonces } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/receiver'
import { signCallback } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/signature'
import type { MemoryStore } from '../support/memory-store'
import { memoryStore } from '../support/memory-store'
import { configOf, goodsOrder, openShop, paidOrder, START } from '../support/shop'
import { Wechat } from '../support/wechat'

const notifyKey = 'k'.repeat(64)
const refused = { code: 400, msg: '签名验证失败' }

interface Elsewhere { received: Record<string, unknown>[], events: unknown[], answer: () => unknown, status: number }

/** A shop whose goods are handled elsewhere: by the receiver, which sees what was really sent. */
async function open(target: ForwardTarget, { allowMd5, key = notifyKey, config = {} }: { allowMd5?: boolean, key?: string, config?: object } = {}) {
  const elsewhere: Elsewhere = { received: [], events: [], answer: () => ({ code: 0, msg: '已发货' }), status: 200 }
  const nonces = memoryStore()
  const receive = createReceiver({
    notifyKey: key,
    remember: rememberNonces(nonces),
    allowMd5,
    now: () => START,
    main(data) {
      elsewhere.received.push(data)
      return elsewhere.answer()
    },
  })
  const wechat = new Wechat({ now: () => START })
  const http: HttpPort = async (request) => {
    if (!request.url.startsWith('https://other.example.test/'))
      return wechat.http(request)
    elsewhere.events.push({ httpMethod: request.method, body: request.body, headers: request.headers })
    const answer = await receive({ httpMethod: 'POST', body: request.body, isBase64Encoded: false })
    return { status: elsewhere.status, headers: {}, body: Buffer.from(JSON.stringify(answer)) }
  }
  const shop = await openShop({
    config: { ...configOf(), notifyKey, ...config },
    handlers: { goods: forward(target) },
    http,
    async callFunction(name, data) {
      elsewhere.events.push({ name, ...data })
      return receive(data)
    },
  })
  shop.wechat = wechat
  return { shop, elsewhere, receive, nonces, notify: () => shop.pay.paymentNotify(wechat.notificationFor('ORDER_1001')) }
}

describe('an order type that is handled elsewhere', () => {
  it.each<[string, ForwardTarget]>([
    ['behind an address', { url: 'https://other.example.test/orders' }],
    ['by a cloud function', { name: 'order-center' }],
  ])('%s: gets the order, signed, and its answer is the answer', async (_where, target) => {
    const { shop, elsewhere, notify } = await open(target)
    await paidOrder(shop)
    expect((await notify()).status).toBe(200)
    expect(elsewhere.received).toMatchObject([{ callback_id: 'paid:ORDER_1001', out_trade_no: 'ORDER_1001', total_fee: 100, goods_id: 'g1', quantity: 1, user_id: 'user_001', type: 'goods' }])
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
    expect(shop.memory.all('callback_logs')).toMatchObject([{ state: 'done', result: { code: 0, msg: '已发货' } }])
    expect(JSON.stringify(shop.logs)).not.toContain(notifyKey)
  })

  it('is asked once, however often the channel calls', async () => {
    const { shop, elsewhere, notify } = await open({ name: 'order-center' })
    await paidOrder(shop)
    await Promise.all([notify(), notify(), notify()])
    await notify()
    expect(elsewhere.received).toHaveLength(1)
  })

  it('that says no is asked again, with a new nonce; the channel is told to come back', async () => {
    const { shop, elsewhere, notify } = await open({ url: 'https://other.example.test/orders' })
    await paidOrder(shop)
    elsewhere.answer = () => ({ code: 1, msg: '库存不足' })
    expect((await notify()).status).toBe(500)
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: false, handler_error: 'goods: code 1 库存不足' })
    elsewhere.answer = () => ({ code: 0, msg: 'ok' })
    expect((await notify()).status).toBe(200)
    expect(elsewhere.received).toHaveLength(2)
  })

  it.each<[string, (elsewhere: Elsewhere) => void]>([
    ['an error of HTTP', (elsewhere) => { elsewhere.status = 502 }],
    ['no answer', (elsewhere) => { elsewhere.answer = () => { throw new Error('down') } }],
  ])('%s is a failure, tried again later', async (_what, breakIt) => {
    const { shop, elsewhere, notify } = await open({ url: 'https://other.example.test/orders' })
    await paidOrder(shop)
    breakIt(elsewhere)
    expect((await notify()).status).toBe(500)
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: false })
  })

  it('no notifyKey: says so on the order, and nothing is sent', async () => {
    const { shop, elsewhere, notify } = await open({ name: 'order-center' }, { config: { notifyKey: undefined } })
    await paidOrder(shop)
    expect((await notify()).status).toBe(500)
    expect(shop.order().handler_error).toContain('notifyKey')
    expect(elsewhere.events).toEqual([])
  })

  it('another key on the other side: refused there, so not done', async () => {
    const { shop, elsewhere, notify } = await open({ name: 'order-center' }, { key: 'x'.repeat(64) })
    await paidOrder(shop)
    expect((await notify()).status).toBe(500)
    expect(elsewhere.received).toEqual([])
    expect(shop.order().handler_error).toContain('400')
  })

  it('the older form only where the receiver has switched it on', async () => {
    const old = await open({ name: 'order-center', signType: 'MD5' }, { allowMd5: true })
    await paidOrder(old.shop)
    expect((await old.notify()).status).toBe(200)
    expect(Object.keys(old.elsewhere.events[0] as object).sort()).toEqual(['data', 'name', 'signature'])
    const strict = await open({ name: 'order-center', signType: 'MD5' })
    await paidOrder(strict.shop)
    expect((await strict.notify()).status).toBe(500)
  })

  it('reconciliation runs what is owed', async () => {
    const { shop, elsewhere, notify } = await open({ name: 'order-center' })
    await paidOrder(shop)
    elsewhere.answer = () => ({ code: 1, msg: 'later' })
    await notify()
    elsewhere.answer = () => ({ code: 0, msg: 'ok' })
    expect(await shop.pay.reconcile({ now: START + 3_600_000 })).toMatchObject({ handled: 1 })
  })

  it.each<[string, ForwardTarget, string]>([
    ['nowhere', {}, 'forward'],
    ['two places', { url: 'https://other.example.test/', name: 'order-center' }, 'forward'],
    ['a plain address', { url: 'http://other.example.test/' }, 'forward.url'],
    ['a wait without end', { name: 'order-center', timeoutMs: 60_000 }, 'forward.timeoutMs'],
  ])('%s is refused when the file is read', (_what, target, field) => {
    expect(() => forward(target)).toThrow(expect.objectContaining({ code: 40001, field }) as Error)
  })
})

describe('a receiver', () => {
  const data = { callback_id: 'paid:ORDER_1001', total_fee: 100 }
  function receiver(store: MemoryStore = memoryStore()) {
    const seen: unknown[] = []
    return { seen, receive: createReceiver({ notifyKey, remember: rememberNonces(store), now: () => START, main: (got) => {
      seen.push(got)
      return { code: 0, msg: 'ok' }
    } }) }
  }
  const signed = () => signCallback(data, notifyKey, { timestamp: START, nonce: 'n1' })

  it('believes what is signed, once', async () => {
    const { receive, seen } = receiver()
    expect(await receive(signed())).toEqual({ code: 0, msg: 'ok' })
    expect(await receive(signed())).toEqual(refused)
    expect(seen).toEqual([data])
  })

  it('of many at once, one', async () => {
    const { receive, seen } = receiver()
    const answers = await Promise.all(Array.from({ length: 10 }, () => receive(signed())))
    expect(answers.filter(answer => (answer as { code: number }).code === 0)).toHaveLength(1)
    expect(seen).toHaveLength(1)
  })

  it('reads a body, also in base64', async () => {
    const { receive } = receiver()
    expect(await receive({ httpMethod: 'POST', body: Buffer.from(JSON.stringify(signed())).toString('base64'), isBase64Encoded: true })).toEqual({ code: 0, msg: 'ok' })
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'text'],
    ['no JSON', { httpMethod: 'POST', body: '<xml/>' }],
    ['JSON null', { httpMethod: 'POST', body: 'null' }],
    ['unsigned data', { data }],
    ['a changed amount', { ...signed(), data: { ...data, total_fee: 1 } }],
    ['a nonce of its own', { ...signed(), nonce: 'n2' }],
    ['an old envelope', signCallback(data, notifyKey, { timestamp: START - 300_001, nonce: 'n1' })],
    ['one of tomorrow', signCallback(data, notifyKey, { timestamp: START + 300_001, nonce: 'n1' })],
    ['a signature without clock', { data, signature: signed().signature }],
  ])('refuses %s, and keeps no nonce of it', async (_what, event) => {
    const store = memoryStore()
    const { receive, seen } = receiver(store)
    expect(await receive(event)).toEqual(refused)
    expect(seen).toEqual([])
    expect(store.all('vk-pay-limits')).toEqual([])
  })
})

it('an order that was made before still says what it says', async () => {
  const { shop } = await open({ name: 'order-center' })
  expect(await shop.pay.createPayment({ data: goodsOrder() })).toMatchObject({ code: 0 })
})
