/**
 * Codes of the client. Answers of the server keep the server's own code (`40001` …).
 *
 * | code | meaning | cure |
 * | --- | --- | --- |
 * | 40001 | a field of the order is missing or malformed | `field` names it |
 * | 40006 | the order is paid already | nothing: the payment ends in success |
 * | 60001 | the payer left the cashier | – |
 * | 60002 | the outcome is not known yet | show the status page |
 * | 60003 | the cashier reported a failure | `raw` and `reason` say more |
 * | 60004 | the order is closed | make a new order |
 * | 60005 | no backend | `app.use(createVkPay({ backend }))` in main |
 * | 60006 | this platform cannot open this channel | another provider |
 * | 60007 | `orderInfo` has not the channel's shape | `field` names the key |
 * | 60008 | the payer's openid could not be had | give `order.openid`, or see the cause |
 * | 60009 | the server did not answer | try again; nothing was paid |
 */
export const ErrorCode = {
  ORDER: 40001,
  ALREADY_PAID: 40006,
  CANCELLED: 60001,
  PENDING: 60002,
  CASHIER: 60003,
  CLOSED: 60004,
  NO_BACKEND: 60005,
  NOT_SUPPORTED: 60006,
  ORDER_INFO: 60007,
  OPENID: 60008,
  NETWORK: 60009,
} as const

/**
 * What went wrong, as a value: a stable `code`, the field at fault, a sentence for the developer, and
 * the cause. The plugin's own sentences are in development builds only: they name what code and field
 * say already, and every mini-program would carry them.
 */
export class VkPayError extends Error {
  /** See {@link ErrorCode}, or the server's code. */
  readonly code: number
  /** The field at fault, when one is. */
  readonly field?: string
  override readonly cause?: unknown

  constructor(code: number, message: string, more: { field?: string, cause?: unknown } = {}) {
    super(message || `${code} ${more.field || ''}`)
    this.code = code
    Object.assign(this, { name: 'VkPayError' }, more)
  }
}

/** Whatever was thrown, as a {@link VkPayError}; `code` is used for what is not one yet. */
export function toVkPayError(thrown: unknown, code: number): VkPayError {
  if (thrown instanceof VkPayError)
    return thrown
  const { message, errMsg } = (thrown || {}) as { message?: string, errMsg?: string }
  return new VkPayError(code, message || errMsg || String(thrown), { cause: thrown })
}
