/**
 * Money we hear of by the payer's device only: a store takes it, and vouches for the receipt that
 * the device sends. Which order it pays for nobody but the device says, so a purchase is bound to
 * one order before anything comes of it.
 *
 * Why a crash between any two statements is survived. The statements are, in this order:
 *
 *   1. callback_logs: `receipt:<provider>:<transaction>` with the order's number   (unique)
 *   2. settle, which see
 *
 * Before 1 nothing has happened, and the device, which got no answer, keeps the purchase and sends
 * it again. After 1 the purchase can pay for this order only, whoever sends it; sent again, with the
 * number or without, it finds its own entry and goes on to 2. Code 0, after which the device lets
 * go of the purchase, is only answered when the order says that it was paid.
 */
import type { CoreDeps } from './deps'
import type { Answer, ClientContext } from './ports'
import type { StorePurchase } from './provider'
import type { Attempt, Order } from './order'
import type { Settlement } from './dispatcher'
import { settle } from './dispatcher'
import { CALLBACKS, ORDERS, orderFromRow } from './order'
import { changeOrder, findByChannelNumber, findByNumber } from './orders'
import { limitRate } from './rate-limit'
import { note } from './timeline'
import { busyError } from './lease'
import { DuplicateError, command } from './store'
import { PayCode, PayError, parameterError, safeText } from './errors'

/** Base64, perhaps in lines. */
const RECEIPT = /^[\w+/=\s-]+$/
const LONGEST_RECEIPT = 4_000_000
/** How far the store's clock may be from ours. */
const CLOCK_MS = 5 * 60_000
/** Orders of a user among which one is looked for. */
const MOST_ORDERS = 50

/** The channel whose store is asked. */
interface Source {
  provider: string
  platform: string
  pid?: string
}

interface Request {
  receipt: string
  /** The order's number, or the number of the attempt that the purchase carries. */
  number?: string
  transactionId?: string
  pid?: string
}

const textOf = (value: unknown): string | undefined => typeof value === 'string' && value !== '' ? value : undefined
const shortText = (value: unknown): string | undefined => textOf(value)?.slice(0, 64)

function readRequest(data: Record<string, unknown>, { isClient }: ClientContext): Request {
  const receipt = data.receipt_data
  if (typeof receipt !== 'string' || receipt.length > LONGEST_RECEIPT || !RECEIPT.test(receipt))
    throw parameterError('receipt_data', 'receipt_data 必须是客户端交易的 transactionReceipt（Base64 文本）')
  const number = shortText(data.out_trade_no)
  const transactionId = shortText(data.transaction_id)
  if (isClient && number === undefined && transactionId === undefined)
    throw parameterError('transaction_id', '必须提供 out_trade_no 或 transaction_id（交易的 transactionIdentifier）')
  return { receipt, number, transactionId, pid: textOf(data.pid) }
}

/** No payment comes of it, whoever asks again. */
function refused(field: string, message: string): PayError {
  return new PayError(PayCode.notAllowed, message, { field, extra: { valid: false } })
}

const noSuchOrder = (message: string): PayError => new PayError(PayCode.noSuchOrder, message, { field: 'out_trade_no' })

/** Checks a receipt, and settles what it pays for. @throws PayError when the device has to keep its purchase */
export async function verifyReceipt(deps: CoreDeps, source: Source, data: Record<string, unknown>, context: ClientContext): Promise<Answer> {
  const request = readRequest(data, context)
  const { number, transactionId } = request
  await limitRate(deps, 'query', { context, outTradeNo: `receipt:${number ?? transactionId}` })
  // a purchase of another time may carry a name that is no number: then it is looked for
  const named = number === undefined ? undefined : await findByChannelNumber(deps.store, number)
  if (!named && number !== undefined && transactionId === undefined)
    throw noSuchOrder(`订单不存在：${safeText(number, 40)}`)
  const purchases = await readPurchases(deps, { ...source, pid: named ? named.pid : request.pid }, request.receipt)
  if (number === undefined && transactionId === undefined)
    return { code: 0, msg: '收据有效', valid: true, purchases: purchases.map(({ transactionId: transaction_id, productId: productid, quantity, paidAt: pay_date }) => ({ transaction_id, productid, quantity, pay_date })) }
  const purchase = choose(purchases, request, named, source)
  const order = named ?? await ownerOf(deps, source, purchase, context)
  const attempt = await attemptFor(deps, source, { order, purchase, number: named && number })
  await bind(deps, source, order, purchase)
  return pay(deps, attempt, purchase)
}

