/**
 * vk-uni-pay without components: `import vkPay from '@/uni_modules/vk-uni-pay/js_sdk/vk-pay.js'`.
 */
import type { VkPay } from './client'
import { useVkPay } from './client'

export type { AttemptView } from './attempt'
export type { HttpBackendOptions } from './backends'
export { httpBackend } from './backends'
export type { VkPay } from './client'
export { createVkPay, useVkPay } from './client'
export { ErrorCode, VkPayError } from './errors'
export { flow, isBusy, nextState } from './flow'
export { formatAmount } from './locale'
export type { OutcomeRow } from './outcome'
export { judge } from './outcome'
export { readKeys } from './providers/order-info'
export { requestPayment } from './providers/request-payment'
export { defaultPollPolicy, scanPollPolicy } from './poll'
export type { PaySession, SessionListener } from './session'
export * from './types'

/** Opens the cashier, see {@link VkPay.pay}. */
export const pay: VkPay['pay'] = payment => useVkPay().pay(payment)
/** Asks the server for a payment, see {@link VkPay.createPayment}. */
export const createPayment: VkPay['createPayment'] = order => useVkPay().createPayment(order)
/** Asks the server about a payment, see {@link VkPay.queryPayment}. */
export const queryPayment: VkPay['queryPayment'] = query => useVkPay().queryPayment(query)

export default { pay, createPayment, queryPayment }
