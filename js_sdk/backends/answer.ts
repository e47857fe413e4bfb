import { ErrorCode, VkPayError } from '../errors'

/** What came back, if it is an answer of ours. @throws VkPayError `NETWORK` when it is not */
export function asAnswer<T>(found: unknown, action: string, cause: unknown = found): T {
  if (!found || typeof (found as { code?: unknown }).code !== 'number')
    throw new VkPayError(ErrorCode.NETWORK, process.env.NODE_ENV === 'production' ? '' : `${action}: no answer with a code came from the server`, { cause })
  return found as T
}
