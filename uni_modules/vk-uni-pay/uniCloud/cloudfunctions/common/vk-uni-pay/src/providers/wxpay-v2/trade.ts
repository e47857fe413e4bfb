import type { ChannelContext, PaidFact, TradeState } from '../../core/provider'
import type { Fields } from './xml'
import { lookup } from '../../core/lookup'
import { merchantKeys } from './keys'
import { parseTime } from './china-time'

const states: Record<string, TradeState> = {
  SUCCESS: 'SUCCESS',
  NOTPAY: 'NOTPAY',
  USERPAYING: 'USERPAYING',
  // taken by the channel, not by the bank yet
  ACCEPT: 'USERPAYING',
  PAYERROR: 'PAYERROR',
  CLOSED: 'CLOSED',
  REVOKED: 'CLOSED',
  REFUND: 'REFUND',
}

/** A state nobody told us about is no statement. */
export const tradeState = (value: string | undefined): TradeState => (value === undefined ? undefined : lookup(states, value)) ?? 'UNKNOWN'

/** Money is digits and nothing else: no sign, no point, no exponent. */
export function fenOf(text: string | undefined): number | undefined {
  const fen = text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(fen) ? fen : undefined
}

/**
 * The payment of a notification, a query or a charge in our terms; nothing unless it is complete.
 * That it was paid is for the caller to know: each message says so in a field of its own.
 */
export function paidFact(context: ChannelContext, fields: Fields): PaidFact | undefined {
  const { subAppid } = merchantKeys(context.config)
  const text = (name: string): string => fields.get(name) ?? ''
  const outTradeNo = text('out_trade_no')
  const transactionId = text('transaction_id')
  const timeEnd = text('time_end')
  const paidAt = parseTime(timeEnd)
  const totalFee = fenOf(fields.get('total_fee'))
  const cashFee = fenOf(fields.get('cash_fee'))
  if (!outTradeNo || !transactionId || Number.isNaN(paidAt) || totalFee === undefined)
    return undefined
  return {
    outTradeNo,
    transactionId,
    totalFee,
    currency: text('fee_type') || 'CNY',
    appid: text('appid'),
    mchid: text('mch_id'),
    // not every message repeats it; one that names another is refused by the core
    subAppid: text('sub_appid') || subAppid,
    subMchid: text('sub_mch_id') || undefined,
    openid: text('sub_openid') || text('openid') || undefined,
    timeEnd,
    paidAt,
    info: {
      trade_type: text('trade_type'),
      bank_type: text('bank_type'),
      ...(cashFee === undefined ? {} : { payer_total: cashFee }),
    },
  }
}
