import type { Texts } from './translator'
import { translator } from './translator'

/** Texts of the cashier; only a build that has one carries them. */
export const cashierTexts = {
  title: ['收银台', 'Checkout'],
  timeLeft: ['支付剩余时间 {time}', '{time} left to pay', '付款剩餘時間 {time}'],
  timeOver: ['订单已过支付时间，请重新下单', 'Time to pay is over, please order again', '訂單已過付款時間，請重新下單'],
  ways: ['选择支付方式', 'Payment method', '選擇付款方式'],
  none: ['当前没有可用的支付方式', 'No payment method is available here', '目前沒有可用的付款方式'],
  loadingWays: ['正在加载支付方式', 'Loading payment methods', '正在載入付款方式'],
  confirmPayAmount: ['确认支付 ¥{amount}', 'Pay ¥{amount}', '確認付款 ¥{amount}'],
  confirmPay: ['确认支付', 'Pay', '確認付款'],
  close: ['关闭', 'Close'],
} as const satisfies Record<string, Texts>

export const cashierWords = /* @__PURE__ */ translator<keyof typeof cashierTexts>(cashierTexts, '银', '銀')
