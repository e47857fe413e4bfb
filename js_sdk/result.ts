import type { AttemptView } from './attempt'
import type { PayCore } from './core'
import type { VkPayError } from './errors'
import { ErrorCode } from './errors'
import { detectPlatform } from './platform'
import type { OutcomeReason, PayOutcome, PayResult, QueryPaymentResult } from './types'

/** What is known beside the order when an attempt ends. It goes into the result as it is, but for `answer` and `msg`. */
export interface Findings {
  /** The server's last answer. */
  answer?: QueryPaymentResult
  reason?: OutcomeReason
  error?: VkPayError
  /** A sentence that says more about a failure than the outcome's own. */
  msg?: string
  raw?: unknown
  hint?: string
  late?: boolean
}

const codes: Record<PayOutcome, number> = { success: 0, cancel: ErrorCode.CANCELLED, pending: ErrorCode.PENDING, fail: ErrorCode.CASHIER }

/** Simplified or Traditional: no sentence for who reads English. */
const CHINESE = /[\u4E00-\u9FFF]/

/** The one shape in which an outcome is told, by promise and by event. */
export function makeResult({ t, locale }: PayCore, outcome: PayOutcome, order: AttemptView, { answer, msg, ...known }: Findings): PayResult {
  const { error } = known
  const { data, transaction_id, user_order_success } = answer || {} as Partial<QueryPaymentResult>
  const { trade_state, total_fee, time_end } = data || {} as { trade_state?: string, total_fee?: number, time_end?: string }
  const code = codes[outcome]
  const failed = outcome === 'fail'
  // a channel speaks Chinese to whomever: then its words are left to `error`
  const told = failed && !(locale() === 'en' && CHINESE.test(msg!)) && msg
  return {
    ...known,
    code: (failed && error && error.code) || code,
    msg: told || t(outcome),
    outcome,
    out_trade_no: order.out_trade_no,
    provider: order.provider,
    platform: detectPlatform(),
    trade_state: trade_state || (code ? 'UNKNOWN' : 'SUCCESS'),
    total_fee: total_fee ?? order.total_fee,
    transaction_id,
    user_order_success,
    time_end,
  }
}
