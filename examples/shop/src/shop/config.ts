/** Who shops here: the demo has one user and no sign-in. */
export const USER_ID = 'user_001'

/** Address of the pay function. Only a browser has an origin to leave out. */
export const PAY_URL: string = import.meta.env.VITE_VK_PAY_URL || defaultPayUrl()

/** The demo's own interface stands beside the pay function. */
export const DEMO_URL = PAY_URL.replace(/\/vk-pay\/?$/, '/demo')

function defaultPayUrl(): string {
  let url = 'http://127.0.0.1:8787/vk-pay'
  // #ifdef H5
  url = '/vk-pay'
  // #endif
  return url
}
