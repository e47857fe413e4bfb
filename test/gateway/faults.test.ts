import type { Stage } from './support/setup'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setStage } from './support/setup'

const NATIVE = '/v3/pay/transactions/native'

let stage: Stage

beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.close())

async function order(fault: Record<string, unknown>): Promise<void> {
  expect((await stage.post('/gateway/faults', { next: { path: NATIVE, ...fault } })).status).toBe(200)
}

describe('ordered failures', () => {
  it.each([[500, 'SYSTEM_ERROR'], [429, 'FREQUENCY_LIMITED'], [418, 'SYSTEM_ERROR']])('answer %i, signed, and do nothing', async (status, code) => {
    await order({ status })
    const failed = await stage.create('native')
    expect([failed.status, failed.json.code]).toEqual([status, code])
    expect(stage.merchant.verifies(Object.fromEntries(failed.headers), failed.text)).toBe(true)
    expect(await stage.view('TEST_000001')).toMatchObject({ code: 'ORDER_NOT_EXIST' })
    expect((await stage.create('native')).status).toBe(200)
  })

  it('cut the line before anything happened', async () => {
    await order({ status: 'hangup' })
    await expect(stage.create('native')).rejects.toThrow('fetch failed')
    expect(await stage.view('TEST_000001')).toMatchObject({ code: 'ORDER_NOT_EXIST' })
  })

  it('cut the line after the order was made: only its answer is lost', async () => {
    await order({ status: 'hangup', stage: 'after' })
    await expect(stage.create('native')).rejects.toThrow('fetch failed')
    expect(await stage.view('TEST_000001')).toMatchObject({ trade_state: 'NOTPAY', creates: 1 })
  })

  it('sign the answer wrongly', async () => {
    await order({ status: 'badsign' })
    const answer = await stage.create('native')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('wechatpay-signature')).toHaveLength(344)
    expect(stage.merchant.verifies(Object.fromEntries(answer.headers), answer.text)).toBe(false)
  })

  it('make the answer late', async () => {
    await order({ delayMs: 3_000 })
    let answered = false
    const call = stage.create('native').finally(() => answered = true)
    await expect.poll(() => stage.clock.pending()).toBe(1)
    expect(answered).toBe(false)
    await stage.advance(3_000)
    expect((await call).status).toBe(200)
  })

  it('last as often as ordered, for that path and method only', async () => {
    await stage.post('/gateway/faults', { next: { path: '/v3/pay/*', method: 'POST', status: 503, count: 2 } })
    const { mchid } = stage.gateway.account
    expect((await stage.merchant.call('GET', `/v3/pay/transactions/out-trade-no/X?mchid=${mchid}`)).status).toBe(404)
    expect((await stage.merchant.call('GET', '/v3/certificates')).status).toBe(200)
    const seen = [await stage.create('native'), await stage.create('native'), await stage.create('native')]
    expect(seen.map(answer => answer.status)).toEqual([503, 503, 200])
  })

  it('reach the payer\'s doors, too', async () => {
    await stage.post('/gateway/faults', { next: { path: '/gateway/client/jsapi', status: 'hangup' } })
    await expect(stage.post('/gateway/client/jsapi', {})).rejects.toThrow('fetch failed')
  })

  it('can be listed and taken back', async () => {
    await order({ status: 500 })
    const faults = `${stage.gateway.url}/gateway/faults`
    expect(await (await fetch(faults)).json()).toMatchObject({ faults: [{ path: NATIVE, status: 500, count: 1 }] })
    expect((await fetch(faults, { method: 'DELETE' })).status).toBe(204)
    expect((await stage.create('native')).status).toBe(200)
  })

  it.each([
    ['path', { path: 'v3' }],
    ['method', { method: 1 }],
    ['status', { status: 200 }],
    ['delayMs', { delayMs: '1' }],
    ['stage', { status: 500, stage: 'middle' }],
    ['count', { status: 500, count: 0 }],
    ['status or delayMs', {}],
  ])('name %s when it makes no sense', async (word, fault) => {
    const answer = await stage.post('/gateway/faults', { next: { path: NATIVE, ...fault } })
    expect(answer.status).toBe(400)
    expect(answer.json.message).toContain(word)
  })
})
