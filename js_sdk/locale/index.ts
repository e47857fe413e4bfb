/** What payers read. Integer fen in, text out. */
import type { LocaleId } from '../types'
import { texts, traditional } from './texts'

export { formatAmount, toLocaleId } from './translator'

export type MessageKey = keyof typeof texts

/** The text of `key`. */
export function translate(locale: LocaleId, key: MessageKey): string {
  const [zhHans, en] = texts[key]
  return locale === 'en' ? en : locale === 'zh-Hant' ? traditional(zhHans) : zhHans
}
