import { ErrorCode, VkPayError } from '../errors'
import type { PayProvider } from '../types'
import { readKeys } from './order-info'
import { openCashier } from './request-payment'
import { wxpay } from './wxpay'

/**
 * WeChat's payment for virtual goods in mini-programs (documents: `wx.requestVirtualPayment`, base
 * library 2.19.2). `orderInfo` is `{ signData, mode, paySig, signature }`; signData is signed byte
 * by byte, so it comes as text and is passed on as it is.
 */
export const wxpayVirtual: PayProvider = {
  id: 'wxpay-virtual',
  platforms: ['mp-weixin'],
  virtual: true,
  openid: wxpay.openid,
  async launch({ orderInfo }) {
    const params = readKeys(orderInfo, ['signData', 'mode', 'paySig', 'signature'])
    if (!/^short_series_(?:goods|coin)$/.test(params.mode))
      throw new VkPayError(ErrorCode.ORDER_INFO, process.env.NODE_ENV === 'production' ? '' : 'orderInfo.mode must be short_series_goods or short_series_coin', { field: 'mode' })
    return openCashier('requestVirtualPayment', params)
  },
}
