import type { ComponentPublicInstance } from 'vue'
import type { OrderSource } from '../../composables/usePayment'
import type { PayResult, ProviderId, StateChange, VkPayTheme } from '../../js_sdk/types'

/** What a `<vk-pay-button :providers>` asks the cashier of its page for, by the event `vkPayCashier`. */
export interface CashierRequest {
  props: { order?: OrderSource | null, providers?: readonly ProviderId[] }
  /** Pays with the chosen channel. */
  start: (provider?: ProviderId) => Promise<PayResult>
  /** Tells a result that no payment led to: the payer closed the cashier. */
  tell: (result: PayResult) => void
  /** Set by the cashier that took the request. */
  result?: Promise<PayResult>
}

/**
 * A sheet in which the payer chooses a channel; needs uni-popup of uni-ui. It opens by
 * `ref.open(order)`, and for every `<vk-pay-button :providers>` of its page.
 */
export interface VkPayCashierProps {
  /** What `open()` pays when it is called without an order. @default none */
  order?: OrderSource | null
  /** Channels to offer, in this order. @default all that this platform and the server's config have */
  providers?: readonly ProviderId[]
  /** Light or dark. @default the client's `theme` */
  theme?: VkPayTheme
}

export interface VkPayCashierEmits {
  /** Paid, as the server says. */
  (event: 'success', result: PayResult): void
  /** Not paid, and the server agrees. */
  (event: 'fail', result: PayResult): void
  /** The payer left: the channel's cashier, and the server says not paid; or this one, before choosing. */
  (event: 'cancel', result: PayResult): void
  /** Nobody can know yet; `success` may follow. */
  (event: 'pending', result: PayResult): void
  /** `@state-change` in a template. */
  (event: 'stateChange', change: StateChange): void
}

export interface VkPayCashierExpose {
  /**
   * Lets the payer choose, and pays. Resolves to the same result the events carry; never rejects.
   * A second call while it is open, or while a payment is under way, joins it.
   */
  open: (order?: OrderSource, options?: { providers?: readonly ProviderId[] }) => Promise<PayResult>
  /** Closes it before a channel was chosen, as a cancel. */
  close: () => void
}

export type VkPayCashierInstance = ComponentPublicInstance<VkPayCashierProps, VkPayCashierExpose>
