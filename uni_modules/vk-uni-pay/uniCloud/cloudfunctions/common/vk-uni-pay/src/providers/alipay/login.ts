import type { ChannelContext } from '../../core/provider'
import { ChannelError, parameterError, PayCode, PayError } from '../../core/errors'
import { callApi, OAUTH_TOKEN } from './client'

/** `alipay.system.oauth.token`. The tokens of the answer are neither kept nor logged. @throws PayError */
export async function login(context: ChannelContext, code: string): Promise<{ openid: string }> {
  const answer = await callApi(context, OAUTH_TOKEN, { grant_type: 'authorization_code', code }).catch((error) => {
    throw error instanceof ChannelError && /^isv\.code-(?:invalid|is-null)/.test(String(error.extra?.channel_code))
      ? parameterError('code', '授权码 code 无效或已使用，请重新调用 my.getAuthCode')
      : error
  })
  const openid = [answer.open_id, answer.user_id].find(id => typeof id === 'string' && id !== '')
  if (typeof openid !== 'string')
    throw new PayError(PayCode.other, '支付宝登录应答中没有 open_id 或 user_id')
  return { openid }
}
