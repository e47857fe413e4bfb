import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningGateway } from '../../examples/gateway/src/index'
import { createGateway, writeMerchantFiles } from '../../examples/gateway/src/index'
import type { Pay, Store } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { createNodeListener, createPay } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { newPlace } from './support/sql-engines'
import { openAt } from './support/sql-place'

/** Alipay from the merchant's files that the gateway writes to the handler's effect, over HTTP. */
const services = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service'
const platforms = ['mp-alipay', 'app-plus', 'h5', 'mweb'] as const

let gateway: RunningGateway
let store: Store
let pay: Pay
let close: () => Promise<void>

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vk-pay-test-'))
  gateway = await createGateway({ probeEvery: 1 })
  store = await openAt(await newPlace('PostgreSQL'))
  const server = createServer((request, response) => createNodeListener(pay)(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  await writeMerchantFiles(gateway.account, folder, gateway.url, `http://127.0.0.1:${(server.address() as AddressInfo).port}/vk-pay`)
  pay = createPay({ config: { dir: join(folder, 'uni-pay') }, store, handlers: `${services}/pay-notify`, actions: services, log: () => {} })
  await store.add('goods', { _id: 'goods_001', stock: 100, sales: 0 })
  close = async () => {
    await gateway.close()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
})
afterAll(() => close())

async function post<T>(path: string, body: object): Promise<T> {
  const response = await fetch(`${gateway.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return await response.json() as T
}

/** What the payer's side of each platform does with `orderInfo`. */
async function payAs(platform: typeof platforms[number], no: string, orderInfo: Record<string, string>): Promise<void> {
  if (platform === 'mp-alipay')
    expect(await post('/gateway/client/alipay', { tradeNO: orderInfo.tradeNO })).toMatchObject({ resultCode: '9000' })
  else if (platform === 'app-plus')
    expect(await post<{ errMsg?: string }>('/gateway/client/alipay-app', { orderInfo: orderInfo.orderStr, orderStr: orderInfo.orderStr })).toMatchObject({ errMsg: 'requestPayment:ok' })
  else if (platform === 'mweb')
    await payOnPage(orderInfo.url!, no)
  else
    await post(`/gateway/orders/${no}/act`, { action: 'pay' })
}

/** Opens the signed address as a browser would, which makes the trade, and pays it. */
async function payOnPage(url: string, no: string): Promise<void> {
  expect((await fetch(url)).status).toBe(200)
  await post(`/gateway/orders/${no}/act`, { action: 'pay' })
}

it.each(platforms)('%s: created, paid, notified, handled once, answered', async (platform) => {
  const no = `ALIPAY_${platform.replace('-', '_')}`
  const [before] = await store.find('goods', { _id: 'goods_001' })
  const login = await pay.call({ action: 'pay/code2SessionAlipay', data: { code: 'a-code-of-the-payer' } })
  expect(login).toMatchObject({ code: 0, openid: expect.any(String) })
  const created = await pay.call({
    action: 'pay/createPayment',
    data: { provider: 'alipay', vk_platform: platform, out_trade_no: no, total_fee: 1990, subject: '整笔支付', type: 'goods', openid: (login as { openid?: string }).openid, return_url: 'http://127.0.0.1/back', custom: { user_id: 'u1', goods_id: 'goods_001', quantity: 2 } },
  }, { clientIp: '203.0.113.9' })
  expect(created).toMatchObject({ code: 0, provider: 'alipay', total_fee: 1990 })
  await payAs(platform, no, (created as { orderInfo?: unknown }).orderInfo as Record<string, string>)
  await gateway.idle()

  const upstream = await (await fetch(`${gateway.url}/gateway/orders/${no}`)).json() as { notifications: { kind: string, status: number }[] }
  expect(upstream.notifications.find(({ kind }) => kind === 'notify')).toMatchObject({ status: 200 })
  expect(await pay.queryPayment({ out_trade_no: no })).toMatchObject({ code: 0, orderPaid: true, user_order_success: true, data: { trade_state: 'SUCCESS', total_fee: 1990 } })
  const [after] = await store.find('goods', { _id: 'goods_001' })
  expect(after).toMatchObject({ stock: Number(before?.stock) - 2, sales: Number(before?.sales) + 2 })
})

it('refunds: a part twice, too much, the rest, and one made in the console', async () => {
  const paid = async (no: string): Promise<void> => {
    const created = await pay.call({ action: 'pay/createPayment', data: { provider: 'alipay', vk_platform: 'h5', out_trade_no: no, total_fee: 1990, subject: '整笔退款', type: 'goods', custom: { user_id: 'u1', goods_id: 'goods_001', quantity: 1 } } })
    expect(created).toMatchObject({ code: 0 })
    await post(`/gateway/orders/${no}/act`, { action: 'pay' })
    await gateway.idle()
  }
  const refund = (out_refund_no: string, refund_fee: number) => pay.refund({ out_trade_no: 'ALIPAY_REFUND', out_refund_no, refund_fee, refund_desc: '不想要了' })
  await paid('ALIPAY_REFUND')
  const [before] = await store.find('goods', { _id: 'goods_001' })
  // no client can ask for one
  expect(await pay.call({ action: 'pay/refund', data: { out_trade_no: 'ALIPAY_REFUND', out_refund_no: 'X-1', refund_fee: 1 } })).toMatchObject({ code: 404 })
  expect(await refund('R-1', 1)).toMatchObject({ code: 0, status: 2, data: { refund_status: 'SUCCESS', total_refund_fee: 1 } })
  expect(await refund('R-1', 1)).toMatchObject({ code: 0, data: { total_refund_fee: 1 } })
  expect(await refund('R-2', 1990)).toMatchObject({ code: 40001, field: 'refund_fee' })
  expect(await refund('R-2', 1989)).toMatchObject({ code: 0, status: 3 })
  await gateway.idle()
  expect(await pay.queryRefund({ out_trade_no: 'ALIPAY_REFUND', out_refund_no: 'R-2' })).toMatchObject({ code: 0, data: { refund_status: 'SUCCESS', refund_fee: 1989, total_refund_fee: 1990 } })
  expect(await pay.queryPayment({ out_trade_no: 'ALIPAY_REFUND' })).toMatchObject({ status: 3, user_order_success: true, data: { trade_state: 'REFUND' } })

  await paid('ALIPAY_CONSOLE')
  await post('/gateway/orders/ALIPAY_CONSOLE/refunds', { refund: 990 })
  await gateway.idle()
  const [order] = await store.find('vk-pay-orders', { out_trade_no: 'ALIPAY_CONSOLE' })
  expect(order).toMatchObject({ status: 2, refund_fee: 990, user_order_success: true, seller_id: gateway.account.alipay.sellerId })
  const upstream = await (await fetch(`${gateway.url}/gateway/orders/ALIPAY_CONSOLE`)).json() as { refunds: { notifications: { answer: string }[] }[] }
  expect(upstream.refunds[0]?.notifications).toMatchObject([{ answer: 'success' }])
  const [after] = await store.find('goods', { _id: 'goods_001' })
  expect(after).toMatchObject({ sales: Number(before?.sales) + 1 })
})
