import type { Texts } from './translator'
import { translator } from './translator'

/** Texts of the status page; only a build that has one carries this table. */
export const pageTexts = {
  loading: ['正在查询', 'Checking'],
  paid: ['支付成功', 'Paid'],
  processing: ['权益正在处理中，如长时间未到账请联系客服', 'Your order is being processed; if it takes long, contact support'],
  unpaid: ['尚未收到付款', 'No payment received yet'],
  unpaidHint: ['如已付款，请点“我已支付”', 'Already paid? Choose “I have paid”'],
  confirming: ['正在确认', 'Confirming'],
  confirmingHint: ['请稍后在订单中查看', 'See your orders in a while'],
  closed: ['订单已关闭', 'Order closed'],
  refunded: ['已退款', 'Refunded'],
  partlyRefunded: ['已部分退款', 'Partly refunded'],
  noOrder: ['没有找到订单', 'No such order'],
  orderNo: ['订单号', 'Order'],
  finish: ['完成', 'Done'],
  repay: ['重新支付', 'Pay again'],
  iPaid: ['我已支付', 'I have paid'],
  refresh: ['刷新', 'Refresh', '重新整理'],
  back: ['返回', 'Back'],
} as const satisfies Record<string, Texts>

export type PageMessageKey = keyof typeof pageTexts

/** The text of `key` for the status page. */
export const translatePage = /* @__PURE__ */ translator<PageMessageKey>(pageTexts, '询权处长时间账联系点“”没号', '詢權處長時間帳聯絡點「」沒號')
