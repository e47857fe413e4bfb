/**
 * Whose orders these are: a merchant's own, or those of a shop a service provider collects for
 * (`subMchId` of the config). The second have paths and field names of their own.
 */
import type { Payee } from '../../core/provider'
import type { MerchantKeys } from './keys'

const textOf = (value: unknown): string => typeof value === 'string' ? value : ''

/** Where orders are made, asked about and closed. */
export const transactionsPath = ({ sub }: MerchantKeys): string => sub ? '/v3/pay/partner/transactions' : '/v3/pay/transactions'

/** The owner as the body of a new order names it. */
export function ownerOf({ appid, mchid, sub }: MerchantKeys): Record<string, string | undefined> {
  return sub ? { sp_appid: appid, sp_mchid: mchid, sub_appid: sub.appid, sub_mchid: sub.mchid } : { appid, mchid }
}

/** The owner as queries and closings name it. */
export function merchantOf({ mchid, sub }: MerchantKeys): Record<string, string> {
  return sub ? { sp_mchid: mchid, sub_mchid: sub.mchid } : { mchid }
}

/** The payer as an order of this owner names them: an openid belongs to the appid the cashier runs under. */
export function payerOf({ sub }: MerchantKeys, openid: string | undefined): Record<string, string | undefined> {
  if (!sub)
    return { openid }
  return sub.appid === undefined ? { sp_openid: openid } : { sub_openid: openid }
}

/** The appid a cashier runs under. */
export const cashierAppid = ({ appid, sub }: MerchantKeys): string => sub?.appid ?? appid

/** Who was paid, as a transaction says. */
export function payeeOf(transaction: Record<string, unknown>, { sub }: MerchantKeys): Payee {
  if (!sub)
    return { appid: textOf(transaction.appid), mchid: textOf(transaction.mchid) }
  return {
    appid: textOf(transaction.sp_appid),
    mchid: textOf(transaction.sp_mchid),
    subMchid: textOf(transaction.sub_mchid),
    subAppid: textOf(transaction.sub_appid) || undefined,
  }
}

/** What of a message says that it is another merchant's; nothing when it is ours. */
export function foreignField(message: Record<string, unknown>, { mchid, sub }: MerchantKeys): 'mchid' | 'sub_mchid' | undefined {
  if ((sub ? message.sp_mchid : message.mchid) !== mchid)
    return 'mchid'
  return sub && message.sub_mchid !== sub.mchid ? 'sub_mchid' : undefined
}

const escaped = (value: string): string => encodeURIComponent(value).replace(/\*/g, '%2A')

/** The address of an order by its number; `|` and `*` are legal in one, and must be escaped in a path. */
export const orderPath = (keys: MerchantKeys, outTradeNo: string): string => `${transactionsPath(keys)}/out-trade-no/${escaped(outTradeNo)}`

export const queryText = (fields: Record<string, string>): string => Object.entries(fields).map(([name, value]) => `${name}=${escaped(value)}`).join('&')
