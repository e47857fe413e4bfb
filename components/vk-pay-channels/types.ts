import type { ComponentPublicInstance } from 'vue'
import type { PayOrder, PayResult, ProviderId, StateChange } from '../../js_sdk/types'

export interface VkPayChannelsProps {
  /** What is to be paid. */
  order?: PayOrder | null
  /** Channels to offer, in this order. @default all that this platform and the server's config have */
  providers?: readonly ProviderId[]
}

export interface VkPayChannelsEmits {
  (event: 'success', result: PayResult): void
  (event: 'fail', result: PayResult): void
  (event: 'cancel', result: PayResult): void
  (event: 'pending', result: PayResult): void
  (event: 'stateChange', change: StateChange): void
}

export type VkPayChannelsInstance = ComponentPublicInstance<VkPayChannelsProps>
