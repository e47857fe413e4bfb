import type { PayConfig } from './types'
import { parameterError } from '../core/errors'

/** The ids one space may be listed under: as it is, with and without `mp-`, and for any space `default`. */
function candidates(spaceId: string | undefined): string[] {
  if (!spaceId)
    return ['default']
  return [spaceId, spaceId.startsWith('mp-') ? spaceId.slice(3) : `mp-${spaceId}`, 'default']
}

/** The address channels report to from this space, without a slash at the end. @throws PayError 40001 */
export function notifyUrlOf(config: PayConfig, spaceId: string | undefined): string {
  const { notifyUrl } = config
  const map = typeof notifyUrl === 'string' ? { default: notifyUrl } : notifyUrl ?? {}
  const key = candidates(spaceId).find(candidate => Object.prototype.hasOwnProperty.call(map, candidate))
  if (key === undefined) {
    const wanted = spaceId ? `当前服务空间 ${spaceId}` : 'default'
    throw parameterError('notifyUrl', `支付配置 notifyUrl 中没有 ${wanted} 对应的回调地址`)
  }
  const url = map[key]
  // channels refuse query strings, and nothing but the function's address belongs here
  if (typeof url !== 'string' || !/^https?:\/\/[^\s?#]+$/.test(url))
    throw parameterError(`notifyUrl.${key}`, `支付配置 notifyUrl.${key} 必须是 http(s):// 开头的地址，且不能带参数`)
  return url.replace(/\/+$/, '')
}
