import type { Gateway } from '../context'
import type { Reply, Request } from '../http/message'
import type { Route } from '../http/router'
import { findRoute, route } from '../http/router'
import { ApiError } from './api-error'
import { authorize } from './authorization'
import { listCertificates } from './certificates'
import { billDesk } from './bills'
import { charge, reverseTransaction } from './codepay'
import { createRefund, queryRefund } from './refunds'
import { signReply } from './sign-reply'
import { closeTransaction, createTransaction, queryTransaction } from './transactions'
import { createTransfer, queryTransfer } from './transfers'

const TRANSFERS = '/v3/fund-app/mch-transfer/transfer-bills'

/** Orders of the merchant's own, and under `/partner` those of the shop it collects for. */
function orderRoutes(gateway: Gateway, partner: boolean): Route[] {
  const base = partner ? '/v3/pay/partner/transactions' : '/v3/pay/transactions'
  return [
    route('POST', `${base}/jsapi`, createTransaction(gateway, 'JSAPI', partner)),
    route('POST', `${base}/native`, createTransaction(gateway, 'NATIVE', partner)),
    route('POST', `${base}/h5`, createTransaction(gateway, 'H5', partner)),
    route('POST', `${base}/app`, createTransaction(gateway, 'APP', partner)),
    route('POST', `${base}/codepay`, charge(gateway, partner)),
    route('GET', `${base}/out-trade-no/:id`, queryTransaction(gateway, number => gateway.orders.byNumber(number, 'wxpay'), partner)),
    route('GET', `${base}/id/:id`, queryTransaction(gateway, gateway.orders.byTransaction, partner)),
    route('POST', `${base}/out-trade-no/:id/close`, closeTransaction(gateway, partner)),
    route('POST', `${base}/out-trade-no/:id/reverse`, reverseTransaction(gateway, partner)),
  ]
}

/** The merchant API: every request must be signed, every answer is. */
export function merchantApi(gateway: Gateway): (request: Request) => Promise<Reply> {
  const bills = billDesk(gateway)
  const routes = [
    ...orderRoutes(gateway, false),
    ...orderRoutes(gateway, true),
    route('POST', TRANSFERS, createTransfer(gateway)),
    route('GET', `${TRANSFERS}/out-bill-no/:id`, queryTransfer(gateway)),
    route('GET', '/v3/bill/tradebill', bills.apply),
    route('GET', '/v3/billdownload/file', bills.download),
    route('POST', '/v3/refund/domestic/refunds', createRefund(gateway)),
    route('GET', '/v3/refund/domestic/refunds/:id', queryRefund(gateway)),
    route('GET', '/v3/certificates', listCertificates(gateway)),
  ]

  async function run(request: Request): Promise<Reply> {
    const nowMs = gateway.clock.now()
    const found = findRoute(routes, request)
    if (!found)
      throw new ApiError(404, 'RESOURCE_NOT_EXISTS', `接口不存在：${request.method} ${request.path}`)
    authorize(request, gateway.account, gateway.keys, nowMs)
    return found.route.handle(request, found.params)
  }

  function failure(error: unknown, request: Request): Reply {
    if (error instanceof ApiError) {
      gateway.log({ event: 'api', method: request.method, path: request.path, status: error.status, code: error.code })
      return error.toReply()
    }
    gateway.log({ event: 'warning', message: error instanceof Error ? error.stack ?? error.message : String(error) })
    return new ApiError(500, 'SYSTEM_ERROR', '系统异常，请稍后重试').toReply()
  }

  return async (request) => {
    let reply: Reply
    try {
      reply = await run(request)
      gateway.log({ event: 'api', method: request.method, path: request.path, status: reply.status })
    }
    catch (error) {
      reply = failure(error, request)
    }
    // files carry no signature: their digest was signed
    return reply.file ? reply : signReply(reply, request, gateway.keys, gateway.clock.now())
  }
}
