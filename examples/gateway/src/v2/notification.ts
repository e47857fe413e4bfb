import type { Account } from '../account/account'
import type { Courier } from '../notify/courier'
import type { Delivery, DeliveryKind, Parcel } from '../notify/delivery'
import type { Order } from '../orders/order'
import type { Refund } from '../orders/refund'
import type { Gateway } from '../context'
import type { Params } from './xml'
import { Buffer } from 'node:buffer'
import { createCipheriv, createHash, randomUUID } from 'node:crypto'
import { RETRY_DELAYS_MS } from '../notify/schedule'
import { randomText } from '../crypto/random'
import { refundTime, STATUS } from './refund-words'
import { sign } from './signing'
import { paymentView } from './trade-view'
import { writeXml } from './xml'

const HEADERS = { 'content-type': 'text/xml', 'accept': '*/*', 'user-agent': 'Mozilla/4.0', 'pragma': 'no-cache' }

/** The merchant has taken it when it says so: the status alone is not enough. */
export const accepted = ({ status, answer }: Delivery): boolean => status === 200 && /<return_code>\s*(?:<!\[CDATA\[)?SUCCESS\b/.test(answer)

/** A service provider's messages name the shop, too. */
const shopNames = ({ shop }: Order): Params => shop ? { sub_mch_id: shop.mchid, ...(shop.appid === undefined ? {} : { sub_appid: shop.appid }) } : {}

/** A payment's one notification; every delivery repeats it. */
function composePayment(account: Account, order: Order): Params {
  const about = { return_code: 'SUCCESS', result_code: 'SUCCESS', appid: order.appid, mch_id: order.mchid, ...shopNames(order), nonce_str: randomText(32) }
  return sign({ ...about, ...paymentView(order) }, order.v2?.signType ?? 'MD5', account.apiKey)
}

/** One digit of the amount changed: still a message, no longer what was signed. */
const changeOneByte = ({ total_fee: fee = '', ...params }: Params): Params => ({ ...params, total_fee: fee.slice(0, -1) + (Number(fee.slice(-1)) ^ 1) })

/** A signature that only looks like one: the real one backwards. */
const spoilSignature = (params: Params): Params => ({ ...params, sign: [...params.sign ?? ''].reverse().join('') })

function messageOf(params: Params, kind: DeliveryKind): Params {
  switch (kind) {
    case 'tampered': return changeOneByte(params)
    case 'probe': return spoilSignature(params)
    default: return params
  }
}

/** Tells merchants of payments made over v2: signed XML, until the answer is SUCCESS. */
export function wxpayV2Courier(account: Account): Courier {
  const known = new Map<string, { id: string, params: Params }>()

  function notificationOf(order: Order): { id: string, params: Params } {
    const one = known.get(order.outTradeNo) ?? { id: randomUUID(), params: composePayment(account, order) }
    known.set(order.outTradeNo, one)
    return one
  }

  return {
    retryDelaysMs: RETRY_DELAYS_MS,
    probes: true,
    accepted,
    pack(order, kind) {
      const { id, params } = notificationOf(order)
      return { kind, id, url: order.notifyUrl, headers: HEADERS, body: writeXml(messageOf(params, kind)) }
    },
  }
}

/** AES-256-ECB under the MD5 of the API key, in base64. */
function sealInfo(apiKey: string, text: string): string {
  const cipher = createCipheriv('aes-256-ecb', createHash('md5').update(apiKey).digest('hex'), null)
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
}

/** "退款结果通知": sealed, and not signed. */
export function packRefundV2({ account }: Gateway, order: Order, refund: Refund, url: string): () => Parcel {
  const info: Params = {
    out_refund_no: refund.outRefundNo,
    out_trade_no: order.outTradeNo,
    refund_account: 'REFUND_SOURCE_UNSETTLED_FUNDS',
    refund_fee: String(refund.fen),
    refund_id: refund.refundId,
    refund_recv_accout: '支付用户零钱',
    refund_request_source: 'API',
    refund_status: STATUS[refund.status],
    settlement_refund_fee: String(refund.fen),
    settlement_total_fee: String(order.totalFen),
    success_time: refund.successAtMs === undefined ? '' : refundTime(refund.successAtMs),
    total_fee: String(order.totalFen),
    transaction_id: order.transactionId ?? '',
  }
  const body = writeXml({ return_code: 'SUCCESS', appid: order.appid, mch_id: order.mchid, ...shopNames(order), nonce_str: randomText(32), req_info: sealInfo(account.apiKey, writeXml(info, 'root')) })
  const id = randomUUID()
  return () => ({ kind: 'notify', id, url, headers: HEADERS, body })
}
