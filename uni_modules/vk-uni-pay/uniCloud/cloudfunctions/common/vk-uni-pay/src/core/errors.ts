/** Codes of the answers. 0 is done; the rest are explained in the documentation of the API. */
export const PayCode = {
  ok: 0,
  /** A signature between our own functions is wrong. */
  callbackSignature: 400,
  unknownAction: 404,
  parameter: 40001,
  signature: 40002,
  keyFile: 40003,
  network: 40004,
  noSuchOrder: 40005,
  alreadyPaid: 40006,
  balance: 40007,
  tooOften: 40008,
  notAllowed: 40009,
  busy: 40010,
  other: 50000,
} as const

export interface PayErrorOptions {
  /** The field the sentence is about, as its author wrote it: `total_fee`, `wxpay.mp-weixin.v3Key`. */
  field?: string
  cause?: unknown
  /** Further fields of the answer. */
  extra?: Record<string, unknown>
}

/** What went wrong, as a value: a code, a sentence with the cure, and the cause. Never holds keys or payloads. */
export class PayError extends Error {
  override readonly name: string = 'PayError'
  readonly field?: string
  readonly extra?: Record<string, unknown>
  override readonly cause?: unknown

  constructor(readonly code: number, message: string, options: PayErrorOptions = {}) {
    super(message)
    this.field = options.field
    this.extra = options.extra
    // assigned by hand: Node 12 does not know the second argument of Error
    this.cause = options.cause
  }
}

/** A parameter is missing or malformed. */
export function parameterError(field: string, message: string, cause?: unknown): PayError {
  return new PayError(PayCode.parameter, message, { field, cause })
}

/** A key or certificate cannot be used. */
export function keyError(field: string, message: string, cause?: unknown): PayError {
  return new PayError(PayCode.keyFile, message, { field, cause })
}

/** What a failed call tells about the order at the channel. */
export type ChannelVerdict
  /** Refused for certain: no order was made or changed. */
  = | 'refused'
  /** Nobody knows whether it had an effect. */
    | 'unknown'
  /** The number is in use for something else, or was closed: only another number can be paid. */
    | 'number-taken'
  /** The order has been paid already. */
    | 'paid'
  /** The channel has no such order. */
    | 'no-such-order'

/** The channel said no, or nothing. */
export class ChannelError extends PayError {
  override readonly name = 'ChannelError'
  constructor(code: number, message: string, readonly verdict: ChannelVerdict, options?: PayErrorOptions) {
    super(code, message, options)
  }
}

/** A notification that is not to be believed, or cannot be used. */
export class NotifyError extends PayError {
  override readonly name = 'NotifyError'
  constructor(
    /** HTTP status of the answer, 4xx or 5xx. */
    readonly status: number,
    /** Short word for the log, such as `stale` or `serial`. */
    readonly reason: string,
    message: string,
    options?: PayErrorOptions,
  ) {
    super(PayCode.signature, message, options)
  }
}

const LONG_TOKEN = /[\w+/=|*-]{26,}/g

/**
 * The text of an error as it may be kept on an order, logged or shown: one line, at most 200
 * characters, and without anything long enough to be a key, an openid or a ciphertext.
 */
export function safeText(error: unknown, maxLength = 200): string {
  const text = error instanceof Error ? error.message : typeof error === 'string' ? error : 'unknown error'
  const line = text.replace(/\s+/g, ' ').trim().replace(LONG_TOKEN, '…')
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line
}
