import type { Stage } from './support/setup'
import type { Sealed } from './support/merchant'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RETRY_DELAYS_MS } from '../../examples/gateway/src/index'
import { setStage } from './support/setup'

const PATH = '/v3/refund/domestic/refunds'

let stage: Stage
let number: string
beforeEach(async () => {
  stage = await setStage()
  number = await stage.newOrder()
  await stage.post(`/gateway/orders/${number}/act`, { action: 'pay-silent' })
})
afterEach(() => stage.close())

function ask(over: Record<string, unknown> = {}) {
  return stage.merchant.call('POST', PATH, { out_trade_no: number, out_refund_no: 'R-1', reason: '商品已售完', notify_url: stage.receiver.url, amount: { refund: 30, total: 100, currency: 'CNY' }, ...over })
}
const amount = (refund: unknown, total: unknown = 100) => ({ amount: { refund, total, currency: 'CNY' } })

interface Envelope { event_type: string, resource: Sealed & { original_type: string } }

describe('refunds', () => {
  it('take a moment, and are told, sealed and signed, until the merchant says yes', async () => {
    stage.receiver.answers = [500, 500, 204]
    const answer = await ask()
    expect(answer).toMatchObject({ status: 200, json: { status: 'PROCESSING', out_refund_no: 'R-1', out_trade_no: number, channel: 'ORIGINAL', amount: { refund: 30, total: 100 } } })
    expect(stage.receiver.received).toHaveLength(0)
    await stage.advance(1_000)
    await stage.advance(RETRY_DELAYS_MS[0]!)
    await stage.advance(RETRY_DELAYS_MS[1]!)
    await stage.advance(RETRY_DELAYS_MS[2]!)
    expect(stage.receiver.received).toHaveLength(3)
    for (const { headers, body } of stage.receiver.received)
      expect(stage.merchant.verifies(headers, body)).toBe(true)
    const { event_type, resource } = JSON.parse(stage.receiver.received[0]!.body) as Envelope
    expect([event_type, resource.original_type]).toEqual(['REFUND.SUCCESS', 'refund'])
    expect(JSON.parse(stage.merchant.decrypt(resource))).toMatchObject({ mchid: stage.gateway.account.mchid, out_trade_no: number, out_refund_no: 'R-1', refund_id: answer.json.refund_id, refund_status: 'SUCCESS', amount: { refund: 30, total: 100 } })
    expect((await stage.merchant.call('GET', `${PATH}/R-1`)).json).toMatchObject({ status: 'SUCCESS', success_time: expect.any(String) })
  })

  it('the same call answers the same refund, with other amounts it is refused', async () => {
    const first = await ask()
    expect((await ask()).json.refund_id).toBe(first.json.refund_id)
    expect(await ask(amount(31))).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } })
    expect((await stage.view(number) as unknown as { refunds: unknown[] }).refunds).toMatchObject([{ out_refund_no: 'R-1', refund: 30, calls: 2 }])
  })

  it('never give back more than was paid; what was closed is free again', async () => {
    await ask()
    expect(await ask({ out_refund_no: 'R-2', ...amount(71) })).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } })
    expect((await stage.post(`/gateway/orders/${number}/refunds/R-1`, { status: 'CLOSED', notify: false })).status).toBe(200)
    expect(await ask({ out_refund_no: 'R-2', ...amount(100) })).toMatchObject({ status: 200 })
    await stage.advance(5_000)
    expect((await stage.merchant.call('GET', `${PATH}/R-1`)).json).toMatchObject({ status: 'CLOSED' })
    expect(stage.receiver.received).toHaveLength(1)
  })

  it('make the trade one of state REFUND', async () => {
    await ask()
    const query = await stage.merchant.call('GET', `/v3/pay/transactions/out-trade-no/${number}?mchid=${stage.gateway.account.mchid}`)
    expect(query.json).toMatchObject({ trade_state: 'REFUND', transaction_id: expect.any(String) })
  })

  it('can go wrong when the operator wants it', async () => {
    await ask()
    expect(await stage.post(`/gateway/orders/${number}/refunds/R-1`, { status: 'MAYBE' })).toMatchObject({ status: 400 })
    expect(await stage.post(`/gateway/orders/${number}/refunds/R-9`, {})).toMatchObject({ status: 404 })
    await stage.post(`/gateway/orders/${number}/refunds/R-1`, { status: 'ABNORMAL' })
    await stage.gateway.idle()
    expect((JSON.parse(stage.receiver.received[0]!.body) as Envelope).event_type).toBe('REFUND.ABNORMAL')
  })

  it.each([
    [{ out_refund_no: 'R 1' }, 400, 'PARAM_ERROR'],
    [{ transaction_id: '1' }, 400, 'PARAM_ERROR'],
    [{ out_trade_no: 'NOBODY_1' }, 404, 'RESOURCE_NOT_EXISTS'],
    [amount(0), 400, 'PARAM_ERROR'],
    [amount(1.5), 400, 'PARAM_ERROR'],
    [amount(30, 99), 400, 'INVALID_REQUEST'],
    [{ reason: 'x'.repeat(81) }, 400, 'PARAM_ERROR'],
    [{ notify_url: 'https://shop.example.test/?a=1' }, 400, 'PARAM_ERROR'],
  ])('%j is refused', async (over, status, code) => {
    expect(await ask(over)).toMatchObject({ status, json: { code } })
  })

  it('of what was not paid there are none', async () => {
    const unpaid = await stage.newOrder()
    expect(await ask({ out_trade_no: unpaid })).toMatchObject({ status: 404 })
    expect(await stage.merchant.call('GET', `${PATH}/R-1`)).toMatchObject({ status: 404, json: { code: 'RESOURCE_NOT_EXISTS' } })
  })
})
