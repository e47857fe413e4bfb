import { command } from '../core/store'
import type { Store, StoreSession } from '../core/store'
import { createBaseDao } from './base-dao'
import type { BaseDao } from './base-dao'

/** The part of the vk framework's `vk` that handlers of orders use. */
export interface Vk {
  readonly baseDao: BaseDao
  readonly db: { readonly command: typeof command }
}

export interface VkOptions {
  store: Store
  /** What statements go to: an open transaction. @default the store itself */
  session?: StoreSession
  /** The time in ms. @default Date.now */
  now?: () => number
}

/** Makes the `vk` that is handed to a handler where the framework's own is not there. */
export function createVk({ store, session = store, now = Date.now }: VkOptions): Vk {
  return { baseDao: createBaseDao(session, store, now), db: { command } }
}
