import type { Messages } from './index'

export const en: Messages = {
  pay: 'Pay ¥{amount}',
  payNow: 'Pay now',
  creating: 'Placing order',
  invoking: 'Waiting for payment',
  confirming: 'Confirming',
  paid: 'Paid',
  cancelled: 'Payment cancelled',
  failed: 'Payment failed',
  pending: 'Still confirming, see your orders in a while',
  closed: 'Order closed',
  network: 'Network error, try again later',
  noBackend: 'Write app.use(createVkPay({ backend })) in main, or link a service space',
  badOrder: 'Invalid order',
  notSupported: 'This payment is not available here',
  notInstalled: 'Install the payment app first',
}
