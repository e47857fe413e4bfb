import { randomBytes } from 'node:crypto'

/** A new `_id` in the shape of MongoDB's: 24 hexadecimal digits, the first eight a time in seconds. */
export function newId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16).padStart(8, '0')
  return seconds + randomBytes(8).toString('hex')
}
