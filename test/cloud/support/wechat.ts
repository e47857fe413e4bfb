/** A WeChat Pay in memory: keys made at run time, signed answers, notifications of any kind. */
import { Buffer } from 'node:buffer'
import { constants, createCipheriv, createHash, createSign, createVerify, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { gzipSync } from 'node:zlib'
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

/** A shop the merchant collects for, in service-provider mode. */
export const shopOfProvider = { mchid: '1900000109', appid: 'wx0000000000000009' }

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
  state: 'NOTPAY' | 'SUCCESS' | 'CLOSED' | 'USERPAYING' | 'PAYERROR' | 'REVOKED'
  creates: number
  transaction_id: string
  /** Made for a shop: its fields have the names of service-provider mode. */
  partner?: { sub_appid?: string, sub_mchid: string }
}

export interface UpstreamTransfer {
  out_bill_no: string
  transfer_bill_no: string
  state: string
  body: Record<string, unknown>
  calls: number
  /** As the platform reads it. */
  user_name?: string
}

function payeeOf({ partner }: UpstreamOrder): Record<string, unknown> {
  if (!partner)
    return { appid: account.appid, mchid: account.mchid, payer: { openid: 'oPayer0000000000000000000000' } }
  return { sp_appid: account.appid, sp_mchid: account.mchid, ...partner, payer: partner.sub_appid ? { sp_openid: 'oProvider00000000000000000000', sub_openid: 'oPayer0000000000000000000000' } : { sp_openid: 'oPayer0000000000000000000000' } }
}

