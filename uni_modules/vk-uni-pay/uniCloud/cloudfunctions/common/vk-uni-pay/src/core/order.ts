import type { Doc, Patch } from './store'
import type { TimelineEntry } from './timeline'
import { command } from './store'

/** The only place where names inside (camelCase) and names in the database (snake_case) meet. */

export const ORDERS = 'vk-pay-orders'
export const CALLBACKS = 'callback_logs'
export const MERCHANTS = 'vk-pay-config'
export const LIMITS = 'vk-pay-limits'

/** −1 closed, 0 unpaid, 1 paid, 2 partly refunded, 3 refunded. */
export type OrderStatus = -1 | 0 | 1 | 2 | 3

/** What was agreed with the payer. A paid attempt brings its own terms with it. */
export interface Terms {
  provider: string
  platform: string
  /** Fen. */
  totalFee: number
  description: string
  type: string
  pid?: string
  userId?: string
  openid?: string
  /** What a store sells it as. */
  productId?: string
  /** Pieces of the product; missing for one. */
  quantity?: number
  custom?: Record<string, unknown>
  other?: Record<string, unknown>
}

/** One order at the channel. The business order may need several, one after the other. */
export interface Attempt extends Terms {
  no: number
  /** The number the channel knows. */
  outTradeNo: string
  appid: string
  mchid: string
  /** The shop a service provider collects for. */
  subAppid?: string
  subMchid?: string
  /** `creating`: the channel may or may not know it. */
  state: 'creating' | 'open' | 'closed'
  clientIp?: string
  timeExpire?: number
  prepay?: Record<string, string>
  expiresAt?: number
  createDate: number
}

/** Money of an order that went back, or is on its way. */
export interface Refund {
  /** When it was asked for. */
  refundDate: number
  /** Fen. */
  refundFee: number
  outRefundNo: string
  refundDesc?: string
  /** The channel's number; missing until it has taken the refund. */
  refundId?: string
  /** `REFUSED`: the channel did not take it, the same number may be tried again. */
  status: 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL' | 'REFUSED'
  successDate?: number
}

export interface Order {
  id: string
  outTradeNo: string
  transactionId?: string
  provider: string
  payType: string
  platform: string
  uniPlatform?: string
  status: OrderStatus
  type: string
  userId?: string
  nickname?: string
  openid?: string
  deviceId?: string
  clientIp?: string
  description: string
  /** Fen. */
  totalFee: number
  refundFee?: number
  refundNum?: number
  refundList?: Refund[]
  providerAppid?: string
  appid?: string
  pid?: string
  /** Account that was paid, and the app that is authorised for it, where the channel names them. */
  sellerId?: string
  authAppid?: string
  /** Missing: the handler has not finished yet. */
  userOrderSuccess?: boolean
  handlerError?: string
  handlerErrorDate?: number
  custom?: Record<string, unknown>
  createDate: number
  payDate?: number
  notifyDate?: number
  cancelDate?: number
  timeEnd?: string
  /** When it was decided to take a charge back: from then on the order cannot be paid. */
  reverseDate?: number
  /** When money of it went back last. */
  lastRefundDate?: number
  /** Random part of the numbers of attempts after the first, so that one can be found by it. */
  attemptKey: string
  attempts: Attempt[]
  /** Who may talk to the channel about this order now; empty and 0 when nobody. */
  leaseId: string
  leaseUntil: number
  /** When the channel was asked last. */
  queryDate: number
  /** When reconciliation has something to do about it: to ask, to close, or to run the handler. Missing when nothing is owed. */
  dueDate?: number
  /** Grows with each change of the refunds; the key of their compare-and-set. */
  refundRev: number
  /** When reconciliation looks after refunds and surplus money. Missing when there are none on their way. */
  refundDueDate?: number
  /** When money came that nobody asked for. */
  surplusDate?: number
  /** What happened, in the order it was written. */
  timeline?: TimelineEntry[]
}

const orderColumns: { [K in keyof Required<Order>]: string } = {
  id: '_id',
  outTradeNo: 'out_trade_no',
  transactionId: 'transaction_id',
  provider: 'provider',
  payType: 'pay_type',
  platform: 'platform',
  uniPlatform: 'uni_platform',
  status: 'status',
  type: 'type',
  userId: 'user_id',
  nickname: 'nickname',
  openid: 'openid',
  deviceId: 'device_id',
  clientIp: 'client_ip',
  description: 'description',
  totalFee: 'total_fee',
  refundFee: 'refund_fee',
  refundNum: 'refund_num',
  refundList: 'refund_list',
  providerAppid: 'provider_appid',
  appid: 'appid',
  pid: 'pid',
  sellerId: 'seller_id',
  authAppid: 'auth_appid',
  userOrderSuccess: 'user_order_success',
  handlerError: 'handler_error',
  handlerErrorDate: 'handler_error_date',
  custom: 'custom',
  createDate: 'create_date',
  payDate: 'pay_date',
  notifyDate: 'notify_date',
  cancelDate: 'cancel_date',
  timeEnd: 'time_end',
  reverseDate: 'reverse_date',
  lastRefundDate: 'last_refund_date',
  attemptKey: 'attempt_key',
  attempts: 'attempts',
  leaseId: 'lease_id',
  leaseUntil: 'lease_until',
  queryDate: 'query_date',
  dueDate: 'due_date',
  refundRev: 'refund_rev',
  refundDueDate: 'refund_due_date',
  surplusDate: 'surplus_date',
  timeline: 'timeline',
}

