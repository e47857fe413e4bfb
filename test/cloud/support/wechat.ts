/** A WeChat Pay in memory: keys made at run time, signed answers, notifications of any kind. */
import { Buffer } from 'node:buffer'
import { createCipheriv, createSign, createVerify, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import forge from 'node-forge'
import type { HttpPort, HttpRequest, RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'

export interface Pair { privateKey: KeyObject, publicKey: KeyObject, privatePem: string, publicPem: string }

export function newPair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    privateKey,
    publicKey,
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

export function certificateOf(pair: Pair, serial: string): string {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicPem)
  certificate.serialNumber = serial.toLowerCase()
  certificate.validity.notBefore = new Date('2020-01-01')
  certificate.validity.notAfter = new Date('2049-01-01')
  const name = [{ name: 'commonName', value: 'test' }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.sign(forge.pki.privateKeyFromPem(pair.privatePem), forge.md.sha256.create())
  return forge.pki.certificateToPem(certificate)
}

// keys are slow to make: one set for a test file
const merchant = newPair()
const platform = newPair()
export const stranger = newPair()

export const account = {
  appid: 'wx0000000000000001',
  mchid: '1900000001',
  v3Key: '0123456789abcdef0123456789abcdef',
  merchantSerial: '5E11ED00000000000000000000000000000000A1',
  platformSerial: '7132D72A03E93CDDF8C03BBD1F37EEDF00000001',
  publicKeyId: 'PUB_KEY_ID_0119000000012024000000000000',
  merchant,
  platform,
}

export const merchantCert = certificateOf(merchant, account.merchantSerial)
const platformCert = certificateOf(platform, account.platformSerial)

export function seal(text: string, key = account.v3Key, associated = 'transaction'): { algorithm: string, ciphertext: string, nonce: string, associated_data: string } {
  const nonce = randomBytes(6).toString('hex')
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), nonce)
  cipher.setAAD(Buffer.from(associated))
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
  return { algorithm: 'AEAD_AES_256_GCM', ciphertext, nonce, associated_data: associated }
}

export interface SignOptions { nowMs: number, serial?: string, key?: KeyObject }

export function signedHeaders(body: string | Buffer, { nowMs, serial = account.publicKeyId, key = platform.privateKey }: SignOptions): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000))
  const nonce = randomBytes(16).toString('hex')
  const signature = createSign('RSA-SHA256').update(`${timestamp}\n${nonce}\n`).update(body).update('\n').sign(key, 'base64')
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': signature,
    'wechatpay-serial': serial,
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
  }
}

export interface UpstreamOrder {
  out_trade_no: string
  api: string
  body: Record<string, unknown>
  total: number
  state: 'NOTPAY' | 'SUCCESS' | 'CLOSED'
  creates: number
  transaction_id: string
}

export function transactionOf(order: UpstreamOrder, nowMs: number): Record<string, unknown> {
  return {
    appid: account.appid,
    mchid: account.mchid,
    out_trade_no: order.out_trade_no,
    transaction_id: order.transaction_id,
    trade_type: 'JSAPI',
    trade_state: order.state,
    trade_state_desc: '支付成功',
    bank_type: 'OTHERS',
    success_time: new Date(nowMs).toISOString(),
    payer: { openid: 'oPayer0000000000000000000000' },
    amount: { total: order.total, payer_total: order.total, currency: 'CNY', payer_currency: 'CNY' },
  }
}

