import type { ClientContext } from '../core/ports'

/** `require('uni-id-common')`, as far as it is used. */
export interface UniIdCommon {
  createInstance: (options: { clientInfo: Record<string, unknown> }) => {
    checkToken: (token: string) => Promise<{ errCode?: unknown, code?: unknown, uid?: unknown }>
  }
}

/** `userOf` over uni-id: `createFunction({ …, userOf: uniIdUsers(require('uni-id-common')) })`. A token that is not good is nobody's. */
export function uniIdUsers(uniId: UniIdCommon): (token: string, context: ClientContext) => Promise<string | undefined> {
  return async (token, { appid, platform, clientIp, deviceId }) => {
    const instance = uniId.createInstance({ clientInfo: { appId: appid, platform, clientIP: clientIp, deviceId, locale: 'zh-Hans' } })
    const { errCode, code, uid } = await instance.checkToken(token)
    return !errCode && !code && typeof uid === 'string' && uid !== '' ? uid : undefined
  }
}
