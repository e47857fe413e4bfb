import type { Clock } from '../clock'
import type { Channel, H5Link, Order, OrderRequest, Prepay } from './order'
import { beijingTime } from '../clock'
import { randomDigits, randomText } from '../crypto/random'
import { channelOf, H5_URL_VALID_MS, PREPAY_VALID_MS } from './order'

/** All orders of one gateway, in memory. */
export interface OrderBook {
  /** A new order, or the known one when the merchant repeats itself; the prepay is renewed when it ran out. */
  accept: (request: OrderRequest, mchid: string) => Order
  /** A fresh link of five minutes to the phone browser's cashier. */
  issueH5Link: (order: Order) => H5Link
  /** At one channel. */
  byNumber: (outTradeNo: string, channel: Channel) => Order | undefined
  /** At any; the newest, should both have one. */
  find: (outTradeNo: string) => Order | undefined
  byTransaction: (transactionId: string) => Order | undefined
  byPrepay: (prepayId: string) => Order | undefined
  byCodeUrl: (codeUrl: string) => Order | undefined
  /** Alipay's number, before or after it was paid. */
  byTradeNo: (tradeNo: string) => Order | undefined
  h5Link: (token: string) => H5Link | undefined
  /** The payer has met an order of Alipay's: from now on it is a trade with a number. */
  openTrade: (order: Order) => string
  markPaid: (order: Order) => void
  /** Newest first. */
  list: () => Order[]
}

/** `20180608105456` out of a moment, Chinese time. */
function compactTime(ms: number): string {
  return beijingTime(ms).slice(0, 19).replaceAll(/\D/g, '')
}

export function createOrderBook(clock: Clock): OrderBook {
  const orders = new Map<string, Order>()
  const prepays = new Map<string, Order>()
  const codes = new Map<string, Order>()
  const links = new Map<string, H5Link>()
  const transactions = new Map<string, Order>()
  const trades = new Map<string, Order>()

  function newPrepay(request: OrderRequest): Prepay {
    const nowMs = clock.now()
    return {
      id: `${request.alipay ? 'al' : 'wx'}${compactTime(nowMs)}${randomText(20)}`,
      expiresAtMs: nowMs + PREPAY_VALID_MS,
      ...codeFor(request),
    }
  }

  function codeFor({ tradeType }: OrderRequest): Pick<Prepay, 'codeUrl'> {
    switch (tradeType) {
      case 'NATIVE': return { codeUrl: `weixin://wxpay/bizpayurl?pr=${randomText(9)}` }
      case 'ALIPAY_QR': return { codeUrl: `https://qr.alipay.com/bax0${randomText(20).toLowerCase()}` }
      default: return {}
    }
  }

  const key = (outTradeNo: string, channel: Channel): string => `${channel}:${outTradeNo}`

  function openTrade(order: Order): string {
    if (!order.alipay)
      throw new TypeError('only orders of Alipay are trades')
    order.alipay.tradeNo ??= `${compactTime(clock.now()).slice(0, 8)}2200${randomDigits(16)}`
    trades.set(order.alipay.tradeNo, order)
    return order.alipay.tradeNo
  }

  function remember(order: Order): void {
    prepays.set(order.prepay.id, order)
    if (order.prepay.codeUrl)
      codes.set(order.prepay.codeUrl, order)
  }

  function open(request: OrderRequest, mchid: string): Order {
    const order: Order = {
      ...request,
      mchid,
      createdAtMs: clock.now(),
      tradeState: 'NOTPAY',
      creates: 0,
      prepay: newPrepay(request),
      deliveries: [],
      refunds: [],
    }
    orders.set(key(order.outTradeNo, channelOf(order)), order)
    remember(order)
    return order
  }

  return {
    accept(request, mchid) {
      const order = orders.get(key(request.outTradeNo, channelOf(request))) ?? open(request, mchid)
      order.creates += 1
      if (order.prepay.expiresAtMs <= clock.now()) {
        order.prepay = newPrepay(order)
        remember(order)
      }
      return order
    },
    issueH5Link(order) {
      const link = { token: randomDigits(10), prepayId: order.prepay.id, expiresAtMs: clock.now() + H5_URL_VALID_MS }
      links.set(link.token, link)
      return link
    },
    byNumber: (outTradeNo, channel) => orders.get(key(outTradeNo, channel)),
    find: outTradeNo => [...orders.values()].reverse().find(order => order.outTradeNo === outTradeNo),
    byTransaction: transactionId => transactions.get(transactionId),
    byPrepay: prepayId => prepays.get(prepayId),
    byCodeUrl: codeUrl => codes.get(codeUrl),
    byTradeNo: tradeNo => trades.get(tradeNo),
    h5Link: token => links.get(token),
    openTrade,
    markPaid(order) {
      order.tradeState = 'SUCCESS'
      order.paidAtMs = clock.now()
      order.transactionId = order.alipay ? openTrade(order) : `4200${randomDigits(6)}${compactTime(order.paidAtMs).slice(0, 8)}${randomDigits(10)}`
      if (!order.alipay)
        transactions.set(order.transactionId, order)
    },
    list: () => [...orders.values()].reverse(),
  }
}
