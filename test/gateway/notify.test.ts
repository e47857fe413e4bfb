import type { Stage } from './support/setup'
import type { GatewayOptions } from '../../examples/gateway/src/index'
import { afterEach, describe, expect, it } from 'vitest'
import { RETRY_DELAYS_MS } from '../../examples/gateway/src/index'
import { setStage } from './support/setup'

const SECOND_MS = 1_000
const DAY_MS = 86_400_000

let stage: Stage

afterEach(() => stage.close())

async function paid(action: string, options: GatewayOptions = {}, answers: Stage['receiver']['answers'] = [204]): Promise<string> {
  stage = await setStage(options)
  stage.receiver.answers = answers
  const number = await stage.newOrder()
  const startMs = stage.clock.now()
  const answer = await stage.post(`/gateway/orders/${number}/act`, { action })
  expect(answer).toMatchObject({ status: 200, json: { result: 'paid', trade_state: 'SUCCESS', paid_at: startMs } })
  await stage.gateway.idle()
  return number
}

/** Seconds from the payment to each delivery. */
async function moments(number: string): Promise<number[]> {
  const { notifications } = await stage.view(number)
  return notifications.map(one => (one.at - notifications[0]!.at) / SECOND_MS)
}

async function kinds(number: string): Promise<string[]> {
  return (await stage.view(number)).notifications.map(one => `${one.kind} ${one.status}`)
}

describe('a notification', () => {
  it('verifies, decrypts and carries the transaction', async () => {
    const number = await paid('pay')
    const [{ headers, body }] = stage.receiver.received as [Stage['receiver']['received'][number]]
    expect(stage.merchant.verifies(headers, body)).toBe(true)
    expect(headers).toMatchObject({
      'wechatpay-serial': stage.gateway.account.platformPublicKeyId,
      'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
      'content-type': 'application/json',
      'wechatpay-timestamp': String(stage.clock.now() / SECOND_MS),
    })
    const envelope = JSON.parse(body) as { resource: Parameters<Stage['merchant']['decrypt']>[0] }
    expect(envelope).toMatchObject({
      id: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      event_type: 'TRANSACTION.SUCCESS',
      resource_type: 'encrypt-resource',
      create_time: '2030-01-15T12:00:00+08:00',
      resource: { original_type: 'transaction', algorithm: 'AEAD_AES_256_GCM', associated_data: 'transaction' },
    })
    expect(envelope.resource.nonce).toHaveLength(12)
    const transaction = JSON.parse(stage.merchant.decrypt(envelope.resource)) as Record<string, unknown>
    const { transaction_id } = await stage.view(number)
    expect(transaction).toMatchObject({ out_trade_no: number, transaction_id, trade_state: 'SUCCESS', amount: { total: 100 } })
  })

  it('can be signed by the platform certificate instead', async () => {
    await paid('pay', { notifySigner: 'certificate' })
    const [{ headers, body }] = stage.receiver.received as [Stage['receiver']['received'][number]]
    expect(headers['wechatpay-serial']).toBe(stage.gateway.account.platformSerial)
    expect(stage.merchant.verifies(headers, body)).toBe(true)
  })

  it('is over when the merchant answers 2xx', async () => {
    const number = await paid('pay', {}, [200])
    await stage.advance(2 * DAY_MS)
    expect(await kinds(number)).toEqual(['notify 200'])
    expect(stage.clock.pending()).toBe(0)
  })
})

