import type { PaidFact, TradeState } from '../../core/provider'
import { lookup } from '../../core/lookup'
import type { MerchantKeys } from './keys'
import { payeeOf } from './owner'

const states: Record<string, TradeState> = {
  SUCCESS: 'SUCCESS',
  NOTPAY: 'NOTPAY',
  USERPAYING: 'USERPAYING',
  PAYERROR: 'PAYERROR',
  CLOSED: 'CLOSED',
  REVOKED: 'CLOSED',
  REFUND: 'REFUND',
}

/** A state nobody told us about is no statement. */
export const tradeState = (value: unknown): TradeState => (typeof value === 'string' ? lookup(states, value) : undefined) ?? 'UNKNOWN'

const textOf = (value: unknown): string => typeof value === 'string' ? value : ''
const objectOf = (value: unknown): Record<string, unknown> => typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}

/** The transaction of a notification or a query in our terms; nothing unless it is complete and SUCCESS. */
export function paidFact(transaction: Record<string, unknown>, keys: MerchantKeys): PaidFact | undefined {
  const amount = objectOf(transaction.amount)
  const payer = objectOf(transaction.payer)
  const outTradeNo = textOf(transaction.out_trade_no)
  const transactionId = textOf(transaction.transaction_id)
  const timeEnd = textOf(transaction.success_time)
  const paidAt = Date.parse(timeEnd)
  if (transaction.trade_state !== 'SUCCESS' || !outTradeNo || !transactionId || Number.isNaN(paidAt) || !Number.isSafeInteger(amount.total))
    return undefined
  return {
    outTradeNo,
    transactionId,
    totalFee: amount.total as number,
    // left out it is the yuan; anything else that is no text is no currency
    currency: amount.currency === undefined ? 'CNY' : textOf(amount.currency),
    ...payeeOf(transaction, keys),
    openid: [payer.openid, payer.sub_openid, payer.sp_openid].map(textOf).find(Boolean),
    timeEnd,
    paidAt,
    info: {
      trade_type: textOf(transaction.trade_type),
      bank_type: textOf(transaction.bank_type),
      ...(Number.isSafeInteger(amount.payer_total) ? { payer_total: amount.payer_total as number } : {}),
    },
  }
}
