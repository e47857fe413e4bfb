import type { Texts } from './translator'
import { translator } from './translator'

/** Texts of a QR code; only a build that shows one carries them. */
export const codeTexts = {
  qrcode: ['支付二维码', 'Payment QR code', '支付 QR code'],
  qrcodeLeft: ['剩余 {time}', '{time} left'],
  qrcodeExpired: ['二维码已过期', 'QR code expired', 'QR code 已過期'],
  refresh: ['刷新', 'Refresh', '重新整理'],
} as const satisfies Record<string, Texts>

export const codeWords = /* @__PURE__ */ translator<keyof typeof codeTexts>(codeTexts, '余', '餘')
