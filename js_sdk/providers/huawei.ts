import type { PayProvider } from '../types'
import { readKeys } from './order-info'
import { parseOrderInfo } from './order-text'
import { requestPayment } from './request-payment'

/**
 * Huawei Pay, in HarmonyOS apps and atomic services. `orderInfo` is the order (`merc_no`,
 * `prepay_id`, `timestamp`, `noncestr`, `sign`, `auth_id`, `app_id?`) or its JSON; the cashier takes JSON.
 */
export const huawei: PayProvider = {
  id: 'huawei',
  platforms: ['app-harmony', 'mp-harmony'],
  launch: async ({ orderInfo }) => requestPayment('huawei', {
    orderInfo: JSON.stringify(readKeys(parseOrderInfo(orderInfo), ['merc_no', 'prepay_id', 'timestamp', 'noncestr', 'sign', 'auth_id'], ['app_id'])),
  }),
}
