import { signedNotification } from '../../examples/gateway/src/index'
import { accountOf, newMerchant } from './accounts'
import type { SignedNotification, SignNotificationOptions, TestMerchant } from './node-types'

/** Makes a merchant with fresh keys at WeChat Pay and Alipay; takes a second or two. */
export const createTestMerchant = (): Promise<TestMerchant> => newMerchant()

/**
 * The notification of a payment as the channel would send it to a function with the merchant's config,
 * to `<notifyUrl>/vk-pay-notify/<provider>_<platform>`.
 *
 * @throws TypeError when the merchant is none of {@link createTestMerchant}, or the amount no positive
 * integer in fen; RangeError when the channel has no such platform, or no probes
 */
export function signNotification({ provider, merchant, order, platform = 'h5', version = 3, kind = 'notify', at = Date.now() }: SignNotificationOptions): SignedNotification {
  const account = accountOf(merchant)
  const { out_trade_no, total_fee, subject = 'Test order', transaction_id } = order
  if (!Number.isSafeInteger(total_fee) || total_fee <= 0)
    throw new TypeError('order.total_fee must be a positive integer, in fen')
  if (provider === 'alipay' && kind === 'probe')
    throw new RangeError('Alipay sends no probes')
  return signedNotification(account, {
    provider,
    platform: platform as 'h5',
    version,
    outTradeNo: out_trade_no,
    totalFen: total_fee,
    description: subject,
    transactionId: transaction_id,
    paidAtMs: at,
    signedAtMs: at,
    kind,
  })
}
