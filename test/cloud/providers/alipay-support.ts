/** An Alipay in memory: keys made at run time, signed answers, notifications of any kind. */
import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { createHash, createSign, createVerify, X509Certificate } from 'node:crypto'
import type { AlipaySettings, PayConfig } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config'
import type { HttpPort, HttpRequest, RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { Shop, ShopOptions } from '../support/shop'
import { goodsOrder, openShop, START } from '../support/shop'
import { certificateOf, newPair } from '../support/wechat'

export const app = newPair()
export const keyMode = newPair()
export const certMode = newPair()
const root = newPair()

export const appid = '2021000000000001'
export const sellerId = '2088000000000001'
export const appCert = certificateOf(app, '5E11ED00000000000000000000000000000000A1')
export const alipayCert = certificateOf(certMode, '20220324B1')
/** Two of them, as the real file has several. */
export const rootCert = `${certificateOf(root, '01')}\n${certificateOf(root, '00F0E1D2C3')}`

/** Computed with other tools than the provider's: the issuer of {@link certificateOf} is `CN=test`. */
export const snOf = (pem: string): string => createHash('md5').update(`CN=test${BigInt(`0x${new X509Certificate(pem).serialNumber}`)}`).digest('hex')

export const bare = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '')

export type Mode = 'key' | 'certificate'

export function alipaySection(mode: Mode = 'key', over: Record<string, unknown> = {}): AlipaySettings {
  const keys = mode === 'key'
    ? { alipayPublicKey: bare(keyMode.publicPem) }
    : { appCertContent: appCert, alipayPublicCertContent: alipayCert, alipayRootCertContent: rootCert }
  return { appId: appid, privateKey: bare(app.privatePem), ...keys, gateway: 'https://alipay.example.test/gateway.do', ...over }
}

export function alipayConfig(mode: Mode = 'key', over: Record<string, unknown> = {}): PayConfig {
  const section = alipaySection(mode, over)
  return {
    notifyUrl: { default: 'https://shop.example.test/http/vk-pay' },
    alipay: { 'mp-alipay': section, 'app-plus': section, 'h5': section },
  }
}

export interface AlipayOrder {
  out_trade_no: string
  total_amount: string
  content: Record<string, unknown>
  status: 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_FINISHED' | 'TRADE_CLOSED'
  trade_no: string
  paid?: string
  creates: number
  /** What went back, fen by number, in the order it went. */
  refunds: Map<string, number>
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0)
const fen = (yuan: unknown): number => Math.round(Number(yuan) * 100)
const yuan = (cents: number): string => (cents / 100).toFixed(2)

/** Fen that went back of a trade. */
export const returned = (order: AlipayOrder): number => sum(order.refunds.values())

const sorted = (fields: [string, string][]): string => fields.sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => `${name}=${value}`).join('&')
export const signText = (text: string, key: KeyObject): string => createSign('RSA-SHA256').update(text).sign(key, 'base64')

/** A form body as Alipay posts it: `+` for spaces. */
export const formBody = (fields: Record<string, string>): Buffer => Buffer.from(new URLSearchParams(fields).toString())

export interface NotifyOptions {
  key?: KeyObject
  payType?: string
  /** Before signing. */
  fields?: Record<string, string | undefined>
  /** After signing. */
  after?: Record<string, string | undefined>
}

const given = (fields: Record<string, string | undefined>): Record<string, string> => Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined))

export function notifyFields(order: AlipayOrder): Record<string, string> {
  return {
    notify_time: '2026-01-01 08:00:05',
    notify_type: 'trade_status_sync',
    notify_id: '2026010100222080005000000000000001',
    app_id: appid,
    auth_app_id: appid,
    charset: 'utf-8',
    version: '1.0',
    sign_type: 'RSA2',
    trade_no: order.trade_no,
    out_trade_no: order.out_trade_no,
    buyer_open_id: '0payer0000000000',
    seller_id: sellerId,
    trade_status: order.status,
    total_amount: order.total_amount,
    receipt_amount: order.total_amount,
    gmt_create: '2026-01-01 07:59:58',
    gmt_payment: '2026-01-01 08:00:04',
    // both what a form escapes and what it does not
    subject: '测试 100% 商品 + a&b=c',
    fund_bill_list: '[{"amount":"1.00","fundChannel":"ALIPAYACCOUNT"}]',
    body: '',
  }
}

/** What a notification says besides when money went back: the sum of all, and the number of this one. */
export function refundFields(order: AlipayOrder, outBizNo?: string): Record<string, string | undefined> {
  return { refund_fee: yuan(returned(order)), gmt_refund: '2026-01-01 09:00:00.123', out_biz_no: outBizNo }
}

