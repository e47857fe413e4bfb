import type { Gateway } from '../context'
import type { OrderRequest, TradeType } from '../orders/order'
import type { V2Request } from './request'
import type { Params } from './xml'
import { isIP } from 'node:net'
import { paramError, V2Error } from './v2-error'

const MAX_TOTAL_FEN = 2 ** 31 - 1
const HOURS_AHEAD_MS = 8 * 3_600_000
/** As requests name the ways to pay, and as the book does. */
const TRADE_TYPES: Readonly<Record<string, TradeType>> = { JSAPI: 'JSAPI', NATIVE: 'NATIVE', MWEB: 'H5', APP: 'APP' }

function text(params: Params, name: string, max: number): string {
  const value = params[name]
  if (value === undefined || value === '')
    throw new V2Error('LACK_PARAMS', `缺少参数：${name}`)
  if ([...value].length > max)
    throw paramError(name, `长度有误，应为1-${max}`)
  return value
}

function optionalText(params: Params, name: string, max: number): string | undefined {
  return params[name] === undefined || params[name] === '' ? undefined : text(params, name, max)
}

/** Whole fen above 0. */
export function fen(params: Params, name: string): number {
  const value = text(params, name, 12)
  const amount = /^[1-9]\d*$/.test(value) ? Number(value) : 0
  if (amount < 1 || amount > MAX_TOTAL_FEN)
    throw paramError(name, '应为大于0的整数，单位为分')
  return amount
}

/** `20091225091010` in Chinese time; nothing for another form, or a day there is not. */
function momentOf(value: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(value) ?? []
  const ms = year === undefined ? Number.NaN : Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - HOURS_AHEAD_MS
  const back = Number.isNaN(ms) ? '' : new Date(ms + HOURS_AHEAD_MS).toISOString().slice(0, 19).replaceAll(/\D/g, '')
  return back === value ? ms : undefined
}

function expiry(params: Params, nowMs: number): number | undefined {
  const value = optionalText(params, 'time_expire', 14)
  if (value === undefined)
    return undefined
  const ms = momentOf(value)
  if (ms === undefined || ms <= nowMs)
    throw paramError('time_expire', '格式应为yyyyMMddHHmmss，且晚于当前时间')
  return ms
}

function orderNumber(params: Params): string {
  const value = text(params, 'out_trade_no', 32)
  if (!/^[\w\-|*]{1,32}$/.test(value))
    throw paramError('out_trade_no', '只能是数字、大小写字母_-|*')
  return value
}

export function notifyUrl(params: Params, required: boolean): string | undefined {
  const value = required ? text(params, 'notify_url', 256) : optionalText(params, 'notify_url', 256)
  // the real channel wants a public name; a local one has none
  if (value !== undefined && (!/^https?:\/\/[^?#]+$/.test(value) || !URL.canParse(value)))
    throw paramError('notify_url', '应为可访问的完整URL，不能携带参数')
  return value
}

/** What unified orders and charges have in common. */
export function commonTerms({ params, signType, shop }: V2Request, { clock }: Gateway): Omit<OrderRequest, 'tradeType' | 'notifyUrl'> {
  if (params.fee_type !== undefined && params.fee_type !== '' && params.fee_type !== 'CNY')
    throw paramError('fee_type', '境内商户号仅支持CNY')
  if (isIP(text(params, 'spbill_create_ip', 64)) === 0)
    throw paramError('spbill_create_ip', '应为IPv4或IPv6地址')
  return {
    appid: params.appid ?? '',
    outTradeNo: orderNumber(params),
    description: text(params, 'body', 127),
    totalFen: fen(params, 'total_fee'),
    attach: optionalText(params, 'attach', 127),
    expiresAtMs: expiry(params, clock.now()),
    shop,
    v2: { signType },
  }
}

function checkScene(params: Params): void {
  let scene: { h5_info?: { type?: unknown } } | null
  try {
    scene = JSON.parse(text(params, 'scene_info', 256)) as typeof scene
  }
  catch {
    throw paramError('scene_info', '应为JSON')
  }
  if (typeof scene?.h5_info?.type !== 'string')
    throw paramError('scene_info', '缺少h5_info.type')
}

/** Of a shop with an appid of its own either of the payer's two ids will do. */
function payer({ params, shop }: V2Request): string {
  return shop?.appid !== undefined && params.sub_openid ? text(params, 'sub_openid', 128) : text(params, 'openid', 128)
}

/** "统一下单", chapter 9_1. Throws {@link V2Error} naming the field. */
export function parseOrder(request: V2Request, gateway: Gateway): OrderRequest {
  const { params } = request
  const tradeType = TRADE_TYPES[text(params, 'trade_type', 16)]
  if (!tradeType)
    throw paramError('trade_type', '应为JSAPI、NATIVE、APP或MWEB')
  if (tradeType === 'H5')
    checkScene(params)
  if (tradeType === 'NATIVE')
    text(params, 'product_id', 32)
  return {
    ...commonTerms(request, gateway),
    tradeType,
    notifyUrl: notifyUrl(params, true) ?? '',
    openid: tradeType === 'JSAPI' ? payer(request) : undefined,
  }
}
