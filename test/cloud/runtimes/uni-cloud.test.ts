import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { uniCloudHttp, uniCloudMain } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/uni-cloud'
import { actionsFrom } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/folder'
import { serviceFolder } from '../support/paths'
import { goodsOrder, openShop, paidOrder } from '../support/shop'

interface Composed { mpserverlessComposedResponse: boolean, statusCode: number, headers: Record<string, string>, body: string, isBase64Encoded: boolean }

const open = () => openShop({ actions: actionsFrom(serviceFolder) })
const context = { PLATFORM: 'mp-weixin', CLIENTIP: '203.0.113.7', SPACEINFO: { spaceId: 'mp-1' } }

describe('an ordinary call', () => {
  it.each(['$url', 'url', 'action'])('with %s reaches the same action', async (name) => {
    const shop = await open()
    const main = uniCloudMain(shop.pay)
    const answer = await main({ [name]: 'pay/createPayment', data: goodsOrder({ vk_platform: undefined }), uniIdToken: 'token' }, context)
    expect(answer).toMatchObject({ code: 0, platform: 'mp-weixin' })
    expect(answer).not.toHaveProperty('mpserverlessComposedResponse')
  })

  it.each([
    ['../pay-notify/goods', 40009],
    ['pay/../pay-notify/goods', 40009],
    ['pay-notify/goods', 40009],
    ['pay/refund', 404],
    ['pay/transfer', 404],
    ['pay/toString', 404],
    ['__proto__', 404],
    ['', 404],
  ])('%s is not to be called', async (action, code) => {
    const shop = await open()
    expect(await uniCloudMain(shop.pay)({ action, data: {} }, context)).toMatchObject({ code })
  })

  it('what an event says of its user is not believed', async () => {
    const shop = await open()
    await uniCloudMain(shop.pay)({ action: 'pay/createPayment', data: goodsOrder() }, { ...context, userId: 'admin' })
    expect(shop.order().user_id).toBe('user_001')
  })

  it('nothing at all is an answer too', async () => {
    const shop = await open()
    for (const event of [undefined, null, 'text', {}])
      expect(await uniCloudMain(shop.pay)(event, undefined)).toMatchObject({ code: 404 })
  })
})

describe('a call through the URL', () => {
  const post = (path: string, body: string | Buffer, over = {}) => ({ path, httpMethod: 'POST', headers: { 'Content-Type': 'application/json', 'User-Agent': 'Mozilla/5.0 (X11) Chrome/120' }, queryStringParameters: {}, body: body.toString(), isBase64Encoded: false, ...over })

  it('with an action answers 200 and JSON', async () => {
    const shop = await open()
    const answer = await uniCloudMain(shop.pay)(post('/', JSON.stringify({ action: 'pay/createPayment', data: goodsOrder({ vk_platform: undefined }) })), { ...context, PLATFORM: undefined }) as Composed
    expect(answer).toMatchObject({ mpserverlessComposedResponse: true, statusCode: 200, isBase64Encoded: false })
    expect(JSON.parse(answer.body)).toMatchObject({ code: 0, platform: 'h5', needQRcode: true })
  })

  it.each([[false], [true]])('a notification, base64 %s: raw bytes and lower-case headers reach the core', async (base64) => {
    const shop = await open()
    await paidOrder(shop)
    const request = shop.wechat.notificationFor('ORDER_1001')
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.replace('wechatpay', 'Wechatpay'), value]))
    const event = post(request.path, Buffer.from(request.body).toString(base64 ? 'base64' : 'utf8'), { headers, isBase64Encoded: base64 })
    const answer = await uniCloudMain(shop.pay)(event, {}) as Composed
    expect(answer).toMatchObject({ mpserverlessComposedResponse: true, statusCode: 200, body: '{"code":"SUCCESS","message":"OK"}' })
    expect(shop.effects().runs).toBe(1)
  })

  it('a bad notification is 4xx, which only a composed response can say', async () => {
    const shop = await open()
    const answer = await uniCloudMain(shop.pay)(post('/vk-pay-notify/wxpay_mp-weixin', '{}'), {}) as Composed
    expect(answer).toMatchObject({ mpserverlessComposedResponse: true, statusCode: 401 })
    expect(JSON.parse(answer.body).code).toBe('FAIL')
  })

  it('gET is 405, no JSON is 400', async () => {
    const shop = await open()
    expect(await uniCloudMain(shop.pay)(post('/', '', { httpMethod: 'GET' }), {})).toMatchObject({ statusCode: 405 })
    expect(await uniCloudMain(shop.pay)(post('/', 'text'), {})).toMatchObject({ statusCode: 400 })
  })
})

describe('uniCloudHttp', () => {
  it('sends the exact bytes as content and reads text', async () => {
    const seen: unknown[] = []
    const http = uniCloudHttp({
      database: () => ({}),
      httpclient: {
        request: async (url, options) => {
          seen.push(url, options)
          return { status: 200, headers: { 'Wechatpay-Serial': 'S', 'x': ['a', 'b'] }, data: '{"说":1}' }
        },
      },
    })
    const answer = await http({ method: 'POST', url: 'https://x.test/', headers: { a: 'b' }, body: '{"a":1}', timeoutMs: 5 })
    expect(seen).toEqual(['https://x.test/', { method: 'POST', headers: { a: 'b' }, content: '{"a":1}', dataType: 'text', timeout: 5 }])
    seen.length = 0
    await http({ method: 'GET', url: 'https://x.test/', headers: {}, timeoutMs: 5, tls: { pfx: new Uint8Array([1, 2]), passphrase: 'p', ca: 'c' } })
    expect(seen[1]).toEqual({ method: 'GET', headers: {}, content: undefined, dataType: 'text', timeout: 5, pfx: Buffer.from([1, 2]), passphrase: 'p', ca: 'c' })
    seen.length = 0
    await http({ method: 'GET', url: 'https://x.test/', headers: {}, timeoutMs: 5, tls: { cert: 'a', key: 'b' } })
    expect(seen[1]).toMatchObject({ cert: 'a', key: 'b' })
    expect(answer).toEqual({ status: 200, headers: { 'wechatpay-serial': 'S', 'x': 'a, b' }, body: Buffer.from('{"说":1}') })
  })
})
