import type { PaidFact, RefundedFact, TradeState } from '../../core/provider'
import { lookup } from '../../core/lookup'
import { fenOf } from './amount'
import { rfc3339Of } from './china-time'

const states: Record<string, TradeState> = {
  WAIT_BUYER_PAY: 'NOTPAY',
  TRADE_SUCCESS: 'SUCCESS',
  TRADE_FINISHED: 'SUCCESS',
  TRADE_CLOSED: 'CLOSED',
}

/** A state nobody told us about is no statement. */
export const tradeState = (status: unknown): TradeState => (typeof status === 'string' ? lookup(states, status) : undefined) ?? 'UNKNOWN'

export interface TradeFields {
  outTradeNo: unknown
  tradeNo: unknown
  /** Yuan. */
  totalAmount: unknown
  status: unknown
  /** China's time. */
  paidAt: unknown
  /** Yuan; what the merchant gets. */
  receiptAmount: unknown
  /** The payer, by the newer and by the older kind of id. */
  openid: unknown
  buyerId: unknown
  /** Of notifications only. */
  sellerId?: unknown
  authAppid?: unknown
  notifyId?: unknown
}

const textOf = (value: unknown): string | undefined => typeof value === 'string' && value !== '' ? value : undefined

/** Whether a trade in this state was paid: a closed one was when money of it went back. */
export const tookMoney = (status: unknown, wasRefunded: boolean): boolean => tradeState(status) === 'SUCCESS' || (tradeState(status) === 'CLOSED' && wasRefunded)

/** A payment in our terms; nothing unless the fields are all there and say that it was paid. */
export function paidFact(fields: TradeFields, appid: string, refunded?: RefundedFact): PaidFact | undefined {
  const outTradeNo = textOf(fields.outTradeNo)
  const transactionId = textOf(fields.tradeNo)
  const totalFee = fenOf(fields.totalAmount)
  const timeEnd = rfc3339Of(fields.paidAt)
  const receiptFee = fenOf(fields.receiptAmount)
  if (!tookMoney(fields.status, refunded !== undefined) || !outTradeNo || !transactionId || totalFee === undefined || timeEnd === undefined)
    return undefined
  return {
    outTradeNo,
    transactionId,
    totalFee,
    currency: 'CNY',
    appid,
    mchid: appid,
    openid: textOf(fields.openid) ?? textOf(fields.buyerId),
    timeEnd,
    paidAt: Date.parse(timeEnd),
    info: {
      trade_status: String(fields.status),
      ...(receiptFee === undefined ? {} : { receipt_fee: receiptFee }),
      ...(textOf(fields.notifyId) === undefined ? {} : { notify_id: String(fields.notifyId).slice(0, 64) }),
    },
    sellerId: textOf(fields.sellerId),
    authAppid: textOf(fields.authAppid),
    ...(refunded ? { refunded } : {}),
  }
}
