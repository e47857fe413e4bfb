/** The public types of the client. Money is an integer in fen, time is in milliseconds. */
import type { VkPayError } from './errors'
import type { PayState } from './flow'
import type { VkPayMessages } from './locale/messages'
import type { OutcomeRow } from './outcome/types'

export type { PayEvent, PayState } from './flow'

/** Where a payment runs. Browsers are told apart, because each opens another cashier. */
export type PayPlatform
  = | 'mp-weixin' | 'mp-alipay' | 'mp-toutiao' | 'mp-baidu' | 'mp-qq' | 'mp-kuaishou' | 'mp-jd' | 'mp-xhs' | 'mp-harmony'
    | 'app-plus' | 'app-harmony'
  /** A desktop browser, or one that knows no other way: pays by QR code. */
    | 'h5'
  /** The browser inside WeChat (official account). */
    | 'h5-weixin'
  /** The browser of a phone, outside WeChat. */
    | 'mweb'

/** The channels there are without registering any; a build carries those its platform can pay with. */
export type BuiltInProviderId
  = | 'wxpay' | 'wxpay-virtual' | 'alipay' | 'appleiap' | 'douyin' | 'huawei' | 'baidu' | 'qq' | 'kuaishou' | 'jd' | 'xhs'

/** The id of a channel; `wxpay`, `alipay` and others are built in, an app may register its own. */
export type ProviderId = BuiltInProviderId | (string & {})

/** Picks the handler on the server: `service/pay-notify/<type>.js`. */
export type OrderType = 'recharge' | 'goods' | 'vip' | 'custom' | (string & {})

/** What is to be paid: the `order` of the button, the argument of `pay()`. */
export interface PayOrder {
  /** The merchant's order number, unique: 6–32 characters of digits, letters, `_ - | *`. */
  out_trade_no: string
  /** Amount in fen, a positive integer. */
  total_fee: number
  /** What the payer reads on the bill, at least 2 characters. */
  subject: string
  /** Picks the server's handler. */
  type: OrderType
  /** Data for the handler, spread into its `data`. Stays with us, never sent to the channel. @default none */
  custom?: Record<string, unknown>
  /** Fields passed on to the channel untouched. @default none */
  other?: Record<string, unknown>
  /** Channel, when the button or `pay()` names none. @default the client's */
  provider?: ProviderId
  /** The payer's id at the channel. @default fetched once where the platform needs it, by `uni.login` or WeChat's web authorisation */
  openid?: string
  /** Who the order belongs to; a signed-in user's own id wins on the server. @default none */
  user_id?: string
  /** The buyer's name, kept with the order. @default none */
  nickname?: string
  /** Merchant id in the collection `vk-pay-config`. @default the merchant of the config file */
  pid?: string
  /** When the order can no longer be paid, milliseconds since 1970. @default 30 minutes later, set by the server */
  time_expire?: number
  /** The product in App Store Connect; `appleiap` only, and required there. @default none */
  productid?: string
  /** Pieces of the product, 1–10; `appleiap` only. @default 1 */
  quantity?: number
  [field: string]: unknown
}

/** How an attempt ended. `pending`: nobody can know yet, it may still become paid. */
export type PayOutcome = 'success' | 'fail' | 'cancel' | 'pending'

/** Why, see `js_sdk/outcome`. */
export type OutcomeReason
  = | 'verify' | 'user' | 'config' | 'network' | 'duplicate' | 'not-installed' | 'unknown' | 'no-callback'

/** The state of the trade as the server tells it; `UNKNOWN` when it told nothing. */
export type TradeState
  = | 'SUCCESS' | 'NOTPAY' | 'USERPAYING' | 'PAYERROR' | 'CLOSED' | 'REVOKED' | 'REFUND' | 'UNKNOWN' | (string & {})

