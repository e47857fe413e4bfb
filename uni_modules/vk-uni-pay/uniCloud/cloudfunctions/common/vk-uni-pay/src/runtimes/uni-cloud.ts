/** Translates between uniCloud and the payment service; decides nothing. */
import { Buffer } from 'node:buffer'
import type { ClientContext, HttpAnswer, HttpPort, TlsOptions } from '../core/ports'
import type { CallFunction } from '../core/forward'
import type { Pay } from '../pay'
import { readCall } from '../actions'
import { clientContext } from '../context'
import { isNotifyPath } from '../core/notify'

/** `uniCloud`, as far as it is used. */
export interface UniCloud {
  database: () => unknown
  httpclient: {
    request: (url: string, options: Record<string, unknown>) => Promise<{ status: number, headers: Record<string, unknown>, data: unknown }>
  }
  callFunction?: (call: { name: string, data: object }) => Promise<{ result?: unknown }>
  /** Set by the vk framework. */
  vk?: unknown
}

/** A call through the function's URL. */
interface UrlEvent {
  path: string
  httpMethod: string
  headers: Record<string, unknown>
  body?: unknown
  isBase64Encoded?: boolean
}

interface ComposedResponse {
  /** Alibaba Cloud takes the object for a response only with this. */
  mpserverlessComposedResponse: true
  statusCode: number
  headers: Record<string, string>
  body: string
  isBase64Encoded: false
}

function isUrlEvent(event: unknown): event is UrlEvent {
  const { httpMethod, headers, path } = (typeof event === 'object' && event !== null ? event : {}) as Partial<UrlEvent>
  return typeof httpMethod === 'string' && typeof path === 'string' && typeof headers === 'object' && headers !== null
}

function plainHeaders(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : String(value)]))
}

/** The bytes as they were sent: the platform hands some bodies over in base64. */
function rawBody({ body, isBase64Encoded }: UrlEvent): Buffer {
  if (typeof body !== 'string')
    return Buffer.alloc(0)
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
}

function composed({ status, headers, body }: HttpAnswer): ComposedResponse {
  return { mpserverlessComposedResponse: true, statusCode: status, headers, body, isBase64Encoded: false }
}

function json(status: number, value: object): ComposedResponse {
  return composed({ status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) })
}

async function byUrl(pay: Pay, event: UrlEvent, context: unknown): Promise<ComposedResponse> {
  const headers = plainHeaders(event.headers)
  const body = rawBody(event)
  if (isNotifyPath(event.path))
    return composed(await pay.paymentNotify({ method: event.httpMethod, path: event.path, headers, body }))
  if (event.httpMethod.toUpperCase() !== 'POST')
    return json(405, { code: 405, msg: '只接受 POST 请求' })
  let message: unknown
  try {
    message = JSON.parse(body.toString('utf8'))
  }
  catch {
    return json(400, { code: 40001, msg: '请求体必须是 JSON' })
  }
  const known = clientContext(context)
  const caller: ClientContext = {
    ...known,
    // behind the function's URL these describe the gateway, or nothing
    platform: undefined,
    userAgent: headers['user-agent'] ?? known.userAgent,
    clientIp: known.clientIp ?? headers['x-real-ip'] ?? headers['x-forwarded-for']?.split(',')[0]?.trim(),
  }
  const call = readCall(message)
  return json(200, await pay.call({ ...call, token: call.token ?? headers['uni-id-token'] }, caller))
}

/**
 * The timer of the function. The platform names the source of a call; where it does not, a timer's
 * event tells itself apart by its type. A client that pretends gets a sweep that is due anyway,
 * and no word about what it found.
 */
function isTimerEvent(event: unknown, context: unknown): boolean {
  const { SOURCE } = (typeof context === 'object' && context !== null ? context : {}) as { SOURCE?: unknown }
  if (typeof SOURCE === 'string')
    return SOURCE === 'timing'
  const { Type, TriggerName } = (typeof event === 'object' && event !== null ? event : {}) as { Type?: unknown, TriggerName?: unknown }
  return typeof Type === 'string' && Type.toLowerCase() === 'timer' && typeof TriggerName === 'string'
}

async function byTimer(pay: Pay): Promise<object> {
  const { code, msg } = await pay.reconcile()
  return { code, msg }
}

/** `exports.main` of the function. */
export function uniCloudMain(pay: Pay): (event: unknown, context: unknown) => Promise<object> {
  return async (event, context) => {
    if (isUrlEvent(event))
      return byUrl(pay, event, context)
    return isTimerEvent(event, context) ? byTimer(pay) : pay.call(readCall(event), { ...clientContext(context), userId: undefined })
  }
}

/** Another cloud function of the space, by name. */
export function uniCloudFunctions(uniCloud: UniCloud): CallFunction {
  return async (name, data) => (await uniCloud.callFunction?.({ name, data }))?.result
}

/** urllib hands `pfx`, `passphrase`, `cert`, `key` and `ca` on to node:https under the same names. */
function urllibTls(tls: TlsOptions | undefined): Record<string, unknown> {
  return tls?.pfx ? { ...tls, pfx: Buffer.from(tls.pfx) } : { ...tls }
}

/** The HTTP port over `uniCloud.httpclient`, which is urllib: `content` goes out byte for byte. */
export function uniCloudHttp(uniCloud: UniCloud): HttpPort {
  return async ({ method, url, headers, body, timeoutMs, file, tls }) => {
    const { status, headers: answered, data } = await uniCloud.httpclient.request(url, { method, headers, content: body, dataType: file ? '' : 'text', timeout: timeoutMs, ...urllibTls(tls) })
    return { status, headers: plainHeaders(answered), body: Buffer.isBuffer(data) ? data : Buffer.from(typeof data === 'string' ? data : '', 'utf8') }
  }
}
