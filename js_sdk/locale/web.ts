import { translator } from './translator'

/** Texts that only browsers need; no mini-program carries them. */
const zhHans = {
  scan: '请用微信扫码支付',
  scanAny: '请扫码支付',
  cancel: '取消',
  openWeixin: '打开微信支付',
  longPress: '长按识别二维码付款',
  asking: '正在确认支付结果',
  askingHint: '请稍候，正在向服务器查询',
  askedUnpaid: '请确认支付是否完成',
  unpaidHint: '暂未收到付款。如已付款，请点“已完成支付”',
  claimedHint: '正在确认，请稍后在订单中查看，请勿重复付款',
  done: '已完成支付',
  repay: '重新支付',
  close: '关闭',
}

const zhHant: Record<keyof typeof zhHans, string> = {
  scan: '請用微信掃碼支付',
  scanAny: '請掃碼支付',
  cancel: '取消',
  openWeixin: '開啟微信支付',
  longPress: '長按識別 QR code 付款',
  asking: '正在確認支付結果',
  askingHint: '請稍候，正在向伺服器查詢',
  askedUnpaid: '請確認支付是否完成',
  unpaidHint: '暫未收到付款。如已付款，請點「已完成支付」',
  claimedHint: '正在確認，請稍後在訂單中查看，請勿重複付款',
  done: '已完成支付',
  repay: '重新支付',
  close: '關閉',
}

const en: Record<keyof typeof zhHans, string> = {
  scan: 'Scan with WeChat to pay',
  scanAny: 'Scan to pay',
  cancel: 'Cancel',
  openWeixin: 'Open WeChat to pay',
  longPress: 'Press and hold the code to pay',
  asking: 'Confirming your payment',
  askingHint: 'One moment, asking the server',
  askedUnpaid: 'Did you complete the payment?',
  unpaidHint: 'No payment received yet. Already paid? Choose “I have paid”',
  claimedHint: 'Still confirming: see your orders in a while, and do not pay twice',
  done: 'I have paid',
  repay: 'Pay again',
  close: 'Close',
}

export const webWords = /* @__PURE__ */ translator({ 'zh-Hans': zhHans, 'zh-Hant': zhHant, en })
