import type { PayCore } from './core'
import type { VkPayError } from './errors'
import { ErrorCode } from './errors'
import type { JournalEntry } from './journal'
import type { MessageKey } from './locale'
import type { OutcomeReason, PayOutcome, PayResult, ProviderId, QueryPaymentResult } from './types'

/** All that is known when an attempt ends, and nothing else: it goes into the result as it is. */
export interface Findings {
  out_trade_no: string
  provider: ProviderId
  /** fen */
  total_fee: number
  /** The server's last answer. */
  answer?: QueryPaymentResult
  reason?: OutcomeReason
  error?: VkPayError
  /** A sentence that says more than the outcome's own. */
  msg?: string
  raw?: unknown
  hint?: string
  late?: boolean
}

const words: Record<PayOutcome, readonly [code: number, key: MessageKey]> = {
  success: [0, 'paid'],
  cancel: [ErrorCode.CANCELLED, 'cancelled'],
  pending: [ErrorCode.PENDING, 'pending'],
  fail: [ErrorCode.CASHIER, 'failed'],
}

/** The one shape in which an outcome is told, by promise and by event. */
export function makeResult(core: PayCore, outcome: PayOutcome, found: Findings): PayResult {
  const [code, key] = words[outcome]
  const { answer, msg, ...known } = found
  const { data, transaction_id, user_order_success } = answer ?? {}
  const failed = outcome === 'fail'
  return {
    ...known,
    code: (failed && known.error?.code) || code,
    msg: (failed && msg) || core.t(key),
    outcome,
    platform: core.platform,
    trade_state: data?.trade_state ?? (code ? 'UNKNOWN' : 'SUCCESS'),
    total_fee: data?.total_fee ?? known.total_fee,
    transaction_id,
    user_order_success,
    time_end: data?.time_end,
  }
}

/** A payment whose attempt was over, or never seen, when the server said paid. */
export function lateSuccess(core: PayCore, { out_trade_no, provider, total_fee }: JournalEntry, answer: QueryPaymentResult): PayResult {
  return makeResult(core, 'success', { out_trade_no, provider, total_fee, answer, late: true })
}
