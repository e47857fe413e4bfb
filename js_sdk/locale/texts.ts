/** Simplified Chinese and English, side by side. Short on purpose: it is in every mini-program that has the button. */
export const texts = {
  pay: ['支付 ¥{amount}', 'Pay ¥{amount}'],
  payNow: ['立即支付', 'Pay now'],
  creating: ['正在下单', 'Placing order'],
  invoking: ['等待支付', 'Waiting for payment'],
  confirming: ['正在确认', 'Confirming'],
  paid: ['支付成功', 'Paid'],
  cancelled: ['支付已取消', 'Payment cancelled'],
  failed: ['支付失败', 'Payment failed'],
  pending: ['正在确认，请稍后在订单中查看', 'Still confirming, see your orders in a while'],
  closed: ['订单已关闭', 'Order closed'],
  network: ['网络异常，请稍后再试', 'Network error, try again later'],
  noBackend: ['请在 main 中写 app.use(createVkPay({ backend }))，或关联服务空间', 'Write app.use(createVkPay({ backend })) in main, or link a service space'],
  badOrder: ['订单信息有误', 'Invalid order'],
  notSupported: ['当前环境不支持此支付方式', 'This payment is not available here'],
  notInstalled: ['请先安装支付应用', 'Install the payment app first'],
} as const satisfies Record<string, readonly [zhHans: string, en: string]>

// each character of these texts that Traditional Chinese writes otherwise, or says with another (信息 資訊, 网络 網路, 支持 支援)
const hans = '单确认败请后订关闭网络异试写联务间信息误当环持装应'
const hant = '單確認敗請後訂關閉網路異試寫聯務間資訊誤目環援裝應'

/** The Traditional Chinese of one of {@link texts}: a third table would cost every mini-program twice of this. */
export function traditional(text: string): string {
  return text.replace(/./g, character => hant[hans.indexOf(character)] ?? character)
}
