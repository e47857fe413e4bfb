/** Simplified Chinese and English, side by side. Short on purpose: it is in every mini-program that has the button. */
export const texts = {
  /** The amount follows. */
  pay: ['支付 ¥', 'Pay ¥'],
  payNow: ['立即支付', 'Pay now'],
  creating: ['正在下单', 'Placing order'],
  invoking: ['等待支付', 'Waiting for payment'],
  confirming: ['正在确认', 'Confirming'],
  success: ['支付成功', 'Paid'],
  cancel: ['支付已取消', 'Payment cancelled'],
  fail: ['支付失败', 'Payment failed'],
  pending: ['正在确认，请稍后在订单中查看', 'Confirming, see your orders later'],
  closed: ['订单已关闭', 'Order closed'],
  network: ['网络异常，请稍后再试', 'Network error, try later'],
  // what cannot happen in most mini-programs
  // #ifdef APP || H5 || MP-BAIDU
  notSupported: ['当前环境不支持此支付方式', 'This payment is not available here'],
  notInstalled: ['请先安装支付应用', 'Install the payment app first'],
  // #endif
} as const satisfies Record<string, readonly [zhHans: string, en: string]>

// each character of these texts that Traditional Chinese writes otherwise, or says with another (网络 網路, 支持 支援)
let hans = '单确认败请后订关闭网络异试'
let hant = '單確認敗請後訂關閉網路異試'
// #ifdef APP || H5 || MP-BAIDU
hans += '当环持装应'
hant += '目環援裝應'
// #endif

/**
 * The Traditional Chinese of a text: a third table would cost every mini-program twice of this.
 *
 * @param text one of {@link texts}, or another
 * @param moreHans characters that these texts do not have
 * @param moreHant what is written instead of them
 */
export function traditional(text: string, moreHans = '', moreHant = ''): string {
  return text.replace(/./g, character => (hant + moreHant)[(hans + moreHans).indexOf(character)] || character)
}
