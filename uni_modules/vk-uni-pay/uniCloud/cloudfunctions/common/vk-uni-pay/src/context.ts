import type { ClientContext } from './core/ports'

const text = (value: unknown): string | undefined => typeof value === 'string' && value !== '' ? value : undefined

/**
 * What a caller is known by, from the `context` of a cloud function (`PLATFORM`, `CLIENTIP`, …, or
 * `getClientInfo()` of a cloud object, which has the same names) or from our own form of it.
 */
export function clientContext(context: unknown): ClientContext {
  const source = (typeof context === 'object' && context !== null ? context : {}) as Record<string, unknown>
  const space = (typeof source.SPACEINFO === 'object' && source.SPACEINFO !== null ? source.SPACEINFO : {}) as Record<string, unknown>
  return {
    platform: text(source.platform) ?? text(source.PLATFORM),
    userAgent: text(source.userAgent) ?? text(source.CLIENTUA),
    clientIp: text(source.clientIp) ?? text(source.CLIENTIP),
    appid: text(source.appid) ?? text(source.APPID),
    deviceId: text(source.deviceId) ?? text(source.DEVICEID),
    spaceId: text(source.spaceId) ?? text(space.spaceId),
    userId: text(source.userId),
    isClient: source.isClient === true,
    userChecked: source.userChecked === true,
  }
}
