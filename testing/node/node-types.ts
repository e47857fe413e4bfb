import type { Answer, Logger, Pay, Store } from 'vk-uni-pay/node'

export type TestProvider = 'wxpay' | 'alipay'

/** A document of the shop's database. */
export type Row = Record<string, unknown>

/** A merchant made for tests: its keys sign nothing that a real channel, or a real merchant, would believe. */
export interface TestMerchant {
  /**
   * What `uni-pay/config.js` exports for this merchant, keys inside, for a function of yours.
   *
   * @param options `notifyUrl` is the function's address; `gateway` that of a local gateway, where
   * orders are to be made, too; `version` of WeChat Pay, @default 3
   */
  config: (options: { notifyUrl: string, gateway?: string, version?: 2 | 3 }) => Record<string, unknown>
}

export interface SignNotificationOptions {
  /** Which channel sends it. */
  provider: TestProvider
  /** To whom: made by `createTestMerchant()`. */
  merchant: TestMerchant
  /** The order that was paid: `total_fee` in fen, as `createPayment` was told. */
  order: {
    out_trade_no: string
    total_fee: number
    /** @default 'Test order' */
    subject?: string
    /** The channel's number. @default made of `out_trade_no`, so that the same order is the same payment */
    transaction_id?: string
  }
  /** Section of the config the order was made with. @default 'h5' */
  platform?: string
  /** Of WeChat Pay. @default 3 */
  version?: 2 | 3
  /**
   * `tampered` has one byte changed after it was signed, `probe` a signature that only looks like one
   * (WeChat Pay only): both must be refused. @default 'notify'
   */
  kind?: 'notify' | 'tampered' | 'probe'
  /** When it is signed, milliseconds since 1970; WeChat Pay v3 must be refused more than five minutes away. @default now */
  at?: number
}

export interface SignedNotification {
  /** For the request, by POST. */
  headers: Record<string, string>
  /** To be sent byte for byte. */
  body: string
}

/** How the channel tells of a payment. */
export type NotifyWay
  /** Once, and again after a refusal, see `retries`. */
  = | 'once'
  /** A second time, although the first was accepted. */
    | 'twice'
  /** Five times at once. */
    | 'concurrently'
  /** With a changed byte first. */
    | 'tampered'
  /** Ten minutes off first; WeChat Pay v3 only. */
    | 'stale'
  /** Not at all: only asking can tell. */
    | 'none'

export interface TestPayOptions {
  /** @default 'once' */
  notify?: NotifyWay
  /** How often the channel comes back after a refusal. @default 1 */
  retries?: number
}

/** The order of a test; what is left out is filled in. */
export interface TestOrder {
  /** Which handler. */
  type: string
  /** Data for the handler. @default none */
  custom?: Record<string, unknown>
  /** fen; where the handler has a `quote`, that sets it. @default 100 */
  total_fee?: number
  /** What the payer reads on the bill. @default 'Test order' */
  subject?: string
  /** The order's number. @default a new one */
  out_trade_no?: string
  /** Channel. @default 'wxpay' */
  provider?: TestProvider
  /** Where the payer is. @default 'h5' */
  vk_platform?: string
  [field: string]: unknown
}

/** One notification that was sent, and what the function answered. */
export interface TestDelivery {
  kind: string
  /** HTTP status; 0 when none came. */
  status: number
  /** Whether the channel takes the answer for a yes. */
  accepted: boolean
}

export interface TestPayment {
  out_trade_no: string
  /** Whether the order is marked paid. */
  paid: boolean
  /** Whether the handler has finished, and its effect is there. */
  handled: boolean
  /** In the order they were sent. */
  deliveries: TestDelivery[]
  /** The order as it is stored, fields of the collection `vk-pay-orders`. */
  order: Row
}

export interface TestHandlersOptions {
  /** Of WeChat Pay. @default 3 */
  version?: 2 | 3
  /** Goes over the config, such as `{ rateLimit: false }`. @default {} */
  config?: Record<string, unknown>
}

export interface TestShop {
  /**
   * Makes the order through the core, pays it at the gateway, and lets the notifications arrive.
   * @throws Error when `createPayment` answers another code than 0, with that code in the message;
   * TypeError for a `notify` that the channel does not have
   */
  pay: (order: TestOrder, options?: TestPayOptions) => Promise<TestPayment>
  /** Only makes the order, and answers what the client would get: for the refusals of `quote`. Never rejects. */
  createPayment: (order: TestOrder) => Promise<Answer>
  /** Sends the notification of a paid order once more. @throws Error when it is not paid at the channel */
  notify: (outTradeNo: string) => Promise<TestPayment>
  /** What a collection holds, at most 1000 documents. @default filter {} */
  rows: (collection: string, filter?: Row) => Promise<Row[]>
  /** Whose notifications the shop believes: for {@link SignNotificationOptions}. */
  readonly merchant: TestMerchant
  /** Where they go: `<notifyUrl>/vk-pay-notify/<provider>_<platform>`. */
  readonly notifyUrl: string
  /** The payment service: `core.reconcile()`, `core.queryPayment()`, `core.refund()` … */
  readonly core: Pay
  readonly store: Store
  /** What the core logged, oldest first: why a handler failed, why a notification was refused. */
  readonly logs: readonly { level: string, event: string, fields?: Parameters<Logger>[2] }[]
  /** Ends servers and database. Can be called twice. */
  close: () => Promise<void>
}
