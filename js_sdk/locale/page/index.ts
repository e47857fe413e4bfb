import type { LocaleId } from '../../types'
import { translator } from '../translator'
import { en } from './en'
import { zhHans } from './zh-hans'
import { zhHant } from './zh-hant'

export type PageMessageKey = keyof typeof zhHans
export type PageMessages = Record<PageMessageKey, string>

const tables: Record<LocaleId, PageMessages> = { 'zh-Hans': zhHans, 'zh-Hant': zhHant, en }

/** The text of `key` for the status page. */
export const translatePage = /* @__PURE__ */ translator(tables)
