import { randomBytes, randomInt } from 'node:crypto'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** `length` letters and digits, every one equally likely. */
export function randomText(length: number): string {
  return Array.from({ length }, () => BASE62[randomInt(BASE62.length)]).join('')
}

/** `length` decimal digits. */
export function randomDigits(length: number): string {
  return Array.from({ length }, () => randomInt(10)).join('')
}

/** A certificate serial as WeChat Pay prints it: 40 upper-case hex digits, not starting with 0. */
export function randomSerial(): string {
  const bytes = randomBytes(20)
  // the first byte stays in 0x40..0x7F: DER would drop a leading zero and pad a set sign bit
  bytes[0] = 0x40 | (bytes[0]! & 0x3F)
  return bytes.toString('hex').toUpperCase()
}
