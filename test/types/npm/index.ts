import vkPay, { createVkPay, useChannels, usePayment, usePaymentStatus } from 'vk-uni-pay'
import type { PayOrder, VkPayOptions } from 'vk-uni-pay'
import * as script from 'vk-uni-pay/js_sdk/vk-pay.js'

export const options: VkPayOptions = { backend: 'https://pay.example.com/vk-pay' }
const order: PayOrder = { out_trade_no: 'ORDER_0001', total_fee: 100, subject: '高山乌龙茶', type: 'goods' }
export const all = () => [createVkPay(options), useChannels(), usePayment().pay(order), usePaymentStatus('ORDER_0001'), vkPay.createPayment(order), script.pay({ orderInfo: {} })]

// @ts-expect-error for tests alone, and not a part of what an app imports
export { createMockPayment } from 'vk-uni-pay'
// @ts-expect-error of the server
export { createPay } from 'vk-uni-pay'
// @ts-expect-error not to be imported from inside
export * as engine from 'vk-uni-pay/engine/index.js'
