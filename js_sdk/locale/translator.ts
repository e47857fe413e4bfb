import type { LocaleId } from '../types'
import type { TextKey, VkPayMessages } from './messages'
import { traditional } from './texts'

/** Whose words these are: the client's language of the moment, and what its app says otherwise. A client is one. */
export interface Wording {
  readonly locale: LocaleId
  readonly options: { messages?: VkPayMessages }
}

/** What the app says instead of a text of ours, if it does. */
export function ownText({ locale, options: { messages = {} } }: Wording, key: TextKey): string | undefined {
  return (messages[locale] || {} as Partial<Record<TextKey, string>>)[key]
}

/** What stands for the `{placeholders}` of a text. */
export type MessageParams = Record<string, string | number>

/** A text in each language. Where the last is missing, the Traditional Chinese is the Simplified one, character by character. */
export type Texts = readonly [zhHans: string, en: string, zhHant?: string]

/**
 * Makes the lookup function of a table of texts. A placeholder without a value stays visible.
 *
 * @param table the texts by key
 * @param hans characters in it that Traditional Chinese writes otherwise, beyond those of `./texts`
 * @param hant what it writes instead
 */
export function translator<Key extends TextKey>(table: Readonly<Record<Key, Texts>>, hans: string, hant: string) {
  return (wording: Wording, key: Key, params: MessageParams = {}): string => {
    const { locale } = wording
    const [zhHans, en, zhHant] = table[key]
    const text = ownText(wording, key) ?? (locale === 'en' ? en : locale === 'zh-Hant' ? zhHant || traditional(zhHans, hans, hant) : zhHans)
    return text.replace(/\{(\w+)\}/g, (hole, name: string) => `${params[name] ?? hole}`)
  }
}

/** The language of ours that fits a tag such as `uni.getLocale()` gives (`zh-Hans`, `zh-TW`, `en-US` …); Simplified Chinese when none is given. */
export function toLocaleId(tag: string | undefined): LocaleId {
  if (tag && !/^zh/i.test(tag))
    return 'en'
  return /hant|tw|hk|mo/i.test(tag || '') ? 'zh-Hant' : 'zh-Hans'
}

/** `1000` (fen) → `"10.00"`. The digits themselves, no arithmetic: exact over the whole safe range. */
export function formatAmount(fen: number): string {
  return (fen < 0 ? '-' : '') + String(Math.abs(fen)).padStart(3, '0').replace(/..$/, '.$&')
}