async function readPurchases(deps: CoreDeps, source: Source, receipt: string): Promise<StorePurchase[]> {
  const { provider, context } = await deps.channel(source)
  if (!provider.readReceipt)
    throw new PayError(PayCode.notAllowed, `支付通道 ${source.provider} 没有收据`, { field: 'provider' })
  return provider.readReceipt(context, receipt.replace(/\s+/g, ''))
}

const attemptsOf = (order: Order | undefined, { provider }: Source): Attempt[] => (order?.attempts ?? []).filter(attempt => attempt.provider === provider)

/** The purchase that is meant. @throws PayError when it is not in the receipt, or nobody can tell which it is */
function choose(purchases: readonly StorePurchase[], { transactionId }: Request, order: Order | undefined, source: Source): StorePurchase {
  const meant = purchases.filter(purchase => transactionId === undefined
    ? attemptsOf(order, source).some(attempt => mismatch(attempt, purchase) === undefined)
    : purchase.transactionId === transactionId || purchase.alsoKnownAs.includes(transactionId))
  const [first, ...more] = meant
  // a receipt can be older than the purchase it was sent for
  if (!first)
    throw new PayError(PayCode.busy, '收据中还没有这笔交易，请刷新收据后重试', { field: 'transaction_id' })
  if (more.length > 0)
    throw parameterError('transaction_id', '收据中有多笔相同商品的交易，请提供 transaction_id')
  return first
}

/** The field that says this purchase was not made for that attempt. */
function mismatch(attempt: Attempt, purchase: StorePurchase): 'productid' | 'quantity' | 'transaction_id' | undefined {
  if (attempt.productId !== purchase.productId)
    return 'productid'
  if ((attempt.quantity ?? 1) !== purchase.quantity)
    return 'quantity'
  // what was bought before the order was made was bought for something else
  return purchase.paidAt + CLOCK_MS < attempt.createDate ? 'transaction_id' : undefined
}

const mismatchTexts = {
  productid: '收据中的商品与订单不符',
  quantity: '收据中的购买数量与订单不符',
  transaction_id: '这笔交易早于订单，不能用来支付该订单',
}

/** The newest attempt that the purchase fits; the very one where its number came with the purchase. @throws PayError 40009 */
async function attemptFor(deps: CoreDeps, source: Source, { order, purchase, number }: { order: Order, purchase: StorePurchase, number: string | undefined }): Promise<Attempt> {
  const all = attemptsOf(order, source).reverse()
  // the number of the first attempt is the order's, and may mean either
  const candidates = number === undefined || number === order.outTradeNo ? all : all.filter(attempt => attempt.outTradeNo === number)
  const fitting = candidates.find(attempt => mismatch(attempt, purchase) === undefined)
  if (fitting)
    return fitting
  const [newest] = candidates
  if (!newest)
    throw refused('out_trade_no', '该订单没有使用苹果内购下单')
  const field = mismatch(newest, purchase) ?? 'productid'
  await changeOrder(deps.store, order.id, {}, note(order, deps.env.now(), 'refused', `receipt: ${field} does not match`))
  deps.env.log('warn', 'receipt does not fit the order', { out_trade_no: order.outTradeNo, field })
  throw refused(field, mismatchTexts[field])
}

const bindingId = ({ provider }: Source, { transactionId }: StorePurchase): string => `receipt:${provider}:${transactionId}`

