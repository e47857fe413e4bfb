import type { PayProvider } from '../types'
import { readKeys } from './order-info'
import { requestPayment } from './request-payment'

/** Douyin's own cashier, `tt.pay`; the other services open WeChat or Alipay, which it forbids new apps. */
const CASHIER_SERVICE = 5

/** Douyin. `orderInfo` is `{ order_id, order_token }` of the pre-order. */
export const douyin: PayProvider = {
  id: 'douyin',
  platforms: ['mp-toutiao'],
  openid: { 'mp-toutiao': { loginProvider: 'toutiao', action: 'pay/code2SessionDouyin' } },
  launch: async ({ orderInfo }) => requestPayment('douyin', { orderInfo: readKeys(orderInfo, ['order_id', 'order_token']), service: CASHIER_SERVICE }),
}
