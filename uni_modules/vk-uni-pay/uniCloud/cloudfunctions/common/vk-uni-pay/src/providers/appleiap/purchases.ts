import type { StorePurchase } from '../../core/provider'

type Fields = Record<string, unknown>

export const objectOf = (value: unknown): Fields => typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : {}
const listOf = (value: unknown): Fields[] => Array.isArray(value) ? value.map(objectOf) : []

const ID = /^[\w.-]{1,64}$/
const idOf = (value: unknown): string | undefined => typeof value === 'string' && ID.test(value) ? value : undefined
const textOf = (value: unknown): string => typeof value === 'string' ? value : ''

/** Paid by somebody else, or given back: no payment of this payer. */
const isNoPayment = (item: Fields): boolean => item.cancellation_date !== undefined || item.cancellation_date_ms !== undefined || item.in_app_ownership_type === 'FAMILY_SHARED'
/** A renewal has the id of the first period beside its own, and is paid for like it. */
const isSubscription = (item: Fields): boolean => ['expires_date', 'expires_date_ms', 'web_order_line_item_id'].some(field => item[field] !== undefined)

/**
 * A restored purchase has an id and a date of its own, but was paid for once: under its original ones.
 */
function purchaseOf(item: Fields, environment: string): StorePurchase | undefined {
  const own = idOf(item.transaction_id)
  const original = idOf(item.original_transaction_id) ?? own
  const restored = own !== original && !isSubscription(item)
  const transactionId = restored ? original : own
  const paidAt = Number((restored ? item.original_purchase_date_ms : undefined) ?? item.purchase_date_ms)
  const quantity = Number(item.quantity ?? 1)
  if (own === undefined || transactionId === undefined || !Number.isSafeInteger(paidAt) || !Number.isSafeInteger(quantity))
    return undefined
  const productId = textOf(item.product_id)
  return {
    transactionId,
    alsoKnownAs: [own],
    productId,
    quantity,
    timeEnd: new Date(paidAt).toISOString(),
    paidAt,
    info: { product_id: productId, quantity, environment, original_transaction_id: original ?? own },
  }
}

/** What was bought, each once: `in_app`, the history of subscriptions, or, in receipts of iOS 6, the receipt itself. */
export function purchasesOf(answer: Fields): StorePurchase[] {
  const receipt = objectOf(answer.receipt)
  const items = [...listOf(receipt.in_app), ...listOf(answer.latest_receipt_info), receipt]
  const found = new Map<string, StorePurchase>()
  const taken = new Set<string>()
  for (const item of items) {
    const purchase = purchaseOf(item, textOf(answer.environment))
    if (!purchase)
      continue
    const earlier = found.get(purchase.transactionId)
    found.set(purchase.transactionId, earlier ? { ...earlier, alsoKnownAs: [...earlier.alsoKnownAs, ...purchase.alsoKnownAs] } : purchase)
    // said in one list and not in the other while it is new
    if (isNoPayment(item))
      taken.add(purchase.transactionId)
  }
  return [...found.values()].filter(({ transactionId }) => !taken.has(transactionId))
}
