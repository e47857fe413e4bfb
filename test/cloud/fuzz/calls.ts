/** What clients send, before it is changed. */
import { goodsOrder } from '../support/shop'

export const calls: readonly Record<string, unknown>[] = [
  { $url: 'pay/createPayment', data: goodsOrder({ out_trade_no: 'FUZZ_1001' }) },
  { url: 'pay/createPayment', data: goodsOrder({ vk_platform: 'h5', openid: undefined, needQRcode: true, other: { attach: 'x' }, time_expire: 1_800_000_000_000 }) },
  { action: 'pay/queryPayment', data: { out_trade_no: 'ORDER_1001', pay_order_info: true, await_notify: true, await_max_time: 2 } },
  { $url: 'pay/queryPayment', data: { transaction_id: '4200000000000001' } },
  { $url: 'pay/closePayment', data: { out_trade_no: 'FUZZ_1001' } },
  { $url: 'pay/listProviders', data: { vk_platform: 'mp-weixin' } },
  { $url: 'pay/code2SessionWeixin', data: { code: 'code' } },
  { $url: 'pay/code2SessionAlipay', data: { code: 'code' } },
]
