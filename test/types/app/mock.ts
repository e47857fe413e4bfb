import { createMockPayment, installTestUni } from '@/uni_modules/vk-uni-pay/testing'
import type { MockOutcome } from '@/uni_modules/vk-uni-pay/testing'
import { createVkPay } from '@/uni_modules/vk-uni-pay/js_sdk'

export function kit() {
  const uni = installTestUni({ route: 'pages/pay/pay', query: { id: '1' }, locale: 'en' })
  const mock = createMockPayment({ script: ['success', 'paid-after-cancel'], delayMs: 200, channels: ['wxpay'] })
  createVkPay({ ...mock.options, onPaid: () => {} })
  mock.next('late', { lateMs: 5000 })
  mock.pay('ORDER_0001')
  mock.offline()
  mock.online()
  mock.reset()
  uni.show()
  uni.hide()
  uni.remove()
  const outcome: MockOutcome = 'already-paid'
  // @ts-expect-error there is no such outcome
  mock.next('paid')
  // @ts-expect-error there is no such outcome in the script either
  createMockPayment({ script: ['refused'] })
  // @ts-expect-error ms are a number
  createMockPayment({ delayMs: '200ms' })
  // @ts-expect-error no such option
  installTestUni({ page: 'pages/pay/pay' })
  // @ts-expect-error only reading: the server has the truth
  mock.orders.set('ORDER_0001', {})
  return [outcome, mock.orders.get('ORDER_0001')?.state === 'SUCCESS', mock.calls[0]?.action, uni.calls.length]
}
