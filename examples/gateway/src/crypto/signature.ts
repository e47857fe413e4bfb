import type { KeyObject } from 'node:crypto'
import { Buffer } from 'node:buffer'
import { sign, verify } from 'node:crypto'

/** A text to be signed: the lines in order, each ending in a line feed. Bodies stay raw bytes. */
export function signedLines(...lines: (string | Buffer)[]): Buffer {
  return Buffer.concat(lines.flatMap(line => [Buffer.from(line), Buffer.from('\n')]))
}

/** RSA PKCS#1 v1.5 over SHA-256, base64: WECHATPAY2-SHA256-RSA2048. */
export function signRsa(key: KeyObject, text: Buffer): string {
  return sign('sha256', text, key).toString('base64')
}

/** Whether `signature` (base64) was made over `text` by the owner of `key`. Never throws. */
export function verifyRsa(key: KeyObject, text: Buffer, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64')
  return bytes.length > 0 && verify('sha256', text, key, bytes)
}
