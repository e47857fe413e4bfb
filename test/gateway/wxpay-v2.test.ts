import type { AddressInfo } from 'node:net'
import type { GatewayEvent, GatewayOptions, RunningGateway } from '../../examples/gateway/src/index'
import type { FakeClock } from './support/fake-clock'
import { createHash, createHmac, randomBytes, sign as signRsa } from 'node:crypto'
import { createServer } from 'node:http'
import { XMLParser } from 'fast-xml-parser'
import { afterEach, describe, expect, it } from 'vitest'
import { createGateway, RETRY_DELAYS_MS } from '../../examples/gateway/src/index'
import { testAccount } from './support/account'
import { fakeClock } from './support/fake-clock'

type Message = Record<string, string>
type Algorithm = 'MD5' | 'HMAC-SHA256'

const parser = new XMLParser({ parseTagValue: false, trimValues: false })
function readXml(text: string): Message {
  const { '#text': _, ...fields } = (parser.parse(text) as { xml: Message }).xml
  return fields
}
const YES = { status: 200, body: '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>' }
const NO = { status: 200, body: '<xml><return_code><![CDATA[FAIL]]></return_code></xml>' }

interface View { version: number, trade_state: string, creates: number, notifications: { kind: string, status: number }[] }

/** A gateway, a merchant of v2 and its notification address, under one fake clock. */
interface Stage {
  gateway: RunningGateway
  clock: FakeClock
  events: GatewayEvent[]
  received: Message[]
  /** For each request, in turn; the last one stays. */
  answers: { status: number, body: string }[]
  sign: (fields: Message, algorithm: Algorithm) => string
  call: (path: string, fields: Message, algorithm?: Algorithm) => Promise<Message>
  order: (over?: Message, algorithm?: Algorithm) => Promise<Message>
  post: (path: string, body: object) => Promise<{ status: number, json: Record<string, unknown> }>
  view: (number: string) => Promise<View>
  advance: (ms: number) => Promise<void>
  close: () => Promise<void>
}

async function setStage(options: GatewayOptions = {}): Promise<Stage> {
  const clock = fakeClock()
  const events: GatewayEvent[] = []
  const received: Message[] = []
  const state: Pick<Stage, 'answers'> = { answers: [YES] }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', chunk => body += chunk).on('end', () => {
      received.push(readXml(body))
      const answer = state.answers[Math.min(received.length, state.answers.length) - 1]!
      response.writeHead(answer.status)
      response.end(answer.body)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const gateway = await createGateway({ account: await testAccount(), now: clock.now, timer: clock.timer, probeEvery: 0, log: event => events.push(event), ...options })
  const { account } = gateway
  const notify_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`

  const sign: Stage['sign'] = (fields, algorithm) => {
    const text = `${Object.keys(fields).filter(name => fields[name] !== '' && name !== 'sign').sort().map(name => `${name}=${fields[name]}`).join('&')}&key=${account.apiKey}`
    return (algorithm === 'MD5' ? createHash('md5') : createHmac('sha256', account.apiKey)).update(text).digest('hex').toUpperCase()
  }
  async function call(path: string, fields: Message, algorithm: Algorithm = 'MD5'): Promise<Message> {
    const named: Message = { appid: account.appid, mch_id: account.mchid, nonce_str: randomBytes(16).toString('hex'), ...(algorithm === 'MD5' ? {} : { sign_type: algorithm }), ...fields }
    const body = `<xml>${Object.entries({ sign: sign(named, algorithm), ...named }).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`).join('')}</xml>`
    const response = await fetch(gateway.url + path, { method: 'POST', body })
    const answer = readXml(await response.text())
    if (answer.return_code === 'SUCCESS')
      expect(answer.sign).toBe(sign(answer, algorithm))
    return answer
  }
  return Object.assign(state, {
    gateway,
    clock,
    events,
    received,
    sign,
    call,
    order: (over: Message = {}, algorithm?: Algorithm) => call('/pay/unifiedorder', { body: '测试商品', out_trade_no: 'TEST_1', total_fee: '100', spbill_create_ip: '203.0.113.7', notify_url, trade_type: 'NATIVE', product_id: 'p1', ...over }, algorithm),
    async post(path: string, body: object) {
      const response = await fetch(gateway.url + path, { method: 'POST', body: JSON.stringify(body) })
      return { status: response.status, json: await response.json() as Record<string, unknown> }
    },
    view: async (number: string) => await (await fetch(`${gateway.url}/gateway/orders/${number}`)).json() as View,
    advance: (ms: number) => clock.advance(ms, gateway.idle),
    async close() {
      await gateway.close()
      server.close()
      server.closeAllConnections()
    },
  })
}

