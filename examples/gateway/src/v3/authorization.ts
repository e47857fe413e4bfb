import type { Account } from '../account/account'
import type { Keyring } from '../account/keyring'
import type { Request } from '../http/message'
import { signedLines, verifyRsa } from '../crypto/signature'
import { header } from '../http/message'
import { ApiError, paramError } from './api-error'

/** The clock of a request may be off by this much, either way. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000

const SCHEME = 'WECHATPAY2-SHA256-RSA2048'
const FIELDS = ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'] as const
type Credentials = Record<typeof FIELDS[number], string>

function signError(message: string, field: string, extra?: Record<string, unknown>): ApiError {
  return new ApiError(401, 'SIGN_ERROR', message, { location: 'authorization', field, ...extra })
}

function parse(value: string | undefined): Credentials {
  const [scheme, rest] = value?.split(/\s+(.*)/s) ?? []
  const found = new Map([...(rest ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, text]) => [name!, text!]))
  const missing = scheme === SCHEME ? FIELDS.find(name => !found.get(name)) : 'Authorization'
  if (missing)
    throw signError(`Http头Authorization值格式错误，应为 ${SCHEME} 及 ${FIELDS.join('、')}`, missing)
  return Object.fromEntries(found) as Credentials
}

function checkHeaders(request: Request): void {
  if (!header(request, 'accept') || !header(request, 'user-agent'))
    throw new ApiError(400, 'PARAM_ERROR', 'Http头缺少Accept或User-Agent')
  if (request.method === 'POST' && !/^application\/json\b/i.test(header(request, 'content-type') ?? ''))
    throw new ApiError(415, 'PARAM_ERROR', 'Http头Content-Type应为application/json')
}

/** Checks that the merchant signed exactly these bytes, just now. Throws {@link ApiError} otherwise. */
export function authorize(request: Request, account: Account, keys: Keyring, nowMs: number): void {
  checkHeaders(request)
  const given = parse(header(request, 'authorization'))
  if (given.mchid !== account.mchid)
    throw signError('商户号不存在，请检查Authorization中的mchid', 'mchid')
  if (given.serial_no !== account.merchantSerial)
    throw signError('商户证书序列号有误，请使用与签名私钥匹配的证书序列号', 'serial_no')
  if (!/^\d{10}$/.test(given.timestamp) || Math.abs(nowMs - Number(given.timestamp) * 1000) > CLOCK_TOLERANCE_MS)
    throw signError('Http头Authorization中的timestamp与发起请求的时间不得超过5分钟', 'timestamp')
  const text = signedLines(request.method, request.target, given.timestamp, given.nonce_str, request.body)
  if (!verifyRsa(keys.merchantPublicKey, text, given.signature)) {
    const shown = [request.method, request.target, given.timestamp, given.nonce_str, ''].join('\n')
    throw signError('错误的签名，验签失败', 'signature', {
      detail: { issue: 'sign not match' },
      sign_information: {
        method: request.method,
        url: request.target,
        truncated_sign_message: shown,
        sign_message_length: text.length,
      },
    })
  }
  const named = header(request, 'wechatpay-serial')
  if (named !== undefined && named !== keys.publicKeyMode.serial && named !== keys.certificateMode.serial)
    throw paramError('Wechatpay-Serial', '既不是微信支付公钥ID，也不是平台证书序列号', 'header')
}
