import type { Gateway } from '../context'
import type { Request } from '../http/message'
import type { Mode } from './keyring'
import type { Params } from './signing'
import { invalid, missing } from './alipay-error'
import { isMerchants } from './signing'

/** A call's clock may be off by this much, either way. */
export const TOLERANCE_MS = 15 * 60_000
/** How long an order string or a cashier's address can be used after it was signed. */
export const ORDER_STRING_VALID_MS = 24 * 3_600_000

/** A call or an order string, its signature checked. */
export interface SignedRequest {
  readonly method: string
  readonly params: Params
  readonly mode: Mode
  /** `biz_content`, parsed. */
  readonly content: Record<string, unknown>
}

/** Chinese time `2026-01-01 08:00:00` in ms; nothing when it is none. */
export function readTime(text: string): number | undefined {
  const ms = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text.replace(' ', 'T')}+08:00`) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}

/** All parameters, wherever they stand; one that stands in two places is as good as forged. */
export function allParams(request: Request): Params {
  const params: Params = {}
  for (const [name, value] of [...request.query, ...new URLSearchParams(request.body.toString('utf8'))]) {
    if (Object.hasOwn(params, name))
      throw invalid('parameter', `参数重复：${name}`)
    Object.defineProperty(params, name, { value, enumerable: true })
  }
  return params
}

export const isKnownApp = (gateway: Gateway, appid: string | undefined): boolean => Object.values(gateway.account.alipay.appids).includes(appid ?? '')

const REQUIRED = { app_id: 'app-id', method: 'method', charset: 'charset', sign_type: 'signature-type', sign: 'signature', timestamp: 'timestamp', version: 'version' }

function checkCommon(gateway: Gateway, params: Params, ageMs: number): void {
  const lacking = Object.entries(REQUIRED).find(([name]) => !params[name])
  if (lacking)
    throw missing(lacking[1])
  if (!isKnownApp(gateway, params.app_id))
    throw invalid('app-id', '无效的AppID参数')
  if (params.charset?.toLowerCase() !== 'utf-8')
    throw invalid('charset', '字符集错误，网关只接受 utf-8')
  if (params.sign_type !== 'RSA2')
    throw invalid('signature-type', '无效的签名类型，网关只接受 RSA2')
  if (params.version !== '1.0')
    throw invalid('version', '无效的版本')
  const sentAt = readTime(params.timestamp ?? '')
  const nowMs = gateway.clock.now()
  if (sentAt === undefined || sentAt > nowMs + TOLERANCE_MS || sentAt < nowMs - ageMs)
    throw invalid('timestamp', '非法的时间戳参数，应为东八区时间 yyyy-MM-dd HH:mm:ss')
}

/** An app that names certificates works with them, all of them. */
function modeOf(gateway: Gateway, params: Params): Mode {
  const { appCertSn, rootCertSn } = gateway.keys.alipay
  if (!params.app_cert_sn && !params.alipay_root_cert_sn)
    return 'key'
  if (params.app_cert_sn !== appCertSn)
    throw invalid('app-cert-sn', '应用公钥证书序列号不匹配')
  if (params.alipay_root_cert_sn !== rootCertSn)
    throw invalid('alipay-root-cert-sn', '支付宝根证书序列号不匹配')
  return 'certificate'
}

function readContent(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text || '{}')
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  }
  catch {
    // told below
  }
  throw invalid('parameter', 'biz_content 不是合法的JSON对象')
}

/** Checks that the merchant signed these parameters, no longer than `ageMs` ago. Throws AlipayError otherwise. */
export function readRequest(gateway: Gateway, params: Params, ageMs: number): SignedRequest {
  checkCommon(gateway, params, ageMs)
  const mode = modeOf(gateway, params)
  if (!isMerchants(params, gateway.keys.alipay))
    throw invalid('signature', '验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配')
  return { method: params.method ?? '', params, mode, content: readContent(params.biz_content) }
}