export function transactionOf(order: UpstreamOrder, nowMs: number): Record<string, unknown> {
  return {
    ...payeeOf(order),
    out_trade_no: order.out_trade_no,
    transaction_id: order.transaction_id,
    trade_type: order.api === 'codepay' ? 'MICROPAY' : 'JSAPI',
    trade_state: order.state,
    trade_state_desc: '支付成功',
    bank_type: 'OTHERS',
    success_time: new Date(nowMs).toISOString(),
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
  readonly transfers = new Map<string, UpstreamTransfer>()
  /** What a charge by payment code ends in; an object is answered as an error. */
  charged: UpstreamOrder['state'] | { status: number, json: unknown } = 'SUCCESS'
  /** How a transfer begins; an object is answered as an error. */
  transferState: string | { status: number, json: unknown } = 'WAIT_USER_CONFIRM'
  /** The bill of any day; none: there was no trade. */
  bill?: string
  /** Changes the file on its way. */
  spoilBill?: (file: Buffer) => Buffer
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
    if (json instanceof Uint8Array)
      return { status, headers: {}, body: json }
    const text = json === undefined ? '' : JSON.stringify(json)
    const headers = this.signAnswers ? signedHeaders(text, { nowMs: this.options.now(), serial: this.serial }) : {}
    return { status, headers, body: Buffer.from(text) }
  }

  countCalls(pattern: RegExp): number {
    return this.calls.filter(call => pattern.test(`${call.method} ${new URL(call.url).pathname}`)).length
  }

  pay(outTradeNo: string): UpstreamOrder {
    const order = this.orders.get(outTradeNo)
    if (!order || (order.state !== 'NOTPAY' && order.state !== 'USERPAYING'))
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

  transferNotification(outBillNo: string, over: Record<string, unknown> = {}, payType = 'wxpay_transfer'): RawRequest {
    const { transfer_bill_no, state, body } = this.transfers.get(outBillNo)!
    const resource = { out_bill_no: outBillNo, transfer_bill_no, state, mch_id: account.mchid, transfer_amount: body.transfer_amount, openid: body.openid, create_time: '2026-01-01T00:00:00+08:00', update_time: '2026-01-01T00:00:00+08:00', ...over }
    return notification(resource, { nowMs: this.options.now(), serial: this.serial, eventType: 'MCHTRANSFER.BILL.FINISHED', payType })
  }

  private codepay(body: Record<string, unknown>, partner: UpstreamOrder['partner']): { status: number, json: unknown } {
    const number = String(body.out_trade_no)
    if (this.orders.has(number))
      return { status: 400, json: { code: this.orders.get(number)!.state === 'SUCCESS' ? 'ORDERPAID' : 'OUT_TRADE_NO_USED', message: '商户订单号重复' } }
    if (typeof this.charged === 'object')
      return this.charged
    const order: UpstreamOrder = { out_trade_no: number, api: 'codepay', body, total: (body.amount as { total: number }).total, state: this.charged, creates: 1, transaction_id: `4200000000${String(++this.count).padStart(6, '0')}`, partner }
    this.orders.set(number, order)
    return { status: 200, json: order.state === 'SUCCESS' ? transactionOf(order, this.options.now()) : { trade_state: order.state } }
  }

  private reverse(order: UpstreamOrder): { status: number, json: unknown } {
    if (order.api !== 'codepay')
      return { status: 400, json: { code: 'INVALID_REQUEST', message: '订单不支持撤销' } }
    order.state = 'REVOKED'
    return { status: 204, json: undefined }
  }

  private transfer(request: HttpRequest): { status: number, json: unknown } {
    const body = JSON.parse(request.body ?? '{}') as Record<string, unknown>
    const number = String(body.out_bill_no)
    const name = typeof body.user_name === 'string' ? privateDecrypt({ key: platform.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, Buffer.from(body.user_name, 'base64')).toString('utf8') : undefined
    if (name !== undefined && request.headers['wechatpay-serial'] !== this.serial)
      return { status: 400, json: { code: 'PARAM_ERROR', message: 'Wechatpay-Serial 与加密所用的不符' } }
    const known = this.transfers.get(number)
    if (known && (known.body.transfer_amount !== body.transfer_amount || known.body.openid !== body.openid))
      return { status: 400, json: { code: 'ALREADY_EXISTS', message: '单号已存在' } }
    if (!known && typeof this.transferState === 'object')
      return this.transferState
    const bill = known ?? { out_bill_no: number, transfer_bill_no: `1330000${String(++this.count).padStart(8, '0')}`, state: String(this.transferState), body, calls: 0, user_name: name }
    bill.calls += 1
    this.transfers.set(number, bill)
    return { status: 200, json: { out_bill_no: number, transfer_bill_no: bill.transfer_bill_no, create_time: '2026-01-01T00:00:00+08:00', state: bill.state, ...(bill.state === 'WAIT_USER_CONFIRM' ? { package_info: `affffddafdfafddffda==${number}` } : {}) } }
  }

  private billOf(url: URL): { status: number, json: unknown } {
    if (this.bill === undefined)
      return { status: 400, json: { code: 'NO_STATEMENT_EXIST', message: '请求的账单文件不存在' } }
    return { status: 200, json: { download_url: `${url.origin}/v3/billdownload/file?token=t1&tartype=gzip`, hash_type: 'SHA1', hash_value: createHash('sha1').update(this.bill).digest('hex') } }
  }

  private handle(request: HttpRequest): { status: number, json: unknown } {
    const url = new URL(request.url)
    if (url.pathname === '/sns/jscode2session')
      return { status: 200, json: url.searchParams.get('js_code') === 'bad' ? { errcode: 40029, errmsg: 'invalid code' } : { openid: 'oLogin0000000000000000000000', session_key: 'never shown', unionid: 'never shown' } }
    if (url.pathname === '/sns/oauth2/access_token')
      return { status: 200, json: url.searchParams.get('code') === 'used' ? { errcode: 40163, errmsg: 'code been used' } : { openid: 'oPage00000000000000000000000', access_token: 'never shown', refresh_token: 'never shown' } }
    if (!this.authorized(request, url))
      return { status: 401, json: { code: 'SIGN_ERROR', message: '签名错误' } }
    if (url.pathname === '/v3/certificates')
      return { status: 200, json: { data: [{ serial_no: account.platformSerial, effective_time: '2020-01-01T00:00:00+08:00', expire_time: '2049-01-01T00:00:00+08:00', encrypt_certificate: seal(platformCert, account.v3Key, 'certificate') }] } }
    const path = url.pathname.replace('/v3/pay/partner/', '/v3/pay/')
    const asked = { ...Object.fromEntries(url.searchParams), ...JSON.parse(request.body ?? '{}') as Record<string, unknown> }
    const partner = path === url.pathname ? undefined : { sub_mchid: String(asked.sub_mchid), ...(typeof asked.sub_appid === 'string' ? { sub_appid: asked.sub_appid } : {}) }
    if (partner && (asked.sp_mchid !== account.mchid || partner.sub_mchid !== shopOfProvider.mchid))
      return { status: 400, json: { code: 'PARAM_ERROR', message: 'sp_mchid 或 sub_mchid 不正确' } }
    if (url.pathname === '/v3/fund-app/mch-transfer/transfer-bills')
      return this.transfer(request)
    const billNumber = /^\/v3\/fund-app\/mch-transfer\/transfer-bills\/out-bill-no\/(\w+)$/.exec(url.pathname)?.[1]
    if (billNumber) {
      const bill = this.transfers.get(billNumber)
      return bill ? { status: 200, json: { mch_id: account.mchid, out_bill_no: billNumber, transfer_bill_no: bill.transfer_bill_no, appid: bill.body.appid, state: bill.state, transfer_amount: bill.body.transfer_amount, ...(bill.state === 'FAIL' ? { fail_reason: 'PAYEE_ACCOUNT_ABNORMAL' } : {}) } } : { status: 404, json: { code: 'NOT_FOUND', message: '记录不存在' } }
    }
    if (url.pathname === '/v3/bill/tradebill')
      return this.billOf(url)
    if (url.pathname === '/v3/billdownload/file') {
      const file = gzipSync(this.bill ?? '')
      return { status: 200, json: this.spoilBill?.(file) ?? file }
    }
    if (path === '/v3/pay/transactions/codepay')
      return this.codepay(asked, partner)
    const create = /^\/v3\/pay\/transactions\/(jsapi|native|h5|app)$/.exec(path)
    if (create?.[1])
      return this.create(create[1], asked, partner)
    if (url.pathname === '/v3/refund/domestic/refunds')
      return this.refund(JSON.parse(request.body ?? '{}'))
    const refundNumber = /^\/v3\/refund\/domestic\/refunds\/([^/]+)$/.exec(url.pathname)?.[1]
    if (refundNumber) {
      const refund = this.refunds.get(decodeURIComponent(refundNumber))
      return refund ? { status: 200, json: this.refundView(refund) } : { status: 404, json: { code: 'RESOURCE_NOT_EXISTS', message: '退款单不存在' } }
    }
    const byNumber = /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)(\/close|\/reverse)?$/.exec(path)
    const order = this.orders.get(decodeURIComponent(byNumber?.[1] ?? ''))
    if (!order || order.partner?.sub_mchid !== partner?.sub_mchid)
      return { status: 404, json: { code: 'ORDER_NOT_EXIST', message: '订单不存在' } }
    if (!byNumber?.[2])
      return { status: 200, json: order.state === 'SUCCESS' ? transactionOf(order, this.options.now()) : { ...transactionOf(order, this.options.now()), transaction_id: undefined, success_time: undefined } }
    if (byNumber[2] === '/reverse')
      return this.reverse(order)
    if (order.state === 'SUCCESS')
      return { status: 400, json: { code: 'ORDERPAID', message: '订单已支付' } }
    order.state = 'CLOSED'
    return { status: 204, json: undefined }
  }

  private create(api: string, body: Record<string, unknown>, partner: UpstreamOrder['partner']): { status: number, json: unknown } {
    const number = String(body.out_trade_no)
    const known = this.orders.get(number)
    if (known?.state === 'SUCCESS')
      return { status: 400, json: { code: 'ORDERPAID', message: '该订单已支付' } }
    if (known && (known.state === 'CLOSED' || JSON.stringify(known.body) !== JSON.stringify(body)))
      return { status: 400, json: { code: 'INVALID_REQUEST', message: '201 商户订单号重复' } }
    const order = known ?? { out_trade_no: number, api, body, total: (body.amount as { total: number }).total, state: 'NOTPAY' as const, creates: 0, transaction_id: `4200000000${String(++this.count).padStart(6, '0')}`, partner }
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
