import type { AuthorizeWay, ChannelConfig, ChannelContext } from '../../core/provider'
import { PayCode, PayError, parameterError } from '../../core/errors'
import { parseBody } from './client'
import { gatewayOf } from '../wxpay/gateway'

const API_BASE = 'https://api.weixin.qq.com'
const PAGE_BASE = 'https://open.weixin.qq.com'
const TIMEOUT_MS = 5_000

/** Whose openid is wanted: the shop's own app, where a service provider collects for it. */
const appidOf = (config: ChannelConfig): string => config.optional('subAppId') ?? config.text('appId')

const isPage = ({ platform }: ChannelContext): boolean => platform === 'h5-weixin'

function loginError(context: ChannelContext, code: number): PayError {
  const { name } = context.config
  switch (code) {
    case 40029:
    case 40163:
      return parameterError('code', isPage(context) ? '网页授权 code 无效或已使用，请重新授权' : '登录凭证 code 无效或已使用，请重新调用 uni.login')
    case 45011:
      return new PayError(PayCode.tooOften, '登录凭证校验过于频繁，请稍后再试')
    case 40013:
    case 40125:
      return parameterError(`${name}.secret`, `支付配置 ${name} 的 appId 或 secret 不正确`)
    default:
      return new PayError(PayCode.busy, `微信登录服务繁忙（errcode ${code}），请稍后再试`)
  }
}

/**
 * `auth.code2Session` of mini-programs, `sns/oauth2/access_token` of official accounts (developers.weixin.qq.com,
 * web authorisation). The address holds the app secret and the answer a session key or a token: none of
 * them is kept or logged. @throws PayError
 */
export async function login(context: ChannelContext, code: string): Promise<{ openid: string }> {
  const { config, env } = context
  const page = isPage(context)
  const query = new URLSearchParams({ appid: appidOf(config), secret: config.text('secret'), [page ? 'code' : 'js_code']: code, grant_type: 'authorization_code' })
  const url = `${gatewayOf(config, API_BASE)}/sns/${page ? 'oauth2/access_token' : 'jscode2session'}?${query.toString()}`
  const response = await env.http({ method: 'GET', url, headers: { accept: 'application/json' }, timeoutMs: TIMEOUT_MS }).catch(() => {
    // without the cause: it would quote the address
    throw new PayError(PayCode.network, '连接微信登录服务失败，请稍后重试')
  })
  const { openid, errcode } = parseBody(response.body)
  if (typeof openid === 'string' && openid !== '')
    return { openid }
  throw loginError(context, typeof errcode === 'number' ? errcode : -1)
}

/**
 * Where a page inside WeChat goes for a code, in silence (`snsapi_base`): it comes back to `redirectUri`
 * with `code` and `state` in the query. WeChat wants the parameters in this order, and the fragment.
 */
export function authorizeUrl({ config }: ChannelContext, { redirectUri, state }: AuthorizeWay): string {
  const [appid, address] = [appidOf(config), redirectUri].map(encodeURIComponent)
  return `${gatewayOf(config, PAGE_BASE)}/connect/oauth2/authorize?appid=${appid}&redirect_uri=${address}&response_type=code&scope=snsapi_base&state=${state}#wechat_redirect`
}
