import { ErrorCode, VkPayError } from '../errors'
import type { Launch } from '../types'
import { readKeys } from './order-info'

/**
 * A code to be scanned, which `orderInfo` has under `key`, and its end under `expires_at`. An end that
 * is no number would never come, and the code be renewed without a pause. @throws as {@link readKeys}
 */
export function scanCode(orderInfo: unknown, key: string): Launch {
  const { [key]: codeUrl, expires_at } = readKeys(orderInfo, [key], ['expires_at']) as Record<string, unknown>
  if (expires_at !== undefined && !Number.isFinite(expires_at))
    throw new VkPayError(ErrorCode.ORDER_INFO, process.env.NODE_ENV === 'production' ? '' : 'orderInfo.expires_at must be a number, milliseconds since 1970', { field: 'expires_at' })
  return { kind: 'qrcode', codeUrl: codeUrl as string, expiresAt: expires_at as number | undefined }
}
