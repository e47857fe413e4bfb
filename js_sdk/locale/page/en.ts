import type { PageMessages } from './index'

export const en: PageMessages = {
  loading: 'Checking',
  paid: 'Paid',
  processing: 'Your order is being processed; if it takes long, contact support',
  unpaid: 'No payment received yet',
  unpaidHint: 'Already paid? Choose “I have paid”',
  confirming: 'Confirming',
  confirmingHint: 'See your orders in a while',
  closed: 'Order closed',
  refunded: 'Refunded',
  partlyRefunded: 'Partly refunded',
  noOrder: 'No such order',
  orderNo: 'Order',
  finish: 'Done',
  repay: 'Pay again',
  iPaid: 'I have paid',
  refresh: 'Refresh',
  back: 'Back',
}
