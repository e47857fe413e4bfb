import type { LocaleId } from '../types'

/** What stands for the `{placeholders}` of a text. */
export type MessageParams = Record<string, string | number>

/** Makes the lookup function of a set of tables, one per language. A placeholder without a value stays visible. */
export function translator<Key extends string>(tables: Record<LocaleId, Record<Key, string>>) {
  return (locale: LocaleId, key: Key, params: MessageParams = {}): string =>
    tables[locale][key].replace(/\{(\w+)\}/g, (hole, name: string) => `${params[name] ?? hole}`)
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
