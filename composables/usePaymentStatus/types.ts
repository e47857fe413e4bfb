import type { ComputedRef } from 'vue'
import type { VkPay } from '../../js_sdk/client'
import type { QueryPaymentResult } from '../../js_sdk/types'

/**
 * What a payer can be told about an order.
 *
 * | status | meaning |
 * | --- | --- |
 * | loading | the first answer is not here yet |
 * | paid | the server said paid |
 * | unpaid | the server said that nothing was paid |
 * | confirming | nobody can know yet: no answer, or one that is neither yes nor no |
 * | closed | it can no longer be paid |
 * | refunded | it was paid back, in whole or in part (see `partlyRefunded`) |
 * | missing | the server does not know this order |
 */
export type PaymentStatus = 'loading' | 'paid' | 'unpaid' | 'confirming' | 'closed' | 'refunded' | 'missing'

export interface UsePaymentStatusOptions {
  /** Keep asking, by the poll policy, while the answer may change. @default true */
  autoRefresh?: boolean | (() => boolean)
  /** The client to ask with. @default the one of `app.use(createVkPay())`, see `useVkPay` */
  client?: VkPay
}

export interface UsePaymentStatusReturn {
  /** What the payer can be told. */
  status: ComputedRef<PaymentStatus>
  /** The server's last answer, as on the wire. */
  answer: ComputedRef<QueryPaymentResult | undefined>
  /** Amount in fen. */
  totalFee: ComputedRef<number | undefined>
  /** Paid, but the server's handler for the order has not finished. */
  processing: ComputedRef<boolean>
  /** Part of it was paid back. */
  partlyRefunded: ComputedRef<boolean>
  /** The server is being asked because of {@link UsePaymentStatusReturn.refresh}. */
  refreshing: ComputedRef<boolean>
  /** Asks now, and goes on asking for a while. Resolves with the status after the answer. */
  refresh: () => Promise<PaymentStatus>
  /** Ends it; called by the scope. */
  dispose: () => void
}
