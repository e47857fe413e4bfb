import type { PayCore } from './core'
import { ErrorCode, VkPayError } from './errors'
import type { PayPlatform, PayProvider } from './types'

/**
 * Fetches the payer's openid once per channel; payments at the same time share one fetch.
 * Nothing where the channel needs none. @throws VkPayError `OPENID`, or what {@link PayCore.call} throws
 */
export function createOpenidCache(platform: PayPlatform, call: PayCore['call']) {
  const fetched: Record<string, Promise<string> | undefined> = {}

  return async ({ id, openid }: PayProvider): Promise<string | undefined> => {
    const need = openid?.[platform]
    // a failure is not kept: the next payment tries again
    return need && (fetched[id] ??= fetchOpenid(call, need.loginProvider, need.action).catch((thrown) => {
      delete fetched[id]
      throw thrown
    }))
  }
}

async function fetchOpenid(call: PayCore['call'], loginProvider: string, action: string): Promise<string> {
  const { code, errMsg } = await new Promise<{ code?: string, errMsg?: string }>(done => uni.login({
    provider: loginProvider as 'weixin',
    success: done,
    fail: done,
  }))
  if (!code)
    throw new VkPayError(ErrorCode.OPENID, process.env.NODE_ENV === 'production' ? '' : 'uni.login gave no code for the openid', { cause: { errMsg } })
  const answer = await call<{ code: number, msg: string, openid?: string }>(action, { code })
  if (answer.code || !answer.openid)
    throw new VkPayError(ErrorCode.OPENID, process.env.NODE_ENV === 'production' ? answer.msg : `${action}: ${answer.msg || 'no openid in the answer'}; or give order.openid`)
  return answer.openid
}
