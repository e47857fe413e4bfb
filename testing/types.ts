import type { Clock, ProviderId, VkPayOptions } from '../js_sdk/types'

/**
 * What the payer, and the network, do with one payment. The in-memory server has the truth; the
 * cashier only reports, and the client's own rules make an outcome of both:
 *
 * | script | at the server | the cashier says | the client tells |
 * | --- | --- | --- | --- |
 * | `success` | paid | ok | success |
 * | `cancel` | not paid | cancel | cancel |
 * | `fail` | not paid | fail | fail |
 * | `pending` | still being paid | something unheard of | pending, after the polling's minute |
 * | `paid-after-cancel` | paid | cancel | success |
 * | `late` | paid `lateMs` after the cashier came back | ok | success, then |
 * | `no-callback` | not paid | nothing, ever | nothing; after the app is shown again, pending |
 * | `offline` | cannot be reached about this order, until `online()` | – | pending |
 * | `already-paid` | was paid before | – | success |
 */
export type MockOutcome
  = 'success' | 'cancel' | 'fail' | 'pending' | 'paid-after-cancel' | 'late' | 'no-callback' | 'offline' | 'already-paid'

/** An order as the in-memory server knows it. */
export interface MockOrder {
  readonly out_trade_no: string
  /** `NOTPAY` unpaid, `USERPAYING` nobody can say, `SUCCESS` paid, `CLOSED` can no longer be paid. */
  readonly state: 'NOTPAY' | 'USERPAYING' | 'SUCCESS' | 'CLOSED'
  /** fen */
  readonly total_fee: number
  readonly provider: ProviderId
  /** How often it was asked for by `createPayment`. */
  readonly creates: number
  /** How often it was asked about by `queryPayment`. */
  readonly queries: number
  /** What the script has for its last attempt. */
  readonly outcome: MockOutcome
}

/** A request that reached the in-memory server, or was lost on its way. */
export interface MockCall {
  /** Such as `pay/createPayment`. */
  readonly action: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Of one payment of the script. */
export interface MockStepOptions {
  /** How long the payer stays in the cashier, ms. @default that of {@link MockPaymentOptions} */
  delayMs?: number
  /** How long after the cashier came back the server learns of a `late` payment, ms. @default 2000 */
  lateMs?: number
}

export interface MockPaymentOptions {
  /** How long the payer stays in the cashier, ms; 0 comes back without a timer. @default 0 */
  delayMs?: number
  /** How long the server takes for an answer, ms; 0 answers without a timer. @default 0 */
  latencyMs?: number
  /** What becomes of the next payments, in this order. @default [], each is a `success` */
  script?: readonly MockOutcome[]
  /** Channels there are, the first of them where nobody names one. @default ['wxpay', 'alipay'] */
  channels?: readonly ProviderId[]
  /** Time for client, server and cashier. @default the system's, or the fake timers' that replace it */
  clock?: Clock
}

export interface MockPayment {
  /** For `createVkPay(mock.options)`; spread it to add your own: `createVkPay({ ...mock.options, onPaid })`. */
  readonly options: VkPayOptions
  /** What the next payment that has no step yet comes to; several calls queue up. @throws TypeError for an outcome that is none */
  next: (outcome: MockOutcome, options?: MockStepOptions) => void
  /** The orders the server knows, by number. */
  readonly orders: ReadonlyMap<string, MockOrder>
  /** Every request, oldest first, also those that were lost. */
  readonly calls: readonly MockCall[]
  /** The money arrives, whatever the payer's device knows of it. @throws Error when there is no such order, or it is closed */
  pay: (outTradeNo: string) => void
  /** The order can no longer be paid. @throws Error when there is no such order, or it is paid */
  close: (outTradeNo: string) => void
  /** The server cannot be reached at all, until {@link MockPayment.online}. */
  offline: () => void
  /** It can be reached again, also about orders whose script said `offline`. */
  online: () => void
  /** Forgets orders, calls, script, and what the device had stored. Payments under way are the client's to dispose. */
  reset: () => void
}
