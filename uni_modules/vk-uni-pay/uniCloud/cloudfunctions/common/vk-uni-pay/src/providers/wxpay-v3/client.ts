import { Buffer } from 'node:buffer'
import type { HttpResponse } from '../../core/ports'
import type { ChannelContext } from '../../core/provider'
import type { KeyFinder } from './verification'
import { ChannelError, PayCode, safeText } from '../../core/errors'
import { gatewayOf } from '../wxpay/gateway'
import { authorization } from './signing'
import { isSigned, verify } from './verification'
import { merchantKeys } from './keys'
import { refusalError } from './refusals'

/** Two calls in a row still end before a lease on the order does. */
const TIMEOUT_MS = 6_000
const FILE_TIMEOUT_MS = 30_000

export interface Call {
  method: 'GET' | 'POST'
  /** Path and query under the base address. */
  target: string
  body?: Record<string, unknown>
  /** Names the platform's key something in the body was encrypted with. @default the public key, where there is one */
  serial?: string
  /** The answer is a file. */
  file?: boolean
}

/** Parsed JSON of an answer; an empty object when there is none. */
export function parseBody(body: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
  }
  catch {
    return {}
  }
}

/** Signs and sends; the answer is not verified yet. @throws ChannelError 40004 when none came */
export async function send(context: ChannelContext, call: Call): Promise<HttpResponse> {
  const { config, env } = context
  const keys = merchantKeys(config)
  const url = new URL(gatewayOf(config) + call.target)
  const body = call.body === undefined ? '' : JSON.stringify(call.body)
  const headers: Record<string, string> = {
    'authorization': authorization(keys, { method: call.method, target: url.pathname + url.search, body, timestamp: Math.floor(env.now() / 1000), nonce: env.randomId(32) }),
    'accept': 'application/json',
    'accept-language': 'zh-CN',
    'user-agent': 'vk-uni-pay',
    ...(body ? { 'content-type': 'application/json' } : {}),
    // names the key we want the answer signed with
    ...(keys.publicKey ? { 'wechatpay-serial': keys.publicKey.id } : {}),
    ...(call.serial === undefined ? {} : { 'wechatpay-serial': call.serial }),
  }
  try {
    return await env.http({ method: call.method, url: url.href, headers, body: body || undefined, timeoutMs: call.file ? FILE_TIMEOUT_MS : TIMEOUT_MS, ...(call.file ? { file: true } : {}) })
  }
  catch (error) {
    throw new ChannelError(PayCode.network, '连接微信支付失败，请稍后重试', 'unknown', { cause: error })
  }
}

async function isGenuine(context: ChannelContext, response: HttpResponse, findKey: KeyFinder): Promise<boolean> {
  try {
    await verify(response, findKey, context.env.now())
    return true
  }
  catch (error) {
    context.env.log('warn', 'answer of WeChat Pay not verified', { status: response.status, detail: safeText(error) })
    return false
  }
}

/**
 * Calls the API and answers the JSON of a verified answer. Every answer is verified, errors too: an
 * unsigned "no such order" is not believed. @throws ChannelError
 */
export async function callApi(context: ChannelContext, call: Call, findKey: KeyFinder): Promise<Record<string, unknown>> {
  const response = await send(context, call)
  const succeeded = response.status >= 200 && response.status < 300
  const verified = (succeeded || isSigned(response)) && await isGenuine(context, response, findKey)
  const json = parseBody(response.body)
  if (!succeeded)
    throw refusalError({ status: response.status, json, verified })
  if (!verified)
    throw new ChannelError(PayCode.signature, '微信支付应答签名验证失败，请检查 wxpayPublicKeyPath、wxpayPublicKeyId 或平台证书', 'unknown')
  return json
}