export function notification(transaction: Record<string, unknown>, sign: SignOptions & { payType?: string, eventType?: string, key32?: string, change?: (body: Record<string, unknown>) => void }): RawRequest {
  const message: Record<string, unknown> = {
    id: 'EV-1',
    create_time: '2026-01-01T00:00:00+08:00',
    resource_type: 'encrypt-resource',
    event_type: sign.eventType ?? 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    resource: { original_type: 'transaction', ...seal(JSON.stringify(transaction), sign.key32) },
  }
  sign.change?.(message)
  // printed with spaces and escaped slashes: only the raw bytes verify
  const body = Buffer.from(JSON.stringify(message, null, 2).replace(/\//g, '\\/'))
  return { method: 'POST', path: `/vk-pay-notify/${sign.payType ?? 'wxpay_mp-weixin'}`, headers: signedHeaders(body, sign), body }
}

export interface UpstreamRefund {
  out_refund_no: string
  refund_id: string
  out_trade_no: string
  transaction_id: string
  status: 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL'
  amount: { total: number, refund: number }
  calls: number
}

export interface WechatOptions {
  now: () => number
  /** Which key answers are signed with. @default the public key */
  mode?: 'public-key' | 'certificate'
}

/** The server side, as an HTTP port. */
export class Wechat {
  readonly orders = new Map<string, UpstreamOrder>()
  readonly refunds = new Map<string, UpstreamRefund>()
  /** How a refund that is asked for begins. */
  refundStatus: UpstreamRefund['status'] = 'PROCESSING'
  readonly calls: HttpRequest[] = []
  /** Called before each call is handled; may throw for a broken line, or answer in its place. */
  onCall?: (request: HttpRequest) => { status: number, json: unknown } | void | Promise<{ status: number, json: unknown } | void>
  /** The answer is lost on its way back, after it had its effect. */
  loseAnswers = false
  signAnswers = true
  serial: string
  private count = 0

  constructor(readonly options: WechatOptions) {
    this.serial = options.mode === 'certificate' ? account.platformSerial : account.publicKeyId
  }

  readonly http: HttpPort = async (request) => {
    this.calls.push(request)
    const override = await this.onCall?.(request)
    const { status, json } = override ?? this.handle(request)
    if (this.loseAnswers)
      throw new Error('socket hang up')
    const text = json === undefined ? '' : JSON.stringify(json)
    const headers = this.signAnswers ? signedHeaders(text, { nowMs: this.options.now(), serial: this.serial }) : {}
    return { status, headers, body: Buffer.from(text) }
  }

  countCalls(pattern: RegExp): number {
    return this.calls.filter(call => pattern.test(`${call.method} ${new URL(call.url).pathname}`)).length
  }

  pay(outTradeNo: string): UpstreamOrder {
    const order = this.orders.get(outTradeNo)
    if (!order || order.state !== 'NOTPAY')
      throw new Error(`cannot be paid: ${order?.state ?? 'unknown'}`)
    order.state = 'SUCCESS'
    return order
  }

  notificationFor(outTradeNo: string, payType?: string): RawRequest {
    const order = this.orders.get(outTradeNo)
    if (!order)
      throw new Error('no such order upstream')
    return notification(transactionOf(order, this.options.now()), { nowMs: this.options.now(), serial: this.serial, payType })
  }

  refundNotification(outRefundNo: string, over: Record<string, unknown> = {}): RawRequest {
    const { status, calls: _calls, ...refund } = this.refunds.get(outRefundNo)!
    const resource = { mchid: account.mchid, ...refund, refund_status: status, success_time: new Date(this.options.now()).toISOString(), user_received_account: '招商银行信用卡0403', ...over }
    return notification(resource, { nowMs: this.options.now(), serial: this.serial, eventType: `REFUND.${status}` })
  }

  /** Fen that went back, or are on their way. */
  refunded(): number {
    return [...this.refunds.values()].reduce((sum, { status, amount }) => status === 'CLOSED' ? sum : sum + amount.refund, 0)
  }

  private refund(body: Record<string, unknown>): { status: number, json: unknown } {
    const order = [...this.orders.values()].find(({ transaction_id }) => transaction_id === body.transaction_id)
    if (order?.state !== 'SUCCESS')
      return { status: 404, json: { code: 'RESOURCE_NOT_EXISTS', message: '订单不存在' } }
    const { total, refund } = body.amount as { total: number, refund: number }
    const number = String(body.out_refund_no)
    const others = [...this.refunds.values()].filter(other => other.transaction_id === body.transaction_id && other.status !== 'CLOSED' && other.out_refund_no !== number)
    const known = this.refunds.get(number)
    if (total !== order.total || (known && known.amount.refund !== refund) || others.reduce((sum, { amount }) => sum + amount.refund, refund) > order.total)
      return { status: 400, json: { code: 'INVALID_REQUEST', message: '订单金额或退款金额与之前请求不一致' } }
    const entry = known ?? { out_refund_no: number, refund_id: `5030000000${String(++this.count).padStart(6, '0')}`, out_trade_no: order.out_trade_no, transaction_id: order.transaction_id, status: this.refundStatus, amount: { total, refund }, calls: 0 }
    entry.calls += 1
    this.refunds.set(number, entry)
    return { status: 200, json: this.refundView(entry) }
  }

  private refundView({ calls: _calls, ...refund }: UpstreamRefund): Record<string, unknown> {
    return { ...refund, channel: 'ORIGINAL', ...(refund.status === 'SUCCESS' ? { success_time: new Date(this.options.now()).toISOString() } : {}) }
  }

  private handle(request: HttpRequest): { status: number, json: unknown } {
    const url = new URL(request.url)
    if (url.pathname === '/sns/jscode2session')
      return { status: 200, json: url.searchParams.get('js_code') === 'bad' ? { errcode: 40029, errmsg: 'invalid code' } : { openid: 'oLogin0000000000000000000000', session_key: 'never shown', unionid: 'never shown' } }
    if (!this.authorized(request, url))
      return { status: 401, json: { code: 'SIGN_ERROR', message: '签名错误' } }
    if (url.pathname === '/v3/certificates')
      return { status: 200, json: { data: [{ serial_no: account.platformSerial, effective_time: '2020-01-01T00:00:00+08:00', expire_time: '2049-01-01T00:00:00+08:00', encrypt_certificate: seal(platformCert, account.v3Key, 'certificate') }] } }
    const create = /^\/v3\/pay\/transactions\/(jsapi|native|h5|app)$/.exec(url.pathname)
    if (create?.[1])
      return this.create(create[1], JSON.parse(request.body ?? '{}'))
    if (url.pathname === '/v3/refund/domestic/refunds')
      return this.refund(JSON.parse(request.body ?? '{}'))
    const refundNumber = /^\/v3\/refund\/domestic\/refunds\/([^/]+)$/.exec(url.pathname)?.[1]
    if (refundNumber) {
      const refund = this.refunds.get(decodeURIComponent(refundNumber))
      return refund ? { status: 200, json: this.refundView(refund) } : { status: 404, json: { code: 'RESOURCE_NOT_EXISTS', message: '退款单不存在' } }
    }
    const byNumber = /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)(\/close)?$/.exec(url.pathname)
    const order = this.orders.get(decodeURIComponent(byNumber?.[1] ?? ''))
    if (!order)
      return { status: 404, json: { code: 'ORDER_NOT_EXIST', message: '订单不存在' } }
    if (!byNumber?.[2])
      return { status: 200, json: order.state === 'SUCCESS' ? transactionOf(order, this.options.now()) : { ...transactionOf(order, this.options.now()), transaction_id: undefined, success_time: undefined } }
    if (order.state === 'SUCCESS')
      return { status: 400, json: { code: 'ORDERPAID', message: '订单已支付' } }
    order.state = 'CLOSED'
    return { status: 204, json: undefined }
  }

  private create(api: string, body: Record<string, unknown>): { status: number, json: unknown } {
    const number = String(body.out_trade_no)
    const known = this.orders.get(number)
    if (known?.state === 'SUCCESS')
      return { status: 400, json: { code: 'ORDERPAID', message: '该订单已支付' } }
    if (known && (known.state === 'CLOSED' || JSON.stringify(known.body) !== JSON.stringify(body)))
      return { status: 400, json: { code: 'INVALID_REQUEST', message: '201 商户订单号重复' } }
    const order = known ?? { out_trade_no: number, api, body, total: (body.amount as { total: number }).total, state: 'NOTPAY' as const, creates: 0, transaction_id: `4200000000${String(++this.count).padStart(6, '0')}` }
    order.creates += 1
    this.orders.set(number, order)
    if (api === 'native')
      return { status: 200, json: { code_url: `weixin://wxpay/bizpayurl?pr=${number}` } }
    return { status: 200, json: api === 'h5' ? { h5_url: `https://wx.example.test/h5?prepay_id=${number}` } : { prepay_id: `wx${number}` } }
  }

  private authorized(request: HttpRequest, url: URL): boolean {
    const header = request.headers.authorization ?? ''
    const part = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? ''
    const text = `${request.method}\n${url.pathname}${url.search}\n${part('timestamp')}\n${part('nonce_str')}\n${request.body ?? ''}\n`
    return part('serial_no') === account.merchantSerial && part('mchid') === account.mchid
      && createVerify('RSA-SHA256').update(text).verify(merchant.publicKey, part('signature'), 'base64')
  }
}
