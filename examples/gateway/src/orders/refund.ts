import type { Delivery } from '../notify/delivery'

export type RefundStatus = 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL'

/** A refund of either channel. Money in fen, time in ms. */
export interface Refund {
  readonly outRefundNo: string
  readonly refundId: string
  readonly fen: number
  readonly reason?: string
  /** Where it is told; nowhere when the merchant named nothing. */
  readonly notifyUrl?: string
  /** Asked for over v2, and told so. */
  readonly v2?: boolean
  readonly createdAtMs: number
  status: RefundStatus
  successAtMs?: number
  /** Accepted calls for this number. */
  calls: number
  readonly deliveries: Delivery[]
}

/** Money that went back, or may still. */
export function refundedFen(refunds: readonly Refund[]): number {
  return refunds.reduce((sum, { status, fen }) => status === 'CLOSED' ? sum : sum + fen, 0)
}

/** How long the money takes here; divided by the speed. */
export const REFUND_MS = 1_000
