import type { Gateway } from '../context'
import type { FaultBox } from '../faults'
import type { Handler, Route } from '../http/router'
import type { Reply } from '../http/message'
import type { Order } from '../orders/order'
import { act, ACTIONS, isAction } from '../actions'
import { alipayAppDoor, miniProgramDoor } from '../alipay/doors'
import { giveBack } from '../alipay/refunds'
import { isAlipay } from '../alipay/trades'
import { isTransferStatus, TRANSFER_STATUS, transferView } from '../alipay/transfers'
import { readFault } from '../faults'
import { refundedFen } from '../orders/refund'
import { empty, json, jsonObject } from '../http/message'
import { route } from '../http/router'
import { endRefund } from '../v3/refunds'
import { codeRoutes, transferRoutes } from './desk-doors'
import { appDoor, jsapiDoor } from './client-doors'
import { orderView } from './order-view'

/** More at once than this is a mistake, not a test. */
const MAX_RESENDS = 500

function problem(status: number, code: string, message: string): Reply {
  return json(status, { code, message })
}

/** Runs `handle` with the order the path names. */
function withOrder(gateway: Gateway, handle: (order: Order, body: Record<string, unknown>) => Reply | Promise<Reply>): Handler {
  return (request, params) => {
    const order = gateway.orders.find(params.number ?? '')
    return order ? handle(order, jsonObject(request) ?? {}) : problem(404, 'ORDER_NOT_EXIST', 'no such order at this gateway')
  }
}

function actOn(gateway: Gateway): Handler {
  return withOrder(gateway, (order, { action, delayMs }) => {
    if (!isAction(action))
      return problem(400, 'PARAM_ERROR', `action must be one of ${ACTIONS.join(', ')}`)
    if (delayMs !== undefined && !(typeof delayMs === 'number' && delayMs >= 0))
      return problem(400, 'PARAM_ERROR', 'delayMs must be a number of milliseconds')
    const result = act(gateway, order, action, delayMs)
    return result.done === 'nothing'
      ? problem(409, result.why.code, result.why.message)
      : json(200, { result: result.done, ...orderView(order) })
  })
}

function notifyAgain(gateway: Gateway): Handler {
  return withOrder(gateway, async (order, { count = 1, concurrent = false }) => {
    if (order.tradeState !== 'SUCCESS')
      return problem(409, 'ORDERNOTPAY', 'only a paid order is notified')
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MAX_RESENDS)
      return problem(400, 'PARAM_ERROR', `count must be an integer from 1 to ${MAX_RESENDS}`)
    const deliveries = await gateway.notifier.resend(order, count, concurrent === true)
    return json(200, { statuses: deliveries.map(delivery => delivery.status) })
  })
}

function endRefundOf(gateway: Gateway): Handler {
  return (request, params) => {
    const refund = gateway.orders.find(params.number ?? '')?.refunds.find(({ outRefundNo }) => outRefundNo === params.refund)
    const order = gateway.orders.find(params.number ?? '')
    const { status = 'SUCCESS', notify = true } = jsonObject(request) ?? {}
    if (!order || !refund)
      return problem(404, 'RESOURCE_NOT_EXISTS', 'no such refund at this gateway')
    if (status !== 'SUCCESS' && status !== 'CLOSED' && status !== 'ABNORMAL')
      return problem(400, 'PARAM_ERROR', 'status must be SUCCESS, CLOSED or ABNORMAL')
    endRefund(gateway, order, refund, status, notify !== false)
    return json(200, orderView(order))
  }
}

function refundInConsole(gateway: Gateway): Handler {
  return withOrder(gateway, (order, { refund, out_refund_no: number = `console${order.refunds.length + 1}` }) => {
    if (!isAlipay(order) || order.tradeState !== 'SUCCESS')
      return problem(409, 'ORDERNOTPAY', 'only a paid order of Alipay is refunded here')
    if (!Number.isInteger(refund) || Number(refund) < 1 || Number(refund) + refundedFen(order.refunds) > order.totalFen || typeof number !== 'string')
      return problem(400, 'PARAM_ERROR', 'refund must be fen that are left of the order, out_refund_no a string')
    giveBack(gateway, order, number, Number(refund))
    return json(200, orderView(order))
  })
}

/** What the day bill is to say of an order, so that somebody can notice. */
function spoilBill(gateway: Gateway): Handler {
  return withOrder(gateway, (order, { hidden, total }) => {
    if ((hidden !== undefined && typeof hidden !== 'boolean') || (total !== undefined && !Number.isInteger(total)))
      return problem(400, 'PARAM_ERROR', 'hidden must be true or false, total an amount in fen')
    order.bill = { hidden: hidden === true, fen: total as number | undefined }
    return json(200, orderView(order))
  })
}

function endTransfer(gateway: Gateway): Handler {
  return (request, params) => {
    const transfer = gateway.alipayTransfers.get(params.number ?? '')
    const { status } = jsonObject(request) ?? {}
    if (!transfer)
      return problem(404, 'RESOURCE_NOT_EXISTS', 'no such transfer at this gateway')
    if (!isTransferStatus(status))
      return problem(400, 'PARAM_ERROR', `status must be one of ${TRANSFER_STATUS.join(', ')}`)
    transfer.status = status
    return json(200, transferView(transfer))
  }
}

function addFaults(faults: FaultBox): Handler {
  return (request) => {
    const next = jsonObject(request)?.next
    const read = (Array.isArray(next) ? next : [next]).map(readFault)
    const wrong = read.find(fault => typeof fault === 'string')
    if (wrong !== undefined)
      return problem(400, 'PARAM_ERROR', String(wrong))
    read.forEach(fault => typeof fault !== 'string' && faults.add(fault))
    return json(200, { faults: faults.list() })
  }
}

/** The doors that no real channel has: the payer's client, the operator, the saboteur. */
export function gatewayRoutes(gateway: Gateway, faults: FaultBox): Route[] {
  return [
    route('POST', '/gateway/client/jsapi', jsapiDoor(gateway)),
    route('POST', '/gateway/client/app', appDoor(gateway)),
    route('POST', '/gateway/client/alipay', miniProgramDoor(gateway)),
    route('POST', '/gateway/client/alipay-app', alipayAppDoor(gateway)),
    route('GET', '/gateway/orders', () => json(200, { orders: gateway.orders.list().map(orderView) })),
    route('GET', '/gateway/orders/:number', withOrder(gateway, order => json(200, orderView(order)))),
    route('POST', '/gateway/orders/:number/act', actOn(gateway)),
    route('POST', '/gateway/orders/:number/notify', notifyAgain(gateway)),
    route('POST', '/gateway/orders/:number/refunds', refundInConsole(gateway)),
    route('GET', '/gateway/alipay/transfers', () => json(200, { transfers: [...gateway.alipayTransfers.values()].map(transferView) })),
    route('POST', '/gateway/alipay/transfers/:number', endTransfer(gateway)),
    route('POST', '/gateway/orders/:number/refunds/:refund', endRefundOf(gateway)),
    route('POST', '/gateway/orders/:number/bill', spoilBill(gateway)),
    ...codeRoutes(gateway),
    ...transferRoutes(gateway),
    route('POST', '/gateway/faults', addFaults(faults)),
    route('GET', '/gateway/faults', () => json(200, { faults: faults.list() })),
    route('DELETE', '/gateway/faults', () => {
      faults.clear()
      return empty(204)
    }),
  ]
}
