import type { Clock } from '../clock'
import type { AppleAccount } from './account'
import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { randomDigits } from '../crypto/random'

export type Environment = 'Production' | 'Sandbox'

export interface Purchase {
  readonly transactionId: string
  readonly productId: string
  readonly quantity: number
  /** What the app gave along. Apple keeps it on the device and leaves it out of receipts. */
  readonly username?: string
  readonly device: string
  readonly environment: Environment
  paidAtMs: number
  state: 'purchased' | 'deferred' | 'failed'
  /** The app has let go of it. */
  finished: boolean
  /** The latest restoring, which has an id of its own. */
  restored?: { transactionId: string, atMs: number }
  /** Apple gave the money back. */
  revokedAtMs?: number
}

/** What a receipt says, as the device has it: opaque and signed. */
export interface ReceiptContent {
  environment: Environment
  createdAtMs: number
  transactions: string[]
}

export interface BuyRequest {
  productId: string
  quantity: number
  username?: string
  device: string
  environment: Environment
  state: Purchase['state']
  finished: boolean
}

/** The App Store and the devices of its customers. */
export interface AppleStore {
  /** Tells a device about products; it can buy no others. */
  show: (device: string, ids: readonly string[]) => string[]
  isShown: (device: string, id: string) => boolean
  buy: (request: BuyRequest) => Purchase
  find: (transactionId: string) => Purchase | undefined
  list: () => readonly Purchase[]
  /** What the app on a device has not let go of, and what it owns for good. */
  restore: (device: string) => Purchase[]
  receiptOf: (purchase: Pick<Purchase, 'device' | 'environment'>) => string
  /** The content of a receipt, nothing when it is not one of ours; `malformed` when it is none at all. */
  open: (receipt: string) => ReceiptContent | 'malformed' | undefined
  /** Statuses that the next calls of `verifyReceipt` answer with. */
  readonly nextStatuses: number[]
}

export function createAppleStore(account: AppleAccount, clock: Clock): AppleStore {
  const purchases = new Map<string, Purchase>()
  const shown = new Map<string, Set<string>>()

  const sign = (text: string): Buffer => createHmac('sha256', account.receiptKey).update(text).digest()
  const newId = (): string => `2${randomDigits(15)}`
  const isKept = (purchase: Purchase): boolean => purchase.state === 'purchased' && (!purchase.finished || account.products[purchase.productId]?.kind === 'non-consumable')

  return {
    nextStatuses: [],
    show(device, ids) {
      const known = ids.filter(id => Object.hasOwn(account.products, id))
      shown.set(device, new Set([...shown.get(device) ?? [], ...known]))
      return known
    },
    isShown: (device, id) => shown.get(device)?.has(id) === true,
    buy(request) {
      const purchase: Purchase = { ...request, transactionId: newId(), paidAtMs: clock.now() }
      purchases.set(purchase.transactionId, purchase)
      return purchase
    },
    find: id => [...purchases.values()].find(({ transactionId, restored }) => transactionId === id || restored?.transactionId === id),
    list: () => [...purchases.values()],
    restore(device) {
      const mine = [...purchases.values()].filter(purchase => purchase.device === device && (isKept(purchase) || (purchase.state === 'deferred' && !purchase.finished)))
      for (const purchase of mine.filter(({ finished }) => finished))
        purchase.restored = { transactionId: newId(), atMs: clock.now() }
      return mine
    },
    receiptOf({ device, environment }) {
      const transactions = [...purchases.values()].filter(purchase => purchase.device === device && purchase.environment === environment && isKept(purchase)).map(({ transactionId }) => transactionId)
      const text = JSON.stringify({ environment, createdAtMs: clock.now(), transactions } satisfies ReceiptContent)
      return Buffer.concat([sign(text), Buffer.from(text)]).toString('base64')
    },
    open(receipt) {
      if (!/^[A-Z0-9+/]+={0,2}$/i.test(receipt))
        return 'malformed'
      const bytes = Buffer.from(receipt, 'base64')
      const text = bytes.subarray(32).toString('utf8')
      const genuine = bytes.length > 32 && timingSafeEqual(bytes.subarray(0, 32), sign(text))
      return genuine ? JSON.parse(text) as ReceiptContent : undefined
    },
  }
}
