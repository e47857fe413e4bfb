/**
 * Apple's `verifyReceipt` (App Store Receipts: verifyReceipt, requestBody, responseBody, status).
 * Its answer is not signed: it is believed because TLS says who gave it.
 */
import { Buffer } from 'node:buffer'
import type { ChannelContext, StorePurchase } from '../../core/provider'
import { PayCode, PayError, parameterError } from '../../core/errors'
import { invalidReceipt, storeBusy, statusError } from './statuses'
import { objectOf, purchasesOf } from './purchases'

const PRODUCTION = 'https://buy.itunes.apple.com'
const SANDBOX = 'https://sandbox.itunes.apple.com'
const DEFAULT_TIMEOUT_MS = 10_000
/** Of the test environment, but sent to the other one. */
const IS_SANDBOX = 21007
/** The receipt of a subscription that has ended; what was bought is in it all the same. */
const IS_ENDED = 21006

type Environment = 'production' | 'sandbox'

function numberOf({ config }: ChannelContext, field: string): number | undefined {
  const text = config.optional(field)
  const value = text === undefined ? undefined : Number(text)
  if (value !== undefined && !(value > 0))
    throw parameterError(`${config.name}.${field}`, `支付配置 ${config.name}.${field} 必须是正数`)
  return value
}

function addressOf({ config }: ChannelContext, environment: Environment): string {
  const base = environment === 'production' ? config.optional('gateway') ?? PRODUCTION : config.optional('sandboxGateway') ?? SANDBOX
  return `${base.replace(/\/+$/, '')}/verifyReceipt`
}

async function ask(context: ChannelContext, environment: Environment, receipt: string): Promise<Record<string, unknown>> {
  const password = context.config.optional('password')
  const response = await context.env.http({
    method: 'POST',
    url: addressOf(context, environment),
    headers: { 'content-type': 'application/json', 'accept': 'application/json' },
    body: JSON.stringify({ 'receipt-data': receipt, ...(password === undefined ? {} : { password }) }),
    timeoutMs: numberOf(context, 'timeout') ?? DEFAULT_TIMEOUT_MS,
  }).catch(() => {
    // without the cause: it may quote the request
    throw new PayError(PayCode.network, '连接 App Store 失败，请稍后重试')
  })
  const answer = parse(response.body)
  if (response.status !== 200 || typeof answer.status !== 'number')
    throw storeBusy(`HTTP ${response.status}`)
  return answer
}

function parse(body: Uint8Array): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(Buffer.from(body).toString('utf8')))
  }
  catch {
    return {}
  }
}

/** Production first, as Apple asks: the app under review buys in the sandbox with its released settings. */
async function verified(context: ChannelContext, receipt: string): Promise<Record<string, unknown>> {
  const { config } = context
  const answer = await ask(context, 'production', receipt)
  if (answer.status !== IS_SANDBOX)
    return answer
  if (config.value('sandbox') !== true)
    throw invalidReceipt(PayCode.notAllowed, `收据来自沙箱环境；测试时请将支付配置 ${config.name}.sandbox 设为 true`, 'receipt_data')
  return ask(context, 'sandbox', receipt)
}

/** @throws PayError when it is another app's, or too old */
function checkReceipt(context: ChannelContext, receipt: Record<string, unknown>): void {
  const { config, env } = context
  const bundleId = config.optional('bundleId')
  if (bundleId === undefined)
    env.log('warn', 'receipts of any app are accepted', { detail: `${config.name}.bundleId is not configured` })
  else if ((receipt.bundle_id ?? receipt.bid) !== bundleId)
    throw invalidReceipt(PayCode.notAllowed, `收据不属于本应用：bundle id 与支付配置 ${config.name}.bundleId 不符`, 'receipt_data')
  const validS = numberOf(context, 'receiptExpiresIn')
  const createdAt = Number(receipt.receipt_creation_date_ms ?? receipt.purchase_date_ms)
  if (validS !== undefined && !(createdAt + validS * 1000 >= env.now()))
    throw invalidReceipt(PayCode.notAllowed, `收据已过期（支付配置 ${config.name}.receiptExpiresIn 为 ${validS} 秒），请恢复购买以取得新的收据`, 'receipt_data')
}

/** The purchases Apple vouches for. @throws PayError */
export async function readReceipt(context: ChannelContext, receipt: string): Promise<StorePurchase[]> {
  const answer = await verified(context, receipt)
  if (answer.status !== 0 && answer.status !== IS_ENDED)
    throw statusError(context.config, Number(answer.status))
  checkReceipt(context, objectOf(answer.receipt))
  return purchasesOf(answer)
}
