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

/** Whose order it is: service providers name themselves and the shop. */
export interface Owner { appid: string, shop?: { mchid: string, appid?: string } }

export function readOwner(body: Body, account: Account, partner: boolean): Owner {
  const [mchidField, appidField] = partner ? ['/sp_mchid', '/sp_appid'] : ['/mchid', '/appid']
  if (text(body, mchidField, 32) !== account.mchid)
    throw paramError(mchidField, '与Authorization中的mchid不一致')
  const appid = text(body, appidField, 32)
  if (!Object.values(account.appids).includes(appid))
    throw new ApiError(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配')
  if (!partner)
    return { appid }
  const [mchid, shopAppid] = [text(body, '/sub_mchid', 32), optionalText(body, '/sub_appid', 32)]
  if (mchid !== account.shop.mchid)
    throw paramError('/sub_mchid', '特约商户号不存在，或与服务商没有绑定关系')
  if (shopAppid !== undefined && shopAppid !== account.shop.appid)
    throw new ApiError(400, 'APPID_MCHID_NOT_MATCH', 'sub_appid和sub_mchid不匹配')
  return { appid, shop: { mchid, ...(shopAppid === undefined ? {} : { appid: shopAppid }) } }
}

function payer(body: Body, { shop }: Owner): string {
  if (!shop)
    return text(body, '/payer/openid', 128)
  return at(body, '/payer/sub_openid') === undefined ? text(body, '/payer/sp_openid', 128) : text(body, '/payer/sub_openid', 128)
}

/** Reads the body of a charge by payment code. Throws {@link ApiError} naming the field. Document 4012382150. */
export function parseCharge(body: Body, account: Account, partner: boolean): OrderRequest & { authCode: string } {
  const owner = readOwner(body, account, partner)
  text(body, '/scene_info/store_info/id', 32)
  const authCode = text(body, '/payer/auth_code', 32)
  if (!/^1[0-5]\d{16}$/.test(authCode))
    throw paramError('/payer/auth_code', '应为18位数字，以10-15开头')
  return { ...owner, tradeType: 'MICROPAY', outTradeNo: orderNumber(body), description: text(body, '/description', 127), totalFen: total(body), notifyUrl: '', attach: optionalText(body, '/attach', 128), authCode }
}

/** Reads the body of a create call. Throws {@link ApiError} naming the field. Documents 4012791877 and 4012791834. */
export function parseOrder(body: Body, tradeType: TradeType, account: Account, nowMs: number, partner = false): OrderRequest {
  const owner = readOwner(body, account, partner)
  checkScene(body, tradeType)
  return {
    tradeType,
    ...owner,
    outTradeNo: orderNumber(body),
    description: text(body, '/description', 127),
    totalFen: total(body),
    notifyUrl: notifyUrl(body),
    attach: optionalText(body, '/attach', 128),
    openid: tradeType === 'JSAPI' ? payer(body, owner) : undefined,
    expiresAtMs: expiry(body, nowMs),
  }
}
