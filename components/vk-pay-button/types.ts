import type { ComponentPublicInstance } from 'vue'
import type { OrderSource } from '../../composables/usePayment'
import type { PayResult, ProviderId, StateChange, VkPayTheme } from '../../js_sdk/types'

/** A button that takes the money of an order: the amount on it, locked while a payment is under way. */
export interface VkPayButtonProps {
  /**
   * What is to be paid, or a function that makes it when the payer taps (it may ask a server).
   * While it is missing, the button is disabled. A change during a payment does not touch that payment.
   * @default none
   */
  order?: OrderSource | null
  /** Channel, such as `wxpay`. @default the order's, then the client's */
  provider?: ProviderId
  /**
   * Channels to choose from. With a `<vk-pay-cashier />` on the same page the payer chooses there;
   * without one the first is paid with. A button alone does not carry the cashier.
   * @default none
   */
  providers?: readonly ProviderId[]
  /** Not to be tapped. @default false */
  disabled?: boolean
  /** Label, when the default slot is not used. @default 支付 ¥10.00, or 立即支付 while the amount is not known */
  text?: string
  /** As wide as its container. @default false */
  block?: boolean
  /** Height: 44, 32 or 52 px; the place to tap is 44 px or more. @default "default" */
  size?: 'default' | 'mini' | 'large'
  /** Filled, grey, or an outline. @default "primary" */
  type?: 'primary' | 'default' | 'plain'
  /** With round ends. @default false */
  round?: boolean
  /** Light or dark. @default the client's `theme` */
  theme?: VkPayTheme
}

export interface VkPayButtonEmits {
  /** Paid, as the server says. */
  (event: 'success', result: PayResult): void
  /** Not paid, and the server agrees. */
  (event: 'fail', result: PayResult): void
  /** The payer left, and the server says not paid. */
  (event: 'cancel', result: PayResult): void
  /** Nobody can know yet; `success` may follow. */
  (event: 'pending', result: PayResult): void
  /** `@state-change` in a template. */
  (event: 'stateChange', change: StateChange): void
}

export interface VkPayButtonSlots {
  /** The label. */
  default?: () => unknown
  /** Before the label, while nothing is under way. */
  icon?: () => unknown
  /** In place of the spinner, while a payment is under way. */
  loading?: () => unknown
}

export interface VkPayButtonExpose {
  /** The same as a tap; a payment that is under way is joined. */
  pay: () => Promise<PayResult>
}

export type VkPayButtonInstance = ComponentPublicInstance<VkPayButtonProps, VkPayButtonExpose>