const attemptColumns: { [K in keyof Required<Attempt>]: string } = {
  no: 'no',
  outTradeNo: 'out_trade_no',
  provider: 'provider',
  platform: 'platform',
  totalFee: 'total_fee',
  description: 'description',
  type: 'type',
  pid: 'pid',
  userId: 'user_id',
  openid: 'openid',
  productId: 'productid',
  quantity: 'quantity',
  custom: 'custom',
  other: 'other',
  appid: 'appid',
  mchid: 'mchid',
  subAppid: 'sub_appid',
  subMchid: 'sub_mchid',
  state: 'state',
  clientIp: 'client_ip',
  timeExpire: 'time_expire',
  prepay: 'prepay',
  expiresAt: 'expires_at',
  createDate: 'create_date',
}

const refundColumns: { [K in keyof Required<Refund>]: string } = {
  refundDate: 'refund_date',
  refundFee: 'refund_fee',
  outRefundNo: 'out_refund_no',
  refundDesc: 'refund_desc',
  refundId: 'refund_id',
  status: 'refund_status',
  successDate: 'success_date',
}

/** Columns that are our own bookkeeping; a handler or a client has no use for them. */
const internalColumns: ReadonlySet<string> = new Set(['attempt_key', 'attempts', 'lease_id', 'lease_until', 'query_date', 'due_date', 'refund_rev', 'refund_due_date', 'surplus_date', 'reverse_date', 'last_refund_date', 'timeline', 'handler_error', 'handler_error_date'])
/** With these, which are about a person or the seller, left out of what a client is told about an order. */
const hiddenColumns: ReadonlySet<string> = new Set([...internalColumns, 'openid', 'client_ip', 'device_id', 'custom', 'user_id', 'nickname', 'refund_list', 'seller_id', 'auth_appid', 'original_data', 'wxpay_info', 'alipay_info'])

/**
 * Fields `custom` may not name: they would look like facts of the order in the handler's `data`.
 * `user_id` and `nickname` are free, because handlers are written to read them from `custom`.
 */
export const reservedCustomFields: ReadonlySet<string> = new Set([
  ...Object.values(orderColumns).filter(column => column !== 'user_id' && column !== 'nickname'),
  'subject',
  'original_data',
  'wxpay_info',
  'alipay_info',
  'appleiap_info',
])

function pack(source: object, columns: Record<string, string>): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(source)) {
    const column = columns[name]
    if (column !== undefined && value !== undefined)
      row[column] = value
  }
  return row
}

function unpack(row: Record<string, unknown>, columns: Record<string, string>): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, column] of Object.entries(columns)) {
    const value = row[column]
    if (value !== undefined && value !== null)
      result[name] = value
  }
  return result
}

const packAttempts = (attempts: readonly Attempt[]) => attempts.map(attempt => pack(attempt, attemptColumns))

const packRefunds = (refunds: readonly Refund[]) => refunds.map(refund => pack(refund, refundColumns))

/** A row without the fields of its own lists translated would be half of each language. */
function packOrder(order: Partial<Order>): Record<string, unknown> {
  return {
    ...pack(order, orderColumns),
    ...(order.attempts ? { attempts: packAttempts(order.attempts) } : {}),
    ...(order.refundList ? { refund_list: packRefunds(order.refundList) } : {}),
  }
}

/** A new row. */
export const orderToRow = (order: Omit<Order, 'id'>): Doc => packOrder(order)

export function orderFromRow(row: Doc): Order {
  const attempts = Array.isArray(row.attempts) ? row.attempts as Record<string, unknown>[] : []
  return {
    ...unpack(row, orderColumns),
    attempts: attempts.map(attempt => unpack(attempt, attemptColumns)),
    ...(Array.isArray(row.refund_list) ? { refundList: (row.refund_list as Record<string, unknown>[]).map(refund => unpack(refund, refundColumns)) } : {}),
  } as unknown as Order
}

/** A change of a row. Objects and lists replace what was there instead of being merged into it. */
export function orderPatch(changes: Partial<Order>): Patch {
  const patch: Patch = packOrder(changes)
  for (const column of ['attempts', 'refund_list', 'custom']) {
    if (patch[column] !== undefined)
      patch[column] = command.set(patch[column])
  }
  return patch
}

/** What the channel told besides, under the column the documented table has for it. */
export function channelInfoPatch(provider: string, info: Record<string, unknown>): Patch {
  return { [`${provider.replace(/\W/g, '_')}_info`]: command.set(info) }
}

/** Copied, because an object that loses fields is slow from then on. */
function rowWithout(order: Order, hidden: ReadonlySet<string>): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(packOrder(order))) {
    if (!hidden.has(column))
      row[column] = value
  }
  return row
}

/** The handler's `data`: the order, and `custom` spread where it says nothing of its own. */
export function handlerData(order: Order): Record<string, unknown> {
  return { ...order.custom, ...rowWithout(order, internalColumns), subject: order.description }
}

/** `payOrder` of an answer. `custom` and what identifies a person only for the order's owner. */
export function publicOrder(order: Order, forOwner: boolean): Record<string, unknown> {
  return rowWithout(order, forOwner ? internalColumns : hiddenColumns)
}

export const isPaid = (order: Order): boolean => order.status >= 1
export const payTypeOf = (provider: string, platform: string): string => `${provider}_${platform}`
