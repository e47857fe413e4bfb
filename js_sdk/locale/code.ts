import { translator } from './translator'

/** Texts of a QR code; only a build that shows one carries them. */
const zhHans = {
  qrcode: '支付二维码',
  qrcodeLeft: '剩余 {time}',
  qrcodeExpired: '二维码已过期',
  refresh: '刷新',
}

const zhHant: Record<keyof typeof zhHans, string> = {
  qrcode: '支付 QR code',
  qrcodeLeft: '剩餘 {time}',
  qrcodeExpired: 'QR code 已過期',
  refresh: '重新整理',
}

const en: Record<keyof typeof zhHans, string> = {
  qrcode: 'Payment QR code',
  qrcodeLeft: '{time} left',
  qrcodeExpired: 'QR code expired',
  refresh: 'Refresh',
}

export const codeWords = /* @__PURE__ */ translator({ 'zh-Hans': zhHans, 'zh-Hant': zhHant, en })
