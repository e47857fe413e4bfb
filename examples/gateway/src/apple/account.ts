import { randomBytes } from 'node:crypto'

/** What is for sale in the merchant's app. */
export interface AppleProduct {
  title: string
  /** Fen. */
  price: number
  /** Consumables leave the receipt when they are finished, the others stay. */
  kind: 'consumable' | 'non-consumable'
}

/** The merchant's app in the App Store. */
export interface AppleAccount {
  bundleId: string
  /** `password` of `verifyReceipt`. */
  sharedSecret: string
  products: Readonly<Record<string, AppleProduct>>
  /** Signs receipts; only this gateway has it. */
  receiptKey: string
}

export function createAppleAccount(): AppleAccount {
  return {
    bundleId: 'com.example.local',
    sharedSecret: randomBytes(16).toString('hex'),
    receiptKey: randomBytes(32).toString('hex'),
    products: {
      'vip.month': { title: '会员一个月', price: 1800, kind: 'consumable' },
      'coins.60': { title: '六十枚金币', price: 600, kind: 'consumable' },
      'theme.dark': { title: '深色主题', price: 1200, kind: 'non-consumable' },
    },
  }
}