/** What `pay()` resolves to and what `success`, `fail`, `cancel` and `pending` carry. */
export interface PayResult {
  /** 0 only when the server said paid; else the code of {@link VkPayError}, see `js_sdk/errors`. */
  code: number
  /** A sentence for the payer, in the app's language. */
  msg: string
  outcome: PayOutcome
  reason?: OutcomeReason
  /** The merchant's order number. */
  out_trade_no: string
  provider: ProviderId
  platform: PayPlatform
  trade_state: TradeState
  /** Amount in fen. */
  total_fee: number
  /** The channel's number of the payment. */
  transaction_id?: string
  /** Whether the server's handler for this order has finished; missing while that is not known. */
  user_order_success?: boolean
  /** When the channel took the money, as the server tells it. */
  time_end?: string
  /** Paid was learnt only after this attempt had already ended in cancel, fail or pending. */
  late?: boolean
  /** The technical cause of a failure. */
  error?: VkPayError
  /** What the cashier itself reported, untouched; for logs and support. */
  raw?: unknown
  /** What the developer should look at, in the app's language. Development builds only; printed once, too. */
  hint?: string
}

/** The payload of `state-change`. */
export interface StateChange {
  /** Where the payment is now. */
  state: PayState
  /** Where it was before. */
  previous: PayState
  /** The merchant's order number. */
  out_trade_no: string
  provider: ProviderId
  /** What to draw as a QR code, while the payer is to scan one. */
  code_url?: string
  /** When that code can no longer be scanned, milliseconds since 1970. */
  expires_at?: number
}

/** The answer of `createPayment`, as on the wire. */
export interface CreatePaymentResult {
  /** 0 when the cashier can be opened. */
  code: number
  /** A sentence about `code`. */
  msg: string
  /** The merchant's order number. */
  out_trade_no: string
  provider: ProviderId
  /** Channel and section of the config, such as `wxpay_mp-weixin`. */
  pay_type?: string
  /** What the cashier needs; its shape is the channel's. */
  orderInfo?: unknown
  /** It is to be scanned. */
  needQRcode?: boolean
  /** The code as a picture, where the server makes one. */
  qrcodeImage?: string
  /** Amount in fen, as the server has it. */
  total_fee: number
  /** Section of the config it is paid with. */
  platform?: string
  [field: string]: unknown
}

/** The answer of `queryPayment`, as on the wire. */
export interface QueryPaymentResult {
  /** 0 when the order is known, paid or not. */
  code: number
  /** A sentence about `code`. */
  msg: string
  /** The merchant's order number. */
  out_trade_no?: string
  /** Whether it is paid. */
  orderPaid?: boolean
  /** Whether the server's handler for this order has finished; missing while that is not known. */
  user_order_success?: boolean
  /** The channel's number of the payment. */
  transaction_id?: string
  /** −1 closed, 0 unpaid, 1 paid, 2 partly refunded, 3 refunded. */
  status?: number
  /** What the channel says, in its words. */
  data?: {
    trade_state: TradeState
    /** Amount in fen. */
    total_fee: number
    time_end?: string
    [field: string]: unknown
  }
  [field: string]: unknown
}

/** A request for `createPayment`, as on the wire: an order and where it will be paid. */
export interface CreatePaymentRequest extends PayOrder {
  provider: ProviderId
  /** Where the payer is; the server makes the payment form of it. */
  vk_platform: PayPlatform
  vk_appid?: string
}

/** Who answers for the server: one file each in `js_sdk/backends`. */
export interface Backend {
  /**
   * Calls an action of the cloud side, such as `pay/createPayment`, and resolves to its answer
   * whatever its `code`. @throws VkPayError `NETWORK` when no answer came.
   */
  call: <T = Record<string, unknown>>(action: string, data: Record<string, unknown>) => Promise<T>
}

/** What a cashier reported, before it is judged: the raw object and where it arrived. */
export interface CashierReport {
  /** `single` is a native call with only one callback; `query` the channel's word when asked; `none`: nothing came. */
  via: 'success' | 'fail' | 'single' | 'query' | 'none'
  raw: unknown
}

/** What opening a cashier led to. */
export type Launch
  /** It came back and said something. */
  = | ({ kind: 'reported' } & CashierReport)
  /** The payer is to scan this; nothing will come back. */
    | { kind: 'qrcode', codeUrl: string, expiresAt?: number }
  /** The page is being left for the channel's own; nothing will come back. */
    | { kind: 'redirect', url: string }

/** What a provider gets to open its cashier. */
export interface LaunchContext {
  platform: PayPlatform
  /** `orderInfo` of `createPayment`. */
  orderInfo: unknown
  /** The merchant's order number; `''` when `pay()` was not told it. */
  out_trade_no: string
  /** Asks the server, for channels whose cashier leaves something to be checked. @throws VkPayError when no answer came */
  call: Backend['call']
  /** Where a channel's page leads back to; H5 only. */
  returnUrl: string
  /** For cashiers that call back more than once: every report after the first. */
  again: (report: CashierReport) => void
}

