import type { QueryPaymentResult } from '../../js_sdk/types'
import type { PaymentStatus } from './types'

const NO_SUCH_ORDER = 40005
const PARTLY_REFUNDED = 2
const REFUNDED = 3
const CLOSED = -1

/** What the server's answer lets us tell the payer. Whatever is not an explicit word of the server is `confirming`. */
export function readStatus(answer: QueryPaymentResult | undefined): PaymentStatus {
  if (answer?.code === NO_SUCH_ORDER)
    return 'missing'
  if (answer?.code !== 0)
    return 'confirming'
  const { status, orderPaid, data } = answer
  const tradeState = data?.trade_state
  if (tradeState === 'REFUND' || status === REFUNDED || status === PARTLY_REFUNDED)
    return 'refunded'
  if (tradeState === 'SUCCESS' || orderPaid === true)
    return 'paid'
  if (tradeState === 'CLOSED' || tradeState === 'REVOKED' || status === CLOSED)
    return 'closed'
  return tradeState === 'NOTPAY' || tradeState === 'PAYERROR' ? 'unpaid' : 'confirming'
}

/** What a later answer without news must not take back. */
export function isFact(status: PaymentStatus): boolean {
  return status === 'paid' || status === 'refunded' || status === 'closed'
}

export function isPartlyRefunded(answer: QueryPaymentResult | undefined): boolean {
  return answer?.status === PARTLY_REFUNDED
}

/** Paid, and the server says that its handler is not done. */
export function isProcessing(answer: QueryPaymentResult | undefined): boolean {
  return readStatus(answer) === 'paid' && answer?.user_order_success === false
}

/** Whether asking again could bring news. */
export function isSettled(answer: QueryPaymentResult | undefined): boolean {
  const status = readStatus(answer)
  return status === 'closed' || status === 'refunded' || status === 'missing' || (status === 'paid' && !isProcessing(answer))
}
