import type { PayProvider } from '../types'
import { readKeys } from './order-info'
import { parseOrderInfo } from './order-text'
import { requestPayment } from './request-payment'

/** Baidu, `swan.requestPolymerPayment`. `orderInfo` is the signed order or its JSON; `totalAmount` is fen as text. */
export const baidu: PayProvider = {
  id: 'baidu',
  platforms: ['mp-baidu'],
  launch: async ({ orderInfo }) => requestPayment('baidu', {
    orderInfo: readKeys(
      parseOrderInfo(orderInfo),
      ['dealId', 'appKey', 'totalAmount', 'tpOrderId', 'dealTitle', 'signFieldsRange', 'rsaSign'],
      ['bizInfo', 'notifyUrl', 'payResultUrl'],
    ),
  }),
}
