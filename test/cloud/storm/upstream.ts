/** WeChat Pay and Alipay of the tests, over HTTP: hosts in other processes ask them about orders. */
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpRequest, HttpResponse } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { PayConfig } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config'
import { plainHeaders, readBody } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/node-http'
import { Alipay, alipaySection } from '../providers/alipay-support'
import { wxpaySection } from '../support/shop'
import { Wechat } from '../support/wechat'

export interface Upstream {
  readonly wechat: Wechat
  readonly alipay: Alipay
  readonly config: PayConfig
  readonly http: (request: HttpRequest) => Promise<HttpResponse>
  close: () => Promise<void>
}

export async function openUpstream(): Promise<Upstream> {
  const wechat = new Wechat({ now: Date.now })
  const alipay = new Alipay()
  const http = (request: HttpRequest): Promise<HttpResponse> => new URL(request.url).pathname === '/gateway.do' ? alipay.http(request) : wechat.http(request)
  let url = ''

  async function answer(message: IncomingMessage): Promise<HttpResponse> {
    const body = await readBody(message)
    return http({ method: message.method as 'GET' | 'POST', url: url + message.url, headers: plainHeaders(message.headers), body: body.length > 0 ? body.toString('utf8') : undefined, timeoutMs: 0 })
  }
  const server = createServer((message, response) => {
    answer(message).then(({ status, headers, body }) => response.writeHead(status, headers).end(body), () => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    wechat,
    alipay,
    http,
    config: {
      notifyUrl: { default: 'https://shop.example.test/http/vk-pay' },
      wxpay: { 'mp-weixin': wxpaySection({ gateway: url }) },
      alipay: { 'mp-alipay': alipaySection('key', { gateway: `${url}/gateway.do` }) },
    },
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}
