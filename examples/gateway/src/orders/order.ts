import type { Delivery } from '../notify/delivery'
import type { Refund } from './refund'

export type AlipayTradeType = 'ALIPAY_MINI' | 'ALIPAY_QR' | 'ALIPAY_WAP' | 'ALIPAY_PAGE' | 'ALIPAY_APP' | 'ALIPAY_CODE'
export type TradeType = 'JSAPI' | 'NATIVE' | 'H5' | 'APP' | 'MICROPAY' | AlipayTradeType
/** Order numbers of the one mean nothing to the other. */
export type Channel = 'wxpay' | 'alipay'
/** `USERPAYING`, `PAYERROR` and `REVOKED` (taken back) are states of payment codes only. */
export type TradeState = 'NOTPAY' | 'SUCCESS' | 'CLOSED' | 'USERPAYING' | 'PAYERROR' | 'REVOKED'

/** The merchant's words about an order. Money in fen, time in ms. */
export interface OrderRequest {
  readonly tradeType: TradeType
  readonly outTradeNo: string
  readonly appid: string
  readonly description: string
  readonly totalFen: number
  readonly notifyUrl: string
  readonly attach?: string
  readonly openid?: string
  readonly expiresAtMs?: number
  /** The shop a service provider collects for. */
  readonly shop?: { readonly mchid: string, readonly appid?: string }
  /** Given with Alipay's orders. */
  readonly alipay?: AlipayTerms
  /** Given with orders made over WeChat Pay v2: they are paid and notified in its words, too. */
  readonly v2?: { readonly signType: 'MD5' | 'HMAC-SHA256' }
}

/** What only Alipay's orders have. */
export interface AlipayTerms {
  /** Which of Alipay's keys the merchant listens to. */
  readonly mode: 'key' | 'certificate'
  /** The interface that made the order. */
  readonly method: string
  /** Where the payer's browser goes when it was paid, and when it was left. */
  returnUrl?: string
  quitUrl?: string
  /** Number of the trade, from the moment the payer has met it. */
  tradeNo?: string
  /** The code on the payer's phone it was paid with. */
  authCode?: string
}

export const channelOf = (order: OrderRequest): Channel => order.alipay ? 'alipay' : 'wxpay'

/** Whether the payer can still pay it. */
export const isOpen = ({ tradeState }: Pick<Order, 'tradeState'>): boolean => tradeState === 'NOTPAY' || tradeState === 'USERPAYING'

/** The appid the cashier runs under. */
export const cashierAppid = ({ appid, shop }: Pick<OrderRequest, 'appid' | 'shop'>): string => shop?.appid ?? appid

/** What the client opens the cashier with; of Alipay's, the gateway's own name for it. */
export interface Prepay {
  readonly id: string
  readonly expiresAtMs: number
  /** Codes to scan only. */
  readonly codeUrl?: string
}

/** One h5_url that was handed out. */
export interface H5Link {
  readonly token: string
  readonly prepayId: string
  readonly expiresAtMs: number
}

export interface Order extends OrderRequest {
  readonly mchid: string
  readonly createdAtMs: number
  tradeState: TradeState
  /** Accepted create calls for this number. */
  creates: number
  prepay: Prepay
  transactionId?: string
  paidAtMs?: number
  /** When a charge was taken back. */
  reversedAtMs?: number
  /** What the day bill says of it, where that is not the truth. */
  bill?: { hidden?: boolean, fen?: number }
  /** Every notification that left, in order. */
  readonly deliveries: Delivery[]
  /** Money that went back, in the order it was asked for. */
  readonly refunds: Refund[]
}

/** How long a prepay_id and a code_url can be used. */
export const PREPAY_VALID_MS = 2 * 3_600_000
/** How long an h5_url can be opened. */
export const H5_URL_VALID_MS = 5 * 60_000
/** How long an order can be paid when the merchant named no time_expire. */
export const PAY_WINDOW_MS = 7 * 86_400_000
