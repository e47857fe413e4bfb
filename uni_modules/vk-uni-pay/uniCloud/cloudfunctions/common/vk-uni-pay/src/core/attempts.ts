import type { Attempt, Order, Terms } from './order'

const KEY_LENGTH = 12
const MAX_LENGTH = 32
const LATER_NUMBER = new RegExp(`_([0-9a-z]{${KEY_LENGTH}})_\\d+$`)

export const newAttemptKey = (randomId: (length: number) => string): string => randomId(KEY_LENGTH)

/**
 * The number the channel gets. The first attempt keeps the business number; a later one is the
 * beginning of it, the order's random key and a count, so that bills stay readable, the order is
 * found by an indexed column, and nobody can occupy the number beforehand.
 */
export function attemptNumber(outTradeNo: string, attemptKey: string, no: number): string {
  if (no === 1)
    return outTradeNo
  const tail = `_${attemptKey}_${no}`
  return outTradeNo.slice(0, MAX_LENGTH - tail.length) + tail
}

/** The order's key inside a number made by {@link attemptNumber}, if it has one. */
export const attemptKeyOf = (channelNumber: string): string | undefined => LATER_NUMBER.exec(channelNumber)?.[1]

/** Stable text of a value: objects with their keys sorted, what is undefined left out. */
function canonical(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map(canonical).join()}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined).sort(([a], [b]) => a < b ? -1 : 1)
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`
  }
  return JSON.stringify(value) ?? 'null'
}

function termsText(terms: Terms): string {
  const { provider, platform, totalFee, description, type, pid, userId, openid, productId, quantity, custom, other } = terms
  return canonical({ provider, platform, totalFee, description, type, pid, userId, openid, productId, quantity: quantity ?? 1, custom: custom ?? {}, other: other ?? {} })
}

/** Whether the payer would pay the same thing, the same way. */
export const sameTerms = (a: Terms, b: Terms): boolean => termsText(a) === termsText(b)

/** A stored prepay is handed out only while the payer has still some time to use it. */
const MARGIN_MS = 20_000

/** The attempt that can be paid with these terms just now, without asking the channel. */
export function reusableAttempt(order: Order, terms: Terms, now: number): Attempt | undefined {
  const last = order.attempts[order.attempts.length - 1]
  const usable = last?.state === 'open' && last.prepay && (last.expiresAt ?? 0) > now + MARGIN_MS
  return usable && sameTerms(last, terms) ? last : undefined
}

/** Attempts the channel may still take money for. */
export const liveAttempts = (order: Order): Attempt[] => order.attempts.filter(attempt => attempt.state !== 'closed')
