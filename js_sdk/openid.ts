import type { PayCore } from './core'
import { ErrorCode, VkPayError } from './errors'
import type { PayPlatform, PayProvider } from './types'

/** Fetches the payer's openid once per channel; payments at the same time share one fetch. */
export function createOpenidCache(platform: PayPlatform, call: PayCore['call']) {
  const fetched = new Map<string, Promise<string>>()

  async function fetchOpenid(loginProvider: string, action: string): Promise<string> {
    const code = await new Promise<string>((resolve, reject) => uni.login({
      provider: loginProvider as 'weixin',
      success: ({ code }) => resolve(code),
      fail: cause => reject(new VkPayError(ErrorCode.OPENID, 'uni.login gave no code for the openid', { cause })),
    }))
    const answer = await call<{ code: number, msg: string, openid?: string }>(action, { code })
    if (answer.code !== 0 || !answer.openid)
      throw new VkPayError(ErrorCode.OPENID, `${action}: ${answer.msg || 'no openid in the answer'}; or give order.openid`)
    return answer.openid
  }

  return {
    /** Nothing where the channel needs none. @throws VkPayError `OPENID`, or what {@link PayCore.call} throws */
    async of(provider: PayProvider): Promise<string | undefined> {
      const need = provider.openid?.[platform]
      if (!need)
        return undefined
      let found = fetched.get(provider.id)
      if (!found) {
        found = fetchOpenid(need.loginProvider, need.action)
        fetched.set(provider.id, found)
        // a failure is not kept: the next payment tries again
        found.catch(() => fetched.delete(provider.id))
      }
      return found
    },
  }
}
