import type { HttpAnswer, RawRequest } from '../../core/ports'
import type { ChannelContext, Notice, NotifyVerdict } from '../../core/provider'
import type { AlipayKeys } from './keys'
import { NotifyError } from '../../core/errors'
import { fenOf } from './amount'
import { decodeForm, FormError } from './form'
import { alipayKeys } from './keys'
import { isSignedBy, notificationText, SIGN_TYPE } from './signing'
import { paidFact, tradeState } from './trade'

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
function verify(fields: Fields, { alipayKey, certificates }: AlipayKeys): void {
  if (fields.get('sign_type') !== SIGN_TYPE)
    throw new NotifyError(401, 'scheme', `sign_type must be ${SIGN_TYPE}`)
  if (isSignedBy(alipayKey, notificationText(fields), fields.get('sign') ?? ''))
    return
  const serial = fields.get('alipay_cert_sn')
  if (certificates && serial !== undefined && serial !== certificates.alipaySn)
    throw new NotifyError(401, 'serial', 'signed with another certificate than alipayPublicCert; download the current one')
  throw new NotifyError(401, 'signature', 'signature does not fit; check alipayPublicKey or alipayPublicCert, and that nothing parses the body before')
}

/** The app and the seller are not chosen by the address alone. */
function checkMerchant(fields: Fields, { appid, sellerId }: AlipayKeys): void {
  if (fields.get('app_id') !== appid)
    throw new NotifyError(400, 'app_id', 'app_id does not match the app this address belongs to')
  if (sellerId !== undefined && fields.get('seller_id') !== sellerId)
    throw new NotifyError(400, 'seller_id', 'seller_id does not match sellerId of the config')
}

/** A refund of a part repeats TRADE_SUCCESS: it is news about money that left, not about money that came. */
function isRefund(fields: Fields): boolean {
  const refundFee = fields.get('refund_fee')
  return Boolean(fields.get('gmt_refund')) || (refundFee !== undefined && refundFee !== '' && fenOf(refundFee) !== 0)
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
  if (isRefund(fields))
    return ignored('REFUND')
  if (tradeState(status) !== 'SUCCESS')
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
  }, keys.appid)
  if (!payment)
    throw new NotifyError(400, 'malformed', 'notification is incomplete')
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
