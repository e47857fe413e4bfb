import type { Gateway } from '../context'
import type { Reply, Request } from '../http/message'
import type { Route } from '../http/router'
import { createHash } from 'node:crypto'
import { randomText } from '../crypto/random'
import { route } from '../http/router'
import { noticePage } from '../pages/layout'

/** A code that nobody exchanged ends (web authorisation of official accounts). */
const VALID_MS = 5 * 60_000

/** The real one labels its JSON text/plain, so a client that trusts the label finds out here. */
function answer(value: unknown): Reply {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: JSON.stringify(value) }
}

/** With `code` and `state` in the query, before the fragment, as WeChat does it. */
function wayBack(redirectUri: string, code: string, state: string): string {
  const url = new URL(redirectUri)
  url.searchParams.set('code', code)
  url.searchParams.set('state', state)
  return url.href
}

/**
 * WeChat's web authorisation of official accounts: `/connect/oauth2/authorize` (silent, `snsapi_base`)
 * sends the browser back with a code, `/sns/oauth2/access_token` takes a code it issued, once.
 */
export function oauthRoutes(gateway: Gateway): Route[] {
  const { account, clock } = gateway
  const official = account.appids['h5-weixin']
  const issued = new Map<string, { untilMs: number, used: boolean }>()

  function authorize({ query }: Request): Reply {
    const [redirectUri, state] = [query.get('redirect_uri') ?? '', query.get('state') ?? '']
    if (query.get('appid') !== official)
      return noticePage(400, 'appid 参数错误')
    if (!/^https?:\/\//i.test(redirectUri) || !URL.canParse(redirectUri))
      return noticePage(400, 'redirect_uri 参数错误（10003）')
    if (query.get('response_type') !== 'code' || query.get('scope') !== 'snsapi_base' || !/^[a-z0-9]{1,128}$/i.test(state))
      return noticePage(400, 'response_type、scope 或 state 参数错误')
    const code = randomText(32)
    issued.set(code, { untilMs: clock.now() + VALID_MS, used: false })
    return { status: 302, headers: { 'location': wayBack(redirectUri, code, state), 'cache-control': 'no-store' } }
  }

  function refusal(query: URLSearchParams): { errcode: number, errmsg: string } | undefined {
    const known = issued.get(query.get('code') ?? '')
    if (query.get('appid') !== official)
      return { errcode: 40013, errmsg: 'invalid appid' }
    if (query.get('secret') !== account.secret)
      return { errcode: 40125, errmsg: 'invalid appsecret' }
    if (query.get('grant_type') !== 'authorization_code')
      return { errcode: 40002, errmsg: 'invalid grant_type' }
    if (!known || clock.now() >= known.untilMs)
      return { errcode: 40029, errmsg: 'invalid code' }
    return known.used ? { errcode: 40163, errmsg: 'code been used' } : undefined
  }

  function accessToken({ query }: Request): Reply {
    const refused = refusal(query)
    if (refused)
      return answer(refused)
    issued.get(query.get('code') ?? '')!.used = true
    return answer({
      access_token: randomText(64),
      expires_in: 7200,
      refresh_token: randomText(64),
      // one payer looks at this WeChat
      openid: `o${createHash('sha256').update(`page\n${official}`).digest('base64url').slice(0, 27)}`,
      scope: 'snsapi_base',
    })
  }

  return [
    route('GET', '/connect/oauth2/authorize', authorize),
    route('GET', '/sns/oauth2/access_token', accessToken),
  ]
}
