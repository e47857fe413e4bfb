import type { ClientContext, Env, HttpAnswer, RawRequest } from './ports'

/** State of a trade at the channel, in the words all channels are mapped to. */
export type TradeState = 'SUCCESS' | 'NOTPAY' | 'USERPAYING' | 'PAYERROR' | 'CLOSED' | 'REFUND' | 'UNKNOWN'

/** One platform of one channel, as configured: `wxpay.mp-weixin`. */
export interface ChannelConfig {
  /** Path of the section, for messages: `wxpay.mp-weixin`. */
  readonly name: string
  /** Value of a required text field. @throws PayError naming it */
  text: (field: string) => string
  /** Value of a text field, or nothing. */
  optional: (field: string) => string | undefined
  value: (field: string) => unknown
  /**
   * Text of a key or certificate: `<field>Content`, else the file `<field>Path`, relative to the
   * config folder. Nothing when neither is given. @throws PayError 40003 naming field and file
   */
  pem: (field: string) => { text: string, field: string } | undefined
  /**
   * Bytes of a file: the field itself when it is a Buffer, a path or base64, else `<field>Content`
   * in base64, else the file `<field>Path`. Nothing when none is given. @throws PayError 40003
   */
  bytes: (field: string) => { bytes: Uint8Array, field: string } | undefined
}

export interface ChannelContext {
  readonly config: ChannelConfig
  readonly platform: string
  readonly env: Env
}

/** What the channel is asked to collect. */
export interface Purchase {
  /** The number the channel knows, of this attempt. */
  outTradeNo: string
  subject: string
  /** Fen. */
  totalFee: number
  notifyUrl: string
  openid?: string
  clientIp?: string
  /** Milliseconds since 1970. */
  timeExpire?: number
  /** Where a browser goes afterwards; checked by {@link Provider.validate}, used by {@link Provider.present}. */
  returnUrl?: string
  /** What a store sells it as, for the channels that are one. */
  productId?: string
  /** Pieces of the product. @default 1 */
  quantity?: number
  /** Fields for the channel, untouched. */
  other?: Record<string, unknown>
  /** Given with a {@link Charge} only. */
  authCode?: string
}

/** What the channel answered to `create`; kept on the order to be presented again. */
export interface Prepay {
  data: Record<string, string>
  /** When it can no longer be paid with, milliseconds since 1970. */
  expiresAt: number
}

/** What one request to pay says about its own way back; the order itself does not change with it. */
export interface PresentOptions {
  /** Where a browser goes after the cashier. */
  returnUrl?: string
}

/** Money that arrived, as the channel vouches for it. */
export interface PaidFact {
  /** Number of the attempt. */
  outTradeNo: string
  transactionId: string
  /** Fen. */
  totalFee: number
  currency: string
  appid: string
  mchid: string
  /** The shop, where a service provider collects for it. */
  subAppid?: string
  subMchid?: string
  openid?: string
  /** When, as the channel wrote it. */
  timeEnd: string
  /** When, milliseconds since 1970. */
  paidAt: number
  /** What else is worth keeping on the order, no ids of persons. */
  info: Record<string, string | number>
  /** What of it has gone back, where the channel tells that together with the payment. */
  refunded?: RefundedFact
  /** The seller's account and the app that is authorised for it, where the channel names them. */
  sellerId?: string
  authAppid?: string
}

/** How much of a payment has gone back in all: what we asked for, and what was refunded in the channel's console. */
export interface RefundedFact {
  /** Fen, all refunds of the payment together. */
  refundedFee: number
  /** The channel only says that something went back, not how much: held for the whole, and only until more is known. */
  assumed?: boolean
  /** Number of the refund this is told about, where the channel names one. */
  outRefundNo?: string
  /** When, milliseconds since 1970. */
  refundedAt?: number
}

/** Who is paid. In service-provider mode `appid` and `mchid` are the provider's. */
export type Payee = Pick<PaidFact, 'appid' | 'mchid' | 'subAppid' | 'subMchid'>

export interface Trade {
  state: TradeState
  /** Given with SUCCESS, and with REFUND where the channel still tells of the payment. */
  payment?: PaidFact
}

/** State of a refund at the channel. `ABNORMAL`: the payer's bank did not take it, the merchant must act. */
export type RefundState = 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL'

