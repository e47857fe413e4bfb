import { Buffer } from 'node:buffer'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningGateway } from '../../examples/gateway/src/index'
import { createGateway } from '../../examples/gateway/src/index'
import { createFunction } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/index'
import { FakeUniCloud } from './stores/support/fake-uni-cloud'

/** The function as a service space runs it: its own database, its HTTP client, its URL events. */
type Main = (event: object, context: object) => Promise<Record<string, unknown>>
interface Composed { statusCode: number, headers: Record<string, string>, body: string }

const database = new FakeUniCloud({ unique: { 'vk-pay-orders': ['out_trade_no'], 'callback_logs': ['callback_id'] } })
const context = { SPACEINFO: { spaceId: 'test-space' }, PLATFORM: 'mp-weixin', CLIENTIP: '203.0.113.9' }
let gateway: RunningGateway
let server: Server
let main: Main

/** A URL-ized call as the platform hands it over: lower-case headers, the body in base64. */
async function byUrl(path: string, headers: object, body: Buffer): Promise<Composed> {
  const event = { path, httpMethod: 'POST', headers, queryStringParameters: {}, body: body.toString('base64'), isBase64Encoded: true }
  return await main(event, context) as unknown as Composed
}

beforeAll(async () => {
  gateway = await createGateway({ probeEvery: 1 })
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const { statusCode, headers, body } = await byUrl(request.url!.replace('/http/vk-pay', ''), request.headers, Buffer.concat(chunks))
    response.writeHead(statusCode, headers).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { mchid, secret, apiV3Key, merchantCertPem, merchantPrivateKeyPem, platformPublicKeyPem, platformPublicKeyId, appids } = gateway.account
  main = createFunction({
    uniCloud: {
      database: () => database,
      httpclient: {
        async request(url, { method, headers, content }) {
          const answer = await fetch(url, { method: String(method), headers: headers as Record<string, string>, body: content as string | undefined })
          return { status: answer.status, headers: Object.fromEntries(answer.headers), data: await answer.text() }
        },
      },
    },
    config: { object: {
      // the id with and without `mp-` names the same space
      notifyUrl: { 'mp-test-space': `http://127.0.0.1:${(server.address() as AddressInfo).port}/http/vk-pay` },
      wxpay: { 'mp-weixin': { appId: appids['mp-weixin'], secret, mchId: mchid, v3Key: apiV3Key, version: 3, appCertContent: merchantCertPem, appPrivateKeyContent: merchantPrivateKeyPem, wxpayPublicKeyContent: platformPublicKeyPem, wxpayPublicKeyId: platformPublicKeyId, gateway: gateway.url } },
    } },
    services: 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service',
    log: () => {},
  }) as Main
  await database.collection('goods').add({ _id: 'goods_001', stock: 100, sales: 0 })
})

afterAll(async () => {
  await gateway.close()
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
})

const goods = async () => ((await database.collection('goods').doc('goods_001').get()) as { data: Record<string, unknown>[] }).data[0]
const order = (out_trade_no: string) => ({ provider: 'wxpay', vk_platform: 'mp-weixin', out_trade_no, total_fee: 100, subject: '整笔支付', type: 'goods', custom: { user_id: 'u1', goods_id: 'goods_001', quantity: 2 } })

it.each([
  ['url', (data: object) => ({ url: 'pay/createPayment', data })],
  ['$url', (data: object) => ({ $url: 'pay/createPayment', data })],
  ['action', (data: object) => ({ action: 'pay/createPayment', data })],
])('a payment through the function, created by its %s form, is notified by URL and handled once', async (form, call) => {
  const no = `SPACE_${form.replace('$', 'D')}`
  const before = await goods()
  const { openid } = await main({ action: 'pay/code2SessionWeixin', data: { code: 'a-code' } }, context)
  const created = await main(call({ ...order(no), openid }), context)
  expect(created).toMatchObject({ code: 0, pay_type: 'wxpay_mp-weixin' })
  const response = await fetch(`${gateway.url}/gateway/client/jsapi`, { method: 'POST', body: JSON.stringify({ appId: gateway.account.appids['mp-weixin'], ...created.orderInfo as object }) })
  expect(await response.json()).toMatchObject({ errMsg: 'requestPayment:ok' })
  await gateway.idle()
  // the same notification, many times over
  const repeated = await fetch(`${gateway.url}/gateway/orders/${no}/notify`, { method: 'POST', body: JSON.stringify({ count: 20, concurrent: true }) })
  const { statuses } = await repeated.json() as { statuses: number[] }
  expect(statuses.every(status => status === 200 || status === 503), 'done, or being done: ask again').toBe(true)
  expect(statuses).toContain(200)

  expect(await main({ url: 'pay/queryPayment', data: { out_trade_no: no } }, context)).toMatchObject({ code: 0, orderPaid: true, user_order_success: true, data: { trade_state: 'SUCCESS' } })
  expect(await goods()).toMatchObject({ stock: Number(before?.stock) - 2, sales: Number(before?.sales) + 2 })
})

it('an action over the function\'s URL answers JSON that the platform takes for a response', async () => {
  const answer = await byUrl('/', { 'content-type': 'application/json' }, Buffer.from(JSON.stringify({ action: 'pay/queryPayment', data: { out_trade_no: 'NOBODY_KNOWS' } })))
  expect(answer).toMatchObject({ mpserverlessComposedResponse: true, statusCode: 200 })
  expect(JSON.parse(answer.body)).toMatchObject({ code: 40005 })
})
