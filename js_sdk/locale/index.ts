/** What payers read. Integer fen in, text out. */
import type { LocaleId } from '../types'
import { texts, traditional } from './texts'
import type { MessageParams } from './translator'
import { fill } from './translator'

export { formatAmount, toLocaleId } from './translator'

export type MessageKey = keyof typeof texts

/** The text of `key`, its `{placeholders}` filled in from `params`. */
export function translate(locale: LocaleId, key: MessageKey, params?: MessageParams): string {
  const [zhHans, en] = texts[key]
  return fill(locale === 'en' ? en : locale === 'zh-Hant' ? traditional(zhHans) : zhHans, params)
}
