import type { ComponentPublicInstance } from 'vue'
import type { PaymentStatus } from '../../composables/usePaymentStatus'
import type { VkPayTheme } from '../../js_sdk/types'

/** What became of an order, as the server tells it. */
export interface VkPayStatusProps {
  /** The merchant's order number. @default '' */
  outTradeNo?: string
  /** Ask again by itself while the answer may change. @default true */
  autoRefresh?: boolean
  /** Light or dark. @default the client's `theme` */
  theme?: VkPayTheme
}

/** What the events carry, and what slots see. */
export interface VkPayStatusView {
  /** The merchant's order number. */
  out_trade_no: string
  /** What the payer can be told. */
  status: PaymentStatus
  /** Amount in fen, once it is known. */
  total_fee?: number
  /** Whether the server's handler for the order has finished; missing while that is not known. */
  user_order_success?: boolean
}

export interface VkPayStatusEmits {
  /** 完成 or 返回 was tapped. */
  (event: 'finish', view: VkPayStatusView): void
  /** 重新支付 was tapped; offered only where the server said that nothing was paid, and quietly to who says to have paid. */
  (event: 'repay', view: VkPayStatusView): void
  /** The payer had the server asked again; carries its answer. */
  (event: 'refresh', view: VkPayStatusView): void
}

export interface VkPayStatusSlots {
  /** In place of icon and words, when paid. */
  success?: (handed: { view: VkPayStatusView }) => unknown
  /** In place of icon and words, when the server says unpaid. */
  unpaid?: (handed: { view: VkPayStatusView }) => unknown
  /** In place of icon and words, while nobody can know. Do not ask to pay again here. */
  confirming?: (handed: { view: VkPayStatusView }) => unknown
  /** In place of the buttons. */
  actions?: (handed: { view: VkPayStatusView }) => unknown
}

export interface VkPayStatusExpose {
  /** Asks the server now. */
  refresh: () => Promise<PaymentStatus>
}

export type VkPayStatusInstance = ComponentPublicInstance<VkPayStatusProps, VkPayStatusExpose>
