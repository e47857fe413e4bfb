import { ErrorCode, VkPayError } from '../errors'
import type { Launch, LaunchContext, PayProvider } from '../types'
import { readKeys } from './order-info'
import { requestPayment } from './request-payment'

/** A purchase as the App Store tells it (uni-app documents, in-app purchase). */
interface Transaction {
  /** 0 purchasing, 1 purchased, 2 failed, 3 restored, 4 deferred; as text. */
  transactionState?: string
  transactionIdentifier?: string
  transactionReceipt?: string
  payment?: { productid?: string, username?: string }
}

type Done<T> = (answer: T) => void

/** The channel of `uni.getProvider`; only iOS builds with the module have it. */
interface StoreChannel {
  id: string
  requestProduct: (ids: string[], success: Done<unknown[]>, fail: Done<unknown>) => void
  restoreCompletedTransactions: (options: { manualFinishTransaction: boolean, username: string }, success: Done<Transaction[]>, fail: Done<unknown>) => void
  finishTransaction: (transaction: Transaction, success: () => void, fail: Done<unknown>) => void
}

/** Asks the server to check a receipt and note the payment; code 0 = it has. */
const VERIFY_ACTION = 'pay/appleiap/verifyReceipt'

/**
 * Apple's in-app purchase. `orderInfo` is `{ productid, username?, quantity?, paymentDiscount? }`.
 * A purchase is finished only after the server said yes; until then the App Store keeps it, and
 * {@link PayProvider.restore} takes it up when the app comes back. `username` travels with the
 * purchase and is the order number unless the server chose another.
 */
export const appleiap: PayProvider = {
  id: 'appleiap',
  platforms: ['app-plus'],
  virtual: true,
  launch,
  restore,
}

async function launch({ orderInfo, out_trade_no, call }: LaunchContext): Promise<Launch> {
  const order = readKeys(orderInfo, ['productid'], ['username', 'quantity', 'paymentDiscount'])
  const { quantity = 1 } = order
  if (!Number.isInteger(quantity) || (quantity as number) < 1 || (quantity as number) > 10)
    throw new VkPayError(ErrorCode.ORDER_INFO, 'orderInfo.quantity must be an integer from 1 to 10', { field: 'quantity' })
  const channel = await findChannel()
  if (!channel)
    return { kind: 'reported', via: 'fail', raw: { errMsg: 'requestPayment:fail service not found' } }
  // the store sells nothing that was not asked for before
  const products = await new Promise<unknown[]>((resolve, reject) => channel.requestProduct([order.productid], resolve, reject))
  if (products.length === 0)
    throw new VkPayError(ErrorCode.ORDER_INFO, `the App Store knows no product "${order.productid}"`, { field: 'productid' })
  const launched = await requestPayment('appleiap', { orderInfo: { username: out_trade_no, ...order, quantity, manualFinishTransaction: true } })
  // whatever becomes of the check, the payment is confirmed by asking the server
  if (launched.kind === 'reported' && launched.via === 'success')
    await settle(channel, launched.raw as Transaction, out_trade_no, call).catch(() => false)
  return launched
}

async function restore({ call }: Pick<LaunchContext, 'call'>): Promise<boolean> {
  try {
    const channel = await findChannel()
    if (!channel)
      return false
    const kept = await new Promise<Transaction[]>((resolve, reject) =>
      channel.restoreCompletedTransactions({ manualFinishTransaction: true, username: '' }, resolve, reject))
    const settled = await Promise.all(kept.map(one => settle(channel, one, one.payment?.username, call).catch(() => false)))
    return settled.includes(true)
  }
  catch {
    // no store, or nobody signed in to it: the next launch asks again
    return false
  }
}

/** Has the server check a purchase, and finishes it then; whether the server said yes. */
async function settle(channel: StoreChannel, transaction: Transaction, outTradeNo: string | undefined, call: LaunchContext['call']): Promise<boolean> {
  const state = String(transaction.transactionState)
  if (state === '2')
    await finish(channel, transaction)
  if (state !== '1' && state !== '3')
    return false
  const { code } = await call<{ code: number }>(VERIFY_ACTION, {
    out_trade_no: outTradeNo,
    productid: transaction.payment?.productid,
    transaction_id: transaction.transactionIdentifier,
    receipt_data: transaction.transactionReceipt,
  })
  if (code === 0)
    await finish(channel, transaction)
  return code === 0
}

/** A purchase that cannot be finished now comes again, and is found paid. */
function finish(channel: StoreChannel, transaction: Transaction): Promise<void> {
  return new Promise(resolve => channel.finishTransaction(transaction, resolve, () => resolve()))
}

function findChannel(): Promise<StoreChannel | undefined> {
  return new Promise((resolve, reject) => uni.getProvider({
    service: 'payment',
    success: answer => resolve((answer as unknown as { providers?: StoreChannel[] }).providers?.find(({ id }) => id === 'appleiap')),
    fail: reject,
  }))
}
