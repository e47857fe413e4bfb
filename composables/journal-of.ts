import type { VkPay } from '../js_sdk/client'
import type { Journal } from '../js_sdk/journal'

/** The journal of a client, as its sessions keep it: unfinished payments, by order number. */
export function journalOf({ journal }: VkPay): Journal {
  return journal
}
