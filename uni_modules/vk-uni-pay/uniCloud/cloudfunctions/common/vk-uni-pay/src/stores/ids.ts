import { randomFillSync } from 'node:crypto'
import { Buffer } from 'node:buffer'

/** Random bytes of one `_id`. */
const RANDOM = 8
/** Asking the system for a few bytes takes longer than anything else about an `_id`: ask for many. */
const pool = Buffer.alloc(RANDOM * 128)
let used = pool.length

function randomHex(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += RANDOM
  return pool.toString('hex', used - RANDOM, used)
}

/** A new `_id` in the shape of MongoDB's: 24 hexadecimal digits, the first eight a time in seconds. */
export function newId(): string {
  return Math.floor(Date.now() / 1000).toString(16).padStart(8, '0') + randomHex()
}
