import { Buffer } from 'node:buffer'
import type { HttpAnswer, RawRequest } from '../../core/ports'
import type { ChannelContext, Notice, NotifyVerdict } from '../../core/provider'
import { NotifyError } from '../../core/errors'
import { open, sealedOf } from './aead'
import { merchantKeys } from './keys'
import { foreignField } from './owner'
import { transferFact } from './transfers'
import { refundFact } from './refunds'
import { paidFact } from './trade'
import { platformKey } from './platform-keys'
import { verify } from './verification'

const malformed = (message: string, cause?: unknown): NotifyError => new NotifyError(400, 'malformed', message, { cause })

function parseJson(text: string, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  }
  catch {
    // told below; the parser's error would quote the text
  }
  throw malformed(`${what} is not a JSON object`)
}

function openResource(context: ChannelContext, resource: unknown): Record<string, unknown> {
  const sealed = sealedOf(resource)
  if (!sealed)
    throw malformed('resource is missing or incomplete')
  let text: string
  try {
    text = open(sealed, merchantKeys(context.config).apiV3Key)
  }
  catch (error) {
    throw new NotifyError(400, 'decrypt', 'resource cannot be opened; check v3Key', { cause: error })
  }
  return parseJson(text, 'resource')
}

const refundEvents: readonly string[] = ['REFUND.SUCCESS', 'REFUND.ABNORMAL', 'REFUND.CLOSED']

/** "退款结果通知": the same envelope, another resource. */
function readRefund(context: ChannelContext, resource: unknown): Notice {
  const opened = openResource(context, resource)
  const refund = refundFact(opened, opened.refund_status)
  if (!refund)
    throw malformed('refund is incomplete')
  checkMerchant(context, opened)
  return { kind: 'refund', refund }
}

/** "商家转账回调通知": told once, at the end. */
function readTransfer(context: ChannelContext, resource: unknown): Notice {
  const opened = openResource(context, resource)
  const transfer = transferFact(opened)
  if (!transfer)
    throw malformed('transfer is incomplete')
  if ((opened.mch_id ?? opened.mchid) !== merchantKeys(context.config).mchid)
    throw new NotifyError(400, 'mchid', 'mch_id does not match the merchant this address belongs to')
  return { kind: 'transfer', transfer }
}

/** The key that opened it is this merchant's: it may not speak for another one. */
function checkMerchant(context: ChannelContext, message: Record<string, unknown>): void {
  const field = foreignField(message, merchantKeys(context.config))
  if (field)
    throw new NotifyError(400, field, `${field} does not match the merchant this address belongs to`)
}

/** Verify the raw bytes first, then read (WeChat Pay APIv3, "支付通知"). @throws NotifyError */
export async function parseNotify(context: ChannelContext, request: RawRequest): Promise<Notice> {
  await verify(request, serial => platformKey(context, serial), context.env.now())
  const body = parseJson(Buffer.from(request.body).toString('utf8'), 'body')
  const eventType = typeof body.event_type === 'string' ? body.event_type : ''
  if (refundEvents.includes(eventType))
    return readRefund(context, body.resource)
  if (eventType === 'MCHTRANSFER.BILL.FINISHED')
    return readTransfer(context, body.resource)
  if (eventType !== 'TRANSACTION.SUCCESS')
    return { kind: 'ignored', eventType: /^[A-Z_.]{1,60}$/.test(eventType) ? eventType : 'unreadable' }
  const transaction = openResource(context, body.resource)
  const payment = paidFact(transaction, merchantKeys(context.config))
  if (!payment)
    throw malformed('transaction is incomplete or not SUCCESS')
  checkMerchant(context, transaction)
  return { kind: 'paid', payment }
}

/** WeChat takes any 2xx for received, whatever the text says, and repeats after 4xx and 5xx. */
export function reply(verdict: NotifyVerdict): HttpAnswer {
  const body = verdict.accepted ? { code: 'SUCCESS', message: 'OK' } : { code: 'FAIL', message: verdict.message }
  return {
    status: verdict.accepted ? 200 : verdict.status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  }
}
