import type { ChannelContext } from '../../core/provider'
import { PayCode, PayError, parameterError } from '../../core/errors'
import { parseBody } from './client'
import { gatewayOf } from '../wxpay/gateway'

const DEFAULT_BASE = 'https://api.weixin.qq.com'
const TIMEOUT_MS = 5_000

function loginError(code: number): PayError {
  switch (code) {
    case 40029:
    case 40163:
      return parameterError('code', '登录凭证 code 无效或已使用，请重新调用 uni.login')
    case 45011:
      return new PayError(PayCode.tooOften, '登录凭证校验过于频繁，请稍后再试')
    case 40013:
    case 40125:
      return parameterError('wxpay.mp-weixin.secret', '支付配置 wxpay.mp-weixin 的 appId 或 secret 不正确')
    default:
      return new PayError(PayCode.busy, `微信登录服务繁忙（errcode ${code}），请稍后再试`)
  }
}

/** `auth.code2Session`. The address holds the app secret and the answer a session key: neither is kept or logged. @throws PayError */
export async function login(context: ChannelContext, code: string): Promise<{ openid: string }> {
  const { config, env } = context
  const query = new URLSearchParams({ appid: config.optional('subAppId') ?? config.text('appId'), secret: config.text('secret'), js_code: code, grant_type: 'authorization_code' })
  const { base, tls } = gatewayOf(config, DEFAULT_BASE)
  const url = `${base}/sns/jscode2session?${query.toString()}`
  const response = await env.http({ method: 'GET', url, headers: { accept: 'application/json' }, timeoutMs: TIMEOUT_MS, tls }).catch(() => {
    // without the cause: it would quote the address
    throw new PayError(PayCode.network, '连接微信登录服务失败，请稍后重试')
  })
  const { openid, errcode } = parseBody(response.body)
  if (typeof openid === 'string' && openid !== '')
    return { openid }
  throw loginError(typeof errcode === 'number' ? errcode : -1)
}
