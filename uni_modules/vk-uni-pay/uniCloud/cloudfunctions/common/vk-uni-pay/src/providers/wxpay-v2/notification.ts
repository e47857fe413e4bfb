import type { HttpAnswer, RawRequest } from '../../core/ports'
import type { ChannelContext, Notice, NotifyVerdict } from '../../core/provider'
import type { Fields } from './xml'
import { NotifyError } from '../../core/errors'
import { merchantKeys } from './keys'
import { readRefundNotice } from './refund-notice'
import { isSignedBy } from './signing'
import { paidFact } from './trade'
import { parseXml, writeXml } from './xml'

const malformed = (message: string, cause?: unknown): NotifyError => new NotifyError(400, 'malformed', message, { cause })

function read(request: RawRequest): Fields {
  try {
    return parseXml(request.body)
  }
  catch (error) {
    throw malformed(`body is not a message: ${error instanceof Error ? error.message : 'unreadable'}`, error)
  }
}

/** A merchant's key may not speak for another merchant, nor for another shop of a service provider. */
function checkMerchant(context: ChannelContext, message: Fields): void {
  const { mchid, subMchid } = merchantKeys(context.config)
  if (message.get('mch_id') !== mchid)
    throw new NotifyError(400, 'mchid', 'mch_id does not match the merchant this address belongs to')
  if ((message.get('sub_mch_id') || undefined) !== subMchid)
    throw new NotifyError(400, 'mchid', 'sub_mch_id does not match the merchant this address belongs to')
}

function verify(context: ChannelContext, message: Fields): void {
  const keys = merchantKeys(context.config)
  const claimed = message.get('sign_type')
  if (claimed && claimed !== keys.signType)
    throw new NotifyError(401, 'scheme', `sign_type must be ${keys.signType}, as signType of the config says`)
  if (!isSignedBy(message, keys))
    throw new NotifyError(401, 'signature', 'sign does not fit the fields; check key and signType')
}

function readPayment(context: ChannelContext, message: Fields): Notice {
  verify(context, message)
  checkMerchant(context, message)
  if (message.get('result_code') !== 'SUCCESS')
    return { kind: 'ignored', eventType: 'result_code FAIL' }
  const payment = paidFact(context, message)
  if (!payment)
    throw malformed('payment is incomplete')
  return { kind: 'paid', payment }
}

/** "支付结果通知" and "退款结果通知": the second is sealed in place of signed. @throws NotifyError */
export async function parseNotify(context: ChannelContext, request: RawRequest): Promise<Notice> {
  const message = read(request)
  if (message.get('return_code') !== 'SUCCESS')
    throw malformed('return_code is not SUCCESS')
  if (!message.has('req_info'))
    return readPayment(context, message)
  checkMerchant(context, message)
  return { kind: 'refund', refund: await readRefundNotice(context, message) }
}

const ACCEPTED = '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>'

/** The document's own words for yes; anything else is repeated. */
export function reply(verdict: NotifyVerdict): HttpAnswer {
  return {
    status: verdict.accepted ? 200 : verdict.status,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: verdict.accepted ? ACCEPTED : writeXml([['return_code', 'FAIL'], ['return_msg', verdict.message]]),
  }
}
