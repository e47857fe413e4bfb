/** The other side of `forward`: believes what is signed, once. */
import { Buffer } from 'node:buffer'
import type { StoreSession } from './core/store'
import type { SignedCallback } from './signature'
import { LIMITS } from './core/order'
import { DuplicateError } from './core/store'
import { signatureRefused, verifyCallback } from './signature'

/** A nonce is remembered for longer than its timestamp is believed, on either side of now. */
const REMEMBER_MS = 11 * 60_000

/** Remembers a nonce until `untilMs`; false when it was known already. */
export type RememberNonce = (nonce: string, untilMs: number) => Promise<boolean>

export interface ReceiverOptions<Data> {
  /** The `notifyKey` of the sender's config. */
  notifyKey: string
  /** Where nonces are remembered, see {@link rememberNonces}; without a place to remember them, anybody could send one twice. */
  remember: RememberNonce
  /**
   * Does the work and answers `{ code: 0, msg }`; anything else is sent again later. The same
   * `data.callback_id` may come again, in a new envelope: make its effect happen once.
   */
  main: (data: Data) => unknown
  /** Whether the older MD5 form is believed, too. It knows no clock and no nonce. @default false */
  allowMd5?: boolean
  /** The time, ms; for tests. @default Date.now */
  now?: () => number
}

/** Nonces in the database, in the collection `vk-pay-limits`; reconciliation throws old ones away. */
export function rememberNonces(store: StoreSession): RememberNonce {
  return async (nonce, untilMs) => {
    try {
      await store.add(LIMITS, { key: `nonce:${nonce}`, until: untilMs })
      return true
    }
    catch (error) {
      if (error instanceof DuplicateError)
        return false
      throw error
    }
  }
}

/** The envelope of a direct call, or in the body of a call through the function's URL. */
function envelopeOf(event: unknown): Partial<SignedCallback> {
  const { httpMethod, body, isBase64Encoded, ...direct } = (typeof event === 'object' && event !== null ? event : {}) as Record<string, unknown>
  if (typeof httpMethod !== 'string')
    return direct as Partial<SignedCallback>
  try {
    const parsed: unknown = JSON.parse(Buffer.from(String(body), isBase64Encoded === true ? 'base64' : 'utf8').toString('utf8'))
    return typeof parsed === 'object' && parsed !== null ? parsed : {}
  }
  catch {
    return {}
  }
}

/**
 * `exports.main` of a function that orders are forwarded to, or the body of a route:
 * `exports.main = createReceiver({ notifyKey, remember: rememberNonces(store), main: async data => … })`.
 * What is not genuine, older or newer than five minutes, or seen before gets `{ code: 400, msg }`.
 *
 * @throws PayError 40003 when `notifyKey` is too short
 */
export function createReceiver<Data = Record<string, unknown>>(options: ReceiverOptions<Data>): (event: unknown) => Promise<unknown> {
  const { notifyKey, remember, main, allowMd5, now = Date.now } = options
  return async (event) => {
    const envelope = envelopeOf(event)
    if (!verifyCallback(envelope, notifyKey, { allowMd5, now: now() }).valid)
      return signatureRefused
    if (envelope.nonce !== undefined && !await remember(envelope.nonce, now() + REMEMBER_MS))
      return signatureRefused
    return main(envelope.data as Data)
  }
}