let stage: Stage
afterEach(() => stage.close())

async function act(action: string, number = 'TEST_1'): Promise<void> {
  expect((await stage.post(`/gateway/orders/${number}/act`, { action })).status).toBe(200)
  await stage.gateway.idle()
}

describe.each(['MD5', 'HMAC-SHA256'] as const)('notifications over v2, %s', (algorithm) => {
  it('are signed as the order was, and carry the payment', async () => {
    stage = await setStage()
    await stage.order({ attach: 'a<b>&c' }, algorithm)
    await act('pay')
    const [message] = stage.received as [Message]
    expect(message.sign).toBe(stage.sign(message, algorithm))
    expect(message).toMatchObject({ return_code: 'SUCCESS', result_code: 'SUCCESS', out_trade_no: 'TEST_1', total_fee: '100', cash_fee: '100', trade_type: 'NATIVE', attach: 'a<b>&c', time_end: '20300115120000', mch_id: stage.gateway.account.mchid })
    expect(message.transaction_id).toMatch(/^4200/)
    expect(await stage.view('TEST_1')).toMatchObject({ version: 2, notifications: [{ kind: 'notify', status: 200 }] })
  })

  it('come again on the ladder until the answer says SUCCESS: the status alone is no yes', async () => {
    stage = await setStage()
    stage.answers = [NO, { status: 204, body: '' }, { status: 500, body: YES.body }, { status: 200, body: '{"code":"SUCCESS"}' }, YES]
    await stage.order({}, algorithm)
    await act('pay')
    for (const [index, delayMs] of RETRY_DELAYS_MS.slice(0, 6).entries()) {
      expect(stage.received).toHaveLength(Math.min(index + 1, 5))
      await stage.advance(delayMs)
    }
    expect(stage.received).toHaveLength(5)
    // the same message each time
    expect(new Set(stage.received.map(message => JSON.stringify(message))).size).toBe(1)
  })

  it('are preceded by a probe that does not verify; a changed one does not either', async () => {
    stage = await setStage({ probeEvery: 1 })
    stage.answers = [NO, NO, YES]
    await stage.order({}, algorithm)
    await act('pay-tampered')
    await stage.advance(RETRY_DELAYS_MS[0]!)
    expect(stage.received.map(message => message.sign === stage.sign(message, algorithm))).toEqual([false, false, true])
    expect(stage.received.map(message => message.total_fee)).toEqual(['100', '101', '100'])
    expect((await stage.view('TEST_1')).notifications.map(({ kind }) => kind)).toEqual(['probe', 'tampered', 'notify'])
    expect(stage.events.filter(({ event }) => event === 'warning')).toEqual([])
  })
})

it('a merchant that takes a probe is warned about', async () => {
  stage = await setStage({ probeEvery: 1 })
  await stage.order()
  await act('pay')
  expect(stage.events).toContainEqual({ event: 'warning', message: expect.stringContaining('signature check is broken') as string })
})

