/** Our payment service as merchant of the gateway, over real HTTP, in both modes. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RunningGateway } from '../../examples/gateway/src/index'
import type { PayConfig } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config'
import type { Shop } from '../cloud/support/shop'
import type { Mode } from './alipay-support'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createGateway, writeMerchantFiles } from '../../examples/gateway/src/index'
import { createNodeListener } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/node'
import { nodeHttp } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/node-http'
import { goodsOrder, openShop, START } from '../cloud/support/shop'
import { testAccount } from './support/account'

interface Stage {
  gateway: RunningGateway
  shop: Shop
  post: (path: string, body: object) => Promise<Record<string, unknown>>
}

let cleanup: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const one of cleanup)
    await one()
  cleanup = []
})

async function listening(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanup.push(() => new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  }))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/vk-pay`
}

async function open(mode: Mode): Promise<Stage> {
  let shop: Shop | undefined
  const server = createServer((request, response) => shop && createNodeListener(shop.pay)(request, response))
  const notifyUrl = await listening(server)
  const gateway = await createGateway({ account: await testAccount(), now: () => shop?.clock.now ?? START, probeEvery: 0 })
  const dir = await mkdtemp(join(tmpdir(), 'vk-pay-alipay-'))
  const { configFile } = await writeMerchantFiles(gateway.account, dir, gateway.url, notifyUrl)
  const config = createRequire(configFile)(configFile) as PayConfig & { alipay: Record<string, Record<string, unknown>> }
  cleanup.push(gateway.close, () => rm(dir, { recursive: true }))
  if (mode === 'key') {
    for (const [platform, { appCertPath: _a, alipayPublicCertPath: _b, alipayRootCertPath: _c, ...section }] of Object.entries(config.alipay))
      config.alipay[platform] = { ...section, alipayPublicKey: gateway.account.alipay.alipayPublicKeyPem }
  }
  shop = await openShop({ config, http: nodeHttp })
  return {
    gateway,
    shop,
    async post(path, body) {
      const response = await fetch(gateway.url + path, { method: 'POST', body: JSON.stringify(body) })
      return await response.json() as Record<string, unknown>
    },
  }
}

const ask = (shop: Shop) => shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })

describe.each(['key', 'certificate'] as const)('our provider at the gateway, %s mode', (mode) => {
  async function created(vk_platform: string, over: object = {}) {
    const stage = await open(mode)
    const answer = await stage.shop.pay.createPayment({ data: goodsOrder({ provider: 'alipay', vk_platform, openid: '0payer0000000000', ...over }) })
    expect(answer).toMatchObject({ code: 0 })
    return { ...stage, info: answer.orderInfo as Record<string, string> }
  }

  async function expectPaid({ gateway, shop }: Stage): Promise<void> {
    await gateway.idle()
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
    expect(shop.effects().runs).toBe(1)
    const view = await (await fetch(`${gateway.url}/gateway/orders/ORDER_1001`)).json() as { notifications: unknown[], transaction_id: string }
    expect(view.notifications).toMatchObject([{ kind: 'notify', status: 200, answer: 'success' }])
    expect(shop.order().transaction_id).toBe(view.transaction_id)
  }

  it('mini-program: login, trade, tradePay, notification', async () => {
    const stage = await created('mp-alipay')
    expect(await stage.shop.pay.code2SessionAlipay({ code: 'a1' })).toMatchObject({ code: 0, openid: expect.stringMatching(/^0/) })
    expect(await stage.post('/gateway/client/alipay', { tradeNO: stage.info.tradeNO })).toEqual({ resultCode: '9000' })
    await expectPaid(stage)
  })

  it('app', async () => {
    const stage = await created('app-plus')
    expect(await stage.post('/gateway/client/alipay-app', { orderStr: stage.info.orderStr })).toEqual({ errMsg: 'requestPayment:ok' })
    await expectPaid(stage)
  })

  it('phone browser: there and back again', async () => {
    const stage = await created('mweb', { return_url: 'https://shop.example.test/paid' })
    const page = await (await fetch(stage.info.url!)).text()
    await stage.post('/gateway/orders/ORDER_1001/act', { action: 'pay' })
    await expectPaid(stage)
    const back = await fetch(stage.gateway.url + /data-redirect="([^"]+)"/.exec(page)?.[1], { redirect: 'manual' })
    expect(back.headers.get('location')).toContain('https://shop.example.test/paid?')
  })

  it('desktop: a code, NOTPAY before and after the scan, paid', async () => {
    const stage = await created('h5')
    expect(await ask(stage.shop)).toMatchObject({ orderPaid: false, data: { trade_state: 'NOTPAY' } })
    await fetch(`${stage.gateway.url}/cashier?code_url=${encodeURIComponent(stage.info.qr_code!)}`)
    stage.shop.clock.now += 2_000
    expect(await ask(stage.shop)).toMatchObject({ orderPaid: false, data: { trade_state: 'NOTPAY' } })
    await stage.post('/gateway/orders/ORDER_1001/act', { action: 'pay' })
    await expectPaid(stage)
  })

  it('desktop: Alipay\'s page', async () => {
    const stage = await created('h5', { other: { product_code: 'FAST_INSTANT_TRADE_PAY' } })
    expect((await fetch(stage.info.url!)).status).toBe(200)
    await stage.post('/gateway/orders/ORDER_1001/act', { action: 'pay' })
    await expectPaid(stage)
  })

  it('no notification: the query settles it; then all of them: one run', async () => {
    const stage = await created('mp-alipay')
    await stage.post('/gateway/orders/ORDER_1001/act', { action: 'pay-silent' })
    expect(await ask(stage.shop)).toMatchObject({ orderPaid: true, user_order_success: true, data: { trade_state: 'SUCCESS' } })
    expect(await stage.post('/gateway/orders/ORDER_1001/notify', { count: 20, concurrent: true })).toEqual({ statuses: Array.from({ length: 20 }, () => 200) })
    expect(stage.shop.effects().runs).toBe(1)
  })

  it('a tampered notification is refused, and its amount is nobody\'s', async () => {
    const stage = await created('mp-alipay')
    await stage.post('/gateway/orders/ORDER_1001/act', { action: 'pay-tampered' })
    await stage.gateway.idle()
    const { notifications } = await (await fetch(`${stage.gateway.url}/gateway/orders/ORDER_1001`)).json() as { notifications: unknown[] }
    expect(notifications).toMatchObject([{ kind: 'tampered', status: 401, answer: 'fail' }])
    expect(stage.shop.order()).toMatchObject({ status: 0 })
  })

  it('closing: open, paid meanwhile, and a code nobody scanned', async () => {
    const mini = await created('mp-alipay')
    expect(await mini.shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 0, data: { trade_state: 'CLOSED' } })
    const late = await created('mp-alipay')
    await late.post('/gateway/orders/ORDER_1001/act', { action: 'pay-silent' })
    expect(await late.shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 40006 })
    expect(late.shop.order()).toMatchObject({ status: 1, user_order_success: true })
    const code = await created('h5')
    expect(await code.shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 0 })
  })

  it('another price: a new trade, and the old one cannot be paid', async () => {
    const stage = await created('mp-alipay')
    const again = await stage.shop.pay.createPayment({ data: goodsOrder({ provider: 'alipay', vk_platform: 'mp-alipay', openid: '0payer0000000000', total_fee: 250 }) })
    expect(again).toMatchObject({ code: 0, total_fee: 250 })
    expect(await stage.post('/gateway/client/alipay', { tradeNO: stage.info.tradeNO })).toMatchObject({ resultCode: '4000' })
    expect(await stage.post('/gateway/client/alipay', { tradeNO: (again.orderInfo as { tradeNO: string }).tradeNO })).toEqual({ resultCode: '9000' })
    await stage.gateway.idle()
    expect(stage.shop.order()).toMatchObject({ status: 1, total_fee: 250, user_order_success: true })
  })

  it('a spoiled answer is not believed', async () => {
    const stage = await created('mp-alipay')
    await stage.post('/gateway/orders/ORDER_1001/act', { action: 'pay-silent' })
    await stage.post('/gateway/faults', { next: { path: '/alipay/gateway.do', status: 'badsign' } })
    expect(await ask(stage.shop)).toMatchObject({ orderPaid: false, data: { trade_state: 'UNKNOWN' } })
    expect(stage.shop.order()).toMatchObject({ status: 0 })
  })
})
