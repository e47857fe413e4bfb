import type { Stage } from './support/setup'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setStage } from './support/setup'

const MINUTE_MS = 60_000
const NATIVE = '/v3/pay/transactions/native'

describe('request signature', () => {
  let stage: Stage

  beforeEach(async () => {
    stage = await setStage()
  })
  afterEach(() => stage.close())

  it('accepts a good one', async () => {
    expect((await stage.create('native')).status).toBe(200)
  })

  it('refuses bytes that were not signed', async () => {
    const sentBody = JSON.stringify(stage.order({ amount: { total: 1 } }))
    const answer = await stage.merchant.call('POST', NATIVE, stage.order(), { sentBody })
    expect(answer.status).toBe(401)
    expect(answer.json).toMatchObject({ code: 'SIGN_ERROR', detail: { field: 'signature', location: 'authorization' } })
    expect(answer.text).not.toContain('测试商品')
    expect((await stage.view('TEST_000001'))).toMatchObject({ code: 'ORDER_NOT_EXIST' })
  })

  it('signs the raw bytes: the same JSON in another layout is refused', async () => {
    const sentBody = JSON.stringify(stage.order(), null, 1)
    expect((await stage.merchant.call('POST', NATIVE, stage.order(), { sentBody })).json.code).toBe('SIGN_ERROR')
  })

  it.each([
    ['5 minutes old', -5 * MINUTE_MS, 200],
    ['5 minutes ahead', 5 * MINUTE_MS, 200],
    ['more than 5 minutes old', -5 * MINUTE_MS - 1000, 401],
    ['more than 5 minutes ahead', 5 * MINUTE_MS + 1000, 401],
  ])('checks the clock both ways: %s', async (_, offsetMs, status) => {
    const answer = await stage.merchant.call('POST', NATIVE, stage.order(), { timestampMs: stage.clock.now() + offsetMs })
    expect(answer.status).toBe(status)
  })

  it.each([
    ['serial_no', { serial: 'F'.repeat(40) }],
    ['mchid', { mchid: '1000000000' }],
    ['Authorization', { headers: { authorization: 'WECHATPAY2-SM2-WITH-SM3 mchid="1"' } }],
  ])('refuses a wrong %s', async (field, sloppy) => {
    const answer = await stage.merchant.call('POST', NATIVE, stage.order(), sloppy)
    expect(answer.status).toBe(401)
    expect(answer.json).toMatchObject({ code: 'SIGN_ERROR', detail: { field } })
  })

  it.each([
    [400, { accept: '' }],
    [400, { 'wechatpay-serial': 'PUB_KEY_ID_0000' }],
    [415, { 'content-type': 'text/plain' }],
  ])('answers %i to the headers %o', async (status, headers) => {
    const answer = await stage.merchant.call('POST', NATIVE, stage.order(), { headers: headers as Record<string, string> })
    expect(answer.status).toBe(status)
    expect(answer.json.code).toBe('PARAM_ERROR')
  })
})

describe('signed answers', () => {
  let stage: Stage

  beforeEach(async () => {
    stage = await setStage()
  })
  afterEach(() => stage.close())

  function verifies(answer: Awaited<ReturnType<Stage['create']>>): boolean {
    return stage.merchant.verifies(Object.fromEntries(answer.headers), answer.text)
  }

  it('verify under the public key and under the platform certificate, as the request asks', async () => {
    const { platformPublicKeyId, platformSerial } = stage.gateway.account
    for (const serial of [platformPublicKeyId, platformSerial]) {
      const answer = await stage.merchant.call('POST', NATIVE, stage.order(), { headers: { 'wechatpay-serial': serial } })
      expect(answer.headers.get('wechatpay-serial')).toBe(serial)
      expect(verifies(answer)).toBe(true)
    }
  })

  it('cover errors and empty bodies', async () => {
    const missing = await stage.merchant.call('GET', `/v3/pay/transactions/out-trade-no/NOT_THERE?mchid=${stage.gateway.account.mchid}`)
    expect([missing.status, missing.json.code, verifies(missing)]).toEqual([404, 'ORDER_NOT_EXIST', true])
    const number = await stage.newOrder()
    const closed = await stage.merchant.call('POST', `/v3/pay/transactions/out-trade-no/${number}/close`, { mchid: stage.gateway.account.mchid })
    expect([closed.status, closed.text, verifies(closed)]).toEqual([204, '', true])
  })

  it('do not verify under the other key', async () => {
    const answer = await stage.create('native')
    const headers = { ...Object.fromEntries(answer.headers), 'wechatpay-serial': stage.gateway.account.platformSerial }
    expect(stage.merchant.verifies(headers, answer.text)).toBe(false)
  })
})