describe('the book of orders', () => {
  it('is one for both versions: a v3 number is taken for v2, and each is paid in its own words', async () => {
    stage = await setStage()
    const created = await stage.order({ trade_type: 'JSAPI', openid: 'oTester' })
    const { account } = stage.gateway
    const info = { appId: account.appid, timeStamp: String(stage.clock.now() / 1000), nonceStr: 'n', package: `prepay_id=${created.prepay_id}` }
    const rsa = signRsa('sha256', [info.appId, info.timeStamp, info.nonceStr, info.package, ''].join('\n') as unknown as Uint8Array, account.merchantPrivateKeyPem).toString('base64')
    const wrong = [
      { ...info, signType: 'RSA', paySign: rsa },
      { ...info, signType: 'HMAC-SHA256', paySign: stage.sign({ ...info, signType: 'HMAC-SHA256' }, 'HMAC-SHA256') },
      { ...info, signType: 'MD5', paySign: stage.sign({ ...info, signType: 'MD5', nonceStr: 'x' }, 'MD5') },
      { ...info, signType: 'MD5', paySign: '' },
    ]
    for (const fields of wrong)
      expect((await stage.post('/gateway/client/jsapi', fields)).json.errMsg).not.toBe('requestPayment:ok')
    const right = { ...info, signType: 'MD5' }
    expect((await stage.post('/gateway/client/jsapi', { ...right, paySign: stage.sign(right, 'MD5') })).json).toEqual({ errMsg: 'requestPayment:ok' })
  })

  it('knows the same call again, and no other under its number', async () => {
    stage = await setStage()
    const first = await stage.order()
    expect((await stage.order()).prepay_id).toBe(first.prepay_id)
    expect(await stage.order({ body: '别的商品' })).toMatchObject({ result_code: 'FAIL', err_code: 'OUT_TRADE_NO_USED' })
    expect((await stage.view('TEST_1')).creates).toBe(2)
    await act('pay')
    expect(await stage.order()).toMatchObject({ err_code: 'ORDERPAID' })
    expect(await stage.call('/pay/closeorder', { out_trade_no: 'TEST_1' })).toMatchObject({ err_code: 'ORDERPAID' })
  })

  it('cannot be paid after time_expire', async () => {
    stage = await setStage()
    await stage.order({ time_expire: '20300115120500' })
    stage.clock.jump(5 * 60_000)
    expect(await stage.post('/gateway/orders/TEST_1/act', { action: 'pay' })).toMatchObject({ status: 409, json: { code: 'ORDER_EXPIRED' } })
  })
})

describe('what is not taken', () => {
  it.each([
    ['no XML', 'text'],
    ['a field twice', '<xml><a>1</a><a>2</a></xml>'],
    ['an element inside a field', '<xml><a><b>1</b></a></xml>'],
    ['a DOCTYPE', '<!DOCTYPE xml [<!ENTITY e "1">]><xml><a>&e;</a></xml>'],
  ])('%s', async (_, body) => {
    stage = await setStage()
    const answer = readXml(await (await fetch(`${stage.gateway.url}/pay/orderquery`, { method: 'POST', body })).text())
    expect(answer).toEqual({ return_code: 'FAIL', return_msg: 'XML格式错误' })
  })

  it('an unknown interface, another method', async () => {
    stage = await setStage()
    expect(await stage.call('/pay/nothing', {})).toMatchObject({ return_code: 'FAIL' })
    expect(await (await fetch(`${stage.gateway.url}/pay/orderquery`)).text()).toContain('POST')
  })

  it('a refund over plain http is let through, and the log says that the real channel would not', async () => {
    stage = await setStage()
    await stage.order()
    await act('pay-silent')
    expect(await stage.call('/secapi/pay/refund', { out_trade_no: 'TEST_1', out_refund_no: 'R-1', total_fee: '100', refund_fee: '40' })).toMatchObject({ result_code: 'SUCCESS' })
    expect(stage.events).toContainEqual({ event: 'warning', message: expect.stringContaining('certificate') as string })
  })

  it('a failure that was ordered is XML, too', async () => {
    stage = await setStage()
    await stage.post('/gateway/faults', { next: { path: '/pay/orderquery', status: 503 } })
    const response = await fetch(`${stage.gateway.url}/pay/orderquery`, { method: 'POST', body: '<xml/>' })
    expect([response.status, readXml(await response.text()).return_code]).toEqual([503, 'FAIL'])
  })
})
