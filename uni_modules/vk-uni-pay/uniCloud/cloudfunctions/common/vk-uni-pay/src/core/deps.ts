import type { Env } from './ports'
import type { ChannelContext, LoginChannel, Provider } from './provider'
import type { Store, StoreSession } from './store'
import type { Forwarder } from './forward'
import type { HandlerTable } from './handlers'

/** Which section of the config: channel, platform, and merchant when there are several. */
export interface ChannelKey {
  provider: string
  platform: string
  pid?: string
}

export interface Channel {
  readonly provider: Provider
  readonly context: ChannelContext
  /** Where the channel reports to, for this space. @throws PayError naming `notifyUrl` */
  notifyUrl: (spaceId: string | undefined) => string
}

/** Calls a minute. Who is not signed in is counted by order only. */
export interface RateLimits {
  createPerUser: number
  createPerOrder: number
  queryPerUser: number
  queryPerOrder: number
}

/** Settings that are not a channel's. */
export interface GeneralSettings {
  /** Largest amount of one order, fen. */
  maxTotalFee: number
  /** User ids that may pay while testing; empty: everybody. */
  userWhitelist: readonly string[]
  /** After how many days an expired, unpaid order is deleted; 0: never. */
  autoDeleteExpiredOrders: number
  /** Whether raw notifications go into the log. */
  debug: boolean
  /** How often clients may ask, a minute; nothing where it is switched off. */
  rateLimit: RateLimits | undefined
  /** Whether money for a closed order, or a second payment, is sent back; else it is kept, and recorded. */
  refundLateMoney: boolean
}

/** `util.vk` of a handler: our own over the session, or the one of the vk framework. */
export interface HandlerVk {
  baseDao: object
  db: { command: object }
}

export interface HandlerVkFactory {
  /**
   * Whether everything a handler does through it happens in the session it was made for. The vk
   * framework's own `vk` writes past our transaction: then a lease guards the handler instead.
   */
  readonly inSession: boolean
  make: (session: StoreSession) => { vk: HandlerVk, db: object, _: object }
  /** Whether the handler took back its part of this session, which cannot be taken back alone. */
  rolledBack?: (session: StoreSession) => boolean
}

export interface CoreDeps {
  readonly env: Env
  readonly store: Store
  readonly handlers: HandlerTable
  readonly handlerVk: HandlerVkFactory
  /** Does the work of a type that is handled elsewhere. */
  readonly forward: Forwarder
  /** @throws PayError when it is not configured */
  channel: (key: ChannelKey) => Promise<Channel>
  /** Where login codes of a platform are exchanged. @throws PayError when it is not configured */
  login: (key: ChannelKey) => Promise<Pick<LoginChannel, 'login'> & { readonly context: ChannelContext }>
  settings: () => Promise<GeneralSettings>
}
