import type { CoreDeps } from './deps'
import type { Answer, ClientContext } from './ports'
import type { Order } from './order'
import type { TradeState } from './provider'
import { isPaid, publicOrder } from './order'
import { changeOrder, findByNumber, findByTransaction } from './orders'
import { askChannel } from './active-query'
import { chargeOf, seeToCharge } from './take-back'
import { fulfil } from './dispatcher'
import { limitRate } from './rate-limit'
import { command } from './store'
import { PayCode, PayError, parameterError, safeText } from './errors'

/** The channel is asked about one order at most this often, however many clients ask us. */
const QUERY_INTERVAL_MS = 1_000
/** A handler that failed is tried again by a query at most this often; the channel repeats besides. */
const RETRY_INTERVAL_MS = 15_000
const WAIT_STEP_MS = 500
const DEFAULT_WAIT_S = 20
const LONGEST_WAIT_S = 40

/** Where sign-in is checked, who is not signed in owns nothing that has an owner. */
function isForeign(order: Order, { userId, userChecked }: ClientContext): boolean {
  return order.userId !== undefined && order.userId !== userId && (userId !== undefined || userChecked === true)
}

/** @throws PayError 40001, 40005; an order of somebody else is as good as none */
export async function findOwned(deps: CoreDeps, data: Record<string, unknown>, context: ClientContext): Promise<Order> {
  const { out_trade_no: outTradeNo, transaction_id: transactionId } = data
  if (typeof outTradeNo !== 'string' && typeof transactionId !== 'string')
    throw parameterError('out_trade_no', 'out_trade_no 或 transaction_id 必须填写一个')
  const order = typeof outTradeNo === 'string'
    ? await findByNumber(deps.store, outTradeNo)
    : await findByTransaction(deps.store, String(transactionId))
  if (!order || isForeign(order, context))
    throw new PayError(PayCode.noSuchOrder, `订单不存在：${safeText(String(outTradeNo ?? transactionId), 40)}`, { field: 'out_trade_no' })
  return order
}

/** One turn at asking, for one caller per interval. */
function takeTurn(deps: CoreDeps, order: Order): Promise<boolean> {
  const now = deps.env.now()
  const interval = order.userOrderSuccess === false ? RETRY_INTERVAL_MS : QUERY_INTERVAL_MS
  return changeOrder(deps.store, order.id, { query_date: command.lte(now - interval) }, { query_date: now })
}

export interface Snapshot {
  order: Order
  /** What the channel said, when it was asked. */
  heard?: TradeState
}

function ask(deps: CoreDeps, order: Order): Promise<TradeState> {
  const attempt = chargeOf(order)
  return attempt ? seeToCharge(deps, order, attempt) : askChannel(deps, order)
}

/** Brings an order up to date: asks about the money, or sees the handler done that is still owed. */
export async function refresh(deps: CoreDeps, order: Order): Promise<Snapshot> {
  const unsettled = order.status === 0 || (isPaid(order) && order.userOrderSuccess !== true)
  if (!unsettled || !await takeTurn(deps, order))
    return { order }
  const heard = isPaid(order) ? await owed(deps, order) : await ask(deps, order)
  return { order: await findByNumber(deps.store, order.outTradeNo) ?? order, heard }
}

async function owed(deps: CoreDeps, order: Order): Promise<undefined> {
  await fulfil(deps, order)
}

const isFinal = (order: Order): boolean => order.status === -1 || order.status === 3 || (isPaid(order) && order.userOrderSuccess !== undefined)

/** `await_notify`: until the handler has finished, or time is up. */
async function refreshUntilFinal(deps: CoreDeps, first: Order, waitMs: number): Promise<Snapshot> {
  const deadline = deps.env.now() + waitMs
  let snapshot = await refresh(deps, first)
  while (!isFinal(snapshot.order) && deps.env.now() < deadline) {
    await deps.env.sleep(WAIT_STEP_MS)
    const order = await findByNumber(deps.store, first.outTradeNo) ?? snapshot.order
    const { heard } = snapshot
    snapshot = await refresh(deps, order)
    snapshot.heard ??= heard
  }
  return snapshot
}

function waitOf(data: Record<string, unknown>): number {
  if (data.await_notify !== true)
    return 0
  const seconds = data.await_max_time ?? DEFAULT_WAIT_S
  if (typeof seconds !== 'number' || !(seconds >= 1 && seconds <= LONGEST_WAIT_S))
    throw parameterError('await_max_time', `await_max_time 必须是 1–${LONGEST_WAIT_S} 之间的秒数`)
  return seconds * 1000
}

function tradeStateOf({ order, heard }: Snapshot): TradeState {
  switch (order.status) {
    case 1: return 'SUCCESS'
    case 2:
    case 3: return 'REFUND'
    case -1: return 'CLOSED'
    // paid at the channel and not accepted here is nothing to tell a payer as a fact
    default: return heard === 'SUCCESS' ? 'UNKNOWN' : heard ?? 'NOTPAY'
  }
}

function messageOf(order: Order): string {
  if (!isPaid(order))
    return order.status === -1 ? '订单已关闭' : '订单未支付'
  if (order.userOrderSuccess === true)
    return '订单已支付'
  return order.userOrderSuccess === false ? '订单已支付，业务处理失败，请联系客服' : '订单已支付，业务处理中'
}

/** Two facts: whether it was paid, and whether the handler is done. @throws PayError 40001, 40005, 40008 */
export async function queryPayment(deps: CoreDeps, data: Record<string, unknown>, context: ClientContext): Promise<Answer> {
  const waitMs = waitOf(data)
  const found = await findOwned(deps, data, context)
  await limitRate(deps, 'query', { context, outTradeNo: found.outTradeNo })
  const snapshot = await refreshUntilFinal(deps, found, waitMs)
  const { order } = snapshot
  const forOwner = order.userId !== undefined && order.userId === context.userId
  return { ...describe(snapshot), ...(data.pay_order_info === true ? { payOrder: publicOrder(order, forOwner) } : {}) }
}

/** The two facts, and the channel's word for the first. */
export function describe(snapshot: Snapshot): Answer {
  const { order } = snapshot
  return {
    code: 0,
    msg: messageOf(order),
    out_trade_no: order.outTradeNo,
    orderPaid: isPaid(order),
    user_order_success: order.userOrderSuccess,
    transaction_id: order.transactionId,
    status: order.status,
    data: {
      trade_state: tradeStateOf(snapshot),
      total_fee: order.totalFee,
      time_end: order.timeEnd,
      subject: order.description,
    },
  }
}
