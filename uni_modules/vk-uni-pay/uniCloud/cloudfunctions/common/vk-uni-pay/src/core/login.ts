import type { CoreDeps } from './deps'
import type { Answer } from './ports'
import { PayCode, PayError, parameterError } from './errors'

/** The mini-program a login code comes from. */
export interface MiniProgram {
  provider: string
  platform: string
}

/** Exchanges the mini-program's login code for the openid; what else the channel tells is dropped. @throws PayError */
export async function code2Session(deps: CoreDeps, mini: MiniProgram, data: Record<string, unknown>): Promise<Answer> {
  const { code, pid } = data
  if (typeof code !== 'string' || !/^[\w-]{1,128}$/.test(code))
    throw parameterError('code', 'code 必须是 uni.login 返回的登录凭证')
  const channel = await deps.channel({ ...mini, pid: typeof pid === 'string' ? pid : undefined })
  if (!channel.provider.login)
    throw new PayError(PayCode.notAllowed, `支付通道 ${channel.provider.id} 不支持登录凭证换取 openid`, { field: 'provider' })
  const { openid } = await channel.provider.login(channel.context, code)
  return { code: 0, msg: 'ok', openid }
}
