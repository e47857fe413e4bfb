import type { Clock } from './clock'
import { Buffer } from 'node:buffer'
import type { Reply, Request } from './http/message'
import { ApiError } from './v3/api-error'

/** A failure to come: of the next `count` requests for `path`. */
export interface Fault {
  /** Exact path, or a beginning when it ends in `*`. */
  path: string
  /** Only this method. */
  method?: string
  /** An HTTP status with the channel's error, a cut connection, or an answer whose signature is wrong. */
  status?: number | 'hangup' | 'badsign'
  /** Waits before anything else happens. */
  delayMs?: number
  /** `after`: the request is carried out first, only its answer is lost. @default 'before' */
  stage?: 'before' | 'after'
  /** @default 1 */
  count: number
}

/** What a request gets instead of, or on the way to, its answer. */
export type Answer = Reply | 'hangup'

export interface FaultBox {
  add: (fault: Fault) => void
  list: () => readonly Fault[]
  clear: () => void
  /** Answers `request` through `handle`, or fails as was ordered; `sign` finishes an error that never met the handler. */
  around: (request: Request, handle: () => Promise<Reply>, sign: (reply: Reply) => Reply) => Promise<Answer>
}

const CODES: Record<number, [code: string, message: string]> = {
  401: ['SIGN_ERROR', '错误的签名，验签失败'],
  403: ['NO_AUTH', '商户无权限'],
  429: ['FREQUENCY_LIMITED', '请求过于频繁，请稍后重试'],
  500: ['SYSTEM_ERROR', '系统异常，请稍后重试'],
  502: ['SERVICE_UNAVAILABLE', '服务不可用，请稍后重试'],
  503: ['SERVICE_UNAVAILABLE', '服务不可用，请稍后重试'],
}

function matches(fault: Fault, request: Request): boolean {
  const onPath = fault.path.endsWith('*') ? request.path.startsWith(fault.path.slice(0, -1)) : request.path === fault.path
  return onPath && (fault.method === undefined || fault.method === request.method)
}

/** Another genuine-looking signature: the real one backwards, so that only verifying tells. */
function spoil(reply: Reply): Reply {
  // Alipay's stands in the body
  const body = reply.body?.replace(/"sign":"([^"]+)"/, (_, sign: string) => `"sign":"${Buffer.from(sign, 'base64').reverse().toString('base64')}"`)
    // v2's, too, as hexadecimal
    .replace(/(?<=<sign><!\[CDATA\[)\w+/, sign => [...sign].reverse().join(''))
  if (body !== reply.body)
    return { ...reply, body }
  const signature = reply.headers?.['Wechatpay-Signature'] ?? ''
  const turned = Buffer.from(signature, 'base64').reverse().toString('base64')
  return { ...reply, headers: { ...reply.headers, 'Wechatpay-Signature': turned } }
}

function isOutcome(value: unknown): value is Fault['status'] {
  return value === undefined || value === 'hangup' || value === 'badsign'
    || (typeof value === 'number' && Number.isInteger(value) && value >= 400 && value < 600)
}

function isDelay(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && value >= 0)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0
}

/** Reads the body of `POST /gateway/faults`; a sentence when it makes no sense. */
export function readFault(value: unknown): Fault | string {
  const { path, method, status, delayMs, stage, count = 1 } = (value ?? {}) as Record<string, unknown>
  if (typeof path !== 'string' || !path.startsWith('/'))
    return 'next.path must be a path, such as /v3/pay/transactions/native or /v3/*'
  if (method !== undefined && typeof method !== 'string')
    return 'next.method must be GET or POST'
  if (!isOutcome(status))
    return 'next.status must be 400-599, "hangup" or "badsign"'
  if (!isDelay(delayMs))
    return 'next.delayMs must be a number of milliseconds'
  if (stage !== undefined && stage !== 'before' && stage !== 'after')
    return 'next.stage must be "before" or "after"'
  if (!isCount(count))
    return 'next.count must be a positive integer'
  if (status === undefined && delayMs === undefined)
    return 'next needs status or delayMs'
  return { path, method, status, delayMs, stage, count }
}

export function createFaultBox(clock: Clock): FaultBox {
  let faults: Fault[] = []

  function take(request: Request): Fault | undefined {
    const fault = faults.find(candidate => matches(candidate, request))
    if (fault)
      fault.count -= 1
    faults = faults.filter(candidate => candidate.count > 0)
    return fault
  }

  function failed(fault: Fault): Answer {
    if (typeof fault.status !== 'number')
      return 'hangup'
    const [code, message] = CODES[fault.status] ?? ['SYSTEM_ERROR', '系统异常，请稍后重试']
    return new ApiError(fault.status, code, message).toReply()
  }

  return {
    add: fault => faults.push(fault),
    list: () => faults,
    clear: () => { faults = [] },
    async around(request, handle, sign) {
      const fault = take(request)
      if (fault?.delayMs)
        await new Promise<void>(resolve => void clock.after(fault.delayMs ?? 0, resolve))
      if (fault?.status === undefined)
        return handle()
      if (fault.status === 'badsign')
        return spoil(await handle())
      if (fault.stage === 'after')
        await handle()
      const answer = failed(fault)
      return answer === 'hangup' ? answer : sign(answer)
    },
  }
}
