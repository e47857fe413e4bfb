import type { CoreDeps } from './deps'
import type { Answer } from './ports'
import { parameterError } from './errors'

/** Exchanges the mini-program's login code for the openid; what else the channel tells is dropped. @throws PayError */
export async function code2Session(deps: CoreDeps, mini: { provider: string, platform: string }, data: Record<string, unknown>): Promise<Answer> {
  const { code, pid } = data
  if (typeof code !== 'string' || !/^[\w-]{1,512}$/.test(code))
    throw parameterError('code', 'code 必须是 uni.login 返回的登录凭证')
  const { login, context } = await deps.login({ ...mini, pid: typeof pid === 'string' ? pid : undefined })
  const { openid } = await login(context, code)
  return { code: 0, msg: 'ok', openid }
}
