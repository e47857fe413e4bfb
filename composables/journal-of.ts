import type { VkPay } from '../js_sdk/client'
import { createJournal } from '../js_sdk/journal'
import type { Journal } from '../js_sdk/journal'

/** The journal of a client, as its sessions keep it: unfinished payments, by order number. */
export function journalOf({ options, clock }: VkPay): Journal {
  return createJournal(options.storage ?? {
    get: key => uni.getStorageSync(key),
    set: (key, value) => uni.setStorageSync(key, value),
    remove: key => uni.removeStorageSync(key),
  }, clock.now)
}
