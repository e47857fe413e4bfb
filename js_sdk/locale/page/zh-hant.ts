import type { PageMessages } from './index'

export const zhHant: PageMessages = {
  loading: '正在查詢',
  paid: '支付成功',
  processing: '權益正在處理中，如長時間未到帳請聯絡客服',
  unpaid: '尚未收到付款',
  unpaidHint: '如已付款，請點「我已支付」',
  confirming: '正在確認',
  confirmingHint: '請稍後在訂單中查看',
  closed: '訂單已關閉',
  refunded: '已退款',
  partlyRefunded: '已部分退款',
  noOrder: '沒有找到訂單',
  orderNo: '訂單號',
  finish: '完成',
  repay: '重新支付',
  iPaid: '我已支付',
  refresh: '重新整理',
  back: '返回',
}
