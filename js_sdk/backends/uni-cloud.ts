import type { Backend } from '../types'
import { ErrorCode, VkPayError } from '../errors'

type UniCloud = typeof uniCloud

/** `uni.vk` of the vk framework, or the small one this plugin puts there. */
export interface VkLike {
  callFunction: (options: { url: string, name?: string, data?: Record<string, unknown>, needAlert?: boolean }) => Promise<unknown>
}

const hasCode = (answer: unknown): answer is { code: number } => typeof (answer as { code?: unknown } | undefined)?.code === 'number'

/** Through the vk framework, which adds the user's token, and rejects with any answer whose code is not 0. */
export function vkBackend(vk: VkLike, functionName: string): Backend {
  return {
    async call<T>(action: string, data: Record<string, unknown>) {
      let answer: unknown
      try {
        answer = await vk.callFunction({ url: action, name: functionName, data, needAlert: false })
      }
      catch (thrown) {
        if (!hasCode(thrown))
          throw new VkPayError(ErrorCode.NETWORK, `${action}: no answer from the cloud function`, { cause: thrown })
        answer = thrown
      }
      return answer as T
    },
  }
}

/**
 * Plain `uniCloud.callFunction` of the linked service space. The global is handed in: a mention of
 * it here would bring the uniCloud client (94 KB) into builds without a space.
 */
export function uniCloudBackend(space: Pick<UniCloud, 'callFunction'>, functionName: string): Backend {
  return {
    async call<T>(action: string, data: Record<string, unknown>) {
      let result: unknown
      try {
        result = (await space.callFunction({ name: functionName, data: { $url: action, data } })).result
      }
      catch (cause) {
        throw new VkPayError(ErrorCode.NETWORK, `${action}: no answer from the cloud function "${functionName}"`, { cause })
      }
      if (!hasCode(result))
        throw new VkPayError(ErrorCode.NETWORK, `${action}: the cloud function "${functionName}" answered without a code`)
      return result as unknown as T
    },
  }
}
