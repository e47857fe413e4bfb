import type { Clock } from '../clock'
import type { Gateway } from '../context'
import type { Handler, Route } from '../http/router'
import type { Reply } from '../http/message'
import { createHash } from 'node:crypto'
import { randomDigits, randomSerial, randomText } from '../crypto/random'
import { json, jsonObject } from '../http/message'
import { route } from '../http/router'

/** The merchant's mini-program at Douyin. */
export interface DouyinAccount {
  appid: string
  secret: string
}

export function createDouyinAccount(): DouyinAccount {
  return { appid: `tt${randomDigits(18)}`, secret: randomSerial().toLowerCase() }
}

/** Codes of `tt.login` are good for three minutes, and once. */
const CODE_VALID_MS = 3 * 60_000

/** Who signed in, by the code they were given. */
export interface LoginCodes {
  issue: (payer: string) => string
  /** The payer of a code, to the first who asks in time. */
  take: (code: string) => string | undefined
}

export function createLoginCodes(clock: Clock): LoginCodes {
  const issued = new Map<string, { payer: string, untilMs: number }>()
  return {
    issue(payer) {
      const code = randomText(64)
      issued.set(code, { payer, untilMs: clock.now() + CODE_VALID_MS })
      return code
    },
    take(code) {
      const known = issued.get(code)
      issued.delete(code)
      return known && clock.now() <= known.untilMs ? known.payer : undefined
    },
  }
}

const derive = (...parts: string[]): string => createHash('sha256').update(parts.join('\n')).digest('base64url')

const refusal = (code: number, tips: string): Reply => json(200, { err_no: code, err_tips: tips, log_id: randomDigits(20), data: null })

/** `POST /api/apps/v2/jscode2session` (Douyin open platform, code2Session). */
function codeToSession({ account: { douyin }, douyinCodes, log }: Gateway): Handler {
  function answer(fields: Record<string, unknown>): Reply {
    const { appid, secret, code } = fields
    if (appid !== douyin.appid)
      return refusal(40015, 'bad appid')
    if (secret !== douyin.secret)
      return refusal(40017, 'bad secret')
    const payer = typeof code === 'string' ? douyinCodes.take(code) : undefined
    if (payer === undefined)
      return refusal(40018, 'bad code')
    return json(200, {
      err_no: 0,
      err_tips: 'success',
      log_id: randomDigits(20),
      data: { session_key: derive('session', payer, String(code)).slice(0, 24), openid: `_000${derive(douyin.appid, payer).slice(0, 32)}`, anonymous_openid: '', unionid: derive('unionid', payer) },
    })
  }

  return (request) => {
    const reply = answer(jsonObject(request) ?? {})
    const { err_no: code } = JSON.parse(reply.body ?? '{}') as { err_no?: number }
    log({ event: 'api', method: 'POST', path: request.path, status: 200, ...(code ? { code: String(code) } : {}) })
    return reply
  }
}

/** `POST /gateway/client/login` `{ payer? }`: what `tt.login` answers to a mini-program of the merchant. */
function login({ douyinCodes }: Gateway): Handler {
  return (request) => {
    const { payer = 'payer' } = jsonObject(request) ?? {}
    return json(200, { errMsg: 'login:ok', code: douyinCodes.issue(String(payer)), anonymousCode: randomText(64), isLogin: true })
  }
}

export function douyinRoutes(gateway: Gateway): Route[] {
  return [
    route('POST', '/api/apps/v2/jscode2session', codeToSession(gateway)),
    route('POST', '/gateway/client/login', login(gateway)),
  ]
}
