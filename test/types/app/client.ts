import { createSSRApp } from 'vue'
import vkPay from '@/uni_modules/vk-uni-pay/js_sdk/vk-pay.js'
import { createPayment, createVkPay, defaultPollPolicy, ErrorCode, formatAmount, httpBackend, judge, nextState, pay, queryPayment, requestPayment, useVkPay, VkPayError } from '@/uni_modules/vk-uni-pay/js_sdk'
import type { Backend, LocaleId, PayProvider, PollPolicy, ProviderId, VkPay, VkPayOptions } from '@/uni_modules/vk-uni-pay/js_sdk'

const order = { out_trade_no: 'ORDER_0001', total_fee: 100, subject: '高山乌龙茶', type: 'goods' }

const backend: Backend = { call: async <T>(action: string, data: Record<string, unknown>) => ({ code: 0, action, data }) as T }
const slower: PollPolicy = (attempt, elapsedMs) => elapsedMs > 60_000 ? 'stop' : attempt * 2000

export const points: PayProvider = {
  id: 'points',
  platforms: ['h5', 'mp-weixin', 'app-plus'],
  outcomes: [['fail', 'errMsg', '*=', 'cancel', 'cancel', 'user'], ['any', 'code', /^5/, 'fail', 'network']],
  launch: async ({ orderInfo, call, out_trade_no, platform }) => {
    await call('pay/points', { out_trade_no, platform })
    return requestPayment('wxpay', { orderInfo: String(orderInfo) })
  },
}

export const options: VkPayOptions = {
  backend,
  functionName: 'vk-pay',
  provider: 'wxpay',
  providers: [points],
  locale: 'zh-Hant',
  messages: { 'en': { payNow: 'Buy' }, 'zh-Hant': { qrcodeLeft: '還有 {time}' } },
  defaults: () => ({ user_id: 'u1' }),
  returnUrl: number => `https://shop.example.com/#/done?order_no=${number}`,
  poll: slower,
  onPaid: res => res.out_trade_no,
  requestTimeoutMs: 5000,
  watchdogMs: 2000,
}

export function main() {
  const app = createSSRApp({})
  const client: VkPay = createVkPay(options)
  app.use(client)
  app.use(createVkPay({ backend: httpBackend('https://pay.example.com/vk-pay', { header: () => ({ authorization: 'token' }) }) }))
  app.use(createVkPay({ backend: 'https://pay.example.com/vk-pay', poll: defaultPollPolicy }))
  app.use(createVkPay())
  client.register(points)
  client.watch(result => result?.outcome)()
  void client.resume()
  const known: ProviderId = 'alipay'
  const own: ProviderId = 'points'
  const language: LocaleId = client.locale
  return [known, own, language, client.journal.list().length, useVkPay().platform === 'h5-weixin']
}

export async function wrongOptions() {
  // @ts-expect-error there is no such language
  createVkPay({ locale: 'fr' })
  // @ts-expect-error ms are a number
  createVkPay({ requestTimeoutMs: '8s' })
  // @ts-expect-error a backend answers calls
  createVkPay({ backend: { url: 'https://pay.example.com' } })
  // @ts-expect-error an interval is no policy
  createVkPay({ poll: 1500 })
  // @ts-expect-error no such option
  createVkPay({ timeout: 8000 })
  // @ts-expect-error a list of channels, not of their names
  createVkPay({ providers: ['wxpay'] })
  // @ts-expect-error fen are a number, in the defaults, too
  createVkPay({ defaults: { total_fee: '1' } })
  // @ts-expect-error a header is made for each request
  httpBackend('https://pay.example.com/vk-pay', { header: { authorization: 'token' } })
  // @ts-expect-error an address is needed
  httpBackend()
}

export const wrongProviders: PayProvider[] = [
  // @ts-expect-error it cannot open its cashier
  { id: 'points', platforms: ['h5'] },
  // @ts-expect-error there is no such platform
  { id: 'points', platforms: ['weixin'], launch: async () => ({ kind: 'redirect', url: '' }) },
  // @ts-expect-error there is no such way to end
  { id: 'points', platforms: ['h5'], launch: async () => ({ kind: 'paid' }) },
  // @ts-expect-error there is no such outcome
  { id: 'points', platforms: ['h5'], outcomes: [['fail', 'errMsg', '*=', 'cancel', 'paid', 'user']], launch: async () => ({ kind: 'redirect', url: '' }) },
]

export async function plainCalls() {
  const made = await vkPay.createPayment({ ...order, provider: 'wxpay' })
  const result = await vkPay.pay({ provider: made.provider, orderInfo: made.orderInfo })
  const { data, orderPaid, status } = await vkPay.queryPayment({ out_trade_no: 'ORDER_0001', await_notify: true })
  const state: string | undefined = data?.trade_state
  void [await createPayment(order), await pay({ orderInfo: {} }), await queryPayment({ out_trade_no: 'ORDER_0001' })]
  if (result.error instanceof VkPayError && result.error.code === ErrorCode.NETWORK)
    throw result.error

  // @ts-expect-error the number of the order is missing
  await vkPay.createPayment({ total_fee: 100, subject: '高山乌龙茶', type: 'goods' })
  // @ts-expect-error fen are a number
  await vkPay.createPayment({ ...order, total_fee: '100' })
  // @ts-expect-error `orderInfo` is what the cashier needs
  await vkPay.pay({ provider: 'wxpay' })
  // @ts-expect-error which order
  await vkPay.queryPayment({})
  // @ts-expect-error no such function
  await vkPay.refund({ out_trade_no: 'ORDER_0001' })
  // @ts-expect-error no such code
  void ErrorCode.UNKNOWN
  // @ts-expect-error fen are a number
  formatAmount('100')
  // @ts-expect-error nothing says that there is a trade
  void data.trade_state
  return [state, orderPaid, status, formatAmount(100), nextState('idle', 'START'), judge]
}
