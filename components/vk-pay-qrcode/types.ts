import type { VkPayTheme } from '../../js_sdk/types'

/** A QR code to pay by, with the time it has left. */
export interface VkPayQrcodeProps {
  /** What the code says, such as `weixin://wxpay/bizpayurl?pr=…`; a placeholder is drawn while it is empty. @default none */
  value?: string
  /** Edge of the square with its quiet zone, px. @default 200 */
  size?: number
  /** When the code can no longer be scanned, milliseconds since 1970; counted down when given. @default none */
  expiresAt?: number
  /** Offer a button for a new code once this one has expired. @default true */
  refreshable?: boolean
  /** Light or dark. @default the client's `theme` */
  theme?: VkPayTheme
}

export interface VkPayQrcodeEmits {
  /** The payer asks for a new code. */
  (event: 'refresh'): void
  /** The code has expired. */
  (event: 'expired'): void
}
