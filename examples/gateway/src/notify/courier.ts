import type { Order } from '../orders/order'
import type { Delivery, DeliveryKind, Parcel } from './delivery'

/** One channel's way of telling a merchant about a payment. */
export interface Courier {
  /** How long it waits after each refused delivery; after the last it gives up. */
  readonly retryDelaysMs: readonly number[]
  /** Whether it sends wrong signatures on purpose. */
  readonly probes: boolean
  /** Whether the merchant has taken this delivery. */
  accepted: (delivery: Delivery) => boolean
  /** Signs the order's notification for one delivery of that kind. */
  pack: (order: Order, kind: DeliveryKind) => Parcel
}
