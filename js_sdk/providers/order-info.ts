import { ErrorCode, VkPayError } from '../errors'

/**
 * Picks the channel's keys out of `orderInfo`, and nothing else.
 *
 * @throws VkPayError `ORDER_INFO` naming the key that is missing, or spelled in another case
 */
export function readKeys<Key extends string>(orderInfo: unknown, keys: readonly Key[]): Record<Key, string> {
  const given = (orderInfo ?? {}) as Record<string, unknown>
  const picked = {} as Record<Key, string>
  for (const key of keys) {
    const value = given[key]
    if (typeof value !== 'string' || !value) {
      const similar = Object.keys(given).find(other => other !== key && other.toLowerCase() === key.toLowerCase())
      throw new VkPayError(ErrorCode.ORDER_INFO, `orderInfo.${key} must be a non-empty string${similar ? `; it is spelled "${similar}"` : ''}`, { field: key })
    }
    picked[key] = value
  }
  return picked
}
