import type { PayCore } from './core'
import type { VkPayError } from './errors'
import { ErrorCode } from './errors'
import type { MessageKey } from './locale'
import type { OutcomeReason, PayOutcome, PayResult, ProviderId, QueryPaymentResult } from './types'

/** All that is known when an attempt ends. */
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
  const { answer, error } = found
  const failed = outcome === 'fail'
  return {
    code: failed && error ? error.code : code,
    msg: failed && found.msg ? found.msg : core.t(key),
    outcome,
    reason: found.reason,
    out_trade_no: found.out_trade_no,
    provider: found.provider,
    platform: core.platform,
    trade_state: answer?.data?.trade_state ?? (outcome === 'success' ? 'SUCCESS' : 'UNKNOWN'),
    total_fee: answer?.data?.total_fee ?? found.total_fee,
    transaction_id: answer?.transaction_id,
    user_order_success: answer?.user_order_success,
    time_end: answer?.data?.time_end,
    late: found.late,
    error,
    raw: found.raw,
    hint: found.hint,
  }
}
