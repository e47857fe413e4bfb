import type { PayProvider } from '../types'
import { readKeys } from './order-info'
import { requestPayment } from './request-payment'

/** Kuaishou, `ks.pay`. `orderInfo` is `{ order_no, order_info_token, paymentChannel? }`; the last one skips the choice of channel. */
export const kuaishou: PayProvider = {
  id: 'kuaishou',
  platforms: ['mp-kuaishou'],
  launch: async ({ orderInfo }) => {
    const { paymentChannel, ...order } = readKeys(orderInfo, ['order_no', 'order_info_token'], ['paymentChannel'])
    return requestPayment('kuaishou', { orderInfo: order, serviceId: '1', ...(paymentChannel ? { paymentChannel } : {}) })
  },
}
