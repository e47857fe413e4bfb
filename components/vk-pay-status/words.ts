import type { PaymentStatus } from '../../composables/usePaymentStatus'
import type { PageMessageKey } from '../../js_sdk/locale/page'

export interface StatusFacts {
  status: PaymentStatus
  /** Paid, the order's handler has not finished. */
  processing: boolean
  partlyRefunded: boolean
  /** The payer said that it has paid, and the server still knows of nothing. */
  claimed: boolean
}

interface Words {
  title: PageMessageKey
  hint?: PageMessageKey
}

const words: Record<PaymentStatus, Words> = {
  loading: { title: 'loading' },
  paid: { title: 'paid' },
  unpaid: { title: 'unpaid', hint: 'unpaidHint' },
  confirming: { title: 'confirming', hint: 'confirmingHint' },
  closed: { title: 'closed' },
  refunded: { title: 'refunded' },
  missing: { title: 'noOrder' },
}

/**
 * What is written for a payment. Nobody is told that it failed, and whoever says to have paid is
 * sent to the orders and not back to the cashier (WeChat's merchant guide, 4012075249).
 */
export function wordsFor({ status, processing, partlyRefunded, claimed }: StatusFacts): Words {
  if (processing)
    return { title: 'paid', hint: 'processing' }
  if (partlyRefunded)
    return { title: 'partlyRefunded' }
  if (status === 'unpaid' && claimed)
    return { title: 'unpaid', hint: 'confirmingHint' }
  return words[status]
}
