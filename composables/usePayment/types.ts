import type { ComputedRef } from 'vue'
import type { PayOrder, PayResult, PayState, ProviderId, StateChange } from '../../js_sdk/types'
import type { AttemptView } from '../../js_sdk/attempt'
import type { VkPay } from '../../js_sdk/client'
import type { VkPayError } from '../../js_sdk/errors'

/** An order, or a function that makes it when the payer taps; it may ask a server for it. */
export type OrderSource = PayOrder | (() => PayOrder | Promise<PayOrder>)

export interface UsePaymentOptions {
  /** The client to pay with. @default the one of `app.use(createVkPay())`, see `useVkPay` */
  client?: VkPay
  /** Every result, whatever its outcome. @default none */
  onResult?: (result: PayResult) => void
  /** Every change of the state. @default none */
  onStateChange?: (change: StateChange) => void
}

export interface PayCallOptions {
  /** Channel of this payment. @default the order's, then the client's */
  provider?: ProviderId
}

/** Takes a listener back. */
export type Off = () => void

export interface UsePaymentReturn {
  /** Where the payment is. */
  state: ComputedRef<PayState>
  /** The order being paid, or paid last. */
  current: ComputedRef<AttemptView | undefined>
  /** A payment is under way; a further `pay()` joins it. */
  busy: ComputedRef<boolean>
  /** How the last payment ended; `undefined` while one is under way. */
  result: ComputedRef<PayResult | undefined>
  /** Technical cause of the last failure. */
  error: ComputedRef<VkPayError | undefined>
  /** What to draw as a QR code, while the payer is to scan one. */
  codeUrl: ComputedRef<string | undefined>
  /** When that code can no longer be scanned, milliseconds since 1970. */
  expiresAt: ComputedRef<number | undefined>
  /** Pays. Resolves to the result, never rejects; the lock is taken before the first `await`. */
  pay: (order: OrderSource, options?: PayCallOptions) => Promise<PayResult>
  /**
   * Opens the cashier with the `orderInfo` of a payment that was made elsewhere, as by a function of
   * your own, and asks the server what came of it. Otherwise like `pay`.
   */
  open: (payment: AttemptView & { orderInfo: unknown }) => Promise<PayResult>
  /** H5 only. The payment this page was left for: it is back, and the server is being asked. */
  returned?: ComputedRef<AttemptView | undefined>
  /** H5 only. Whether `repay()` has an order to pay: the one of `returned`, if this browser still knows it. */
  repayable?: () => boolean
  /**
   * H5 only. Pays the order of `returned` once more, under its own number. Offer it only after the
   * server said that nothing was paid; `undefined` when there is nothing to pay.
   */
  repay?: () => Promise<PayResult> | undefined
  /** Asks the server now: the payer says that it is done. */
  check: () => void
  /** The payer closed a cashier that we draw: the QR code, on H5 also the question of `returned`. */
  dismiss: () => void
  /** Paid, as the server says. May come after one of the others, see `PayResult.late`. */
  onSuccess: (listener: (result: PayResult) => void) => Off
  /** Not paid, and the server agrees. */
  onFail: (listener: (result: PayResult) => void) => Off
  /** The payer left, and the server says not paid. */
  onCancel: (listener: (result: PayResult) => void) => Off
  /** Nobody can know yet; `success` may follow. */
  onPending: (listener: (result: PayResult) => void) => Off
  /** Every change of the state. */
  onStateChange: (listener: (change: StateChange) => void) => Off
  /** Ends it all: timers, listeners. Called by the scope; needed only outside of one. */
  dispose: () => void
}
