import type { ComponentPublicInstance } from 'vue'
import type { PayOrder, PayResult } from '../../js_sdk/types'

/** A cloud function of vk-uni-pay 1.x: its name alone, or its name with a route in it. */
export type VkUniPayAction = string | {
  /** The function. @default 'vk-pay' */
  name?: string
  /** The route in it, such as `pay/createPayment`. */
  action?: string
  /** Where the route stands in the function's event. @default 'action' */
  actionKey?: string
  /** Where the data stands in it. @default 'data' */
  dataKey?: string
}

/** Where a payment failed: the server made none, the cashier did not open, or the server says that it will not be paid. */
export type VkUniPayFailType = 'create' | 'request' | 'result'

export interface VkUniPayCreateOptions {
  /** Who makes the payment. @default `pay/createPayment` of the function `vk-pay` */
  action?: VkUniPayAction
  /** The order. A function of your own may set what is missing; its answer then has `orderInfo` and `out_trade_no`. */
  data: Partial<PayOrder>
  /** Paid, as the server says; also when it says so later. @default none */
  success?: (result: PayResult) => void
  /** Not paid; `failType` says where it failed. @default none */
  fail?: (result: PayResult & { failType: VkUniPayFailType }) => void
  /** The payer left, and the server says not paid. @default none */
  cancel?: (result: PayResult) => void
  /** Nobody can know yet; 1.x fell silent here. `success` may still follow. @default none */
  pending?: (result: PayResult) => void
}

export interface VkUniPayQueryOptions {
  /** Shown while asking. @default none */
  title?: string
  /** Which payment. @default the payment of before */
  data?: { out_trade_no?: string }
  /** The server says that it is paid. @default none */
  success?: (answer: Record<string, unknown>) => void
  /** It says something else, or nothing. @default none */
  fail?: (answer: Record<string, unknown>) => void
}

/** The component of vk-uni-pay 1.x, so that a page written for it runs as it is. It draws nothing; new pages are better off with `vk-pay-button`. */
export interface VkUniPayProps {
  /** Who is asked by `queryPayment()`. @default `pay/queryPayment` of the function `vk-pay` */
  queryPaymentAction?: VkUniPayAction
  /** 0 nothing under way, 1 being paid, 2 paid. @default none */
  status?: number
  /** What to draw as a QR code; `''` when there is nothing to scan. @default none */
  codeUrl?: string
  /** Taken and not needed: the component follows its page by itself. @default false */
  pageShow?: boolean
  /** Taken and not needed: whoever shows a code is told when it is paid. @default false */
  polling?: boolean
}

export interface VkUniPayEmits {
  /** For `v-model:status`. */
  (event: 'update:status', status: number): void
  /** For `v-model:code-url`. */
  (event: 'update:codeUrl', codeUrl: string): void
}

export interface VkUniPayExpose {
  /** Pays. Resolves to the result, never rejects. */
  createPayment: (options: VkUniPayCreateOptions) => Promise<PayResult | undefined>
  /** Asks the server about a payment, once. */
  queryPayment: (options?: VkUniPayQueryOptions) => Promise<void>
}

export type VkUniPayInstance = ComponentPublicInstance<VkUniPayProps, VkUniPayExpose>
