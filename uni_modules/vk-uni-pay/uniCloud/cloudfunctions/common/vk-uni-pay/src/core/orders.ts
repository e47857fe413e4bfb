import type { Filter, Patch, StoreSession, UpdateOptions } from './store'
import type { Order } from './order'
import { ORDERS, orderFromRow } from './order'
import { attemptKeyOf } from './attempts'

async function findOne(session: StoreSession, filter: Filter): Promise<Order | undefined> {
  const [row] = await session.find(ORDERS, filter, { limit: 1 })
  return row && orderFromRow(row)
}

export function findByNumber(session: StoreSession, outTradeNo: string): Promise<Order | undefined> {
  return findOne(session, { out_trade_no: outTradeNo })
}

export function findByTransaction(session: StoreSession, transactionId: string): Promise<Order | undefined> {
  return findOne(session, { transaction_id: transactionId })
}

/** The business order an attempt's number belongs to. */
export async function findByChannelNumber(session: StoreSession, channelNumber: string): Promise<Order | undefined> {
  const own = await findByNumber(session, channelNumber)
  if (own)
    return own
  const key = attemptKeyOf(channelNumber)
  return key === undefined ? undefined : findOne(session, { attempt_key: key })
}

/** Compare-and-set on one order: true for the one caller who found it as `expected`. */
export async function changeOrder(session: StoreSession, id: string, expected: Record<string, unknown>, patch: Patch, options?: UpdateOptions): Promise<boolean> {
  return await session.update(ORDERS, { _id: id, ...expected }, patch, options) === 1
}
