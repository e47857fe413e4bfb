import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { modelServer } from '../support/model-server'
import type { LogicPage } from './support/logic-program'
import { bootLogic } from './support/logic-program'

vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
const settle = (ms = 50) => vi.advanceTimersByTimeAsync(ms)

interface Call { success?: (answer: unknown) => void, fail?: (answer: unknown) => void }
interface Request extends Call { url: string, data?: string | { action: string, data: Record<string, unknown> } }

const stored = new Map<string, unknown>()
const toasts: string[] = []
const visits: string[] = []
const payments: unknown[] = []
const requests: { action: string, data: Record<string, unknown> }[] = []
let server: ReturnType<typeof modelServer>
/** What `my.tradePay` answers; nothing when it never calls back. */
let cashier: () => { success?: object, fail?: object } | undefined

const app = bootLogic(join(import.meta.dirname, '../../examples/shop/dist/build/mp-alipay'), {
  getStorageSync: ({ key }: { key: string }) => ({ data: stored.get(key) ?? null }),
  setStorageSync: ({ key, data }: { key: string, data: unknown }) => void stored.set(key, JSON.parse(JSON.stringify(data))),
  removeStorageSync: ({ key }: { key: string }) => void stored.delete(key),
  showToast: ({ content }: { content: string }) => void toasts.push(content),
  // uni-app marks each page it opens
  navigateTo: ({ url }: { url: string }) => void visits.push(url.replace(/&__id__=\d+$/, '')),
  getAuthCode: ({ success }: Call) => success?.({ authCode: 'code-of-the-payer' }),
  tradePay: ({ success, fail, ...params }: Call) => {
    payments.push(params)
    const answer = cashier()
    if (answer?.success)
      success?.(answer.success)
    if (answer?.fail)
      fail?.(answer.fail)
  },
  request: ({ data, success, fail }: Request) => {
    const body = typeof data === 'string' ? JSON.parse(data) as Exclude<Request['data'], string> : data
    if (!body?.action)
      return success?.({ status: 200, statusCode: 200, data: {} })
    requests.push(body)
    server.backend.call(body.action, body.data).then(
      answer => success?.({ status: 200, statusCode: 200, data: answer }),
      () => fail?.({ error: 12, errorMessage: 'network' }),
    )
  },
})

let page: LogicPage
const orderNo = () => String(requests.find(({ action }) => action === 'pay/createPayment')?.data.out_trade_no)

beforeEach(async () => {
  stored.clear()
  for (const list of [toasts, visits, payments, requests]) list.length = 0
  server = modelServer()
  page = await app.open('pages/goods/goods', 'vk-pay-button', settle)
})
afterEach(() => page.close())

async function buy(ms = 5000) {
  page.tap()
  await settle(ms)
}

describe('the shop\'s goods page, compiled for mp-alipay', () => {
  it('fetches the openid, creates the payment for Alipay, and hands tradeNO to my.tradePay', async () => {
    cashier = () => undefined
    await buy(100)
    expect(requests.map(({ action }) => action)).toEqual(['pay/code2SessionAlipay', 'pay/createPayment'])
    expect(requests[1]!.data).toMatchObject({ provider: 'alipay', vk_platform: 'mp-alipay', openid: 'openid-1', total_fee: 3990 })
    expect(payments).toMatchObject([{ tradeNO: 'trade-1' }])
  })

  it('succeeds after the server said paid', async () => {
    cashier = () => {
      server.pay(orderNo())
      return { success: { resultCode: '9000' } }
    }
    await buy()
    expect(toasts).toEqual(['支付成功'])
    expect(visits).toEqual([`/pages/order/success?order_no=${orderNo()}`])
  })

  it.each(['6001', 6001, '99'])('reads a cancel of %j inside of the success callback', async (resultCode) => {
    cashier = () => ({ success: { resultCode } })
    await buy()
    expect(toasts).toEqual(['支付已取消'])
    expect(visits).toEqual([])
  })

  it('succeeds when the payer left, and had in truth paid', async () => {
    cashier = () => {
      server.pay(orderNo())
      return { success: { resultCode: '6001' } }
    }
    await buy()
    expect(toasts).toEqual(['支付成功'])
  })

  it.each([{ success: { resultCode: '4000' } }, { fail: { error: 2, errorMessage: 'tradeNO is missing' } }])('fails on %j', async (answer) => {
    cashier = () => answer
    await buy()
    expect(toasts).toEqual(['支付失败'])
  })

  it.each(['8000', '6004', '6002', 'never seen'])('is pending on %s while the server says not paid', async (resultCode) => {
    cashier = () => ({ success: { resultCode } })
    await buy(70_000)
    expect(toasts).toEqual([])
    expect(visits).toEqual([`/pages/order/success?order_no=${orderNo()}`])
  })

  it('notices a cashier that never calls back, once the page is shown again', async () => {
    cashier = () => undefined
    await buy(100)
    page.hide()
    server.pay(orderNo())
    page.show()
    await settle(4000)
    expect(toasts).toEqual(['支付成功'])
  })
})
