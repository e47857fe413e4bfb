import type { ChannelConfig } from '../../core/provider'

export const MERCHANT_BASE = 'https://api.mch.weixin.qq.com'

/**
 * Where the merchant's calls go: `gateway` of the section in place of WeChat Pay, for a local
 * gateway or a proxy.
 */
export function gatewayOf(config: ChannelConfig, base = MERCHANT_BASE): string {
  return config.optional('gateway')?.replace(/\/+$/, '') ?? base
}
