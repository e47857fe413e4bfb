import type { TlsOptions } from '../../core/ports'
import type { ChannelConfig } from '../../core/provider'

export const MERCHANT_BASE = 'https://api.mch.weixin.qq.com'

/**
 * Where the merchant's calls go: `gateway` of the section in place of WeChat Pay, for a local
 * gateway or a proxy, and `gatewayCaPath` (or `gatewayCaContent`) for one whose certificate no
 * known authority has signed. @throws PayError 40003
 */
export function gatewayOf(config: ChannelConfig, base = MERCHANT_BASE): { base: string, tls?: TlsOptions } {
  const gateway = config.optional('gateway')?.replace(/\/+$/, '')
  if (gateway === undefined)
    return { base }
  const ca = config.pem('gatewayCa')?.text
  return { base: gateway, ...(ca === undefined ? {} : { tls: { ca } }) }
}
