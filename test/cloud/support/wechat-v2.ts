/** A WeChat Pay v2 in memory, written against the documents: it shares no code with the provider. */
import { Buffer } from 'node:buffer'
import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { XMLParser } from 'fast-xml-parser'
import type { HttpPort, HttpRequest, RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'

export type Message = Record<string, string>
export type Algorithm = 'MD5' | 'HMAC-SHA256'

export const account = {
  appid: 'wx0000000000000002',
  mchid: '1900000002',
  key: '192006250b4c09247ec02edce69f6a2d',
}

export function signature(message: Message, algorithm: Algorithm, key = account.key): string {
  const text = Object.keys(message).filter(name => name !== 'sign' && message[name] !== '').sort().map(name => `${name}=${message[name]}&`).join('')
  const hash = algorithm === 'MD5' ? createHash('md5') : createHmac('sha256', key)
  return hash.update(`${text}key=${key}`).digest('hex').toUpperCase()
}

export const signed = (message: Message, algorithm: Algorithm, key?: string): Message => ({ ...message, sign: signature(message, algorithm, key) })

/** As the channel writes: every value in a section of its own, a line each. */
export const xml = (message: Message, root = 'xml'): string => `<${root}>\n${Object.entries(message).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>\n`).join('')}</${root}>`

const parser = new XMLParser({ parseTagValue: false, trimValues: false })
export const readXml = (text: string): Message => (parser.parse(text) as { xml: Message }).xml

export const chinaTime = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace(/\D/g, '')

export interface V2Order { fields: Message, state: 'NOTPAY' | 'SUCCESS' | 'CLOSED' | 'REVOKED', transaction_id: string, creates: number }
export interface V2Refund { out_refund_no: string, refund_id: string, order: V2Order, refund_fee: string, status: 'PROCESSING' | 'SUCCESS' | 'CHANGE' | 'REFUNDCLOSE', calls: number }

const fail = (err_code: string, err_code_des = err_code): Message => ({ result_code: 'FAIL', err_code, err_code_des })
const IDENTITY = { appid: account.appid, mch_id: account.mchid, nonce_str: 'ibuaiVcKdpRxkhJA' }

export class WechatV2 {
  readonly orders = new Map<string, V2Order>()
  readonly refunds = new Map<string, V2Refund>()
  readonly calls: { path: string, fields: Message, request: HttpRequest }[] = []
  /** In place of an answer: its text, or fields to be signed. May change what would be answered. */
  onAnswer?: (path: string, answer: Message) => Message | string | undefined
  status = 200
  loseAnswers = false
  private count = 0

  constructor(readonly now: () => number, readonly algorithm: Algorithm) {}

  readonly http: HttpPort = async (request) => {
    const { pathname } = new URL(request.url)
    const fields = readXml(request.body ?? '')
    this.calls.push({ path: pathname, fields, request })
    const answer = this.answer(pathname, fields)
    if (this.loseAnswers)
      throw new Error('socket hang up')
    const changed = this.onAnswer?.(pathname, answer) ?? answer
    const text = typeof changed === 'string' ? changed : xml(changed.return_code === 'FAIL' ? changed : signed(changed, this.algorithm))
    return { status: this.status, headers: {}, body: Buffer.from(text) }
  }

  paths(): string[] {
    return this.calls.map(({ path }) => path)
  }

  pay(outTradeNo: string): V2Order {
    const order = this.orders.get(outTradeNo)
    if (order?.state !== 'NOTPAY')
      throw new Error(`cannot be paid: ${order?.state ?? 'unknown'}`)
    order.state = 'SUCCESS'
    return order
  }

  /** The fields of a payment's notification, not signed yet. */
  payment(outTradeNo: string, over: Message = {}): Message {
    const { fields, transaction_id } = this.orders.get(outTradeNo)!
    return {
      ...IDENTITY,
      return_code: 'SUCCESS',
      result_code: 'SUCCESS',
      openid: 'oPayer0000000000000000000000',
      is_subscribe: 'N',
      trade_type: fields.trade_type ?? 'MICROPAY',
      bank_type: 'OTHERS',
      total_fee: fields.total_fee!,
      cash_fee: fields.total_fee!,
      fee_type: 'CNY',
      transaction_id,
      out_trade_no: outTradeNo,
      attach: '  两个空格 ',
      time_end: chinaTime(this.now()),
      ...over,
    }
  }

  notification(outTradeNo: string, over: Message = {}): RawRequest {
    return request(xml(signed(this.payment(outTradeNo, over), this.algorithm)))
  }

  refundNotification(outRefundNo: string, over: Message = {}): RawRequest {
    const refund = this.refunds.get(outRefundNo)!
    const info: Message = {
      out_refund_no: outRefundNo,
      out_trade_no: refund.order.fields.out_trade_no!,
      refund_account: 'REFUND_SOURCE_UNSETTLED_FUNDS',
      refund_fee: refund.refund_fee,
      refund_id: refund.refund_id,
      refund_recv_accout: '支付用户零钱',
      refund_request_source: 'API',
      refund_status: refund.status,
      settlement_refund_fee: refund.refund_fee,
      settlement_total_fee: refund.order.fields.total_fee!,
      success_time: '2026-01-01 08:00:00',
      total_fee: refund.order.fields.total_fee!,
      transaction_id: refund.order.transaction_id,
      ...over,
    }
    return request(xml({ return_code: 'SUCCESS', ...IDENTITY, req_info: sealInfo(xml(info, 'root')) }))
  }

  private answer(path: string, fields: Message): Message {
    if (fields.sign !== signature(fields, this.algorithm) || (this.algorithm === 'HMAC-SHA256' && fields.sign_type !== 'HMAC-SHA256'))
      return { return_code: 'FAIL', return_msg: '签名错误' }
    return { return_code: 'SUCCESS', return_msg: 'OK', ...IDENTITY, ...(fields.sub_mch_id ? { sub_mch_id: fields.sub_mch_id } : {}), result_code: 'SUCCESS', ...this.run(path, fields) }
  }

  private run(path: string, fields: Message): Message {
    const order = this.orders.get(fields.out_trade_no ?? '')
    switch (path) {
      case '/pay/unifiedorder': return this.unifiedOrder(fields, order)
      case '/pay/micropay': return this.microPay(fields, order)
      case '/secapi/pay/refund': return this.refund(fields)
      case '/pay/refundquery': return this.refundQuery(fields)
    }
    if (!order)
      return fail('ORDERNOTEXIST')
    switch (path) {
      case '/pay/orderquery': return this.query(order)
      case '/pay/closeorder': return this.close(order)
      case '/secapi/pay/reverse': return this.reverse(order)
      default: throw new Error(`no such path: ${path}`)
    }
  }

  private open(fields: Message): V2Order {
    const order: V2Order = { fields, state: 'NOTPAY', transaction_id: `4200000000${String(++this.count).padStart(6, '0')}`, creates: 0 }
    this.orders.set(fields.out_trade_no!, order)
    return order
  }

  private unifiedOrder(fields: Message, known: V2Order | undefined): Message {
    if (known && known.state !== 'NOTPAY')
      return fail(known.state === 'SUCCESS' ? 'ORDERPAID' : 'ORDERCLOSED')
    const same = (message: Message) => JSON.stringify({ ...message, nonce_str: '', sign: '' })
    if (known && same(known.fields) !== same(fields))
      return fail('INVALID_REQUEST', '201 商户订单号重复')
    const order = known ?? this.open(fields)
    order.creates += 1
    const number = fields.out_trade_no!
    const links: Message = fields.trade_type === 'NATIVE' ? { code_url: `weixin://wxpay/bizpayurl?pr=${number}` } : fields.trade_type === 'MWEB' ? { mweb_url: `https://wx.example.test/h5?prepay_id=${number}` } : {}
    return { trade_type: fields.trade_type!, prepay_id: `wx${number}`, ...links }
  }

  private microPay(fields: Message, known: V2Order | undefined): Message {
    const order = known ?? this.open(fields)
    // the end of a code says what its owner does
    const end = fields.auth_code!.slice(-1)
    if (end === '2')
      return fail('USERPAYING', '需要用户输入支付密码')
    if (end === '4')
      return fail('AUTHCODEEXPIRE', '二维码已过期，请用户在微信上刷新后再试')
    order.state = 'SUCCESS'
    return end === '3' ? fail('SYSTEMERROR', '接口返回错误') : this.payment(fields.out_trade_no!)
  }

  private query(order: V2Order): Message {
    const number = order.fields.out_trade_no!
    return order.state === 'SUCCESS' ? { ...this.payment(number), trade_state: 'SUCCESS', trade_state_desc: '支付成功' } : { out_trade_no: number, trade_state: order.state }
  }

  private close(order: V2Order): Message {
    if (order.state !== 'NOTPAY')
      return fail(order.state === 'SUCCESS' ? 'ORDERPAID' : 'ORDERCLOSED')
    order.state = 'CLOSED'
    return {}
  }

  private reverse(order: V2Order): Message {
    order.state = 'REVOKED'
    return { recall: 'N' }
  }

  private refund(fields: Message): Message {
    const order = [...this.orders.values()].find(({ transaction_id }) => transaction_id === fields.transaction_id)
    if (order?.state !== 'SUCCESS')
      return fail('ORDERNOTEXIST')
    const known = this.refunds.get(fields.out_refund_no!)
    const others = [...this.refunds.values()].filter(other => other.order === order && other !== known && other.status !== 'REFUNDCLOSE')
    if (fields.total_fee !== order.fields.total_fee || (known && known.refund_fee !== fields.refund_fee))
      return fail('REFUND_FEE_MISMATCH')
    if (others.reduce((sum, { refund_fee }) => sum + Number(refund_fee), Number(fields.refund_fee)) > Number(order.fields.total_fee))
      return fail('NOTENOUGH')
    const refund: V2Refund = known ?? { out_refund_no: fields.out_refund_no!, refund_id: `5030000000${++this.count}`, order, refund_fee: fields.refund_fee!, status: 'PROCESSING', calls: 0 }
    refund.calls += 1
    this.refunds.set(refund.out_refund_no, refund)
    return { transaction_id: order.transaction_id, out_trade_no: order.fields.out_trade_no!, out_refund_no: refund.out_refund_no, refund_id: refund.refund_id, refund_fee: refund.refund_fee, total_fee: order.fields.total_fee!, cash_fee: order.fields.total_fee! }
  }

  private refundQuery({ out_refund_no }: Message): Message {
    const refund = this.refunds.get(out_refund_no ?? '')
    if (!refund)
      return fail('REFUNDNOTEXIST')
    return {
      transaction_id: refund.order.transaction_id,
      out_trade_no: refund.order.fields.out_trade_no!,
      total_fee: refund.order.fields.total_fee!,
      refund_count: '1',
      out_refund_no_0: refund.out_refund_no,
      refund_id_0: refund.refund_id,
      refund_fee_0: refund.refund_fee,
      refund_status_0: refund.status,
      ...(refund.status === 'SUCCESS' ? { refund_success_time_0: '2026-01-01 08:00:00' } : {}),
    }
  }
}

export function sealInfo(text: string, key = account.key): string {
  const cipher = createCipheriv('aes-256-ecb', createHash('md5').update(key).digest('hex'), null)
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
}

export function request(body: string | Uint8Array, payType = 'wxpay_mp-weixin'): RawRequest {
  return { method: 'POST', path: `/vk-pay-notify/${payType}`, headers: { 'content-type': 'text/xml' }, body: typeof body === 'string' ? Buffer.from(body) : body }
}
