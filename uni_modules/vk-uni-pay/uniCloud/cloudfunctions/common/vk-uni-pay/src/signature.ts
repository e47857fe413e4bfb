/**
 * Signatures on callbacks between our own functions: `{ data, signature }` with the shared
 * `notifyKey`. HMAC-SHA256 over `timestamp.nonce.body` within five minutes is what is used; the
 * older `md5(JSON.stringify(data) + notifyKey)` is understood only where it is switched on.
 */
import { Buffer } from 'node:buffer'
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { keyError, PayCode } from './core/errors'

const WINDOW_MS = 5 * 60_000
/** Shorter keys can be guessed offline from one callback. */
const SHORTEST_KEY = 32

export interface SignedCallback {
  data: unknown
  signature: string
  /** Milliseconds since 1970; missing in the MD5 form. */
  timestamp?: number
  nonce?: string
}

export interface SignOptions {
  /** When it is signed, milliseconds since 1970. @default now */
  timestamp?: number
  /** Makes each envelope another one. @default random */
  nonce?: string
}

export interface VerifyOptions {
  /** Whether the MD5 form is accepted too. It has no clock: an old callback can be replayed. @default false */
  allowMd5?: boolean
  /** The time to judge by, milliseconds since 1970. @default Date.now() */
  now?: number
}

/** What a function answers to a callback it does not believe. */
export const signatureRefused = { code: PayCode.callbackSignature, msg: '签名验证失败' } as const

export type CallbackVerdict
  = | { valid: true }
    | { valid: false, reason: 'missing' | 'stale' | 'signature', answer: typeof signatureRefused }

function requireKey(notifyKey: string, shortest: number): void {
  if (typeof notifyKey !== 'string' || notifyKey.length < shortest)
    throw keyError('notifyKey', `支付配置 notifyKey 至少 ${shortest} 个字符，建议 64 个以上`)
}

function equalInConstantTime(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The signature itself, over the body as it is sent. @throws PayError 40003 when the key is too short */
export function hmacSignature(body: string, notifyKey: string, timestamp: number, nonce: string): string {
  requireKey(notifyKey, SHORTEST_KEY)
  return createHmac('sha256', notifyKey).update(`${timestamp}.${nonce}.${body}`).digest('hex')
}

/** `md5(JSON.stringify(data) + notifyKey)`, for receivers that know nothing else. @throws PayError 40003 without a key */
export function md5Signature(data: unknown, notifyKey: string): string {
  requireKey(notifyKey, 1)
  return createHash('md5').update(JSON.stringify(data) + notifyKey).digest('hex')
}

/** Signs `data` for another function. @throws PayError 40003 */
export function signCallback(data: unknown, notifyKey: string, options: SignOptions = {}): Required<SignedCallback> {
  const { timestamp = Date.now(), nonce = randomBytes(16).toString('hex') } = options
  return { data, timestamp, nonce, signature: hmacSignature(JSON.stringify(data), notifyKey, timestamp, nonce) }
}

const refuse = (reason: 'missing' | 'stale' | 'signature'): CallbackVerdict => ({ valid: false, reason, answer: signatureRefused })

/**
 * Whether a callback is to be believed; if not, `answer` is what to answer. Which form applies is
 * decided by the fields that are there, never which key or algorithm. @throws PayError 40003
 */
export function verifyCallback(event: Partial<SignedCallback>, notifyKey: string, options: VerifyOptions = {}): CallbackVerdict {
  const { data, signature, timestamp, nonce } = event
  if (data === undefined || typeof signature !== 'string')
    return refuse('missing')
  if (timestamp === undefined && nonce === undefined && options.allowMd5 === true)
    return equalInConstantTime(signature, md5Signature(data, notifyKey)) ? { valid: true } : refuse('signature')
  if (typeof timestamp !== 'number' || typeof nonce !== 'string' || nonce === '')
    return refuse('missing')
  if (!(Math.abs((options.now ?? Date.now()) - timestamp) <= WINDOW_MS))
    return refuse('stale')
  const expected = hmacSignature(JSON.stringify(data), notifyKey, timestamp, nonce)
  return equalInConstantTime(signature, expected) ? { valid: true } : refuse('signature')
}

/** The same as a yes or no, with the arguments in the order `data, signature, notifyKey`. @throws PayError 40003 */
export function verifyCallbackSignature(data: unknown, signature: string, notifyKey: string, options: VerifyOptions & { timestamp?: number, nonce?: string } = {}): boolean {
  const { timestamp, nonce, ...rest } = options
  return verifyCallback({ data, signature, timestamp, nonce }, notifyKey, rest).valid
}
