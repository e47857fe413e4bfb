import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { createVerify } from 'node:crypto'
import { SCHEME } from './signing'
import { NotifyError } from '../../core/errors'

/** Further away from our clock than this, in either direction, a message is refused. */
const TOLERANCE_S = 300
/** WeChat sends wrong signatures with this beginning on purpose, to see them refused. */
const PROBE_PREFIX = 'WECHATPAY/SIGNTEST/'

export interface SignedMessage {
  /** Names in lower case. */
  headers: Record<string, string>
  /** The very bytes that were signed. */
  body: Uint8Array
}

/** The platform's key of a serial. @throws NotifyError `serial` when there is none */
export type KeyFinder = (serial: string) => Promise<KeyObject>

function header(message: SignedMessage, name: string): string {
  const value = message.headers[`wechatpay-${name}`]
  if (!value)
    throw new NotifyError(401, 'header', `header Wechatpay-${name} is missing`)
  return value
}

export const isSigned = (message: SignedMessage): boolean => Boolean(message.headers['wechatpay-signature'])

function checkClock(timestamp: string, nowMs: number): void {
  const away = Math.abs(Math.floor(nowMs / 1000) - Number(timestamp))
  if (!/^\d{1,12}$/.test(timestamp) || away > TOLERANCE_S)
    throw new NotifyError(401, 'stale', `Wechatpay-Timestamp is ${/^\d{1,12}$/.test(timestamp) ? `${away} s away, at most ${TOLERANCE_S} s are allowed` : 'not a number'}; check this machine's clock`)
}

/**
 * Verifies a notification or an answer (WeChat Pay APIv3, "如何验证签名"): scheme and key come from
 * our config, never from the message. @throws NotifyError 401
 */
export async function verify(message: SignedMessage, findKey: KeyFinder, nowMs: number): Promise<void> {
  const timestamp = header(message, 'timestamp')
  const nonce = header(message, 'nonce')
  const serial = header(message, 'serial')
  const signature = header(message, 'signature')
  const scheme = message.headers['wechatpay-signature-type'] ?? SCHEME
  if (signature.startsWith(PROBE_PREFIX))
    throw new NotifyError(401, 'probe', 'a probe of WeChat Pay, refused as it should be')
  if (scheme !== SCHEME)
    throw new NotifyError(401, 'scheme', `Wechatpay-Signature-Type must be ${SCHEME}`)
  checkClock(timestamp, nowMs)
  const verifier = createVerify('RSA-SHA256').update(`${timestamp}\n${nonce}\n`).update(message.body).update('\n')
  const bytes = Buffer.from(signature, 'base64')
  // decoding is lenient: a header that came twice, or with something in it, would pass for the signature
  if (bytes.toString('base64') !== signature || !verifier.verify(await findKey(serial), bytes))
    throw new NotifyError(401, 'signature', 'signature does not fit the raw body; check the platform key, and that nothing parses the body before')
}
