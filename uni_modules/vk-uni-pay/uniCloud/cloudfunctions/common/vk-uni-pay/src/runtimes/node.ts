import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ClientContext, HttpAnswer } from '../core/ports'
import type { Pay } from '../pay'
import { readCall } from '../actions'
import { isNotifyPath } from '../core/notify'
import { plainHeaders, readBody } from './node-http'

export interface NodeListenerOptions {
  /** Where browsers may call from: an origin, or `*`. @default undefined, the same origin only */
  cors?: string
  /** Whether `X-Forwarded-For` is written by a proxy of ours, so that it names the payer. @default false */
  trustProxy?: boolean
  /** Largest body taken, bytes. @default 262144 */
  maxBodyBytes?: number
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const json = (status: number, value: object): HttpAnswer => ({ status, headers: JSON_TYPE, body: JSON.stringify(value) })

function corsHeaders(origin: string | undefined): Record<string, string> {
  return origin === undefined
    ? {}
    : { 'access-control-allow-origin': origin, 'access-control-allow-methods': 'POST, OPTIONS', 'access-control-allow-headers': 'content-type, uni-id-token', 'access-control-max-age': '600' }
}

function contextOf(request: IncomingMessage, headers: Record<string, string>, trustProxy: boolean): ClientContext {
  const forwarded = trustProxy ? headers['x-forwarded-for']?.split(',')[0]?.trim() : undefined
  return { userAgent: headers['user-agent'], clientIp: forwarded || request.socket.remoteAddress }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  }
  catch {
    return undefined
  }
}

async function answer(pay: Pay, request: IncomingMessage, options: NodeListenerOptions): Promise<HttpAnswer> {
  const path = (request.url ?? '/').replace(/[?#].*$/, '')
  const headers = plainHeaders(request.headers)
  if (request.method === 'OPTIONS')
    return { status: 204, headers: {}, body: '' }
  if (request.method !== 'POST')
    return json(405, { code: 405, msg: '只接受 POST 请求' })
  const body = await readBody(request, options.maxBodyBytes ?? 262_144)
  if (isNotifyPath(path))
    return pay.paymentNotify({ method: 'POST', path, headers, body })
  const message = parse(body)
  if (message === undefined)
    return json(400, { code: 40001, msg: '请求体必须是 JSON' })
  const call = readCall(message)
  return json(200, await pay.call({ ...call, token: call.token ?? headers['uni-id-token'] }, contextOf(request, headers, options.trustProxy ?? false)))
}

/** A listener for node:http: notifications under `…/vk-pay-notify/…`, actions by POST to every other path. */
export function createNodeListener(pay: Pay, options: NodeListenerOptions = {}): (request: IncomingMessage, response: ServerResponse) => void {
  const cors = corsHeaders(options.cors)
  return (request, response) => {
    answer(pay, request, options)
      .catch(error => error instanceof RangeError ? json(413, { code: 413, msg: '请求体过大' }) : json(500, { code: 50000, msg: '服务异常，请稍后重试' }))
      .then(({ status, headers, body }) => {
        const bytes = Buffer.from(body, 'utf8')
        response.writeHead(status, { ...cors, ...headers, 'content-length': String(bytes.length) })
        response.end(bytes)
      })
  }
}
