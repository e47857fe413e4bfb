import type { Gateway } from '../context'
import type { Reply, Request } from '../http/message'
import { findRoute, route } from '../http/router'
import { ApiError } from './api-error'
import { authorize } from './authorization'
import { listCertificates } from './certificates'
import { createRefund, queryRefund } from './refunds'
import { signReply } from './sign-reply'
import { closeTransaction, createTransaction, queryTransaction } from './transactions'

const BASE = '/v3/pay/transactions'

/** The merchant API: every request must be signed, every answer is. */
export function merchantApi(gateway: Gateway): (request: Request) => Promise<Reply> {
  const routes = [
    route('POST', `${BASE}/jsapi`, createTransaction(gateway, 'JSAPI')),
    route('POST', `${BASE}/native`, createTransaction(gateway, 'NATIVE')),
    route('POST', `${BASE}/h5`, createTransaction(gateway, 'H5')),
    route('POST', `${BASE}/app`, createTransaction(gateway, 'APP')),
    route('GET', `${BASE}/out-trade-no/:id`, queryTransaction(gateway, number => gateway.orders.byNumber(number, 'wxpay'))),
    route('GET', `${BASE}/id/:id`, queryTransaction(gateway, gateway.orders.byTransaction)),
    route('POST', `${BASE}/out-trade-no/:id/close`, closeTransaction(gateway)),
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
    return signReply(reply, request, gateway.keys, gateway.clock.now())
  }
}
