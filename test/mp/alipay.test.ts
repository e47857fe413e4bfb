import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startStack } from '../../scripts/lib/local-stack.mjs'
import { settle } from './support/mini-program'
import { openids, payments, readings } from './support/payments'
import { overHttp } from './support/servers'
import { statusPages } from './support/status-pages'
import { alipayShop } from './support/subject'

const shop = alipayShop()
const { phone, app } = shop

payments(shop)
statusPages(shop)
openids(shop, 'pay/code2SessionAlipay')
// my.tradePay: the code stands inside of success, as a text or a number
readings(shop, {
  cancelled: [{ success: { resultCode: '6001' } }, { success: { resultCode: 6001 } }, { success: { resultCode: '99' } }],
  failed: [{ success: { resultCode: '4000' } }, { success: { resultCode: 4 } }, { fail: { error: 2, errorMessage: 'tradeNO is missing' } }],
  pending: [...['8000', 8000, '6004', '6002', '5000', 'never seen'].map(resultCode => ({ success: { resultCode } })), { success: {} }],
})

describe('mp-alipay: against the real server and the gateway, over HTTP', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  beforeAll(async () => {
    stack = await startStack({ server: { log: () => {} } })
  })
  afterAll(() => stack.close())

  /** What Alipay does with a tradeNO: it knows those that it gave to the merchant. */
  async function atGateway(params: Record<string, unknown>, action: string): Promise<Record<string, unknown>> {
    const answer = await fetch(`${stack.gateway.url}/gateway/client/alipay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...params, action }),
    })
    return await answer.json() as Record<string, unknown>
  }

  it.each([['pay', '9000', '支付成功'], ['refuse', '6001', '支付已取消']])('%s: fetches the openid, hands tradeNO to my.tradePay, and ends as the server says', async (action, resultCode, toast) => {
    phone.reset()
    phone.server = overHttp(stack.server.url)
    let said: Record<string, unknown> | undefined
    phone.cashier = async (params) => {
      said = await atGateway(params, action)
      return { success: said }
    }
    app.relaunch()
    // the order's number is the time
    await settle(1000)
    const page = await app.open('pages/goods/goods')
    page.tap('.vk-pay-button')
    await vi.waitFor(() => expect(phone.toasts).toHaveLength(1), { timeout: 15_000, interval: 100 })
    expect(phone.requests.slice(0, 2).map(request => request.action)).toEqual(['pay/code2SessionAlipay', 'pay/createPayment'])
    expect(phone.requests[1]!.data).toMatchObject({ provider: 'alipay', vk_platform: 'mp-alipay', openid: expect.stringMatching(/^0[\w-]{30}$/) })
    expect(phone.payments).toMatchObject([{ tradeNO: expect.stringMatching(/^\d{28}$/) }])
    expect(said).toMatchObject({ resultCode })
    expect(phone.toasts).toEqual([toast])
    page.close()
  })
})
