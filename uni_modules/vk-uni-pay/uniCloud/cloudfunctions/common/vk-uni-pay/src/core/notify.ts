import { Buffer } from 'node:buffer'
import type { CoreDeps, Channel } from './deps'
import type { HttpAnswer, RawRequest } from './ports'
import type { NotifyVerdict } from './provider'
import type { Settlement } from './dispatcher'
import { settle } from './dispatcher'
import { settleRefund } from './refund-notice'
import { settleTransfer } from './transfer-notice'
import { NotifyError, PayError, safeText } from './errors'

/** Of a notification in the log, characters. */
const LONGEST_RAW = 8192
/** Of an address or a number from outside in the log, characters. */
const LONGEST_NAME = 80
const NOTIFY_PATH = /(?:^|\/)vk-pay-notify\/([\w-]+)(?:\/([\w-]{1,64}))?\/?$/

/** `wxpay_mp-weixin` and perhaps a merchant, out of the path a channel reports to. */
export interface NotifyTarget {
  provider: string
  platform: string
  pid?: string
}

export const isNotifyPath = (path: string): boolean => /(?:^|\/)vk-pay-notify(?:\/|$)/.test(path)

export function notifyTarget(path: string): NotifyTarget | undefined {
  const match = NOTIFY_PATH.exec(path)
  const payType = match?.[1] ?? ''
  const split = payType.indexOf('_')
  if (split < 1)
    return undefined
  return { provider: payType.slice(0, split), platform: payType.slice(split + 1), pid: match?.[2] }
}

export function notifyPath({ provider, platform, pid }: NotifyTarget): string {
  return `/vk-pay-notify/${provider}_${platform}${pid ? `/${pid}` : ''}`
}

/** Why a notification is refused, as HTTP status; 5xx where asking again may help. */
function verdictOf(settlement: Settlement): NotifyVerdict {
  switch (settlement.kind) {
    case 'done':
    case 'surplus':
      return { accepted: true }
    case 'failed':
      return { accepted: false, status: 500, message: 'order handler failed, please retry' }
    case 'busy':
      return { accepted: false, status: 503, message: 'order is being handled, please retry' }
    case 'unknown-order':
      return { accepted: false, status: 404, message: 'no such order' }
    case 'mismatch':
      return { accepted: false, status: 400, message: `${settlement.field} does not match the order` }
  }
}

const short = (text: string): string => text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text

/** The only place where a payload is logged, and only where the config says so. */
async function logRaw(deps: CoreDeps, event: string, detail: () => string): Promise<void> {
  if ((await deps.settings()).debug)
    deps.env.log('info', event, { detail: detail().slice(0, LONGEST_RAW) })
}

async function judge(deps: CoreDeps, channel: Channel, request: RawRequest): Promise<NotifyVerdict> {
  await logRaw(deps, 'notification as it came', () => Buffer.from(request.body).toString('utf8'))
  const notice = await channel.provider.parseNotify(channel.context, request)
  await logRaw(deps, 'notification as it was read', () => JSON.stringify(notice))
  if (notice.kind === 'ignored') {
    deps.env.log('info', 'notification ignored', { event_type: notice.eventType })
    return { accepted: true }
  }
  if (notice.kind === 'refund') {
    const verdict = await settleRefund(deps, notice.refund)
    deps.env.log(verdict.accepted ? 'info' : 'warn', 'refund notification', { out_trade_no: short(notice.refund.outTradeNo), state: notice.refund.state, refused: verdict.accepted ? undefined : verdict.message })
    return verdict
  }
  if (notice.kind === 'transfer') {
    const verdict = await settleTransfer(deps, channel, notice.transfer)
    deps.env.log(verdict.accepted ? 'info' : 'warn', 'transfer notification', { out_bill_no: notice.transfer.outBillNo, state: notice.transfer.state, refused: verdict.accepted ? undefined : verdict.message })
    return verdict
  }
  const settlement = await settle(deps, notice.payment, 'notified')
  const field = settlement.kind === 'mismatch' ? settlement.field : undefined
  deps.env.log(settlement.kind === 'unknown-order' || field ? 'warn' : 'info', 'notification', { out_trade_no: short(notice.payment.outTradeNo), outcome: settlement.kind, field })
  return verdictOf(settlement)
}

function refusal(deps: CoreDeps, path: string, error: unknown): NotifyVerdict {
  if (error instanceof NotifyError) {
    deps.env.log(error.reason === 'probe' ? 'info' : 'warn', 'notification refused', { path: short(path), reason: error.reason, detail: safeText(error) })
    return { accepted: false, status: error.status, message: error.reason }
  }
  const code = error instanceof PayError ? error.code : undefined
  deps.env.log('error', 'notification could not be handled', { path: short(path), code, detail: safeText(error) })
  return { accepted: false, status: 500, message: 'temporary failure, please retry' }
}

function plainRefusal(status: number): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify({ code: 'FAIL', message: 'no such notification address' }) }
}

/** Answers a channel's notification. Never rejects: what cannot be handled is a failure the channel repeats. */
export async function handleNotification(deps: CoreDeps, request: RawRequest): Promise<HttpAnswer> {
  const target = notifyTarget(request.path)
  if (!target)
    return plainRefusal(404)
  let channel: Channel
  try {
    channel = await deps.channel(target)
  }
  catch (error) {
    deps.env.log('warn', 'notification for something not configured', { path: short(request.path), detail: safeText(error) })
    return plainRefusal(404)
  }
  const verdict = await judge(deps, channel, request).catch(error => refusal(deps, request.path, error))
  return channel.provider.reply(verdict)
}
