import { Buffer } from 'node:buffer'
import type { HttpResponse } from '../../core/ports'
import type { ChannelContext } from '../../core/provider'
import type { Params } from './form'
import { ChannelError, PayCode } from '../../core/errors'
import { encodeForm } from './form'
import { alipayKeys } from './keys'
import { refusalError } from './refusals'
import { readAnswer } from './response'
import { judge, signedParams } from './signing'

/** Two calls in a row still end before a lease on the order does. */
const TIMEOUT_MS = 6_000
/** `code` of an answer that did what it was asked. */
export const DONE = '10000'
/** The one interface whose success has no `code`. */
export const OAUTH_TOKEN = 'alipay.system.oauth.token'

async function send(context: ChannelContext, method: string, params: Params): Promise<HttpResponse> {
  // the gateway must know the charset before it reads the body: what concerns everybody stands in the address
  const { biz_content: content, ...common } = signedParams(context, method, params)
  const secret = method === OAUTH_TOKEN || 'app_auth_token' in common
  try {
    return await context.env.http({
      method: 'POST',
      url: `${alipayKeys(context.config).endpoint}?${encodeForm(common)}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', 'accept': 'application/json', 'user-agent': 'vk-uni-pay' },
      body: content === undefined ? '' : encodeForm({ biz_content: content }),
      timeoutMs: TIMEOUT_MS,
    })
  }
  catch (error) {
    // a login code or a token stands in the address, which the cause may quote
    throw new ChannelError(PayCode.network, '连接支付宝失败，请稍后重试', 'unknown', secret ? {} : { cause: error })
  }
}

interface Content {
  json: Record<string, unknown>
  verified: boolean
}

const objectOf = (value: unknown): Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {}

/** The content of an answer, and whether Alipay's key signed these very characters. */
function openAnswer(context: ChannelContext, method: string, body: Uint8Array): Content {
  const answer = readAnswer(Buffer.from(body).toString('utf8'))
  const name = [`${method.replace(/\./g, '_')}_response`, 'error_response'].find(candidate => answer?.raw.has(candidate))
  if (!answer || name === undefined)
    return { json: {}, verified: false }
  const { sign, alipay_cert_sn: certificateSn } = answer.values
  const verdict = judge(alipayKeys(context.config), answer.raw.get(name) ?? '', typeof sign === 'string' ? sign : '', typeof certificateSn === 'string' ? certificateSn : undefined)
  if (verdict !== 'genuine')
    context.env.log('warn', 'answer of Alipay not verified', { method, detail: verdict === 'serial' ? 'signed with another certificate than alipayPublicCert, download the current one' : 'signature does not fit' })
  return { json: objectOf(answer.values[name]), verified: verdict === 'genuine' }
}

const ONLY_DONE: readonly unknown[] = [DONE]

/**
 * Calls the OpenAPI and answers the content of a verified answer whose `code` is one of `codes`.
 * Every answer is verified, refusals too: an unsigned "no such trade" is not believed.
 *
 * @throws ChannelError
 */
export async function callApi(context: ChannelContext, method: string, params: Params, codes = ONLY_DONE): Promise<Record<string, unknown>> {
  const response = await send(context, method, params)
  const { json, verified } = openAnswer(context, method, response.body)
  const code = json.code ?? (method === OAUTH_TOKEN && 'access_token' in json ? DONE : undefined)
  if (response.status !== 200 || !codes.includes(code))
    throw refusalError({ status: response.status, json, verified: verified && response.status === 200 })
  if (!verified)
    throw new ChannelError(PayCode.signature, '支付宝应答签名验证失败，请检查 alipayPublicKey 或 alipayPublicCertPath', 'unknown')
  return json
}

/** The same for an interface whose content is a JSON object. @throws ChannelError */
export function callBusiness(context: ChannelContext, method: string, content: Record<string, unknown>, params: Params = {}, codes?: readonly unknown[]): Promise<Record<string, unknown>> {
  return callApi(context, method, { ...params, biz_content: JSON.stringify(content) }, codes)
}
