import type { HttpResponse, TlsOptions } from '../../core/ports'
import type { ChannelContext } from '../../core/provider'
import type { MerchantKeys } from './keys'
import type { Fields } from './xml'
import { ChannelError, PayCode, PayError, safeText } from '../../core/errors'
import { gatewayOf } from '../wxpay/gateway'
import { clientCertificate } from './certificate'
import { merchantKeys } from './keys'
import { refusalError, unsignedRefusal } from './refusals'
import { isSignedBy, signFields } from './signing'
import { parseXml, writeXml } from './xml'

/** Two calls in a row still end before a lease on the order does. */
const TIMEOUT_MS = 6_000

export interface Call {
  path: string
  /** What the interface takes besides who we are; nothing for a field that is left out. */
  fields: Readonly<Record<string, string | undefined>>
  /** Where money goes back, the merchant's certificate is asked for. */
  certified?: boolean
  /** @default 6000 */
  timeoutMs?: number
}

/** Every field of a request, signed. */
export function signedRequest(context: ChannelContext, fields: Call['fields']): [string, string][] {
  const keys = merchantKeys(context.config)
  const named: Record<string, string | undefined> = {
    ...fields,
    appid: keys.appid,
    mch_id: keys.mchid,
    sub_appid: keys.subAppid,
    sub_mch_id: keys.subMchid,
    nonce_str: context.env.randomId(32),
    // MD5 is what the channel takes for granted
    sign_type: keys.signType === 'MD5' ? undefined : keys.signType,
  }
  const given = Object.entries(named).filter((field): field is [string, string] => field[1] !== undefined && field[1] !== '')
  return [...given, ['sign', signFields(given, keys)]]
}

/** Without it nothing is sent, so for certain nothing happened. @throws ChannelError 40003 `refused` */
function certificateOf({ config }: ChannelContext): TlsOptions {
  try {
    return clientCertificate(config)
  }
  catch (error) {
    if (!(error instanceof PayError))
      throw error
    throw new ChannelError(error.code, error.message, 'refused', { field: error.field, cause: error })
  }
}

async function send(context: ChannelContext, call: Call): Promise<HttpResponse> {
  const { config, env } = context
  const certificate = call.certified ? certificateOf(context) : {}
  const body = writeXml(signedRequest(context, call.fields))
  try {
    return await env.http({
      method: 'POST',
      url: gatewayOf(config) + call.path,
      headers: { 'content-type': 'text/xml; charset=utf-8', 'accept': 'text/xml', 'user-agent': 'vk-uni-pay' },
      body,
      timeoutMs: call.timeoutMs ?? TIMEOUT_MS,
      tls: certificate,
    })
  }
  catch (error) {
    throw new ChannelError(PayCode.network, '连接微信支付失败，请稍后重试', 'unknown', { cause: error })
  }
}

function read(context: ChannelContext, response: HttpResponse): Fields {
  if (response.status !== 200)
    throw new ChannelError(PayCode.busy, `微信支付没有给出可用的应答（HTTP ${response.status}）`, 'unknown')
  try {
    return parseXml(response.body)
  }
  catch (error) {
    context.env.log('warn', 'answer of WeChat Pay not readable', { status: response.status, detail: safeText(error) })
    throw new ChannelError(PayCode.other, '微信支付应答不是有效的 XML', 'unknown', { cause: error })
  }
}

/** An answer under our key to somebody else's question is none: one key may serve several merchants of a service provider. */
function isAboutUs(answer: Fields, { appid, mchid, subMchid }: MerchantKeys): boolean {
  return answer.get('mch_id') === mchid && (answer.get('appid') ?? appid) === appid && (answer.get('sub_mch_id') ?? subMchid) === subMchid
}

/**
 * Calls an interface and answers the fields of a verified answer whose `return_code` and
 * `result_code` are both SUCCESS. An error that is signed tells about the order, one that is not
 * tells nothing. @throws ChannelError, 40003 for the certificate
 */
export async function callApi(context: ChannelContext, call: Call): Promise<Fields> {
  const keys = merchantKeys(context.config)
  const answer = read(context, await send(context, call))
  if (answer.get('return_code') !== 'SUCCESS')
    throw unsignedRefusal(answer.get('return_msg') ?? '')
  if (!isSignedBy(answer, keys) || !isAboutUs(answer, keys)) {
    context.env.log('warn', 'answer of WeChat Pay not verified', { status: 200 })
    throw new ChannelError(PayCode.signature, '微信支付应答签名验证失败，请检查 key 与 signType', 'unknown')
  }
  if (answer.get('result_code') !== 'SUCCESS')
    throw refusalError(answer.get('err_code') ?? '', answer.get('err_code_des') ?? '')
  return answer
}