export interface RefundRequest {
  transactionId: string
  outRefundNo: string
  /** Fen. */
  refundFee: number
  /** What was paid, fen. */
  totalFee: number
  reason?: string
  notifyUrl?: string
}

export interface RefundQuery {
  outRefundNo: string
  transactionId: string
}

/** A refund, as the channel vouches for it. */
export interface RefundFact extends RefundQuery {
  /** Number of the attempt that was paid. */
  outTradeNo: string
  refundId: string
  /** Fen. */
  refundFee: number
  /** What was paid, fen, where the channel says so. */
  totalFee?: number
  state: RefundState
  /** When the money was back, milliseconds since 1970. */
  refundedAt?: number
}

/** What a shop collects at once, by the code on the payer's phone. */
export interface Charge extends Purchase {
  /** What the scanner read. One code pays for one number, once. */
  authCode: string
}

/** Money that goes out of the merchant's balance. */
export interface TransferRequest {
  /** Our number, the key: the same number is the same transfer. */
  outBillNo: string
  /** Fen. */
  totalFee: number
  /** The payee at WeChat Pay. */
  openid?: string
  /** The payee at Alipay: login id or user id. */
  payeeAccount?: string
  /** Compared with the account's by the channel where it is given. */
  payeeRealName?: string
  desc: string
  notifyUrl?: string
  /** Fields for the channel, untouched. */
  other?: Record<string, unknown>
}

/** `WAIT_USER_CONFIRM`: the payee has to take it, see `confirm`. */
export type TransferState = 'PROCESSING' | 'WAIT_USER_CONFIRM' | 'SUCCESS' | 'FAIL' | 'CANCELLED'

/** A transfer, as the channel vouches for it. */
export interface TransferFact {
  outBillNo: string
  transferId: string
  /** Fen, where the channel says so. */
  totalFee?: number
  state: TransferState
  /** What the payee's app opens the channel's confirmation with. */
  confirm?: Record<string, string>
  /** Why it failed, in the channel's word. */
  reason?: string
}

/** One line of a channel's day bill. */
export interface BillEntry {
  kind: 'payment' | 'refund'
  /** Number of the attempt. */
  outTradeNo: string
  transactionId: string
  /** What was paid, fen; missing on a refund whose line does not say it. */
  totalFee?: number
  /** Given with a refund. */
  outRefundNo?: string
  /** Given with a refund, fen. */
  refundFee?: number
}

/** One purchase in a payer's receipt, as the store that took the money vouches for it. */
export interface StorePurchase {
  /** The payment's id: the same for a purchase that was restored. */
  transactionId: string
  /** Ids the payer's device may know it by. */
  alsoKnownAs: readonly string[]
  productId: string
  quantity: number
  /** When, as the store wrote it. */
  timeEnd: string
  /** When it was paid, milliseconds since 1970. */
  paidAt: number
  /** What else is worth keeping on the order, no ids of persons. */
  info: Record<string, string | number>
}

/** How a browser comes back from the channel's authorisation. */
export interface AuthorizeWay {
  redirectUri: string
  /** Comes back as it is, so that the page knows its own question. */
  state: string
}

export type Notice
  = | { kind: 'paid', payment: PaidFact }
    | { kind: 'refund', refund: RefundFact }
    | { kind: 'transfer', transfer: TransferFact }
  /** Genuine, and nothing to do for us. */
    | { kind: 'ignored', eventType: string }

export type NotifyVerdict
  = | { accepted: true }
    | { accepted: false, status: number, message: string }

/**
 * Where login codes can be exchanged, whether or not payments can be made: one file, one line in
 * `providers/index.ts`. A {@link Provider} with a `login` is one, too.
 */
export interface LoginChannel {
  readonly id: string
  /** Platforms (keys of its config section) whose codes it takes. */
  readonly platforms: readonly string[]
  readonly sectionOf?: Readonly<Record<string, string | readonly string[]>>
  /** Exchanges a login code for the payer's id. @throws PayError */
  login: (context: ChannelContext, code: string) => Promise<{ openid: string }>
}

/**
 * A channel on the server: one folder or file, one line in `providers/index.ts`.
 * `test/cloud/providers/` runs one contract suite on each.
 */
