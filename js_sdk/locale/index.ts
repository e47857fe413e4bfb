/** What payers read. Integer fen in, text out. */
import type { LocaleId } from '../types'
import { en } from './en'
import { translator } from './translator'
import { zhHans } from './zh-hans'
import { zhHant } from './zh-hant'

export { formatAmount, toLocaleId } from './translator'

export type MessageKey = keyof typeof zhHans
/** A whole language: a key too few or too many is a type error. */
export type Messages = Record<MessageKey, string>

const tables: Record<LocaleId, Messages> = { 'zh-Hans': zhHans, 'zh-Hant': zhHant, en }

/** The text of `key`, its `{placeholders}` filled in from `params`. */
export const translate = /* @__PURE__ */ translator(tables)
