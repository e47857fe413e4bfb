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
  /** Paid, as the server says; also when it says so later. */
  success?: (result: PayResult) => void
  fail?: (result: PayResult & { failType: VkUniPayFailType }) => void
  cancel?: (result: PayResult) => void
  /** Nobody can know yet; 1.x fell silent here. `success` may still follow. */
  pending?: (result: PayResult) => void
}

export interface VkUniPayQueryOptions {
  /** Shown while asking. */
  title?: string
  /** @default the payment of before */
  data?: { out_trade_no?: string }
  /** The server says that it is paid. */
  success?: (answer: Record<string, unknown>) => void
  /** It says something else, or nothing. */
  fail?: (answer: Record<string, unknown>) => void
}

export interface VkUniPayProps {
  /** Who is asked by `queryPayment()`. @default `pay/queryPayment` of the function `vk-pay` */
  queryPaymentAction?: VkUniPayAction
  /** 0 nothing under way, 1 being paid, 2 paid. @default 0 */
  status?: number
  /** What to draw as a QR code; `''` when there is nothing to scan. @default '' */
  codeUrl?: string
  /** Taken and not needed: the component follows its page by itself. @default true */
  pageShow?: boolean
  /** Taken and not needed: whoever shows a code is told when it is paid. @default false */
  polling?: boolean
}

export interface VkUniPayEmits {
  (event: 'update:status', status: number): void
  (event: 'update:codeUrl', codeUrl: string): void
}

export interface VkUniPayExpose {
  /** Pays. Resolves to the result, never rejects. */
  createPayment: (options: VkUniPayCreateOptions) => Promise<PayResult | undefined>
  /** Asks the server about a payment, once. */
  queryPayment: (options?: VkUniPayQueryOptions) => Promise<void>
}