describe('retries', () => {
  it('keep the ladder of the channel, 15 of them in 24 h 4 min, and then end', async () => {
    const number = await paid('pay', {}, [500])
    await stage.advance(3 * DAY_MS)
    const waits = RETRY_DELAYS_MS.map(ms => ms / SECOND_MS)
    expect(waits).toEqual([15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600])
    const expected = waits.reduce((all, wait) => [...all, all.at(-1)! + wait], [0])
    expect(await moments(number)).toEqual(expected)
    expect(expected.at(-1)).toBe(24 * 3600 + 4 * 60)
    expect(stage.clock.pending()).toBe(0)
  })

  it('are divided by the speed', async () => {
    const number = await paid('pay', { speed: 100 }, [500, 500, 500, 204])
    await stage.advance(DAY_MS)
    expect(await moments(number)).toEqual([0, 0.15, 0.3, 0.6])
  })

  it('repeat the id and the body under a fresh signature', async () => {
    await paid('pay', {}, [500, 204])
    await stage.advance(15 * SECOND_MS)
    const [first, second] = stage.receiver.received as [Stage['receiver']['received'][number], Stage['receiver']['received'][number]]
    expect(second.body).toBe(first.body)
    expect(second.headers['wechatpay-signature']).not.toBe(first.headers['wechatpay-signature'])
    expect(stage.merchant.verifies(second.headers, second.body)).toBe(true)
  })

  it('take a redirect and 4xx as refused, and record the answer', async () => {
    const number = await paid('pay', {}, [302, 400, 204])
    await stage.advance(30 * SECOND_MS)
    expect(await kinds(number)).toEqual(['notify 302', 'notify 400', 'notify 204'])
    const [first] = (await stage.view(number)).notifications
    expect(first!.answer).toMatch(/^\{"code":"FAIL","message":"x+$/)
    expect(first!.answer).toHaveLength(200)
  })

  it('give up waiting after 5 seconds and go on', async () => {
    stage = await setStage()
    stage.receiver.answers = ['silence', 204]
    const number = await stage.newOrder()
    await stage.post(`/gateway/orders/${number}/act`, { action: 'pay' })
    await expect.poll(() => stage.receiver.received.length).toBe(1)
    await stage.advance(4_999)
    expect((await stage.view(number)).notifications).toEqual([])
    await stage.advance(1)
    expect((await stage.view(number)).notifications).toMatchObject([{ status: 0, durationMs: 5_000, error: 'no answer within 5000 ms' }])
    await stage.advance(15 * SECOND_MS)
    expect(await kinds(number)).toEqual(['notify 0', 'notify 204'])
  }, 10_000)

  it('survive a merchant that is not there', async () => {
    stage = await setStage()
    await stage.create('native', { notify_url: 'http://127.0.0.1:9/notify' })
    await stage.post('/gateway/orders/TEST_000001/act', { action: 'pay' })
    await stage.gateway.idle()
    expect((await stage.view('TEST_000001')).notifications).toMatchObject([{ status: 0, answer: '', error: expect.any(String) as string }])
  })
})

describe('what the payer can do', () => {
  it('refuse: nothing is paid, nothing is sent, and paying is still possible', async () => {
    stage = await setStage()
    const number = await stage.newOrder()
    const refused = await stage.post(`/gateway/orders/${number}/act`, { action: 'refuse' })
    expect(refused).toMatchObject({ status: 200, json: { result: 'refused', trade_state: 'NOTPAY' } })
    expect(stage.clock.pending()).toBe(0)
    expect((await stage.post(`/gateway/orders/${number}/act`, { action: 'pay' })).json.result).toBe('paid')
  })

  it('pay silently: never notified', async () => {
    const number = await paid('pay-silent')
    await stage.advance(2 * DAY_MS)
    expect(await kinds(number)).toEqual([])
  })

  it('be notified twice: the same body, signed anew a second later', async () => {
    const number = await paid('pay-twice')
    await stage.advance(SECOND_MS)
    expect([await kinds(number), await moments(number)]).toEqual([['notify 204', 'repeat 204'], [0, 1]])
    const [first, second] = stage.receiver.received
    expect(second!.body).toBe(first!.body)
    expect(stage.merchant.verifies(second!.headers, second!.body)).toBe(true)
  })

  it('be notified late: after 30 s, or as asked', async () => {
    const number = await paid('pay-late')
    await stage.advance(29_999)
    expect(await kinds(number)).toEqual([])
    await stage.advance(1)
    expect(await kinds(number)).toEqual(['notify 204'])
    const other = await stage.newOrder()
    await stage.post(`/gateway/orders/${other}/act`, { action: 'pay-late', delayMs: 70 })
    await stage.advance(69)
    expect(await kinds(other)).toEqual([])
    await stage.advance(1)
    expect(await kinds(other)).toEqual(['notify 204'])
  })

  it('be notified with a changed byte first, and truly on the next rung', async () => {
    const number = await paid('pay-tampered', {}, [401, 204])
    const [changed] = stage.receiver.received
    expect(JSON.parse(changed!.body)).toHaveProperty('resource.ciphertext')
    expect(stage.merchant.verifies(changed!.headers, changed!.body)).toBe(false)
    await stage.advance(15 * SECOND_MS)
    expect([await kinds(number), await moments(number)]).toEqual([['tampered 401', 'notify 204'], [0, 15]])
    const second = stage.receiver.received[1]!
    expect(stage.merchant.verifies(second.headers, second.body)).toBe(true)
    expect([...changed!.body].filter((character, place) => character !== second.body[place])).toHaveLength(1)
  })

  it('catch a merchant that accepts what was changed, and still send the truth', async () => {
    const number = await paid('pay-tampered', {}, [204])
    await stage.advance(15 * SECOND_MS)
    expect(await kinds(number)).toEqual(['tampered 204', 'notify 204'])
    expect(stage.events).toContainEqual({ event: 'warning', message: expect.stringContaining('signature check is broken') as string })
  })

  it('not pay twice, and not do what does not exist', async () => {
    const number = await paid('pay')
    const again = await stage.post(`/gateway/orders/${number}/act`, { action: 'pay' })
    expect([again.status, again.json.code]).toEqual([409, 'ORDERPAID'])
    expect((await stage.post(`/gateway/orders/${number}/act`, { action: 'steal' })).status).toBe(400)
    expect((await stage.post(`/gateway/orders/${number}/act`, { action: 'pay-late', delayMs: '1' })).status).toBe(400)
    expect((await stage.post('/gateway/orders/NOT_THERE/act', { action: 'pay' })).status).toBe(404)
  })

  it('not pay when the prepay, or the merchant\'s own deadline, is over', async () => {
    stage = await setStage()
    await stage.create('native', { time_expire: '2030-01-15T12:01:00+08:00' })
    const number = await stage.newOrder()
    stage.clock.jump(60_000)
    expect((await stage.post('/gateway/orders/TEST_000001/act', { action: 'pay' })).json.code).toBe('ORDER_EXPIRED')
    stage.clock.jump(2 * 3_600_000 - 60_000)
    expect((await stage.post(`/gateway/orders/${number}/act`, { action: 'pay' })).json.code).toBe('PREPAY_EXPIRED')
  })
})

describe('a probe', () => {
  it('comes before the true notification, with a signature that only looks like one', async () => {
    const number = await paid('pay', { probeEvery: 1 }, [401, 204])
    expect(await kinds(number)).toEqual(['probe 401', 'notify 204'])
    const [probe, real] = stage.receiver.received
    expect(probe!.headers['wechatpay-signature']).toMatch(/^WECHATPAY\/SIGNTEST\//)
    expect(stage.merchant.verifies(probe!.headers, probe!.body)).toBe(false)
    expect(stage.merchant.verifies(real!.headers, real!.body)).toBe(true)
  })

  it('comes every n-th time', async () => {
    stage = await setStage({ probeEvery: 3 })
    const seen: string[] = []
    for (let payment = 0; payment < 6; payment++) {
      const number = await stage.newOrder()
      await stage.post(`/gateway/orders/${number}/act`, { action: 'pay' })
      await stage.gateway.idle()
      seen.push((await kinds(number))[0]!)
    }
    expect(seen.map(kind => kind.split(' ')[0])).toEqual(['notify', 'notify', 'probe', 'notify', 'notify', 'probe'])
  })
})

describe('sending the very same notification again', () => {
  it('delivers it 50 times at once and answers every status', async () => {
    const number = await paid('pay-silent')
    const answer = await stage.post(`/gateway/orders/${number}/notify`, { count: 50, concurrent: true })
    expect(answer.json.statuses).toEqual(Array.from({ length: 50 }, () => 204))
    expect(stage.receiver.received).toHaveLength(50)
    expect(new Set(stage.receiver.received.map(one => one.body + one.headers['wechatpay-signature'])).size).toBe(1)
  })

  it('delivers one after the other, too', async () => {
    const number = await paid('pay-silent', {}, [200, 500, 204])
    expect((await stage.post(`/gateway/orders/${number}/notify`, { count: 3 })).json.statuses).toEqual([200, 500, 204])
  })

  it('refuses unpaid orders and senseless counts', async () => {
    const number = await paid('pay')
    for (const count of [0, 1.5, 501, 'x'])
      expect((await stage.post(`/gateway/orders/${number}/notify`, { count })).status).toBe(400)
    expect((await stage.post(`/gateway/orders/${await stage.newOrder()}/notify`, {})).status).toBe(409)
  })
})
