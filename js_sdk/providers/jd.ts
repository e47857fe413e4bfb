import { ErrorCode, VkPayError } from '../errors'
import type { PayProvider } from '../types'
import { requestPayment } from './request-payment'

/**
 * JD. uni-app passes the call on untouched and lists it as not supported; the keys are JD's own and
 * not published, so the server's `orderInfo` is handed over at top level as it is.
 */
export const jd: PayProvider = {
  id: 'jd',
  platforms: ['mp-jd'],
  launch: async ({ orderInfo }) => {
    if (!orderInfo || typeof orderInfo !== 'object')
      throw new VkPayError(ErrorCode.ORDER_INFO, 'orderInfo must be the object that JD\'s pre-order answered', { field: 'orderInfo' })
    return requestPayment('jdpay', { ...orderInfo })
  },
}
