import { cpSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type * as Kit from '../../testing/node/node'
import type * as Host from 'vk-uni-pay/node'
import { inRoot } from '../../scripts/lib/root.mjs'
import { packed, unpack } from './support/fresh-app.mjs'

const folder = inRoot('.tmp/fresh/testing-kit-node')
const handlers = `${folder}/pay-notify`
const GOODS = { _id: 'goods_001', name: 'Oolong tea', price: 3990, stock: 100 }
const order = { type: 'goods', custom: { user_id: 'user_001', goods_id: 'goods_001', quantity: 2 } }

let kit: typeof Kit
let host: typeof Host
let shop: Kit.TestShop | undefined
beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  const installed = `${folder}/node_modules/vk-uni-pay`
  unpack(packed(), installed)
  cpSync(`${installed}/uniCloud/cloudfunctions/vk-pay/service/pay-notify`, handlers, { recursive: true })
  // CommonJS, as cloud functions are
  writeFileSync(`${folder}/package.json`, '{}')
  kit = await import(`${installed}/testing/node.js`) as typeof Kit
  host = await import(`${installed}/node/index.js`) as typeof Host
})
afterEach(async () => {
  await shop?.close()
  await shop?.close()
  shop = undefined
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('handlers as they are shipped', () => {
  const ways: readonly [Kit.NotifyWay, Kit.TestProvider, 2 | 3, (readonly [string, boolean])[]][] = [
    ['once', 'wxpay', 3, [['notify', true]]],
    ['twice', 'wxpay', 3, [['notify', true], ['repeat', true]]],
    ['tampered', 'wxpay', 3, [['tampered', false], ['repeat', true]]],
    ['stale', 'wxpay', 3, [['repeat', false], ['repeat', true]]],
    ['once', 'wxpay', 2, [['notify', true]]],
    ['tampered', 'wxpay', 2, [['tampered', false], ['repeat', true]]],
    ['once', 'alipay', 3, [['notify', true]]],
    ['tampered', 'alipay', 3, [['tampered', false], ['repeat', true]]],
  ]
  it.each(ways)('notified %s by %s v%s: the effect is there once', async (notify, provider, version, deliveries) => {
    shop = await kit.testHandlers(handlers, { goods: [GOODS] }, { version })
    const paid = await shop.pay({ ...order, provider }, { notify })
    expect(paid).toMatchObject({ paid: true, handled: true })
    expect(paid.deliveries.map(({ kind, accepted }) => [kind, accepted])).toEqual(deliveries)
    expect(await shop.rows('goods')).toMatchObject([{ stock: 98 }])
    expect(await shop.rows('goods_orders')).toHaveLength(1)
  })

  it('notified five times at once: the effect is there once', async () => {
    shop = await kit.testHandlers(handlers, { goods: [GOODS] })
    const { handled, deliveries, out_trade_no } = await shop.pay(order, { notify: 'concurrently' })
    expect([handled, deliveries.length]).toEqual([true, 5])
    expect((await shop.notify(out_trade_no)).deliveries.at(-1)).toMatchObject({ accepted: true })
    expect(await shop.rows('goods')).toMatchObject([{ stock: 98 }])
  })

  it.each(['tampered', 'stale'] as const)('%s alone changes nothing, and the log says why', async (notify) => {
    shop = await kit.testHandlers(handlers, { goods: [GOODS] })
    expect(await shop.pay(order, { notify, retries: 0 })).toMatchObject({ paid: false, handled: false, deliveries: [{ accepted: false, status: 401 }] })
    expect(await shop.rows('goods')).toMatchObject([{ stock: 100 }])
    expect(shop.logs.map(({ event }) => event)).toContain('notification refused')
  })

  it('not notified at all: the money is found by asking', async () => {
    shop = await kit.testHandlers(handlers, { goods: [GOODS] })
    const { out_trade_no, paid } = await shop.pay(order, { notify: 'none' })
    expect(paid).toBe(false)
    expect(await shop.core.queryPayment({ out_trade_no })).toMatchObject({ orderPaid: true, user_order_success: true })
    expect(await shop.rows('goods', { stock: 98 })).toHaveLength(1)
  })
})

describe('handlers given as a table', () => {
  it('a refused one is called again, and what it wrote before is gone', async () => {
    let runs = 0
    shop = await kit.testHandlers({
      goods: { main: async ({ util }) => {
        const { vk } = util as { vk: { baseDao: { add: (options: object) => Promise<string> } } }
        await vk.baseDao.add({ dbName: 'effects', dataJson: { run: ++runs } })
        return runs === 1 ? { code: 1, msg: 'not today' } : { code: 0, msg: 'ok' }
      } },
    })
    expect(await shop.pay(order)).toMatchObject({ paid: true, handled: true, deliveries: [{ status: 500 }, { accepted: true }] })
    expect(await shop.rows('effects')).toMatchObject([{ run: 2 }])
  })

  it('one that always refuses leaves a paid order that is not handled', async () => {
    shop = await kit.testHandlers({ goods: { main: () => { throw new Error('no stock') } } })
    const { paid, handled, deliveries } = await shop.pay(order, { retries: 3 })
    expect([paid, handled, deliveries.length]).toEqual([true, false, 4])
  })

  it('a quote sets the price, and its refusal is told', async () => {
    shop = await kit.testHandlers({ goods: {
      main: () => true,
      quote: ({ data }) => data.quantity === 2 ? 7980 : { code: 40099, msg: 'two, please' },
    } as Host.HandlerModule })
    expect((await shop.pay({ ...order, total_fee: 1 })).order).toMatchObject({ total_fee: 7980 })
    expect(await shop.createPayment({ type: 'goods', custom: {} })).toMatchObject({ code: 40099 })
    await expect(shop.pay({ type: 'goods', custom: {} })).rejects.toThrow('40099 two, please')
    await expect(shop.pay({ ...order, provider: 'alipay' }, { notify: 'stale' })).rejects.toThrow(TypeError)
  })
})

describe('signNotification, for a function that runs elsewhere', () => {
  let merchant: Kit.TestMerchant
  beforeAll(async () => {
    merchant = await kit.createTestMerchant()
  })

  const sold = { out_trade_no: 'ORDER_0001', total_fee: 7980 }
  type Signing = Omit<Kit.SignNotificationOptions, 'merchant' | 'order'>

  /** Another host of the core, with nothing of the kit but the merchant's config. */
  async function deployed(version: 2 | 3) {
    const store = await host.openSqlStore({ file: ':memory:' })
    let handle: RequestListener = () => {}
    const server = createServer((request, response) => handle(request, response))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vk-pay`
    const pay = host.createPay({ config: { object: merchant.config({ notifyUrl: url, version }) }, store, handlers: host.handlerTable({ goods: () => true }), log: () => {} })
    handle = host.createNodeListener(pay)
    return {
      async post({ headers, body }: Kit.SignedNotification, provider: string) {
        const response = await fetch(`${url}/vk-pay-notify/${provider}_h5`, { method: 'POST', headers, body })
        return { status: response.status, text: await response.text() }
      },
      async close() {
        server.closeAllConnections()
        server.close()
        await store.close()
      },
    }
  }

  const told: readonly [string, Signing, { status: number, text: RegExp }][] = [
    ['WeChat Pay v3', { provider: 'wxpay' }, { status: 404, text: /no such order/ }],
    ['WeChat Pay v3, tampered', { provider: 'wxpay', kind: 'tampered' }, { status: 401, text: /signature/ }],
    ['WeChat Pay v3, a probe', { provider: 'wxpay', kind: 'probe' }, { status: 401, text: /probe/ }],
    ['WeChat Pay v3, ten minutes old', { provider: 'wxpay', at: Date.now() - 600_000 }, { status: 401, text: /stale/ }],
    ['WeChat Pay v2', { provider: 'wxpay', version: 2 }, { status: 404, text: /no such order/ }],
    ['WeChat Pay v2, tampered', { provider: 'wxpay', version: 2, kind: 'tampered' }, { status: 401, text: /signature/ }],
    ['Alipay', { provider: 'alipay' }, { status: 404, text: /fail/ }],
    ['Alipay, tampered', { provider: 'alipay', kind: 'tampered' }, { status: 401, text: /fail/ }],
  ]
  it.each(told)('%s: verified, or refused, before anything else', async (_, signing, { status, text }) => {
    const { post, close } = await deployed(signing.version ?? 3)
    const answer = await post(kit.signNotification({ ...signing, merchant, order: sold }), signing.provider)
    await close()
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(text)])
  })

  const channels: readonly [Kit.TestProvider, 2 | 3, string][] = [['wxpay', 3, 'mp-weixin'], ['wxpay', 3, 'h5'], ['wxpay', 2, 'app-plus'], ['alipay', 3, 'h5']]
  it.each(channels)('%s v%s on %s: pays for the order, with its amount and no other', async (provider, version, platform) => {
    const shop = await kit.testHandlers(handlers, { goods: [GOODS] }, { version })
    const { out_trade_no } = await shop.createPayment({ ...order, provider, vk_platform: platform, total_fee: 7980 }) as unknown as typeof sold
    const post = async (total_fee: number) => {
      const { headers, body } = kit.signNotification({ provider, version, platform, merchant: shop.merchant, order: { out_trade_no, total_fee } })
      return (await fetch(`${shop.notifyUrl}/vk-pay-notify/${provider}_${platform}`, { method: 'POST', headers, body })).status
    }
    const statuses = [await post(7979), (await shop.rows('goods_orders')).length, await post(7980), await post(7980), (await shop.rows('goods_orders')).length]
    await shop.close()
    expect(statuses).toEqual([400, 0, 200, 200, 1])
  })

  it('knows only merchants of its own, amounts in fen, and what a channel has', () => {
    const order = sold
    expect(() => kit.signNotification({ provider: 'wxpay', merchant: { config: () => ({}) }, order })).toThrow('createTestMerchant')
    expect(() => kit.signNotification({ provider: 'wxpay', merchant, order: { ...sold, total_fee: 79.8 } })).toThrow('fen')
    expect(() => kit.signNotification({ provider: 'wxpay', merchant, order, platform: 'mp-alipay' })).toThrow('mp-weixin')
    expect(() => kit.signNotification({ provider: 'alipay', merchant, order, kind: 'probe' })).toThrow('probes')
  })
})
