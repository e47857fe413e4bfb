import type { TradeState, TradeType } from '../orders/order'

/** Fen as yuan with two decimals. */
export function yuan(fen: number): string {
  return `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
}

export const TRADE_TYPE_TEXT: Record<TradeType, string> = {
  JSAPI: '小程序 / 公众号（JSAPI）',
  NATIVE: '扫码（Native）',
  H5: '手机浏览器（H5）',
  APP: 'App',
  MICROPAY: '付款码',
  ALIPAY_MINI: '支付宝小程序',
  ALIPAY_QR: '支付宝扫码',
  ALIPAY_WAP: '支付宝（手机浏览器）',
  ALIPAY_PAGE: '支付宝（电脑网站）',
  ALIPAY_CODE: '支付宝付款码',
  ALIPAY_APP: '支付宝（App）',
}

export const STATE_TEXT: Record<TradeState, string> = { NOTPAY: '等待支付', SUCCESS: '支付成功', CLOSED: '订单已关闭', USERPAYING: '等待用户确认', PAYERROR: '支付失败', REVOKED: '订单已撤销' }
