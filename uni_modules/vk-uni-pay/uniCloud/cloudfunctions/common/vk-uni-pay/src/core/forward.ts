/**
 * An order type whose work is done elsewhere: by another cloud function, or behind an address. What
 * is sent is signed with `notifyKey`, so that the receiver can believe it (see `createReceiver`).
 */
import { Buffer } from 'node:buffer'
import type { Env } from './ports'
import type { HandlerEvent } from './handlers'
import type { SignedCallback } from '../signature'
import { md5Signature, signCallback } from '../signature'
import { PayCode, PayError, keyError, parameterError } from './errors'

const DEFAULT_TIMEOUT_MS = 10_000
/** A run is given up after this; its lease ends a little later. */
const LONGEST_TIMEOUT_MS = 50_000

/** Where a type's work is done: an address, or a cloud function of the same space. */
export interface ForwardTarget {
  /** https, or http on this machine; gets the envelope `{ data, timestamp, nonce, signature }` by POST as JSON. @default none */
  url?: string
  /** Name of a cloud function; gets the envelope as its event. @default none */
  name?: string
  /** `MD5` sends `{ data, signature }` of the older form, which can be replayed. @default 'HMAC-SHA256' */
  signType?: 'HMAC-SHA256' | 'MD5'
  /** Longest wait for the answer, ms, at most 50000. @default 10000 */
  timeoutMs?: number
}

/** Calls a cloud function by name and answers its result. */
export type CallFunction = (name: string, data: object) => Promise<unknown>

/** Sends an event away and answers what came back, not yet judged. @throws PayError */
export type Forwarder = (target: ForwardTarget, event: HandlerEvent) => Promise<unknown>

export interface ForwarderOptions {
  env: Env
  notifyKey: () => string | undefined
  /** Missing where there are no cloud functions. */
  callFunction?: CallFunction
}

/** A handler file for a type that is handled elsewhere: `module.exports = forward({ url })`. @throws PayError 40001 when the target says not where */
export function forward(target: ForwardTarget): { forward: ForwardTarget } {
  const { url, name, timeoutMs = DEFAULT_TIMEOUT_MS } = target
  if ((url === undefined) === (name === undefined))
    throw parameterError('forward', 'forward 必须且只能填写 url 或 name 之一')
  if (url !== undefined && !/^https:\/\/|^http:\/\/(?:127\.0\.0\.1|localhost)[:/]/.test(url))
    throw parameterError('forward.url', 'forward.url 必须是 https 地址（本机可以是 http://127.0.0.1）')
  if (!(timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS))
    throw parameterError('forward.timeoutMs', `forward.timeoutMs 必须是 1–${LONGEST_TIMEOUT_MS} 之间的毫秒数`)
  return { forward: { ...target, timeoutMs } }
}

export function createForwarder({ env, notifyKey, callFunction }: ForwarderOptions): Forwarder {
  function envelope({ data, callback_id }: HandlerEvent, { signType }: ForwardTarget): Partial<SignedCallback> {
    const key = notifyKey()
    if (key === undefined)
      throw keyError('notifyKey', '转发订单回调需要支付配置 notifyKey（64 个以上字符的随机字符串，收发双方相同）')
    // as the other side will read it: what JSON drops must not be signed
    const content = JSON.parse(JSON.stringify({ ...data, callback_id })) as Record<string, unknown>
    return signType === 'MD5'
      ? { data: content, signature: md5Signature(content, key) }
      : signCallback(content, key, { timestamp: env.now(), nonce: env.randomId(24) })
  }

  async function post(url: string, body: string, timeoutMs: number): Promise<unknown> {
    const { status, body: bytes } = await env.http({ method: 'POST', url, headers: { 'content-type': 'application/json; charset=utf-8' }, body, timeoutMs })
    if (status !== 200)
      throw new PayError(PayCode.network, `forward: HTTP ${status}`)
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  }

  return async (target, event) => {
    const message = envelope(event, target)
    const { url, name, timeoutMs = DEFAULT_TIMEOUT_MS } = target
    if (url !== undefined)
      return post(url, JSON.stringify(message), timeoutMs)
    if (name === undefined || callFunction === undefined)
      throw parameterError('forward.name', '这里没有云函数可以转发，请改用 forward({ url })')
    return callFunction(name, message)
  }
}
