import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { RunningGateway } from '../../examples/gateway/src/index'
import { createGateway, writeMerchantFiles } from '../../examples/gateway/src/index'
import type { Pay, Store } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { createNodeListener, createPay, openSqlStore } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import type { ApplePhone } from './support/apple-phone'
import { applePhone } from './support/apple-phone'
import { serviceFolder } from './support/paths'

/** In-app purchases whole: the app's client, the merchant's files and server over HTTP, and the gateway as App Store. */
let gateway: RunningGateway
let store: Store
let pay: Pay
let url: string
let close: () => Promise<void>
let phone: ApplePhone
let devices = 0

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vk-pay-test-'))
  gateway = await createGateway()
  store = await openSqlStore({ file: ':memory:' })
  const server = createServer((request, response) => createNodeListener(pay)(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vk-pay`
  await writeMerchantFiles(gateway.account, folder, gateway.url, url)
  pay = createPay({ config: { dir: join(folder, 'uni-pay') }, store, handlers: `${serviceFolder}/pay-notify`, actions: serviceFolder, log: () => {} })
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
beforeEach(async () => {
  devices += 1
  phone = await applePhone(gateway.url, url, `phone-${devices}`)
})
afterEach(() => vi.unstubAllGlobals())
afterAll(() => close())

const vip = (out_trade_no: string, over: object = {}) => ({ out_trade_no, total_fee: 1800, subject: '会员一个月', type: 'vip', productid: 'vip.month', custom: { user_id: `user_of_${out_trade_no}`, vip_type: 'month', vip_days: 30 }, ...over })
const delivered = (no: string) => store.count('vip_purchase_logs', { user_id: `user_of_${no}` })
const verify = (data: object) => pay.call({ action: 'pay/appleiap/verifyReceipt', data: { ...data } })
const order = async (no: string) => (await store.find('vk-pay-orders', { out_trade_no: no }))[0] ?? {}
const post = async (path: string, body: object) => (await fetch(`${gateway.url}${path}`, { method: 'POST', body: JSON.stringify(body) })).json() as Promise<Record<string, unknown>>
const finished = async () => (await phone.purchases()).map(purchase => purchase.finished)

it('bought, checked by the server with Apple, delivered once, and only then finished', async () => {
  const client = await phone.start()
  const result = await client.session().pay(vip('IAP_WHOLE_1'))
  expect(result).toMatchObject({ code: 0, outcome: 'success', trade_state: 'SUCCESS', total_fee: 1800, user_order_success: true })
  expect(await finished()).toEqual([true])
  expect(await delivered('IAP_WHOLE_1')).toBe(1)
  const [purchase] = await phone.purchases()
  expect(await order('IAP_WHOLE_1')).toMatchObject({ status: 1, pay_type: 'appleiap_app-plus', transaction_id: purchase?.transactionId, appleiap_info: { environment: 'Production', product_id: 'vip.month', quantity: 1 } })
  expect(phone.journal()).toEqual([])
})

it('in the sandbox', async () => {
  phone.sheet = { sandbox: true }
  expect(await (await phone.start()).session().pay(vip('IAP_SANDBOX_1'))).toMatchObject({ code: 0 })
  expect(await order('IAP_SANDBOX_1')).toMatchObject({ appleiap_info: { environment: 'Sandbox' } })
})

it('the check is lost on its way: the purchase stays with the store, and the next launch settles it', async () => {
  phone.broken.add('pay/appleiap/verifyReceipt').add('pay/queryPayment')
  const session = (await phone.start()).session()
  void session.pay(vip('IAP_LOST_1'))
  await vi.waitFor(async () => expect(await phone.purchases()).toHaveLength(1))
  await vi.waitFor(() => expect(session.state).toBe('confirming'))
  session.dispose()
  expect(await finished()).toEqual([false])
  expect(await order('IAP_LOST_1')).toMatchObject({ status: 0 })
  phone.broken.clear()
  await phone.start()
  await vi.waitFor(() => expect(phone.learnt).toMatchObject([{ out_trade_no: 'IAP_LOST_1', outcome: 'success' }]))
  expect(await finished()).toEqual([true])
  expect(await delivered('IAP_LOST_1')).toBe(1)
  expect(phone.journal()).toEqual([])
})

it('the app heard "cancelled", and the store sold all the same: the next launch knows', async () => {
  phone.sheet = { action: 'pay-silent' }
  expect(await (await phone.start()).session().pay(vip('IAP_SILENT_1'))).toMatchObject({ outcome: 'cancel' })
  expect(await finished()).toEqual([false])
  await phone.start()
  await vi.waitFor(() => expect(phone.learnt).toMatchObject([{ out_trade_no: 'IAP_SILENT_1', outcome: 'success' }]))
  expect(await finished()).toEqual([true])
  expect(await delivered('IAP_SILENT_1')).toBe(1)
})

it('three purchases left open in one receipt settle each its own order at the next launch', async () => {
  const orders = ['IAP_THREE_1', 'IAP_THREE_2', 'IAP_THREE_3']
  phone.broken.add('pay/appleiap/verifyReceipt').add('pay/queryPayment')
  const client = await phone.start()
  for (const [at, no] of orders.entries()) {
    const session = client.session()
    void session.pay(at === 2 ? vip(no, { productid: 'coins.60', total_fee: 1200, quantity: 2 }) : vip(no))
    await vi.waitFor(() => expect(session.state).toBe('confirming'))
    session.dispose()
  }
  expect(await finished()).toEqual([false, false, false])
  phone.broken.clear()
  await phone.start()
  await vi.waitFor(() => expect(phone.learnt.map(({ out_trade_no }) => out_trade_no).sort()).toEqual(orders))
  expect(await finished()).toEqual([true, true, true])
  for (const no of orders) {
    const [purchase] = (await phone.purchases()).filter(({ username }) => username === no)
    expect(await order(no)).toMatchObject({ status: 1, transaction_id: purchase?.transactionId })
    expect(await delivered(no)).toBe(1)
  }
})

it('trouble at Apple: nothing is finished and nothing lost', async () => {
  await post('/gateway/apple/status', { status: 21005 })
  const session = (await phone.start()).session()
  void session.pay(vip('IAP_BUSY_1'))
  await vi.waitFor(() => expect(session.state).toBe('confirming'))
  session.dispose()
  expect(await finished()).toEqual([false])
  await phone.start()
  await vi.waitFor(() => expect(phone.learnt).toMatchObject([{ out_trade_no: 'IAP_BUSY_1' }]))
  expect(await delivered('IAP_BUSY_1')).toBe(1)
})

it('waiting for the parents: pending, then paid when they agree', async () => {
  phone.sheet = { action: 'defer' }
  const session = (await phone.start()).session()
  void session.pay(vip('IAP_DEFER_1'))
  await vi.waitFor(async () => expect(await phone.purchases()).toMatchObject([{ state: 'deferred', finished: false }]))
  session.dispose()
  const [purchase] = await phone.purchases()
  await post(`/gateway/apple/purchases/${purchase?.transactionId}/act`, { action: 'approve' })
  await phone.start()
  await vi.waitFor(() => expect(phone.learnt).toMatchObject([{ out_trade_no: 'IAP_DEFER_1' }]))
  expect(await finished()).toEqual([true])
  expect(await delivered('IAP_DEFER_1')).toBe(1)
})

it('a receipt of somebody else pays for nothing of mine', async () => {
  const alice = phone
  expect(await (await alice.start()).session().pay(vip('IAP_ALICE_1'))).toMatchObject({ code: 0 })
  const [bought] = await alice.purchases()
  const mine = await pay.call({ action: 'pay/createPayment', data: { provider: 'appleiap', vk_platform: 'app-plus', ...vip('IAP_MALLORY_1') } })
  expect(mine).toMatchObject({ code: 0 })
  const open = await post('/gateway/client/appleiap/buy', { device: `phone-${devices}`, productid: 'vip.month', username: 'IAP_ALICE_1', manualFinishTransaction: true }) as { transactionReceipt?: string, transactionIdentifier?: string }
  // her next purchase, with her receipt, but for his order: it is hers to give, once
  expect(await verify({ out_trade_no: 'IAP_MALLORY_1', transaction_id: bought?.transactionId, receipt_data: open.transactionReceipt })).toMatchObject({ code: 40010 })
  expect(await verify({ out_trade_no: 'IAP_ALICE_1', transaction_id: open.transactionIdentifier, receipt_data: open.transactionReceipt })).toMatchObject({ code: 0, msg: expect.stringContaining('已登记') })
  expect(await verify({ out_trade_no: 'IAP_MALLORY_1', transaction_id: open.transactionIdentifier, receipt_data: open.transactionReceipt })).toMatchObject({ code: 40009, valid: false })
  expect(await order('IAP_MALLORY_1')).toMatchObject({ status: 0 })
  expect(await delivered('IAP_MALLORY_1')).toBe(0)
})

it('another product, a changed byte, another price: refused by us or by Apple', async () => {
  await post('/gateway/client/appleiap/products', { device: 'm', ids: ['coins.60'] })
  const { transactionReceipt, transactionIdentifier } = await post('/gateway/client/appleiap/buy', { device: 'm', productid: 'coins.60', manualFinishTransaction: true }) as Record<string, string>
  await pay.call({ action: 'pay/createPayment', data: { provider: 'appleiap', vk_platform: 'app-plus', ...vip('IAP_CHEAP_1') } })
  const data = { out_trade_no: 'IAP_CHEAP_1', transaction_id: transactionIdentifier }
  expect(await verify({ ...data, receipt_data: transactionReceipt })).toMatchObject({ code: 40009, field: 'productid' })
  const changed = `${transactionReceipt?.startsWith('A') ? 'B' : 'A'}${transactionReceipt?.slice(1)}`
  expect(await verify({ ...data, receipt_data: changed })).toMatchObject({ code: 40002, valid: false })
  expect(await pay.call({ action: 'pay/createPayment', data: { provider: 'appleiap', vk_platform: 'app-plus', ...vip('IAP_CHEAP_2', { total_fee: 1 }) } })).toMatchObject({ code: 40001, field: 'total_fee' })
  expect(await order('IAP_CHEAP_1')).toMatchObject({ status: 0 })
})
