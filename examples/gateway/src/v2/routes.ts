import type { Gateway } from '../context'
import type { Reply, Request } from '../http/message'
import type { V2Request } from './request'
import type { Params } from './xml'
import { microPay, reverse } from './charges'
import { queryRefund, refund } from './refunds'
import { answer, notTaken } from './reply'
import { checkCertificate, readRequest } from './request'
import { closeOrder, queryOrder, unifiedOrder } from './transactions'
import { TransportError, V2Error } from './v2-error'

type Interface = (gateway: Gateway, request: V2Request) => Params

const INTERFACES: ReadonlyMap<string, Interface> = new Map([
  ['/pay/unifiedorder', unifiedOrder],
  ['/pay/orderquery', queryOrder],
  ['/pay/closeorder', closeOrder],
  ['/pay/refundquery', queryRefund],
  ['/pay/micropay', microPay],
  ['/secapi/pay/refund', refund],
  ['/secapi/pay/reverse', reverse],
])

export const isV2 = (path: string): boolean => path.startsWith('/pay/') || path.startsWith('/secapi/')

/** An error ordered by {@link FaultBox}, in the words of v2: not signed, under its own status. */
export const faultReply = ({ status }: Reply): Reply => notTaken('系统繁忙，请稍后再试', status)

function perform(gateway: Gateway, run: Interface, request: V2Request): { params: Params, code?: string } {
  try {
    return { params: { result_code: 'SUCCESS', ...run(gateway, request) } }
  }
  catch (error) {
    if (!(error instanceof V2Error))
      throw error
    return { params: { result_code: 'FAIL', err_code: error.code, err_code_des: error.message }, code: error.code }
  }
}

/** WeChat Pay v2: every request must be signed, every answer is, but for one that was not taken. */
export function v2Api(gateway: Gateway): (request: Request) => Reply {
  function take(request: Request): Reply {
    const run = INTERFACES.get(request.path)
    if (!run)
      throw new TransportError('接口不存在')
    if (request.method !== 'POST')
      throw new TransportError('请使用POST方法')
    if (request.path.startsWith('/secapi/'))
      checkCertificate(gateway, request)
    const read = readRequest(gateway, request)
    const { params, code } = perform(gateway, run, read)
    gateway.log({ event: 'api', method: 'POST', path: request.path, status: 200, code })
    return answer(gateway, read, params)
  }

  return (request) => {
    try {
      return take(request)
    }
    catch (error) {
      if (!(error instanceof TransportError))
        throw error
      gateway.log({ event: 'api', method: request.method, path: request.path, status: 200, code: 'FAIL' })
      return notTaken(error.message)
    }
  }
}
