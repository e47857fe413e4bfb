import type { KeyObject } from 'node:crypto'
import { createSign } from 'node:crypto'
import type { MerchantKeys } from './keys'

export const SCHEME = 'WECHATPAY2-SHA256-RSA2048'

/** Every line ends in a line feed, the last one too. */
export const linesOf = (...lines: readonly string[]): string => lines.map(line => `${line}\n`).join('')

export const signText = (text: string, key: KeyObject): string => createSign('RSA-SHA256').update(text).sign(key, 'base64')

export interface RequestToSign {
  method: string
  /** Path and query, as sent. */
  target: string
  body: string
  /** Seconds since 1970. */
  timestamp: number
  nonce: string
}

/** The `Authorization` header of a request (WeChat Pay APIv3, "如何生成请求签名"). */
export function authorization(keys: MerchantKeys, request: RequestToSign): string {
  const { method, target, body, timestamp, nonce } = request
  const signature = signText(linesOf(method, target, String(timestamp), nonce, body), keys.privateKey)
  return `${SCHEME} mchid="${keys.mchid}",nonce_str="${nonce}",timestamp="${timestamp}",serial_no="${keys.serial}",signature="${signature}"`
}
