import type { HttpAnswer, RawRequest } from '../../core/ports'
import type { ChannelContext, Notice, NotifyVerdict, RefundedFact } from '../../core/provider'
import type { AlipayKeys } from './keys'
import { NotifyError } from '../../core/errors'
import { fenOf } from './amount'
import { rfc3339Of } from './china-time'
import { decodeForm, FormError } from './form'
import { alipayKeys } from './keys'
import { judge, notificationText, SIGN_TYPE } from './signing'
import { paidFact, tookMoney } from './trade'

type Fields = ReadonlyMap<string, string>

function readFields(body: Uint8Array): Fields {
  try {
    return decodeForm(body)
  }
  catch (error) {
    throw error instanceof FormError ? new NotifyError(400, 'malformed', error.message) : error
  }
}

/** The algorithm is ours to choose: a message that names another one is refused, not obeyed. */
function verify(fields: Fields, keys: AlipayKeys): void {
  if (fields.get('sign_type') !== SIGN_TYPE)
    throw new NotifyError(401, 'scheme', `sign_type must be ${SIGN_TYPE}`)
  const verdict = judge(keys, notificationText(fields), fields.get('sign') ?? '', fields.get('alipay_cert_sn'))
  if (verdict === 'genuine')
    return
  if (verdict === 'serial')
    throw new NotifyError(401, 'serial', 'signed with another certificate than alipayPublicCert; download the current one')
  throw new NotifyError(401, 'signature', 'signature does not fit; check alipayPublicKey or alipayPublicCert, and that nothing parses the body before')
}

/** The app and the seller are not chosen by the address alone. */
function checkMerchant(fields: Fields, { appid, sellerId, authAppId }: AlipayKeys): void {
  if (fields.get('app_id') !== appid)
    throw new NotifyError(400, 'app_id', 'app_id does not match the app this address belongs to')
  if (sellerId !== undefined && fields.get('seller_id') !== sellerId)
    throw new NotifyError(400, 'seller_id', 'seller_id does not match sellerId of the config')
  if (authAppId !== undefined && fields.get('auth_app_id') !== authAppId)
    throw new NotifyError(400, 'auth_app_id', 'auth_app_id does not match authAppId of the config')
}

const malformed = (message: string): NotifyError => new NotifyError(400, 'malformed', message)

/**
 * A refund repeats the notification of its payment: TRADE_SUCCESS while some of it is left,
 * TRADE_CLOSED when all went back. `refund_fee` is the sum of all refunds, `out_biz_no` the number
 * of this one. Nothing when no money left ("异步通知参数说明").
 */
function refundedPart(fields: Fields): RefundedFact | undefined {
  const text = fields.get('refund_fee') ?? ''
  const refundedFee = text === '' ? 0 : fenOf(text)
  const time = rfc3339Of(fields.get('gmt_refund'))
  if (refundedFee === undefined || (refundedFee === 0 && time !== undefined))
    throw malformed('refund_fee does not say how much went back')
  const outRefundNo = fields.get('out_biz_no') || undefined
  return refundedFee === 0 ? undefined : { refundedFee, outRefundNo, refundedAt: time === undefined ? undefined : Date.parse(time) }
}

function ignored(what: string): Notice {
  return { kind: 'ignored', eventType: /^\w{1,60}$/.test(what) ? what : 'unreadable' }
}

/** Verify first, then read ("异步通知说明"). @throws NotifyError */
export async function parseNotify(context: ChannelContext, request: RawRequest): Promise<Notice> {
  const keys = alipayKeys(context.config)
  const fields = readFields(request.body)
  verify(fields, keys)
  checkMerchant(fields, keys)
  const type = fields.get('notify_type') ?? ''
  const status = fields.get('trade_status') ?? ''
  if (type !== 'trade_status_sync')
    return ignored(type)
  const refunded = refundedPart(fields)
  // closed without a refund: nobody paid in time
  if (!tookMoney(status, refunded !== undefined))
    return ignored(status)
  const payment = paidFact({
    outTradeNo: fields.get('out_trade_no'),
    tradeNo: fields.get('trade_no'),
    totalAmount: fields.get('total_amount'),
    status,
    paidAt: fields.get('gmt_payment') ?? fields.get('notify_time'),
    receiptAmount: fields.get('receipt_amount'),
    openid: fields.get('buyer_open_id'),
    buyerId: fields.get('buyer_id'),
    sellerId: fields.get('seller_id'),
    authAppid: fields.get('auth_app_id'),
    notifyId: fields.get('notify_id'),
  }, keys.appid, refunded)
  if (!payment)
    throw malformed('notification is incomplete')
  return { kind: 'paid', payment }
}

/** Anything but these seven characters makes Alipay repeat the notification. */
export function reply(verdict: NotifyVerdict): HttpAnswer {
  return {
    status: verdict.accepted ? 200 : verdict.status,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: verdict.accepted ? 'success' : 'fail',
  }
}
