import { Buffer } from 'node:buffer'
import type { ChannelContext, LoginChannel } from '../../core/provider'
import { PayCode, PayError, parameterError } from '../../core/errors'

const DEFAULT_BASE = 'https://developer.toutiao.com'
const SANDBOX_BASE = 'https://open-sandbox.douyin.com'
const TIMEOUT_MS = 5_000

interface Session {
  err_no?: unknown
  data?: { openid?: unknown }
}

function loginError({ config }: ChannelContext, code: unknown): PayError {
  switch (code) {
    case 40018:
      return parameterError('code', '登录凭证 code 无效或已使用，请重新调用 uni.login')
    case 40015:
      return parameterError(`${config.name}.appId`, `支付配置 ${config.name}.appId 不正确`)
    case 40017:
      return parameterError(`${config.name}.secret`, `支付配置 ${config.name}.secret 不正确`)
    default:
      return new PayError(PayCode.busy, `抖音登录服务繁忙（err_no ${typeof code === 'number' ? code : '未知'}），请稍后再试`)
  }
}

function readSession(body: Uint8Array): Session {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    return typeof value === 'object' && value !== null ? value : {}
  }
  catch {
    return {}
  }
}

/**
 * `code2Session` of Douyin's open platform (server API, 登录). The request holds the app secret and
 * the answer a session key: neither is kept or logged. `gateway` replaces the address. @throws PayError
 */
async function login(context: ChannelContext, code: string): Promise<{ openid: string }> {
  const { config, env } = context
  const base = config.optional('gateway') ?? (config.value('sandbox') === true ? SANDBOX_BASE : DEFAULT_BASE)
  const response = await env.http({
    method: 'POST',
    url: `${base.replace(/\/+$/, '')}/api/apps/v2/jscode2session`,
    headers: { 'content-type': 'application/json', 'accept': 'application/json' },
    // anonymous_code is for payers who are not signed in to the host app; they have no openid to pay with
    body: JSON.stringify({ appid: config.text('appId'), secret: config.text('secret'), code, anonymous_code: '' }),
    timeoutMs: TIMEOUT_MS,
  }).catch(() => {
    // without the cause: it may quote the request
    throw new PayError(PayCode.network, '连接抖音登录服务失败，请稍后重试')
  })
  const { err_no: refused, data } = readSession(response.body)
  if (refused === 0 && typeof data?.openid === 'string' && data.openid !== '')
    return { openid: data.openid }
  throw loginError(context, refused)
}

/** Douyin mini-programs: who the payer is. */
export const douyinLogin: LoginChannel = { id: 'douyin', platforms: ['mp-toutiao'], login }
