import type { Buffer } from 'node:buffer'
import type { Gateway } from '../context'
import type { Handler } from '../http/router'
import type { Reply } from '../http/message'
import { createHash } from 'node:crypto'

function derive(...parts: string[]): Buffer {
  return createHash('sha256').update(parts.join('\n')).digest()
}

/** The real one labels its JSON text/plain, so a client that trusts the label finds out here. */
function answer(value: unknown): Reply {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: JSON.stringify(value) }
}

function refusal(gateway: Gateway, query: URLSearchParams): { errcode: number, errmsg: string } | undefined {
  if (!Object.values(gateway.account.appids).includes(query.get('appid') ?? ''))
    return { errcode: 40013, errmsg: 'invalid appid' }
  if (query.get('secret') !== gateway.account.secret)
    return { errcode: 40125, errmsg: 'invalid appsecret' }
  if (query.get('grant_type') !== 'authorization_code')
    return { errcode: 40002, errmsg: 'invalid grant_type' }
  if (!query.get('js_code'))
    return { errcode: 40029, errmsg: 'invalid code' }
  return undefined
}

/** GET /sns/jscode2session: the same code of the same app gives the same openid, always. */
export function codeToSession(gateway: Gateway): Handler {
  return ({ query }) => {
    const refused = refusal(gateway, query)
    if (refused)
      return answer(refused)
    const who = [query.get('appid') ?? '', query.get('js_code') ?? '']
    return answer({
      openid: `o${derive('openid', ...who).toString('base64url').slice(0, 27)}`,
      session_key: derive('session', ...who).subarray(0, 16).toString('base64'),
    })
  }
}
