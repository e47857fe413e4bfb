import type { Gateway } from '../context'
import type { Handler } from '../http/router'
import type { Environment, Purchase, ReceiptContent } from './store'
import { json, jsonObject } from '../http/message'

type Content = Record<string, unknown>

/** `2013-10-22 07:53:11` of a time zone. */
const localTime = (ms: number, timeZone: string): string => new Date(ms).toLocaleString('sv-SE', { timeZone })

/** A date as receipts have it: in words, in milliseconds, and in California. */
function dates(name: string, ms: number): Content {
  return {
    [name]: `${localTime(ms, 'UTC')} Etc/GMT`,
    [`${name}_ms`]: String(ms),
    [`${name}_pst`]: `${localTime(ms, 'America/Los_Angeles')} America/Los_Angeles`,
  }
}

function inApp(purchase: Purchase): Content {
  const { transactionId, restored, productId, quantity, paidAtMs, revokedAtMs } = purchase
  return {
    quantity: String(quantity),
    product_id: productId,
    transaction_id: restored?.transactionId ?? transactionId,
    original_transaction_id: transactionId,
    ...dates('purchase_date', restored?.atMs ?? paidAtMs),
    ...dates('original_purchase_date', paidAtMs),
    is_trial_period: 'false',
    in_app_ownership_type: 'PURCHASED',
    ...(revokedAtMs === undefined ? {} : { ...dates('cancellation_date', revokedAtMs), cancellation_reason: '0' }),
  }
}

function receiptContent({ account, apple, clock }: Gateway, { environment, createdAtMs, transactions }: ReceiptContent): Content {
  return {
    receipt_type: environment === 'Production' ? 'Production' : 'ProductionSandbox',
    adam_id: 0,
    app_item_id: 0,
    bundle_id: account.apple.bundleId,
    application_version: '1',
    download_id: 0,
    version_external_identifier: 0,
    ...dates('receipt_creation_date', createdAtMs),
    ...dates('request_date', clock.now()),
    ...dates('original_purchase_date', createdAtMs),
    original_application_version: '1.0',
    in_app: transactions.flatMap(id => apple.find(id) ?? []).map(inApp),
  }
}

function answer(gateway: Gateway, asked: Environment, body: Content): Content {
  const { account, apple } = gateway
  const receipt = body['receipt-data']
  const content = typeof receipt === 'string' ? apple.open(receipt) : 'malformed'
  const forced = apple.nextStatuses.shift()
  if (forced !== undefined)
    return { status: forced }
  if (content === 'malformed')
    return { status: 21002 }
  if (content === undefined)
    return { status: 21003 }
  if (content.environment !== asked)
    return { status: content.environment === 'Sandbox' ? 21007 : 21008 }
  if (body.password !== undefined && body.password !== account.apple.sharedSecret)
    return { status: 21004, environment: asked }
  return { status: 0, environment: asked, receipt: receiptContent(gateway, content) }
}

/** Apple's `verifyReceipt` of one environment (App Store Receipts: verifyReceipt, responseBody, status). */
export function verifyReceipt(gateway: Gateway, environment: Environment): Handler {
  return (request) => {
    const content = answer(gateway, environment, jsonObject(request) ?? {})
    gateway.log({ event: 'api', method: 'POST', path: request.path, status: 200, ...(content.status === 0 ? {} : { code: String(content.status) }) })
    return json(200, content)
  }
}
