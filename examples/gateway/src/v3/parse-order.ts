import type { Account } from '../account/account'
import type { OrderRequest, TradeType } from '../orders/order'
import { isIP } from 'node:net'
import { ApiError, paramError } from './api-error'

type Body = Record<string, unknown>

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/
const MAX_TOTAL_FEN = 2 ** 31 - 1

/** The value at `/a/b`; nothing where a step is missing. */
function at(body: Body, pointer: string): unknown {
  return pointer.slice(1).split('/').reduce<unknown>((value, key) => (value as Body | null | undefined)?.[key], body)
}

/** A text of at most `max` characters; missing is an error. */
function text(body: Body, pointer: string, max: number): string {
  const value = at(body, pointer)
  if (typeof value !== 'string' || value === '' || [...value].length > max)
    throw paramError(pointer, `必填，应为1-${max}个字符的字符串`)
  return value
}

function optionalText(body: Body, pointer: string, max: number): string | undefined {
  return at(body, pointer) === undefined ? undefined : text(body, pointer, max)
}

function orderNumber(body: Body): string {
  const value = at(body, '/out_trade_no')
  if (typeof value !== 'string' || !/^[\w\-|*]{6,32}$/.test(value))
    throw paramError('/out_trade_no', '应为6-32个字符，只能是数字、大小写字母_-|*')
  return value
}

function total(body: Body): number {
  const value = at(body, '/amount/total')
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > MAX_TOTAL_FEN)
    throw paramError('/amount/total', '必填，应为大于0的整数，单位为分')
  const currency = at(body, '/amount/currency')
  if (currency !== undefined && currency !== 'CNY')
    throw paramError('/amount/currency', '境内商户号仅支持CNY')
  return value as number
}

function notifyUrl(body: Body): string {
  const value = text(body, '/notify_url', 255)
  // the real channel wants https and a public name; a local one has neither
  if (!/^https?:\/\/[^?#]+$/.test(value) || !URL.canParse(value))
    throw paramError('/notify_url', '应为可访问的完整URL，不能携带参数')
  return value
}

function expiry(body: Body, nowMs: number): number | undefined {
  const value = at(body, '/time_expire')
  if (value === undefined)
    return undefined
  const ms = typeof value === 'string' && RFC3339.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(ms))
    throw paramError('/time_expire', '格式应为rfc3339，如2018-06-08T10:34:56+08:00')
  if (ms <= nowMs)
    throw paramError('/time_expire', '应晚于当前时间')
  return ms
}

function checkPayerAddress(body: Body, required: boolean): void {
  const value = at(body, '/scene_info/payer_client_ip')
  if (value === undefined && !required)
    return
  if (typeof value !== 'string' || isIP(value) === 0)
    throw paramError('/scene_info/payer_client_ip', '应为用户的IPv4或IPv6地址')
}

/** Whether the payer is said to be this machine: true here, but refused by the real channel. */
export function payerIsLocal(body: Body): boolean {
  const value = at(body, '/scene_info/payer_client_ip')
  return typeof value === 'string' && (value.startsWith('127.') || value === '::1')
}

function checkScene(body: Body, tradeType: TradeType): void {
  checkPayerAddress(body, tradeType === 'H5')
  if (tradeType === 'H5')
    text(body, '/scene_info/h5_info/type', 32)
}

function checkMerchant(body: Body, account: Account): string {
  if (text(body, '/mchid', 32) !== account.mchid)
    throw paramError('/mchid', '与Authorization中的mchid不一致')
  const appid = text(body, '/appid', 32)
  if (!Object.values(account.appids).includes(appid))
    throw new ApiError(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配')
  return appid
}

/** Reads the body of a create call. Throws {@link ApiError} naming the field. Documents 4012791877 and 4012791834. */
export function parseOrder(body: Body, tradeType: TradeType, account: Account, nowMs: number): OrderRequest {
  const appid = checkMerchant(body, account)
  checkScene(body, tradeType)
  return {
    tradeType,
    appid,
    outTradeNo: orderNumber(body),
    description: text(body, '/description', 127),
    totalFen: total(body),
    notifyUrl: notifyUrl(body),
    attach: optionalText(body, '/attach', 128),
    openid: tradeType === 'JSAPI' ? text(body, '/payer/openid', 128) : undefined,
    expiresAtMs: expiry(body, nowMs),
  }
}
