import type { Env } from '../core/ports'
import type { ChannelConfig } from '../core/provider'

/** Where a section sends its calls in place of the channel itself. */
const ADDRESSES = ['gateway', 'sandboxGateway'] as const

function originOf(address: string): string | undefined {
  try {
    return new URL(address).origin
  }
  catch {
    // the channel names the field when it is used
    return undefined
  }
}

/**
 * The world as a section's channel sees it: calls to its own `gateway` believe the authority in
 * `gatewayCaPath` (or `gatewayCaContent`), in place of those everybody knows. Any other address does
 * not: a bill may be kept elsewhere. @throws PayError 40003 when the file cannot be read
 */
export function trustingGateway(config: ChannelConfig, env: Env): Env {
  const ca = config.pem('gatewayCa')?.text
  const origins = ADDRESSES.map(name => originOf(config.optional(name) ?? '')).filter(origin => origin !== undefined)
  if (ca === undefined || origins.length === 0)
    return env
  return { ...env, http: request => env.http(origins.includes(originOf(request.url) ?? '') ? { ...request, tls: { ca, ...request.tls } } : request) }
}
