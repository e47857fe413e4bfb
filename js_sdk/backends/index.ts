import type { Backend } from '../types'
import { httpBackend } from './http'
import { uniCloudBackend, vkBackend } from './uni-cloud'
import type { VkLike } from './uni-cloud'

export { httpBackend } from './http'
export type { HttpBackendOptions } from './http'
export type { VkLike } from './uni-cloud'

/**
 * The backend to use: what was given, else the vk framework where it is present, else the linked
 * service space. Nothing when there is none of them.
 */
export function chooseBackend(given: Backend | string | undefined, vk: VkLike | undefined, functionName: string): Backend | undefined {
  if (given)
    return typeof given === 'string' ? httpBackend(given) : given
  if (vk)
    return vkBackend(vk, functionName)
  // word for word what makes the build drop the uniCloud client (94 KB) when no space is linked
  const cloud = process.env.UNI_CLOUD_PROVIDER && process.env.UNI_CLOUD_PROVIDER !== '[]' && uniCloud
  return cloud ? uniCloudBackend(cloud, functionName) : undefined
}
