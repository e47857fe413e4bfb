import type { CoreDeps } from './deps'
import type { Answer } from './ports'
import { PayCode, PayError, parameterError } from './errors'

/** Where a login code comes from: a mini-program, or the page of an official account. */
export interface LoginDoor {
  provider: string
  platform: string
}

interface DoorKey extends LoginDoor {
  pid?: string
}

function keyOf(door: LoginDoor, { pid }: Record<string, unknown>): DoorKey {
  return { ...door, pid: typeof pid === 'string' ? pid : undefined }
}

async function exchange(deps: CoreDeps, key: DoorKey, code: unknown, source: string): Promise<Answer> {
  if (typeof code !== 'string' || !/^[\w-]{1,512}$/.test(code))
    throw parameterError('code', `code 必须是${source}`)
  const { login, context } = await deps.login(key)
  const { openid } = await login(context, code)
  return { code: 0, msg: 'ok', openid }
}

/** Exchanges the mini-program's login code for the openid; what else the channel tells is dropped. @throws PayError */
export async function code2Session(deps: CoreDeps, door: LoginDoor, data: Record<string, unknown>): Promise<Answer> {
  return exchange(deps, keyOf(door, data), data.code, ' uni.login 返回的登录凭证')
}

function readWay({ redirect_uri, state }: Record<string, unknown>): { redirectUri: string, state: string } {
  if (typeof redirect_uri !== 'string' || redirect_uri.length > 2048 || !/^https?:\/\/[^\s/]/i.test(redirect_uri))
    throw parameterError('redirect_uri', 'redirect_uri 必须是 http 或 https 地址，最长 2048 个字符')
  if (typeof state !== 'string' || !/^[a-z0-9]{1,128}$/i.test(state))
    throw parameterError('state', 'state 必须是 1–128 位字母或数字')
  return { redirectUri: redirect_uri, state }
}

/**
 * The same for a page that has no login of its own: `{ redirect_uri, state }` answers `authorize_url`,
 * where the browser is to go; `{ code }`, with which it came back, answers the openid. @throws PayError
 */
export async function pageLogin(deps: CoreDeps, door: LoginDoor, data: Record<string, unknown>): Promise<Answer> {
  const key = keyOf(door, data)
  if (data.code !== undefined)
    return exchange(deps, key, data.code, '网页授权回跳地址中的 code')
  const way = readWay(data)
  const { provider, context } = await deps.channel(key)
  if (!provider.authorizeUrl)
    throw new PayError(PayCode.notAllowed, `支付通道 ${provider.id} 不支持网页授权`, { field: 'provider' })
  return { code: 0, msg: 'ok', authorize_url: provider.authorizeUrl(context, way) }
}
