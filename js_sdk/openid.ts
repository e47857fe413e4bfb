import type { PayCore } from './core'
import { ErrorCode, VkPayError } from './errors'
import type { Clock, PayOrder, PayPlatform, PayProvider } from './types'
// #ifdef H5
import { takeCode, weixinOpenid } from './weixin-authorize'
// #endif

/**
 * Fetches the payer's openid once per channel; payments at the same time share one fetch.
 * Nothing where the channel needs none. Inside WeChat the page is left for it, and `order`, if it has a
 * number, is gone on with when it is back. @throws VkPayError `OPENID`, or what {@link PayCore.call} throws
 */
export function createOpenidCache(platform: PayPlatform, call: PayCore['call'], clock: Clock) {
  const fetched: Record<string, Promise<string> | undefined> = {}
  // #ifdef H5
  takeCode(clock)
  // #endif

  return async ({ id, openid }: PayProvider, order: Partial<PayOrder> = {}): Promise<string | undefined> => {
    const need = openid?.[platform]
    // #ifdef H5
    if (need && !need.loginProvider) {
      // a code to scan is anybody's
      if (order.isPC || order.needQRcode)
        return undefined
      // each merchant has an appid of its own; what was found is kept for the visit, here is only who waits
      const whose = `${id} ${order.pid ?? ''}`
      return fetched[whose] ??= weixinOpenid({ call, clock, action: need.action, provider: id, whose }, order).finally(() => delete fetched[whose])
    }
    // #endif
    // #ifndef H5
    // a failure is not kept: the next payment tries again
    return need && (fetched[id] ??= fetchOpenid(call, need.loginProvider!, need.action).catch((thrown) => {
      delete fetched[id]
      throw thrown
    }))
    // #endif
  }
}

// #ifndef H5
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
// #endif
