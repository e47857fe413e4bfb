import { ErrorCode, VkPayError } from '../errors'

/**
 * Picks the channel's keys out of `orderInfo`, and nothing else.
 *
 * @param orderInfo as the server gave it
 * @param keys must be there, as text
 * @param optional are taken over when they are there, whatever they are
 * @throws VkPayError `ORDER_INFO` naming the key that is missing, or spelled in another case
 */
export function readKeys<Key extends string, Optional extends string = never>(orderInfo: unknown, keys: readonly Key[], optional: readonly Optional[] = []): Record<Key, string> & Partial<Record<Optional, unknown>> {
  const given = (orderInfo ?? {}) as Record<string, unknown>
  const picked: Record<string, unknown> = {}
  for (const key of keys) {
    const value = given[key]
    if (typeof value !== 'string' || !value) {
      let sentence = ''
      if (process.env.NODE_ENV !== 'production') {
        const similar = Object.keys(given).find(other => other !== key && other.toLowerCase() === key.toLowerCase())
        sentence = `orderInfo.${key} must be a non-empty string${similar ? `; it is spelled "${similar}"` : ''}`
      }
      throw new VkPayError(ErrorCode.ORDER_INFO, sentence, { field: key })
    }
    picked[key] = value
  }
  for (const key of optional) {
    if (given[key] != null)
      picked[key] = given[key]
  }
  return picked as Record<Key, string> & Partial<Record<Optional, unknown>>
}