/** A channel on the client: one file in `js_sdk/providers`, one line in its table. */
export interface PayProvider {
  /** Its id, as orders name it. */
  id: ProviderId
  /** Platforms it can pay on. */
  platforms: readonly PayPlatform[]
  /** It sells virtual goods only: a cashier lists it where the page or the server names it. @default false */
  virtual?: boolean
  /**
   * Action of the cloud side that turns a code into an openid, where the server needs one. The code is
   * that of `uni.login`; without a `loginProvider`, H5 only, that of WeChat's web authorisation.
   * @default none
   */
  openid?: Partial<Record<PayPlatform, { loginProvider?: string, action: string }>>
  /** What its cashier's reports mean; tried before the built-in rows. @default none */
  outcomes?: readonly OutcomeRow[]
  /**
   * Opens the cashier. Resolves to what it reported; a refused call is a report too.
   * @throws VkPayError `ORDER_INFO` when `orderInfo` has not the channel's shape, `NOT_SUPPORTED` when this build cannot open it.
   */
  launch: (context: LaunchContext) => Promise<Launch>
  /**
   * Takes up purchases that the store kept while the app was gone; asked on launch and on show.
   * Resolves to whether the server now knows of a payment it did not know. Never rejects.
   * @default none
   */
  restore?: (context: Pick<LaunchContext, 'call'>) => Promise<boolean>
}

/** Keys and values kept over restarts; `uni.*StorageSync` by default. */
export interface KeyValueStorage {
  get: (key: string) => unknown
  set: (key: string, value: unknown) => void
  /** Not asked for today. */
  remove?: (key: string) => void
}

/** Time, so that tests own it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number
  setTimeout: (run: () => void, delayMs: number) => unknown
  clearTimeout: (handle: unknown) => void
}

/** `(attempt, elapsedMs) → time from this query to the next, or "stop"`. Pure. */
export type PollPolicy = (attempt: number, elapsedMs: number) => number | 'stop'

export type LocaleId = 'zh-Hans' | 'zh-Hant' | 'en'

/** `auto` follows the system. */
export type VkPayTheme = 'auto' | 'light' | 'dark'

/** Options of {@link createVkPay}; each may be left out. */
export interface VkPayOptions {
  /**
   * Who answers for the server: a {@link Backend}, or the address of the pay function for HTTP.
   * @default the uniCloud function `vk-pay` of the linked service space
   */
  backend?: Backend | string
  /** Name of the cloud function. @default "vk-pay" */
  functionName?: string
  /** Channel when neither button nor order names one. @default "wxpay", or what the platform pays with */
  provider?: ProviderId
  /** Further channels. @default none */
  providers?: readonly PayProvider[]
  /** Language of the components and messages. @default `uni.getLocale()` */
  locale?: LocaleId
  /** Texts of the app's own, such as `{ 'zh-Hans': { payNow: '去付款' } }`. @default none */
  messages?: VkPayMessages
  /** Light or dark components, where their own `theme` says nothing. @default "auto" */
  theme?: VkPayTheme
  /** Fields added to every order, such as `user_id`. @default none */
  defaults?: Partial<PayOrder> | (() => Partial<PayOrder>)
  /** Where the channel's page leads back to on H5. @default the page the payment started on */
  returnUrl?: string | ((outTradeNo: string) => string)
  /** How often to ask while confirming. @default `defaultPollPolicy` */
  poll?: PollPolicy
  /**
   * A payment was learnt to be paid while no component or composable was listening: after the app
   * was killed in the cashier, or its page left.
   * @default none
   */
  onPaid?: (result: PayResult) => void
  /** Longest wait for one answer of the server, ms. After the cashier's "ok" the server itself may hold it for 5 s, unless this is less than the default. @default 8000 */
  requestTimeoutMs?: number
  /** How long after the page is shown again a silent cashier is given up, ms. @default 3000 */
  watchdogMs?: number
  /** Time; for tests. @default the system's */
  clock?: Clock
  /** Where the journal is kept. @default `uni.setStorageSync` */
  storage?: KeyValueStorage
}
