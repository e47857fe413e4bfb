import type { RateLimits } from '../core/deps'
import type { AlipaySection, AlipaySettings, AppleiapSettings, DouyinSettings, WxpaySection, WxpaySettings } from './channels'

/** The config file, `uni-config-center/uni-pay/config.js`: only what is read is named, the rest is left alone. */
export interface PayConfig {
  /** Space id → address of the pay function; also `default`. @default none */
  notifyUrl?: string | Record<string, string>
  /** Secret for callbacks between functions, 64 characters or more. @default none */
  notifyKey?: string
  /** Largest amount of one order, fen. @default 1000000 */
  maxTotalFee?: number
  /** Ids of the users who may pay while testing. @default [] everybody */
  userWhitelist?: readonly string[]
  /**
   * Whether notifications are logged as they came, and what was read from them: payers' ids are
   * among it. For looking into a fault, not for every day. @default false
   */
  debug?: boolean
  /** Days after which reconciliation deletes orders that expired unpaid. @default 0 keeps all */
  autoDeleteExpiredOrders?: number
  /**
   * How many calls a minute clients may make: `createPerUser` (60), `createPerOrder` (30),
   * `queryPerUser` (600), `queryPerOrder` (120). What is more is answered with 40008. A page that
   * polls asks about 30 times. Who is not signed in is counted by order only. `false` counts nothing
   * @default those numbers
   */
  rateLimit?: false | Partial<RateLimits>
  /**
   * Whether reconciliation refunds money that arrives for a closed order, or a second time for one
   * order. @default false: late money pays the order all the same, a second payment is recorded
   */
  refundLateMoney?: boolean
  /** WeChat Pay: section → its settings. @default none */
  wxpay?: { [section in WxpaySection]?: WxpaySettings }
  /** Alipay: section → its settings. @default none */
  alipay?: { [section in AlipaySection]?: AlipaySettings }
  /** Apple's in-app purchase: its one section. @default none */
  appleiap?: { 'app-plus'?: AppleiapSettings }
  /** Douyin: its login. @default none */
  douyin?: { 'mp-toutiao'?: DouyinSettings }
  /** Another channel: platform → its settings. */
  [provider: string]: unknown
}

/** Where a config comes from, and where the files it names lie. */
export interface ConfigSource {
  /** The whole config, read now. @throws PayError when it cannot be */
  read: () => PayConfig
  /** The file a config path names. */
  resolve: (path: string) => string
  /** Forgets what was read. */
  clear: () => void
}

/** What `require('uni-config-center')({ pluginId: 'uni-pay' })` answers, as far as it is used. */
export interface ConfigCenter {
  config: () => unknown
  resolve: (path: string) => string
}

/**
 * The config as a host gives it: the object itself (with the folder its file paths start from), the
 * folder that holds `config.js` or `config.json`, or the uni-config-center.
 */
export type ConfigInput
  = | ConfigCenter
    | { dir: string, object?: PayConfig }
    | { object: PayConfig }
