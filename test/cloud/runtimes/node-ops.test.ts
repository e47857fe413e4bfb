import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { payMetrics } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/node-metrics'
import { createOpsListener } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/node-ops'
import { goodsOrder, openShop, paidOrder } from '../support/shop'

const closing: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(closing.splice(0).map(close => close())))

async function get(listener: RequestListener, path: string) {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => {
    server.closeAllConnections()
    server.close(resolve)
  }))
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() }
}

describe('for who runs the host', () => {
  it('health: 200 while it works, 503 when the database is gone', async () => {
    const shop = await openShop()
    expect(await get(createOpsListener(shop.pay), '/healthz')).toMatchObject({ status: 200, body: '{"ok":true,"checks":{"config":"ok","database":"ok"}}' })
    const down = shop.restart({ ...shop.memory, find: async () => { throw new Error('gone') } })
    expect(await get(createOpsListener(down), '/healthz')).toMatchObject({ status: 503, body: '{"ok":false,"checks":{"config":"ok","database":"failed"}}' })
  })

  it('counts what happens, in the text of Prometheus', async () => {
    const passed: string[] = []
    const metrics = payMetrics((_level, event) => passed.push(event))
    let broken = true
    const shop = await openShop({ log: metrics.log, handlers: { goods: async () => broken ? 'no stock' : true } })
    await paidOrder(shop)
    const late = shop.wechat.notificationFor('ORDER_1001')
    shop.clock.now += 3_000
    await shop.pay.paymentNotify(late)
    broken = false
    await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    await shop.pay.paymentNotify({ ...shop.wechat.notificationFor('ORDER_1001'), body: new TextEncoder().encode('{}') })
    await shop.pay.createPayment({ data: goodsOrder({ total_fee: 0 }) })
    const { status, type, body } = await get(createOpsListener(shop.pay, { metrics }), '/metrics')
    expect([status, type]).toEqual([200, metrics.contentType])
    expect(body.split('\n')).toEqual(expect.arrayContaining([
      'vk_pay_orders_created_total{pay_type="wxpay_mp-weixin"} 1',
      'vk_pay_orders_paid_total{pay_type="wxpay_mp-weixin",heard="notified"} 1',
      'vk_pay_handler_failures_total{type="goods"} 1',
      'vk_pay_notifications_total{outcome="failed"} 1',
      'vk_pay_notifications_total{outcome="done"} 1',
      'vk_pay_notifications_refused_total{reason="signature"} 1',
      'vk_pay_calls_refused_total{code="40001"} 1',
      'vk_pay_confirm_seconds_bucket{le="2"} 0',
      'vk_pay_confirm_seconds_bucket{le="5"} 1',
    ]))
    expect(passed).toContain('order paid')
    expect(body).not.toContain('ORDER_1001')
  })

  it('nothing else, and no metrics where none are kept', async () => {
    const { pay } = await openShop()
    expect((await get(createOpsListener(pay), '/metrics')).status).toBe(404)
    expect((await get(createOpsListener(pay), '/')).status).toBe(404)
  })
})
