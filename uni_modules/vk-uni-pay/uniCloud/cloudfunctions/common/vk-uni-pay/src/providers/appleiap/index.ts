import { NotifyError } from '../../core/errors'
import { defineProvider } from '../../core/provider'
import { advice, create, identity, present, validate } from './purchase'
import { readReceipt } from './receipt'

/**
 * Apple's in-app purchase in an iOS app (StoreKit 1, as uni-app delivers it). Apple takes the money
 * and tells nobody: we hear of it by the receipt that the payer's device sends, and by nothing else.
 * So there is no order at Apple to ask about, to close or to refund, and no notification.
 */
export const appleiap = defineProvider({
  id: 'appleiap',
  platforms: ['app-plus'],
  // apps of both systems have the same platform
  isOfferedTo: ({ userAgent = '' }) => !/Android|HarmonyOS/i.test(userAgent),
  identity,
  validate,
  create,
  present,
  query: async () => ({ state: 'NOTPAY' }),
  // a purchase that is made all the same comes with its receipt, and is settled as late money
  close: async () => 'closed',
  parseNotify: async () => {
    throw new NotifyError(404, 'no-notifications', '苹果内购没有支付通知，付款由客户端的收据确认')
  },
  reply: verdict => ({
    status: verdict.accepted ? 200 : verdict.status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(verdict.accepted ? { code: 'SUCCESS' } : { code: 'FAIL', message: verdict.message }),
  }),
  readReceipt,
  advice,
})
