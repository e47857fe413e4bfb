import type { Params } from './xml'
import { Buffer } from 'node:buffer'
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export type SignType = 'MD5' | 'HMAC-SHA256'

/** The algorithm a message names; MD5 when it names none, nothing for one there is not. */
export function signTypeOf(name: string | undefined): SignType | undefined {
  return name === undefined || name === '' ? 'MD5' : name === 'MD5' || name === 'HMAC-SHA256' ? name : undefined
}

/** Documents: "签名算法", chapter 4_3. Empty fields and `sign` do not count. */
export function signatureOf(params: Params, signType: SignType, apiKey: string): string {
  const names = Object.keys(params).filter(name => name !== 'sign' && params[name] !== '').sort()
  const text = [...names.map(name => `${name}=${params[name]}`), `key=${apiKey}`].join('&')
  return (signType === 'MD5' ? createHash('md5') : createHmac('sha256', apiKey)).update(text).digest('hex').toUpperCase()
}

export function sign(params: Params, signType: SignType, apiKey: string): Params {
  return { ...params, sign: signatureOf(params, signType, apiKey) }
}

/** Whether `sign` was made over these fields with the merchant's key. */
export function verifies(params: Params, signature: string | undefined, signType: SignType, apiKey: string): boolean {
  const [given, wanted] = [Buffer.from(signature ?? ''), Buffer.from(signatureOf(params, signType, apiKey))]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
