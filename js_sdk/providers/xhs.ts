import type { PayProvider } from '../types'
import { readKeys } from './order-info'
import { requestPayment } from './request-payment'

/** Xiaohongshu, `xhs.requestGuaranteeOrderPayment`. `orderInfo` is `{ orderId, payToken }`. */
export const xhs: PayProvider = {
  id: 'xhs',
  platforms: ['mp-xhs'],
  launch: async ({ orderInfo }) => requestPayment('xhs', { orderInfo: readKeys(orderInfo, ['orderId', 'payToken']) }),
}
