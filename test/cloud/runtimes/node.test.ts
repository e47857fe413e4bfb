import { Buffer } from 'node:buffer'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createNodeListener } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/node'
import { nodeHttp } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/node-http'
import { goodsOrder, openShop, paidOrder } from '../support/shop'

const servers: Server[] = []
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => { server.close(resolve) })
  }
})

describe('createNodeListener', () => {
  it('answers an action, with CORS where it is asked for', async () => {
    const shop = await openShop()
    const url = await serve(createNodeListener(shop.pay, { cors: '*' }))
    const answer = await fetch(`${url}/http/vk-pay`, { method: 'POST', body: JSON.stringify({ $url: 'pay/createPayment', data: goodsOrder() }) })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(await answer.json()).toMatchObject({ code: 0 })
    expect((await fetch(url, { method: 'OPTIONS' })).status).toBe(204)
  })

  it('takes the platform from the browser when nobody names it', async () => {
    const shop = await openShop()
    const url = await serve(createNodeListener(shop.pay, { trustProxy: true }))
    const answer = await fetch(url, { method: 'POST', headers: { 'user-agent': 'Mozilla/5.0 (Linux; Android 14) Mobile', 'x-forwarded-for': '203.0.113.5, 10.0.0.1' }, body: JSON.stringify({ url: 'pay/createPayment', data: goodsOrder({ vk_platform: undefined }) }) })
    expect(await answer.json()).toMatchObject({ platform: 'mweb' })
    expect(shop.wechat.orders.get('ORDER_1001')?.body.scene_info).toMatchObject({ payer_client_ip: '203.0.113.5' })
  })

  it('does not believe X-Forwarded-For without a proxy', async () => {
    const shop = await openShop()
    const url = await serve(createNodeListener(shop.pay))
    await fetch(url, { method: 'POST', headers: { 'x-forwarded-for': '203.0.113.5' }, body: JSON.stringify({ url: 'pay/createPayment', data: goodsOrder() }) })
    expect(shop.order().client_ip).toMatch(/127\.0\.0\.1$/)
  })

  it('passes a notification on byte for byte, under any prefix', async () => {
    const shop = await openShop()
    await paidOrder(shop)
    const request = shop.wechat.notificationFor('ORDER_1001')
    const url = await serve(createNodeListener(shop.pay))
    const answer = await fetch(`${url}/http/vk-pay${request.path}`, { method: 'POST', headers: request.headers, body: Buffer.from(request.body) })
    expect([answer.status, await answer.text()]).toEqual([200, '{"code":"SUCCESS","message":"OK"}'])
    expect(shop.effects().runs).toBe(1)
  })

  it('refuses other methods, other bodies and large ones', async () => {
    const shop = await openShop()
    const url = await serve(createNodeListener(shop.pay, { maxBodyBytes: 100 }))
    expect((await fetch(url)).status).toBe(405)
    expect((await fetch(url, { method: 'POST', body: 'text' })).status).toBe(400)
    expect((await fetch(url, { method: 'POST', body: 'x'.repeat(101) })).status).toBe(413)
  })
})

describe('nodeHttp', () => {
  it('carries bytes both ways', async () => {
    const url = await serve((request, response) => {
      request.pipe(response.writeHead(201, { 'X-Method': request.method, 'X-Length': request.headers['content-length'] }))
    })
    const answer = await nodeHttp({ method: 'POST', url: `${url}/a?b=1`, headers: { 'content-type': 'application/json' }, body: '{"说":1}', timeoutMs: 2_000 })
    expect(answer).toMatchObject({ status: 201, headers: { 'x-method': 'POST', 'x-length': '9' } })
    expect(new TextDecoder().decode(answer.body)).toBe('{"说":1}')
  })

  it('gives up when the time is over, also in the middle of an answer', async () => {
    const silent = await serve(() => {})
    await expect(nodeHttp({ method: 'GET', url: silent, headers: {}, timeoutMs: 50 })).rejects.toThrow('50 ms')
    const half = await serve((_, response) => { response.writeHead(200).write('{') })
    await expect(nodeHttp({ method: 'GET', url: half, headers: {}, timeoutMs: 50 })).rejects.toThrow()
  })

  it('rejects when nobody listens', async () => {
    await expect(nodeHttp({ method: 'GET', url: 'http://127.0.0.1:1/', headers: {}, timeoutMs: 1_000 })).rejects.toThrow()
  })
})
