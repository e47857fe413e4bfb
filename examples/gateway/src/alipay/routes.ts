import type { Gateway } from '../context'
import type { Handler, Route } from '../http/router'
import type { Reply } from '../http/message'
import type { Mode } from './keyring'
import type { Params } from './signing'
import { route } from '../http/router'
import { noticePage } from '../pages/layout'
import { AlipayError, invalid } from './alipay-error'
import { cashierRedirect, goBack, PAGE_METHODS } from './cashier'
import { answer, done } from './reply'
import { allParams, isKnownApp, ORDER_STRING_VALID_MS, readRequest, TOLERANCE_MS } from './request'
import { billFile, BILL_METHODS } from './bill'
import { CHARGE_METHODS } from './charge'
import { REFUND_METHODS } from './refunds'
import { TRADE_METHODS } from './trades'
import { TRANSFER_METHODS } from './transfers'

const METHODS = { ...TRADE_METHODS, ...REFUND_METHODS, ...CHARGE_METHODS, ...TRANSFER_METHODS, ...BILL_METHODS }

const methodOf = (params: Params): string | undefined => params.method && /^[a-z.]{1,64}$/.test(params.method) ? params.method : undefined

function failureOf(gateway: Gateway, error: unknown): AlipayError {
  if (error instanceof AlipayError)
    return error
  gateway.log({ event: 'warning', message: error instanceof Error ? error.stack ?? error.message : String(error) })
  return new AlipayError('20000', 'isp.unknow-error', '服务暂不可用')
}

/** Which key answers, even to a request that is wrong; nothing for an app nobody knows. */
function answeringMode(gateway: Gateway, params: Params): Mode | undefined {
  if (!isKnownApp(gateway, params.app_id))
    return undefined
  return params.app_cert_sn ? 'certificate' : 'key'
}

function callApi(gateway: Gateway, params: Params): Reply {
  const method = methodOf(params)
  try {
    const request = readRequest(gateway, params, TOLERANCE_MS)
    const run = Object.hasOwn(METHODS, request.method) ? METHODS[request.method] : undefined
    if (!run)
      throw invalid('method', '不存在的方法名')
    const content = done(request.method, run(gateway, request))
    gateway.log({ event: 'api', method: 'POST', path: request.method, status: 200 })
    return answer(gateway, method, content, request.mode)
  }
  catch (error) {
    const failure = failureOf(gateway, error)
    gateway.log({ event: 'api', method: 'POST', path: method ?? '?', status: 200, code: failure.subCode })
    return answer(gateway, method, failure.toContent(), answeringMode(gateway, params))
  }
}

/** A payer's browser with a signed request of the merchant: gets pages, not JSON. */
function openPage(gateway: Gateway, params: Params): Reply {
  try {
    const reply = cashierRedirect(gateway, readRequest(gateway, params, ORDER_STRING_VALID_MS))
    gateway.log({ event: 'api', method: 'GET', path: params.method ?? '?', status: reply.status })
    return reply
  }
  catch (error) {
    const failure = failureOf(gateway, error)
    gateway.log({ event: 'api', method: 'GET', path: params.method ?? '?', status: 403, code: failure.subCode })
    return noticePage(403, `${failure.message}（${failure.subCode}）`)
  }
}

function gatewayDo(gateway: Gateway): Handler {
  return (request) => {
    let params: Params
    try {
      params = allParams(request)
    }
    catch (error) {
      return answer(gateway, undefined, failureOf(gateway, error).toContent(), undefined)
    }
    return PAGE_METHODS.has(params.method ?? '') ? openPage(gateway, params) : callApi(gateway, params)
  }
}

/** Alipay's OpenAPI, and the way back from its cashier. */
export function alipayRoutes(gateway: Gateway): Route[] {
  return [
    route('POST', '/alipay/gateway.do', gatewayDo(gateway)),
    route('GET', '/alipay/gateway.do', gatewayDo(gateway)),
    route('GET', '/alipay/bill', request => billFile(gateway, request.query)),
    route('GET', '/alipay/return', request => goBack(gateway, request.query.get('prepay_id') ?? '')),
  ]
}
