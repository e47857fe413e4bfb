import type { PayProvider } from '../types'
import { readKeys } from './order-info'
import { requestPayment } from './request-payment'

/** QQ, `qq.requestPayment`. `orderInfo` is `{ package: 'prepay_id=…', bargainor_id? }`, handed over at top level. */
export const qq: PayProvider = {
  id: 'qq',
  platforms: ['mp-qq'],
  launch: async ({ orderInfo }) => requestPayment('qqpay', readKeys(orderInfo, ['package'], ['bargainor_id'])),
}
