import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { startStack } from '../../scripts/lib/local-stack.mjs'
import type { MpPage } from './support/mini-program'
import { boot } from './support/mini-program'
import { createPhone } from './support/phone'
import { overHttp } from './support/servers'

/** The compiled shop, the Node host and the gateway, over HTTP; only WeChat itself is played. */
const phone = createPhone()
const app = boot(join(import.meta.dirname, '../../examples/shop/dist/build/mp-weixin'), phone.install)

let stack: Awaited<ReturnType<typeof startStack>>
let page: MpPage
beforeAll(async () => {
  stack = await startStack({ server: { log: () => {} } })
})
beforeEach(async () => {
  phone.reset()
  phone.server = overHttp(stack.server.url)
  page = await app.open('pages/goods/goods')
})
afterEach(() => page.close())
afterAll(() => stack.close())

/** What WeChat does with the parameters it is given: it believes none that the merchant did not sign. */
async function atGateway(params: Record<string, unknown>, action = 'pay'): Promise<{ errMsg: string, reason?: string }> {
  const { provider, ...signed } = params
  const answer = await fetch(`${stack.gateway.url}/gateway/client/jsapi`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ appId: stack.gateway.account.appid, ...signed, action }),
  })
  return await answer.json() as { errMsg: string, reason?: string }
}

async function stock(): Promise<number> {
  const state = await (await fetch(`${stack.server.url}/demo/state`)).json() as { goods: { stock: number }[] }
  return state.goods[0]!.stock
}

const ended = () => vi.waitFor(() => expect(phone.toasts).toHaveLength(1), { timeout: 10_000, interval: 100 })

it('pays with parameters whose signature the gateway accepts; the handler runs before success is shown', async () => {
  const before = await stock()
  phone.cashier = async params => (await atGateway(params)).errMsg
  page.tap('.vk-pay-button')
  await ended()
  expect(phone.payments[0]).toMatchObject({ signType: 'RSA', package: expect.stringMatching(/^prepay_id=/) })
  expect(phone.toasts).toEqual(['支付成功'])
  await vi.waitFor(async () => expect(await stock()).toBe(before - 1), { timeout: 5000, interval: 100 })
})

it('would not be paid with a changed signature', async () => {
  let said: Awaited<ReturnType<typeof atGateway>> | undefined
  phone.cashier = async (params) => {
    said = await atGateway({ ...params, nonceStr: 'of another' })
    return said.errMsg
  }
  page.tap('.vk-pay-button')
  await ended()
  expect(said?.errMsg).toMatch(/^requestPayment:fail /)
  expect(phone.toasts).toEqual(['支付失败'])
})

it('ends in success when the payer cancelled after having paid', async () => {
  phone.cashier = async (params) => {
    await atGateway(params)
    return 'requestPayment:fail cancel'
  }
  page.tap('.vk-pay-button')
  await ended()
  expect(phone.toasts).toEqual(['支付成功'])
})

it('is cancelled when the payer refused', async () => {
  phone.cashier = async params => (await atGateway(params, 'refuse')).errMsg
  page.tap('.vk-pay-button')
  await ended()
  expect(phone.toasts).toEqual(['支付已取消'])
})

it('succeeds by asking the channel when no notification comes', async () => {
  phone.cashier = async params => (await atGateway(params, 'pay-silent')).errMsg
  page.tap('.vk-pay-button')
  await ended()
  expect(phone.toasts).toEqual(['支付成功'])
})

it('opens a membership from plain JavaScript', async () => {
  const vip = await app.open('pages/vip/vip')
  phone.cashier = async params => (await atGateway(params)).errMsg
  vip.tap('.open')
  await vi.waitFor(() => expect(phone.visits).toHaveLength(1), { timeout: 10_000, interval: 100 })
  expect(phone.visits[0]).toMatch(/^redirectTo \/pages\/order\/success\?order_no=ORDER_/)
  const { user } = await (await fetch(`${stack.server.url}/demo/state`)).json() as { user: { is_vip: boolean } }
  expect(user.is_vip).toBe(true)
  vip.close()
})
