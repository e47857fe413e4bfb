import type { PayPlatform } from './types'

/** Where this build runs; a browser is told by its user agent. */
export function detectPlatform(): PayPlatform {
  let platform = process.env.UNI_PLATFORM as PayPlatform
  // #ifdef APP-PLUS
  platform = 'app-plus'
  // #endif
  // #ifdef H5
  platform = browserPlatform(typeof navigator === 'undefined' ? '' : navigator.userAgent)
  // #endif
  return platform
}

export const isPhone = (userAgent: string): boolean => /Mobile|Android|iPhone|iPad|iPod|HarmonyOS/i.test(userAgent)

export const isWeixinPhone = (userAgent: string): boolean => browserPlatform(userAgent) === 'h5-weixin'

/** WeChat for Windows and Mac opens no cashier of its own there, so its browser pays by QR code. */
export function browserPlatform(userAgent: string): 'h5' | 'h5-weixin' | 'mweb' {
  if (!isPhone(userAgent) || /WindowsWechat|MacWechat/i.test(userAgent))
    return 'h5'
  return /MicroMessenger/i.test(userAgent) ? 'h5-weixin' : 'mweb'
}

/** The page on top and what it was opened with; `''` before the first page. */
export function currentRoute(): string {
  const [page] = getCurrentPages().slice(-1)
  return (page && page.route) || ''
}

/** Tells when the app is shown and hidden, to what has no page of its own. @returns ends it */
export function followApp(shown: () => void, hidden: () => void): () => void {
  uni.onAppShow(shown)
  uni.onAppHide(hidden)
  return () => {
    uni.offAppShow(shown)
    uni.offAppHide(hidden)
  }
}
