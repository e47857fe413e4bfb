/** What payers read. Integer fen in, text out. */
import { texts, traditional } from './texts'
import type { Wording } from './translator'
import { ownText } from './translator'

export { formatAmount, toLocaleId } from './translator'

export type MessageKey = keyof typeof texts

/** The text of `key`. */
export function translate(wording: Wording, key: MessageKey): string {
  const { locale } = wording
  const [zhHans, en] = texts[key]
  return ownText(wording, key) ?? (locale === 'en' ? en : locale === 'zh-Hant' ? traditional(zhHans) : zhHans)
}
