/** Our payment service as merchant of the gateway, over real HTTP, in both modes. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RunningGateway } from '../../examples/gateway/src/index'
import type { PayConfig } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config'
import type { ChannelContext } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/provider'
import type { Shop } from '../cloud/support/shop'
import type { Mode } from './alipay-support'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createGateway, writeMerchantFiles } from '../../examples/gateway/src/index'
import { channelConfig } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config/channel-config'
import { alipay } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay'
import { createNodeListener } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/node'
import { nodeHttp } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/node-http'
import { goodsOrder, openShop, START } from '../cloud/support/shop'
import { testAccount } from './support/account'

interface Stage {
  gateway: RunningGateway
  shop: Shop
  config: { alipay: Record<string, Record<string, unknown>> }
  /** Where its files are. */
  dir: string
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
    config,
    dir: join(dir, 'uni-pay'),
    async post(path, body) {
      const response = await fetch(gateway.url + path, { method: 'POST', body: JSON.stringify(body) })
      return await response.json() as Record<string, unknown>
    },
  }
}

/** The provider itself, with the sections of the merchant's file. */
async function opened(mode: Mode): Promise<Stage & { context: (platform: string) => ChannelContext }> {
  const stage = await open(mode)
  const { shop, config, dir } = stage
  const context = (platform: string): ChannelContext => ({
    config: channelConfig(`alipay.${platform}`, config.alipay[platform] ?? {}, path => resolve(dir, path)),
    platform,
    env: { now: () => shop.clock.now, sleep: async () => {}, randomId: length => 'r'.repeat(length), http: nodeHttp, log: () => {} },
  })
  return { ...stage, context }
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

  const refund = (shop: Shop, out_refund_no: string, refund_fee: number) => shop.pay.refund({ out_trade_no: 'ORDER_1001', out_refund_no, refund_fee })

  it('refunds: a part twice, more than is left, the rest; each told and heard', async () => {
    const stage = await created('mp-alipay')
    const { gateway, shop } = stage
    await stage.post('/gateway/orders/ORDER_1001/act', { action: 'pay' })
    await gateway.idle()
    for (let time = 0; time < 2; time += 1)
      expect(await refund(shop, 'R-1', 29)).toMatchObject({ code: 0, data: { refund_status: 'SUCCESS', total_refund_fee: 29 } })
    expect(await refund(shop, 'R-2', 72)).toMatchObject({ code: 40001, field: 'refund_fee' })
    await gateway.idle()
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 29 })
    expect(await refund(shop, 'R-2', 71)).toMatchObject({ code: 0 })
    await gateway.idle()
    expect(shop.order()).toMatchObject({ status: 3, refund_fee: 100, refund_num: 2 })
    const view = await (await fetch(`${gateway.url}/gateway/orders/ORDER_1001`)).json()
    expect(view).toMatchObject({ refunds: [{ out_refund_no: 'R-1', refund: 29, calls: 1, notifications: [{ status: 200, answer: 'success' }] }, { out_refund_no: 'R-2', refund: 71, notifications: [{ status: 200, answer: 'success' }] }] })
    expect(await stage.post('/gateway/orders/ORDER_1001/notify', { count: 10, concurrent: true })).toEqual({ statuses: Array.from({ length: 10 }, () => 200) })
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
    expect(shop.order()).toMatchObject({ status: 3, refund_fee: 100 })
  })

  it('a refund whose answer is lost, and whose notice is not heard, ends right by reconciliation', async () => {
    const stage = await created('mp-alipay')
    const { gateway, shop } = stage
    await stage.post('/gateway/orders/ORDER_1001/act', { action: 'pay' })
    await gateway.idle()
    await stage.post('/gateway/faults', { next: { path: '/alipay/gateway.do', status: 'hangup', stage: 'after' } })
    const dead = shop.pay.paymentNotify
    shop.pay.paymentNotify = async () => ({ status: 503, headers: {}, body: 'down' })
    expect(await refund(shop, 'R-1', 29)).toMatchObject({ code: 40004 })
    await gateway.idle()
    shop.pay.paymentNotify = dead
    expect(shop.order()).toMatchObject({ status: 1, refund_list: [{ refund_status: 'PROCESSING' }] })
    shop.clock.now += 120_000
    await shop.pay.reconcile()
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 29 })
    const view = await (await fetch(`${gateway.url}/gateway/orders/ORDER_1001`)).json()
    expect(view).toMatchObject({ refunds: [{ refund: 29, calls: 1 }] })
  })

  it('refunded in the console, before and after we hear of the payment', async () => {
    const stage = await created('mp-alipay')
    const { gateway, shop } = stage
    await stage.post('/gateway/orders/ORDER_1001/act', { action: 'pay-silent' })
    await stage.post('/gateway/orders/ORDER_1001/refunds', { refund: 30 })
    await gateway.idle()
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 30, user_order_success: true })
    await stage.post('/gateway/orders/ORDER_1001/refunds', { refund: 70 })
    await gateway.idle()
    expect(shop.order()).toMatchObject({ status: 3, refund_fee: 100, refund_num: 2 })
    expect(shop.effects().runs).toBe(1)
  })

  it('payment codes, transfers and the day bill, as the provider asks for them', async () => {
    const { gateway, shop, context, post } = await opened(mode)
    const order = { subject: '柜台, 收款', totalFee: 1234, notifyUrl: '' }
    expect(await alipay.charge!(context('h5'), { ...order, outTradeNo: 'TILL_1', authCode: '280000000000000001' })).toMatchObject({ state: 'SUCCESS', payment: { totalFee: 1234 } })
    expect(await alipay.charge!(context('h5'), { ...order, outTradeNo: 'TILL_2', authCode: '280000000000000003' })).toEqual({ state: 'USERPAYING' })
    await post('/gateway/orders/TILL_2/act', { action: 'pay' })
    const { payment } = await alipay.query(context('h5'), 'TILL_2')
    const back = { transactionId: payment!.transactionId, outRefundNo: 'R-1', refundFee: 29, totalFee: 1234 }
    expect(await alipay.refund!(context('h5'), back)).toMatchObject({ state: 'SUCCESS', refundFee: 29 })
    await alipay.reverse!(context('h5'), 'TILL_1')
    await alipay.reverse!(context('h5'), 'TILL_9')
    const transfer = { outBillNo: 'T_1', totalFee: 100, payeeAccount: 'slow@example.test', payeeRealName: '张三', desc: '佣金' }
    if (mode === 'key') {
      await expect(alipay.transfer!(context('transfer'), transfer)).rejects.toMatchObject({ code: 40003 })
    }
    else {
      expect(await alipay.transfer!(context('transfer'), transfer)).toMatchObject({ state: 'PROCESSING' })
      await post('/gateway/alipay/transfers/T_1', { status: 'SUCCESS' })
      expect(await alipay.queryTransfer!(context('transfer'), 'T_1')).toMatchObject({ state: 'SUCCESS', totalFee: 100 })
      await expect(alipay.queryTransfer!(context('transfer'), 'T_2')).rejects.toMatchObject({ verdict: 'no-such-order' })
    }
    shop.clock.now += 86_400_000
    const entries = await alipay.downloadBill!(context('h5'), '2026-01-01')
    expect(entries).toHaveLength(4)
    expect(entries).toEqual(expect.arrayContaining([
      expect.objectContaining({ kind: 'payment', outTradeNo: 'TILL_1', totalFee: 1234 }),
      { kind: 'payment', outTradeNo: 'TILL_2', transactionId: payment!.transactionId, totalFee: 1234 },
      { kind: 'refund', outTradeNo: 'TILL_2', transactionId: payment!.transactionId, outRefundNo: 'R-1', refundFee: 29 },
      expect.objectContaining({ kind: 'refund', outTradeNo: 'TILL_1', refundFee: 1234 }),
    ]))
    expect(await alipay.downloadBill!(context('h5'), '2025-12-31')).toEqual([])
    await gateway.idle()
  })

  it('a spoiled answer is not believed', async () => {
    const stage = await created('mp-alipay')
    await stage.post('/gateway/orders/ORDER_1001/act', { action: 'pay-silent' })
    await stage.post('/gateway/faults', { next: { path: '/alipay/gateway.do', status: 'badsign' } })
    expect(await ask(stage.shop)).toMatchObject({ orderPaid: false, data: { trade_state: 'UNKNOWN' } })
    expect(stage.shop.order()).toMatchObject({ status: 0 })
  })
})
