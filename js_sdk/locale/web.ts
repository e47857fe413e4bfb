import type { Texts } from './translator'
import { translator } from './translator'

/** Texts that only browsers need; no mini-program carries them. */
export const webTexts = {
  scan: ['请用微信扫码支付', 'Scan with WeChat to pay'],
  scanAny: ['请扫码支付', 'Scan to pay'],
  dismiss: ['取消', 'Cancel'],
  openWeixin: ['打开微信支付', 'Open WeChat to pay'],
  longPress: ['长按识别二维码付款', 'Press and hold the code to pay', '長按識別 QR code 付款'],
  asking: ['正在确认支付结果', 'Confirming your payment'],
  askingHint: ['请稍候，正在向服务器查询', 'One moment, asking the server'],
  askedUnpaid: ['请确认支付是否完成', 'Did you complete the payment?'],
  askedUnpaidHint: ['暂未收到付款。如已付款，请点“已完成支付”', 'No payment received yet. Already paid? Choose “I have paid”'],
  claimedHint: ['正在确认，请稍后在订单中查看，请勿重复付款', 'Still confirming: see your orders in a while, and do not pay twice'],
  done: ['已完成支付', 'I have paid'],
  repay: ['重新支付', 'Pay again'],
  close: ['关闭', 'Close'],
} as const satisfies Record<string, Texts>

export const webWords = /* @__PURE__ */ translator<keyof typeof webTexts>(webTexts, '扫码打开结服务询暂点“”复', '掃碼開啟結伺服詢暫點「」複')
