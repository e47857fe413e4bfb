/** An Alipay in memory: keys made at run time, signed answers, notifications of any kind. */
import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { createHash, createSign, createVerify, X509Certificate } from 'node:crypto'
import type { PayConfig } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config'
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

export function alipaySection(mode: Mode = 'key', over: Record<string, unknown> = {}): Record<string, unknown> {
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
}

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
  signer: KeyObject
  certificateSn?: string
  private count = 0

  constructor(readonly mode: Mode = 'key') {
    this.signer = (mode === 'key' ? keyMode : certMode).privateKey
    this.certificateSn = mode === 'key' ? undefined : snOf(alipayCert)
  }

  readonly http: HttpPort = async (request) => {
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

  countCalls(method: string): number {
    return this.calls.filter(call => call.params.method === method).length
  }

  private put(content: Record<string, unknown>): AlipayOrder {
    const number = String(content.out_trade_no)
    const order = this.orders.get(number) ?? { out_trade_no: number, total_amount: String(content.total_amount), content, status: 'WAIT_BUYER_PAY' as const, trade_no: `20260101220014${String(++this.count).padStart(14, '0')}`, creates: 0 }
    order.creates += 1
    this.orders.set(number, order)
    return order
  }

  private handle(method: string, content: Record<string, unknown>, params: Record<string, string>): Reply {
    if (method === 'alipay.system.oauth.token')
      return params.code === 'bad' ? refusal('isv.code-invalid', '授权码code无效', '40002') : { access_token: 'never shown', refresh_token: 'never shown', open_id: '0login0000000000', user_id: '2088000000000009' }
    const known = this.orders.get(String(content.out_trade_no))
    if (method === 'alipay.trade.create' || method === 'alipay.trade.precreate')
      return this.create(method, content, known)
    if (!known)
      return refusal('ACQ.TRADE_NOT_EXIST', '交易不存在')
    const ids = { out_trade_no: known.out_trade_no, trade_no: known.trade_no }
    if (method === 'alipay.trade.query')
      return done({ ...ids, trade_status: known.status, total_amount: known.total_amount, buyer_open_id: '0payer0000000000', ...(known.paid ? { send_pay_date: known.paid, receipt_amount: known.total_amount } : {}) })
    if (known.status !== 'WAIT_BUYER_PAY')
      return refusal('ACQ.TRADE_STATUS_ERROR', '交易状态不合法')
    known.status = 'TRADE_CLOSED'
    return done(ids)
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