export interface Provider extends Partial<Pick<LoginChannel, 'login'>> {
  readonly id: string
  /** Who serves a section, for a channel that speaks more than one protocol: decided by the config alone. @default this one */
  readonly serving?: (config: ChannelConfig) => Provider
  /** Platforms (keys of its config section) it can create payments for. */
  readonly platforms: readonly string[]
  /**
   * Sections that stand in, in this order, for one that is not configured. A name that is not among
   * `platforms` is a use besides cashiers: `codepay` for charges, `transfer` for transfers. It is
   * {@link ChannelContext.platform} there, and part of the notification's address.
   */
  readonly sectionOf?: Readonly<Record<string, string | readonly string[]>>
  /** Whether a caller's device can open it, as far as the caller says. @default every one of its platforms can */
  isOfferedTo?: (caller: ClientContext) => boolean
  /** Who is paid: compared with what a notification claims. @throws PayError when not configured */
  identity: (context: ChannelContext) => Payee
  /** Refuses what the channel would refuse, before anything is written or sent; a charge under platform `codepay`, too. @throws PayError */
  validate: (context: ChannelContext, purchase: Purchase) => void
  /** Makes the order at the channel. The same call repeated must lead to the same order. @throws ChannelError */
  create: (context: ChannelContext, purchase: Purchase) => Promise<Prepay>
  /** What the client opens the cashier with, freshly signed. */
  present: (context: ChannelContext, prepay: Prepay, options: PresentOptions) => Record<string, unknown>
  /** A channel that cannot be asked answers NOTPAY: it has told us nothing. @throws ChannelError */
  query: (context: ChannelContext, outTradeNo: string) => Promise<Trade>
  /** Makes the order unpayable; `paid` when it was too late. @throws ChannelError */
  close: (context: ChannelContext, outTradeNo: string) => Promise<'closed' | 'paid'>
  /** Gives money back. The same call repeated must lead to the same refund. @throws ChannelError */
  refund?: (context: ChannelContext, request: RefundRequest) => Promise<RefundFact>
  /** @throws ChannelError */
  queryRefund?: (context: ChannelContext, query: RefundQuery) => Promise<RefundFact>
  /** Collects at once by the payer's payment code. `USERPAYING` and `UNKNOWN` are asked about. @throws ChannelError */
  charge?: (context: ChannelContext, charge: Charge) => Promise<Trade>
  /** Takes a charge back that nobody knows the end of: closes it, or refunds it whole. @throws ChannelError */
  reverse?: (context: ChannelContext, outTradeNo: string) => Promise<void>
  /** As {@link Provider.validate}, of a transfer. @throws PayError */
  validateTransfer?: (context: ChannelContext, request: TransferRequest) => void
  /** Sends money. The same call repeated must lead to the same transfer. @throws ChannelError */
  transfer?: (context: ChannelContext, request: TransferRequest) => Promise<TransferFact>
  /** @throws ChannelError */
  queryTransfer?: (context: ChannelContext, outBillNo: string) => Promise<TransferFact>
  /** The bill of one day in China, `2026-11-24`; empty when there was no trade. @throws ChannelError */
  downloadBill?: (context: ChannelContext, day: string) => Promise<BillEntry[]>
  /** Verifies the raw bytes and reads them. @throws NotifyError */
  parseNotify: (context: ChannelContext, request: RawRequest) => Promise<Notice>
  /** Exactly the bytes this channel understands. */
  reply: (verdict: NotifyVerdict) => HttpAnswer
  /**
   * Has the store say which purchases are in a receipt that a payer's device sent, where money is
   * heard of in no other way. What was given back is left out. @throws PayError
   */
  readReceipt?: (context: ChannelContext, receipt: string) => Promise<StorePurchase[]>
  /** What works and could be better in this section of the config, for `doctor`: fields of it, and sentences. */
  advice?: (context: ChannelContext) => readonly { field: string, message: string }[]
  /** Where a browser is sent to come back with such a code. @throws PayError */
  authorizeUrl?: (context: ChannelContext, way: AuthorizeWay) => string
}

/** Names the type and nothing else: a provider is a plain object. */
export const defineProvider = (provider: Provider): Provider => provider
