import type { Backend } from '../types'
import { asAnswer } from './answer'

type UniCloud = typeof uniCloud

/** `uni.vk` of the vk framework, or the small one this plugin puts there. */
export interface VkLike {
  callFunction: (options: { url: string, name?: string, data?: Record<string, unknown>, needAlert?: boolean }) => Promise<unknown>
}

/** Through the vk framework, which adds the user's token, and rejects with any answer whose code is not 0. */
export function vkBackend(vk: VkLike, name: string): Backend {
  return {
    call: async <T>(action: string, data: Record<string, unknown>) =>
      asAnswer<T>(await vk.callFunction({ url: action, name, data, needAlert: false }).catch((thrown: unknown) => thrown), action),
  }
}

/**
 * Plain `uniCloud.callFunction` of the linked service space. The global is handed in: a mention of
 * it here would bring the uniCloud client (94 KB) into builds without a space.
 */
export function uniCloudBackend(space: Pick<UniCloud, 'callFunction'>, name: string): Backend {
  return {
    async call<T>(action: string, data: Record<string, unknown>) {
      let cause: unknown
      const answered = await space.callFunction({ name, data: { $url: action, data } }).catch(thrown => void (cause = thrown))
      return asAnswer<T>(answered?.result, action, cause)
    },
  }
}
