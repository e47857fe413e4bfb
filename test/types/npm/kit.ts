import { createTestMerchant, signNotification, testHandlers } from 'vk-uni-pay/testing/node'
import uniTesting from 'vk-uni-pay/testing/vite'
import { createMockPayment } from 'vk-uni-pay/testing'

export const plugins = [uniTesting({ platform: 'mp-weixin', easycom: { '^uni-(.*)': '@dcloudio/uni-ui/lib/uni-$1/uni-$1.vue' }, tags: ['map'] })]

export async function handlersOfMine() {
  const shop = await testHandlers('./service/pay-notify', { goods: [{ _id: 'g1', stock: 1 }] }, { version: 2, config: { rateLimit: false } })
  const { paid, handled, deliveries, order } = await shop.pay({ type: 'goods', total_fee: 100 }, { notify: 'tampered', retries: 2 })
  const merchant = await createTestMerchant()
  const { body, headers } = signNotification({ provider: 'wxpay', merchant, order: { out_trade_no: 'ORDER_0001', total_fee: 100 }, kind: 'tampered' })
  await shop.close()

  // @ts-expect-error which handler
  await shop.pay({ total_fee: 100 })
  // @ts-expect-error fen are a number
  await shop.pay({ type: 'goods', total_fee: '100' })
  // @ts-expect-error there is no such way to notify
  await shop.pay({ type: 'goods' }, { notify: 'late' })
  // @ts-expect-error there is no such channel
  signNotification({ provider: 'paypal', merchant, order: { out_trade_no: 'ORDER_0001', total_fee: 100 } })
  // @ts-expect-error fen are a number
  signNotification({ provider: 'wxpay', merchant, order: { out_trade_no: 'ORDER_0001', total_fee: '100' } })
  // @ts-expect-error there is no such version
  await testHandlers('./service/pay-notify', {}, { version: 4 })
  // @ts-expect-error a list
  uniTesting({ tags: 'map' })
  return [paid, handled, deliveries[0]?.accepted, order.status, body, headers['content-type'], createMockPayment().calls]
}
