import { useVkPay } from '../../js_sdk/client'
import type { PageMessageKey } from '../../js_sdk/locale/page'
import { translatePage } from '../../js_sdk/locale/page'
import type { MessageParams } from '../../js_sdk/locale/translator'

/** The texts of the status page, in the client's language of the moment. */
export function usePageText() {
  const client = useVkPay()
  return (key: PageMessageKey, params?: MessageParams): string => translatePage(client, key, params)
}