export function notification(order: AlipayOrder, { key = keyMode.privateKey, payType = 'alipay_mp-alipay', fields, after }: NotifyOptions = {}): RawRequest {
  const message = given({ ...notifyFields(order), ...fields })
  const sign = signText(sorted(Object.entries(message).filter(([name]) => name !== 'sign_type')), key)
  return {
    method: 'POST',
    path: `/vk-pay-notify/${payType}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded; text/html; charset=utf-8' },
    body: formBody(given({ ...message, sign, ...after })),
  }
}

interface Reply { [name: string]: unknown }
const done = (content: Reply): Reply => ({ code: '10000', msg: 'Success', ...content })
const refusal = (sub_code: string, sub_msg: string, code = '40004'): Reply => ({ code, msg: 'Business Failed', sub_code, sub_msg })

/** The server side, as an HTTP port. */
export class Alipay {
  readonly orders = new Map<string, AlipayOrder>()
  readonly calls: { request: HttpRequest, params: Record<string, string>, content: Record<string, unknown> }[] = []
  /** Answers in place of the real one. */
  onCall?: (method: string) => Reply | void
  /** Changes the text of an answer after it was signed. */
  tamper?: (text: string) => string
  loseAnswers = false
  sign = true
  /** Refunds are taken and not done yet: `fund_change` N, and nothing to be found. */
  holdRefunds = false
  readonly transfers = new Map<string, { content: Record<string, unknown>, order_id: string, status: string, calls: number }>()
  /** What the address of a bill leads to. */
  bill?: Uint8Array
  readonly downloads: HttpRequest[] = []
  signer: KeyObject
  certificateSn?: string
  private count = 0

  constructor(readonly mode: Mode = 'key') {
    this.signer = (mode === 'key' ? keyMode : certMode).privateKey
    this.certificateSn = mode === 'key' ? undefined : snOf(alipayCert)
  }

  readonly http: HttpPort = async (request) => {
    if (request.method === 'GET') {
      this.downloads.push(request)
      return { status: this.bill ? 200 : 404, headers: {}, body: this.bill ?? Buffer.alloc(0) }
    }
    const params = { ...Object.fromEntries(new URL(request.url).searchParams), ...Object.fromEntries(new URLSearchParams(request.body ?? '')) } as Record<string, string>
    const content = JSON.parse(params.biz_content ?? '{}') as Record<string, unknown>
    this.calls.push({ request, params, content })
    const method = params.method ?? ''
    const reply = this.onCall?.(method) ?? (this.authorized(params) ? this.handle(method, content, params) : refusal('isv.invalid-signature', '验签出错，网关生成的验签字符串为：app_id=', '40002'))
    if (this.loseAnswers)
      throw new Error('socket hang up')
    // spaces and escaped slashes: only the characters as sent verify
    const raw = JSON.stringify(reply, null, 1).replace(/\//g, '\\/')
    const members = [`"${method.replace(/\./g, '_')}_response": ${raw}`]
    if (this.certificateSn)
      members.push(`"alipay_cert_sn":"${this.certificateSn}"`)
    if (this.sign)
      members.push(`"sign":"${signText(raw, this.signer)}"`)
    const text = `{${members.join(' , ')}}`
    return { status: 200, headers: {}, body: Buffer.from(this.tamper ? this.tamper(text) : text) }
  }

  /** The payer opens a cashier that exists on the payer's side only. */
  visit(params: Record<string, string>): AlipayOrder {
    if (!this.authorized(params))
      throw new Error('signature')
    return this.put(JSON.parse(params.biz_content ?? '{}') as Record<string, unknown>)
  }

  order(number = 'ORDER_1001'): AlipayOrder {
    const order = this.orders.get(number)
    if (!order)
      throw new Error('no such trade')
    return order
  }

  pay(number = 'ORDER_1001'): AlipayOrder {
    const order = this.order(number)
    order.status = 'TRADE_SUCCESS'
    order.paid = '2026-01-01 08:00:04'
    return order
  }

  /** Money that goes back without our asking. */
  refundInConsole(cents: number, number = `console-${this.order().refunds.size}`): AlipayOrder {
    const order = this.order()
    order.refunds.set(number, cents)
    if (returned(order) >= fen(order.total_amount))
      order.status = 'TRADE_CLOSED'
    return order
  }

  countCalls(method: string): number {
    return this.calls.filter(call => call.params.method === method).length
  }

  private put(content: Record<string, unknown>): AlipayOrder {
    const number = String(content.out_trade_no)
    const order = this.orders.get(number) ?? { out_trade_no: number, total_amount: String(content.total_amount), content, status: 'WAIT_BUYER_PAY' as const, trade_no: `20260101220014${String(++this.count).padStart(14, '0')}`, creates: 0, refunds: new Map<string, number>() }
    order.creates += 1
    this.orders.set(number, order)
    return order
  }

  private handle(method: string, content: Record<string, unknown>, params: Record<string, string>): Reply {
    if (method === 'alipay.system.oauth.token')
      return params.code === 'bad' ? refusal('isv.code-invalid', '授权码code无效', '40002') : { access_token: 'never shown', refresh_token: 'never shown', open_id: '0login0000000000', user_id: '2088000000000009' }
    if (method.startsWith('alipay.fund.trans.'))
      return this.transfer(method, content, params)
    if (method === 'alipay.data.dataservice.bill.downloadurl.query')
      return this.bill ? done({ bill_download_url: 'http://dwbillcenter.example.test/downloadBillFile.resource?fileId=1' }) : refusal('isp.bill_not_exist', '账单不存在')
    const known = content.trade_no === undefined ? this.orders.get(String(content.out_trade_no)) : [...this.orders.values()].find(({ trade_no }) => trade_no === content.trade_no)
    if (method === 'alipay.trade.pay')
      return this.payByCode(content, known)
    if (method === 'alipay.trade.cancel')
      return this.cancel(content, known)
    if (method === 'alipay.trade.create' || method === 'alipay.trade.precreate')
      return this.create(method, content, known)
    if (!known)
      return refusal('ACQ.TRADE_NOT_EXIST', '交易不存在')
    const ids = { out_trade_no: known.out_trade_no, trade_no: known.trade_no }
    if (method === 'alipay.trade.refund')
      return this.refund(content, known)
    if (method === 'alipay.trade.fastpay.refund.query') {
      const amount = known.refunds.get(String(content.out_request_no))
      return done(amount === undefined ? {} : { ...ids, out_request_no: content.out_request_no, refund_status: 'REFUND_SUCCESS', total_amount: known.total_amount, refund_amount: yuan(amount), gmt_refund_pay: '2026-01-01 09:00:00' })
    }
    if (method === 'alipay.trade.query')
      return done({ ...ids, trade_status: known.status, total_amount: known.total_amount, buyer_open_id: '0payer0000000000', ...(known.paid ? { send_pay_date: known.paid, receipt_amount: known.total_amount } : {}) })
    if (known.status !== 'WAIT_BUYER_PAY')
      return refusal('ACQ.TRADE_STATUS_ERROR', '交易状态不合法')
    known.status = 'TRADE_CLOSED'
    return done(ids)
  }

  private refund(content: Record<string, unknown>, order: AlipayOrder): Reply {
    const number = String(content.out_request_no)
    const amount = fen(content.refund_amount)
    const known = order.refunds.get(number)
    if (known !== undefined && known !== amount)
      return refusal('ACQ.DISCORDANT_REPEAT_REQUEST', '不一致的请求')
    if (known === undefined && (order.status !== 'TRADE_SUCCESS' || returned(order) + amount > fen(order.total_amount)))
      return order.status === 'TRADE_SUCCESS' ? refusal('ACQ.REASON_TRADE_REFUND_FEE_ERR', '退款金额无效') : refusal('ACQ.TRADE_STATUS_ERROR', '交易状态不合法')
    const moves = known === undefined && !this.holdRefunds
    if (moves)
      order.refunds.set(number, amount)
    if (returned(order) >= fen(order.total_amount))
      order.status = 'TRADE_CLOSED'
    return done({ trade_no: order.trade_no, out_trade_no: order.out_trade_no, fund_change: moves ? 'Y' : 'N', refund_fee: yuan(returned(order)), ...(moves ? { gmt_refund_pay: '2026-01-01 09:00:00' } : {}) })
  }

  /** A code that ends in 3 asks for the password, one that ends in 4 is none. */
  private payByCode(content: Record<string, unknown>, known: AlipayOrder | undefined): Reply {
    const code = String(content.auth_code)
    if (code.endsWith('4'))
      return refusal('ACQ.PAYMENT_AUTH_CODE_INVALID', '支付授权码无效')
    if (known && known.status !== 'WAIT_BUYER_PAY')
      return refusal('ACQ.TRADE_HAS_SUCCESS', '交易已被支付')
    const order = this.put(content)
    const ids = { out_trade_no: order.out_trade_no, trade_no: order.trade_no }
    if (code.endsWith('3'))
      return { code: '10003', msg: 'order success pay inprocess', ...ids }
    this.pay(order.out_trade_no)
    return done({ ...ids, total_amount: order.total_amount, receipt_amount: order.total_amount, gmt_payment: order.paid, buyer_open_id: '0payer0000000000' })
  }

  private cancel(content: Record<string, unknown>, order: AlipayOrder | undefined): Reply {
    if (!order)
      return refusal('ACQ.TRADE_NOT_EXIST', '交易不存在')
    const action = order.status === 'TRADE_SUCCESS' ? 'refund' : 'close'
    if (action === 'refund')
      order.refunds.set(order.out_trade_no, fen(order.total_amount))
    order.status = 'TRADE_CLOSED'
    return done({ out_trade_no: content.out_trade_no, trade_no: order.trade_no, retry_flag: 'N', action })
  }

  private transfer(method: string, content: Record<string, unknown>, params: Record<string, string>): Reply {
    if (params.app_cert_sn === undefined)
      return refusal('isv.invalid-cert-mode', '该接口仅支持证书模式', '40002')
    const number = String(content.out_biz_no)
    const known = this.transfers.get(number)
    if (method === 'alipay.fund.trans.common.query')
      return known ? done({ out_biz_no: number, order_id: known.order_id, status: known.status, trans_amount: known.content.trans_amount, ...(known.status === 'FAIL' ? { error_code: 'PAYEE_CARD_INFO_ERROR', fail_reason: '收款方卡信息错误' } : {}) }) : refusal('ORDER_NOT_EXIST', '转账订单不存在')
    if (known && JSON.stringify(known.content) !== JSON.stringify(content))
      return refusal('PAYMENT_INFO_INCONSISTENCY', '两次请求商户单号一样，但是参数不一致')
    const transfer = known ?? { content, order_id: `20260101110070000000${String(++this.count).padStart(12, '0')}`, status: 'SUCCESS', calls: 0 }
    transfer.calls += 1
    this.transfers.set(number, transfer)
    return done({ out_biz_no: number, order_id: transfer.order_id, pay_fund_order_id: '1', status: transfer.status, trans_date: '2026-01-01 08:00:00' })
  }

  private create(method: string, content: Record<string, unknown>, known: AlipayOrder | undefined): Reply {
    if (known && known.status !== 'WAIT_BUYER_PAY')
      return known.status === 'TRADE_CLOSED' ? refusal('ACQ.TRADE_HAS_CLOSE', '交易已经关闭') : refusal('ACQ.TRADE_HAS_SUCCESS', '交易已被支付')
    if (known && JSON.stringify(known.content) !== JSON.stringify(content))
      return refusal('ACQ.CONTEXT_INCONSISTENT', '交易信息被篡改')
    const order = this.put(content)
    return done({ out_trade_no: order.out_trade_no, ...(method.endsWith('precreate') ? { qr_code: `https://qr.alipay.com/${order.out_trade_no}` } : { trade_no: order.trade_no }) })
  }

  private authorized(params: Record<string, string>): boolean {
    const { sign = '', ...rest } = params
    const names = this.mode === 'key' ? undefined : snOf(appCert)
    const rootSn = this.mode === 'key' ? undefined : rootCert.split('\n\n').map(snOf).join('_')
    return rest.app_id === appid && rest.sign_type === 'RSA2' && rest.app_cert_sn === names && rest.alipay_root_cert_sn === rootSn
      && createVerify('RSA-SHA256').update(sorted(Object.entries(rest).filter(([, value]) => value !== ''))).verify(app.publicKey, sign, 'base64')
  }
}

export interface AlipayShop extends Shop { alipay: Alipay }

export async function openAlipayShop({ mode = 'key', over, ...options }: Omit<ShopOptions, 'mode'> & { mode?: Mode, over?: Record<string, unknown> } = {}): Promise<AlipayShop> {
  const alipay = new Alipay(mode)
  return { ...await openShop({ config: alipayConfig(mode, over), http: alipay.http, ...options }), alipay }
}

export const alipayOrder = (over: Record<string, unknown> = {}): Record<string, unknown> => goodsOrder({ provider: 'alipay', vk_platform: 'mp-alipay', openid: '0payer0000000000', ...over })

/** Creates the order and pays it at Alipay, without telling us. */
export async function paidAtAlipay(shop: AlipayShop, over: Record<string, unknown> = {}): Promise<void> {
  const answer = await shop.pay.createPayment({ data: alipayOrder(over) })
  if (answer.code !== 0)
    throw new Error(answer.msg)
  shop.alipay.pay()
}

export { START }
