import type { KeyObject } from 'node:crypto'
import { Buffer } from 'node:buffer'
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export const signTypes = ['MD5', 'HMAC-SHA256'] as const
export type SignType = typeof signTypes[number]

/** With what messages are signed: from our config, never from a message. */
export interface Signer {
  readonly signType: SignType
  /** The 32 characters of the merchant's API key. */
  readonly key: KeyObject
}

/** By code unit, which for the names there are is ASCII order. */
const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => a < b ? -1 : Number(a > b)

/**
 * "签名算法" of v2: every field that is not empty, also those nobody told us about, without `sign`,
 * sorted, joined, and the key behind it; upper-case hexadecimal.
 */
export function signFields(fields: Iterable<readonly [string, string]>, { signType, key }: Signer): string {
  const text = [...fields]
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .sort(byName)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const secret = key.export()
  const hash = signType === 'MD5' ? createHash('md5') : createHmac('sha256', key)
  return hash.update(`${text}&key=`, 'utf8').update(secret).digest('hex').toUpperCase()
}

/** Whether the message carries the signature we would give it. Compared in constant time. */
export function isSignedBy(fields: ReadonlyMap<string, string>, signer: Signer): boolean {
  const given = Buffer.from(fields.get('sign') ?? '', 'utf8')
  const wanted = Buffer.from(signFields(fields, signer), 'utf8')
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
