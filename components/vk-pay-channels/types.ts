import type { ComponentPublicInstance } from 'vue'
import type { PayOrder, PayResult, ProviderId, StateChange, VkPayTheme } from '../../js_sdk/types'

/** The cashier as a part of a page: channels and one button. It needs no uni-popup. */
export interface VkPayChannelsProps {
  /** What is to be paid. @default none */
  order?: PayOrder | null
  /** Channels to offer, in this order. @default all that this platform and the server's config have */
  providers?: readonly ProviderId[]
  /** Light or dark. @default the client's `theme` */
  theme?: VkPayTheme
}

export interface VkPayChannelsEmits {
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

export type VkPayChannelsInstance = ComponentPublicInstance<VkPayChannelsProps>
