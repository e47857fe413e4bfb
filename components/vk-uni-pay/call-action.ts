import { chooseBackend } from '../../js_sdk/backends'
import type { VkLike } from '../../js_sdk/backends'
import type { VkPay } from '../../js_sdk/client'
import type { VkUniPayAction } from './types'

// replaced when the app is built; declared here because an app's own types need not know Node's
declare const process: { env: { UNI_CLOUD_PROVIDER?: string } }

const DEFAULT_FUNCTION = 'vk-pay'

/** Whether it is the plugin's own: then the client calls it, with all its care. */
export function isOwn(action: VkUniPayAction | undefined, route: string, { options: { functionName = DEFAULT_FUNCTION } }: VkPay): boolean {
  if (action === undefined)
    return true
  const { name = functionName, action: given = route } = typeof action === 'string' ? { name: action } : action
  return name === functionName && given === route
}

/** Calls a function of the author's own in the way vk-uni-pay 1.x did. @throws what the call throws */
export async function callAction(client: VkPay, action: VkUniPayAction, data: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { functionName = DEFAULT_FUNCTION, backend } = client.options
  const { name = functionName, action: route = '', actionKey = 'action', dataKey = 'data' } = typeof action === 'string' ? { name: action } : action
  const { vk } = uni as unknown as { vk?: VkLike & { isVkPay?: boolean } }
  // what was given to `createVkPay` stands for the plugin's function, and for no other
  const given = name === functionName ? backend : undefined
  const framework = vk && !vk.isVkPay ? vk : undefined
  if (route && (given || framework))
    return await chooseBackend(given, framework, name)!.call(route, data)
  // word for word what makes the build drop the uniCloud client when no space is linked
  const cloud = process.env.UNI_CLOUD_PROVIDER && process.env.UNI_CLOUD_PROVIDER !== '[]' && uniCloud
  if (!cloud)
    throw new Error(`vk-uni-pay: no service space is linked to call ${name}`)
  const { result } = await cloud.callFunction({ name, data: route ? { [actionKey]: route, [dataKey]: data } : data })
  return result as Record<string, unknown>
}