async function boundTo(deps: CoreDeps, source: Source, purchase: StorePurchase): Promise<string | undefined> {
  const [entry] = await deps.store.find(CALLBACKS, { callback_id: bindingId(source, purchase) }, { limit: 1 })
  return textOf(entry?.out_trade_no)
}

/**
 * The order of a purchase that came without a number, as devices do after a restart: the one it is
 * bound to, or the only one of this user that it fits. @throws PayError 40005 when that is none or several
 */
async function ownerOf(deps: CoreDeps, source: Source, purchase: StorePurchase, { userId }: ClientContext): Promise<Order> {
  const bound = await boundTo(deps, source, purchase)
  const known = bound === undefined ? undefined : await findByNumber(deps.store, bound)
  if (known)
    return known
  const rows = userId === undefined
    ? []
    : await deps.store.find(ORDERS, { user_id: userId, provider: source.provider, status: command.in([0, -1]) }, { orderBy: [['create_date', 'desc']], limit: MOST_ORDERS })
  const fitting = rows.map(orderFromRow).filter(order => attemptsOf(order, source).some(attempt => mismatch(attempt, purchase) === undefined))
  const [only, ...more] = fitting
  if (only && more.length === 0)
    return only
  deps.env.log('error', 'purchase without an order', { transaction: purchase.transactionId.slice(-8), candidates: fitting.length })
  throw noSuchOrder('无法确定这笔交易属于哪个订单，请提供 out_trade_no')
}

/** One purchase pays for one order, once and for all. @throws PayError 40009 when it is another one's */
async function bind(deps: CoreDeps, source: Source, order: Order, purchase: StorePurchase): Promise<void> {
  try {
    await deps.store.add(CALLBACKS, {
      callback_id: bindingId(source, purchase),
      out_trade_no: order.outTradeNo,
      provider: source.provider,
      transaction_id: purchase.transactionId,
      state: 'done',
      create_date: deps.env.now(),
    })
  }
  catch (error) {
    if (!(error instanceof DuplicateError))
      throw error
    if (await boundTo(deps, source, purchase) === order.outTradeNo)
      return
    await changeOrder(deps.store, order.id, {}, note(order, deps.env.now(), 'refused', 'receipt: the purchase belongs to another order'))
    deps.env.log('warn', 'receipt used again', { out_trade_no: order.outTradeNo, transaction: purchase.transactionId.slice(-8) })
    throw refused('transaction_id', '这笔交易已用于其他订单')
  }
}

async function pay(deps: CoreDeps, attempt: Attempt, purchase: StorePurchase): Promise<Answer> {
  const { transactionId, timeEnd, paidAt, info } = purchase
  // the store names no amount and no merchant: the product stands for both, and was compared
  const settlement = await settle(deps, {
    outTradeNo: attempt.outTradeNo,
    transactionId,
    totalFee: attempt.totalFee,
    currency: 'CNY',
    appid: attempt.appid,
    mchid: attempt.mchid,
    timeEnd,
    paidAt,
    info,
  }, 'asked')
  deps.env.log('info', 'paid by receipt', { out_trade_no: attempt.outTradeNo, outcome: settlement.kind })
  const order = await findByChannelNumber(deps.store, attempt.outTradeNo)
  if (!order || settlement.kind === 'mismatch' || settlement.kind === 'unknown-order')
    throw busyError()
  return {
    code: 0,
    msg: messageOf(settlement),
    valid: true,
    out_trade_no: order.outTradeNo,
    transaction_id: transactionId,
    orderPaid: order.status >= 1,
    user_order_success: order.userOrderSuccess,
    status: order.status,
  }
}

function messageOf({ kind }: Settlement): string {
  switch (kind) {
    case 'surplus': return '订单此前已支付，本次付款已登记，请联系客服'
    case 'failed': return '订单已支付，业务处理失败，请联系客服'
    case 'busy': return '订单已支付，业务处理中'
    default: return '订单已支付'
  }
}
