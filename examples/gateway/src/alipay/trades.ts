import type { Gateway } from '../context'
import type { AlipayTerms, Order, OrderRequest } from '../orders/order'
import type { SignedRequest } from './request'
import { createHash } from 'node:crypto'
import { beijingTime } from '../clock'
import { obstacle } from '../orders/payable'
import { refundedFen } from '../orders/refund'
import { AlipayError, failed, invalid } from './alipay-error'
import { parseOrder, PRODUCTS } from './parse-order'

type Content = Record<string, unknown>
/** What answers JSON, by the interface's name. */
export type Methods = Readonly<Record<string, (gateway: Gateway, request: SignedRequest) => Content>>

/** An order of Alipay's. */
export type AlipayOrder = Order & { alipay: AlipayTerms }

export const isAlipay = (order: Order | undefined): order is AlipayOrder => order?.alipay !== undefined

/** `2026-01-01 08:00:00` */
export const alipayTime = (ms: number): string => beijingTime(ms).slice(0, 19).replace('T', ' ')

export const yuanText = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`

/** What may not change when a number is used again. */
const FIXED: readonly (keyof OrderRequest)[] = ['tradeType', 'appid', 'description', 'totalFen', 'openid']

function refuseReuse(known: Order, request: OrderRequest): void {
  if (known.tradeState === 'SUCCESS')
    throw failed('TRADE_HAS_SUCCESS', '交易已被支付')
  if (known.tradeState === 'CLOSED')
    throw failed('TRADE_HAS_CLOSE', '交易已经关闭')
  if (FIXED.some(field => known[field] !== request[field]))
    throw failed('CONTEXT_INCONSISTENT', '交易信息被篡改：商户订单号重复')
}

/** Unlike WeChat's orders, these close by themselves. */
function closeExpired(gateway: Gateway, order: AlipayOrder): void {
  if (order.tradeState === 'NOTPAY' && obstacle(order, gateway.clock.now())?.code === 'ORDER_EXPIRED')
    order.tradeState = 'CLOSED'
}

/** The order a request describes, new or known. Throws AlipayError. */
export function acceptOrder(gateway: Gateway, request: SignedRequest): AlipayOrder {
  const product = Object.hasOwn(PRODUCTS, request.method) ? PRODUCTS[request.method] : undefined
  if (!product)
    throw invalid('method', '不存在的方法名')
  const parsed = parseOrder(gateway, request, product)
  const known = gateway.orders.byNumber(parsed.outTradeNo, 'alipay')
  if (isAlipay(known)) {
    closeExpired(gateway, known)
    refuseReuse(known, parsed)
  }
  const order = gateway.orders.accept(parsed, gateway.account.alipay.sellerId) as AlipayOrder
  // the way back belongs to the visit, not to the order
  Object.assign(order.alipay, { returnUrl: parsed.alipay?.returnUrl, quitUrl: parsed.alipay?.quitUrl })
  gateway.logOrder(order)
  return order
}

/** A trade exists once its payer has met it: before, Alipay knows nothing of it. */
export function existing(gateway: Gateway, { content }: SignedRequest): AlipayOrder {
  const { out_trade_no: number, trade_no: tradeNo } = content
  if (typeof number !== 'string' && typeof tradeNo !== 'string')
    throw failed('INVALID_PARAMETER', '参数无效：out_trade_no 与 trade_no 不能同时为空')
  const order = typeof tradeNo === 'string' ? gateway.orders.byTradeNo(tradeNo) : gateway.orders.byNumber(String(number), 'alipay')
  if (!isAlipay(order) || order.alipay.tradeNo === undefined)
    throw failed('TRADE_NOT_EXIST', '交易不存在')
  closeExpired(gateway, order)
  return order
}

const STATUS: Record<Order['tradeState'], string> = { NOTPAY: 'WAIT_BUYER_PAY', SUCCESS: 'TRADE_SUCCESS', CLOSED: 'TRADE_CLOSED', USERPAYING: 'WAIT_BUYER_PAY', PAYERROR: 'WAIT_BUYER_PAY', REVOKED: 'TRADE_CLOSED' }
/** A trade that was paid and given back whole is closed, too. */
export const tradeStatus = (order: Order): string => refundedFen(order.refunds) >= order.totalFen ? STATUS.CLOSED : STATUS[order.tradeState]

/** The payer as the merchant's app knows it: an openid, or for older apps a user id. */
export function buyerOf(order: Order): { openid?: string, userId?: string } {
  const given = order.openid ?? `0${createHash('sha256').update(`payer of ${order.appid}`).digest('base64url').slice(0, 30)}`
  return /^2088\d{12}$/.test(given) ? { userId: given } : { openid: given }
}

function create(gateway: Gateway, request: SignedRequest): Content {
  const order = acceptOrder(gateway, request)
  return { out_trade_no: order.outTradeNo, trade_no: gateway.orders.openTrade(order) }
}

function precreate(gateway: Gateway, request: SignedRequest): Content {
  const order = acceptOrder(gateway, request)
  return { out_trade_no: order.outTradeNo, qr_code: order.prepay.codeUrl }
}

function query(gateway: Gateway, request: SignedRequest): Content {
  const order = existing(gateway, request)
  const { openid, userId } = buyerOf(order)
  const total = yuanText(order.totalFen)
  return {
    out_trade_no: order.outTradeNo,
    trade_no: order.alipay.tradeNo,
    trade_status: tradeStatus(order),
    total_amount: total,
    buyer_logon_id: 'pay***@local.test',
    buyer_open_id: openid,
    buyer_user_id: userId,
    ...(order.paidAtMs !== undefined && {
      send_pay_date: alipayTime(order.paidAtMs),
      receipt_amount: total,
      buyer_pay_amount: total,
      invoice_amount: total,
      point_amount: '0.00',
      fund_bill_list: [{ fund_channel: 'ALIPAYACCOUNT', amount: total }],
    }),
  }
}

function close(gateway: Gateway, request: SignedRequest): Content {
  const order = existing(gateway, request)
  if (order.tradeState !== 'NOTPAY')
    throw failed('TRADE_STATUS_ERROR', '交易状态不合法')
  order.tradeState = 'CLOSED'
  gateway.logOrder(order)
  return { out_trade_no: order.outTradeNo, trade_no: order.alipay.tradeNo }
}

/** The same code of the same app gives the same openid, always. */
function oauthToken(_: Gateway, { params }: SignedRequest): Content {
  if (params.grant_type !== 'authorization_code')
    throw invalid('grant-type', 'grant_type 应为 authorization_code')
  if (!params.code)
    throw new AlipayError('40002', 'isv.code-invalid', '授权码code无效')
  const derive = (what: string): string => createHash('sha256').update([what, params.app_id, params.code].join('\n')).digest('base64url')
  return { open_id: `0${derive('openid').slice(0, 30)}`, access_token: derive('access'), refresh_token: derive('refresh'), expires_in: 1_296_000, re_expires_in: 2_592_000 }
}

/** Interfaces of trades before their payment, and of the payer. */
export const TRADE_METHODS: Methods = {
  'alipay.trade.create': create,
  'alipay.trade.precreate': precreate,
  'alipay.trade.query': query,
  'alipay.trade.close': close,
  'alipay.system.oauth.token': oauthToken,
}
