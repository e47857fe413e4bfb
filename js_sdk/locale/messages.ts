import type { LocaleId } from '../types'
import type { texts } from './texts'
import type { cashierTexts } from './cashier'
import type { codeTexts } from './code'
import type { pageTexts } from './page'
import type { webTexts } from './web'

/** Every text that a payer can read. The same key is the same text wherever it stands. */
export type TextKey = keyof typeof texts | keyof typeof pageTexts | keyof typeof codeTexts | keyof typeof webTexts | keyof typeof cashierTexts

/** Texts of the app's own, by language and key. What is missing is ours; `{time}` and `{amount}` stand for what they name. */
export type VkPayMessages = Partial<Record<LocaleId, Partial<Record<TextKey, string>>>>
