import type { AddressInfo } from 'node:net'
import type { GatewayEvent, GatewayOptions, RunningGateway } from '../../examples/gateway/src/index'
import type { FakeClock } from './support/fake-clock'
import type { OrderView } from './support/setup'
import { Buffer } from 'node:buffer'
import { createHash, sign, verify, X509Certificate } from 'node:crypto'
import { createServer } from 'node:http'
import { createGateway } from '../../examples/gateway/src/index'
import { testAccount } from './support/account'
import { fakeClock } from './support/fake-clock'

export type Mode = 'key' | 'certificate'
export type Fields = Record<string, string>

/** A merchant written against the public documents, sharing nothing with the gateway but the account. */
export interface AlipayMerchant {
  /** All parameters of a call, signed. */
  params: (method: string, content?: unknown, extra?: Fields) => Fields
  /** Posts it, as SDKs do: `biz_content` in the body, the rest in the address. */
  call: (method: string, content?: unknown, extra?: Fields) => Promise<AlipayAnswer>
  send: (params: Fields) => Promise<AlipayAnswer>
  /** Whether Alipay's key of this mode signed these fields of a notification or a way back. */
  isAlipays: (fields: Fields) => boolean
}

export interface AlipayAnswer {
  status: number
  text: string
  /** The content. */
  json: Record<string, unknown>
  /** `alipay_trade_query_response` */
  name: string
  certificateSn?: string
  /** Whether the characters of the content verify with the key of this mode. */
  genuine: boolean
}

function joined(fields: Fields, ...dropped: string[]): Buffer {
  return Buffer.from(Object.keys(fields).filter(name => fields[name] !== '' && !dropped.includes(name)).sort().map(name => `${name}=${fields[name]}`).join('&'))
}

export function snOf(pem: string): string {
  const certificate = new X509Certificate(pem)
  return createHash('md5').update(certificate.issuer.split('\n').reverse().join(',') + BigInt(`0x${certificate.serialNumber}`)).digest('hex')
}

export const chinaTime = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

export function alipayMerchant({ url, account: { alipay } }: Pick<RunningGateway, 'url' | 'account'>, now: () => number, mode: Mode = 'key'): AlipayMerchant {
  const roots = alipay.alipayRootCertPem.split(/(?<=-----END CERTIFICATE-----\n)/)
  const certificates: Fields = mode === 'key' ? {} : { app_cert_sn: snOf(alipay.appCertPem), alipay_root_cert_sn: snOf(roots[1] ?? '') }
  const key = mode === 'key' ? alipay.alipayPublicKeyPem : new X509Certificate(alipay.alipayCertPem).publicKey
  const genuine = (text: Buffer, signature: string): boolean => verify('sha256', text, key, Buffer.from(signature, 'base64'))

  function params(method: string, content?: unknown, extra: Fields = {}): Fields {
    const all: Fields = {
      app_id: alipay.appid,
      method,
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: chinaTime(now()),
      version: '1.0',
      ...certificates,
      ...(content === undefined ? {} : { biz_content: JSON.stringify(content) }),
      ...extra,
    }
    return { ...all, sign: sign('sha256', joined(all), alipay.merchantPrivateKeyPem).toString('base64') }
  }

  async function send({ biz_content, ...common }: Fields): Promise<AlipayAnswer> {
    const response = await fetch(`${url}/alipay/gateway.do?${new URLSearchParams(common)}`, { method: 'POST', body: new URLSearchParams(biz_content === undefined ? {} : { biz_content }) })
    const text = await response.text()
    const [, name = '', raw = ''] = /^\{"(\w+)":(\{.*\})(?:,"alipay_cert_sn":"\w+")?(?:,"sign":"[^"]+")?\}$/.exec(text) ?? []
    const values = JSON.parse(text) as Record<string, unknown>
    return { status: response.status, text, name, json: values[name] as Record<string, unknown>, certificateSn: values.alipay_cert_sn as string | undefined, genuine: genuine(Buffer.from(raw), String(values.sign ?? '')) }
  }

  return {
    params,
    send,
    call: (method, content, extra) => send(params(method, content, extra)),
    isAlipays: fields => genuine(joined(fields, 'sign', 'sign_type'), fields.sign ?? ''),
  }
}

/** The merchant's notification address; says `success` unless told otherwise. */
export interface FormReceiver {
  readonly url: string
  readonly received: { fields: Fields, body: string, type: string }[]
  /** What to answer, in turn; the last one stays. */
  answers: [status: number, body: string][]
  close: () => Promise<void>
}

export async function startFormReceiver(): Promise<FormReceiver> {
  const received: FormReceiver['received'] = []
  const state: Pick<FormReceiver, 'answers'> = { answers: [[200, 'success']] }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => { body += chunk })
    request.on('end', () => {
      received.push({ body, fields: Object.fromEntries(new URLSearchParams(body)), type: request.headers['content-type'] ?? '' })
      const [status, text] = state.answers[Math.min(received.length, state.answers.length) - 1] ?? [200, 'success']
      response.writeHead(status).end(text)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/vk-pay-notify/alipay_h5`,
    received,
    close: () => new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  })
}

export interface AlipayStage {
  gateway: RunningGateway
  clock: FakeClock
  receiver: FormReceiver
  merchant: AlipayMerchant
  events: GatewayEvent[]
  /** `biz_content` of an order. */
  order: (changes?: Record<string, unknown>) => Record<string, unknown>
  create: (method: string, changes?: Record<string, unknown>, extra?: Fields) => Promise<AlipayAnswer>
  /** GET without following redirects. */
  get: (path: string) => Promise<{ status: number, location?: string, text: string }>
  post: (path: string, body: unknown) => Promise<{ status: number, json: Record<string, unknown> }>
  view: (number?: string) => Promise<OrderView & { channel: string, trade_no?: string, code_url?: string, prepay_id: string }>
  advance: (ms: number) => Promise<void>
  close: () => Promise<void>
}

export const MINI = { product_code: 'JSAPI_PAY', buyer_open_id: '0payer0000000000' }

/** A gateway, a merchant at Alipay and its notification address, under one fake clock. */
export async function setAlipayStage(mode: Mode = 'key', options: GatewayOptions = {}): Promise<AlipayStage> {
  const clock = fakeClock()
  const events: GatewayEvent[] = []
  const receiver = await startFormReceiver()
  const gateway = await createGateway({ account: await testAccount(), now: clock.now, timer: clock.timer, log: event => events.push(event), ...options })
  const merchant = alipayMerchant(gateway, clock.now, mode)
  const order = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({ out_trade_no: 'TEST_000001', total_amount: '1.00', subject: '测试/商品', ...changes })
  return {
    gateway,
    clock,
    receiver,
    merchant,
    events,
    order,
    create: (method, changes, extra) => merchant.call(method, order(changes), { notify_url: receiver.url, ...extra }),
    async get(path) {
      const response = await fetch(new URL(path, gateway.url), { redirect: 'manual' })
      return { status: response.status, location: response.headers.get('location') ?? undefined, text: await response.text() }
    },
    async post(path, body) {
      const response = await fetch(gateway.url + path, { method: 'POST', body: JSON.stringify(body) })
      return { status: response.status, json: await response.json() as Record<string, unknown> }
    },
    async view(number = 'TEST_000001') {
      const response = await fetch(`${gateway.url}/gateway/orders/${number}`)
      return await response.json() as Awaited<ReturnType<AlipayStage['view']>>
    },
    advance: ms => clock.advance(ms, gateway.idle),
    async close() {
      await gateway.close()
      await receiver.close()
    },
  }
}
