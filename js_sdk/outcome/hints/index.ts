/**
 * What the developer should look at when a payment fails: a sentence for the console, in the app's
 * language. Development builds only: callers ask under `process.env.NODE_ENV !== 'production'`, so
 * that a production build drops the question and, with it, every sentence.
 */
import type { VkPayError } from '../../errors'
import type { CashierReport, LocaleId, ProviderId } from '../../types'
import { findRow } from '../index'
import type { OutcomeRow } from '../types'
import { commonHints, errorHints, reasonHints } from './common'
import { alipayHints, appleiapHints, baiduHints, douyinHints, huaweiHints, utsHints } from './others'
import type { Hint, Hints } from './types'
import { wxpayHints } from './wxpay'
import { wxpayVirtualHints } from './wxpay-virtual'

const hints: Readonly<Record<string, Hints | undefined>> = {
  'alipay': alipayHints,
  'appleiap': appleiapHints,
  'baidu': baiduHints,
  'douyin': douyinHints,
  'huawei': huaweiHints,
  'wxpay': wxpayHints,
  'wxpay-virtual': wxpayVirtualHints,
}
const order: readonly LocaleId[] = ['zh-Hans', 'zh-Hant', 'en']

const say = (hint: Hint | undefined, locale: LocaleId) => hint?.[order.indexOf(locale)]

const errorHint = (text: string) => errorHints.find(([pattern]) => pattern.test(text))?.[1]

/** Advice about a cashier's report; nothing when there is none to give. */
export function explainReport(provider: ProviderId, report: CashierReport, locale: LocaleId, rows?: readonly OutcomeRow[]): string | undefined {
  const [row, matched = 'unlisted'] = findRow(provider, report, rows)
  const [channel = ''] = provider.split('/')
  // a text that is known from elsewhere says more than that no row knows it
  const known = row ? undefined : errorHint(Object.values((report.raw ?? {}) as object).filter(value => typeof value === 'string').join(' '))
  return say(known ?? hints[channel]?.[matched] ?? utsHints[matched] ?? commonHints[matched] ?? reasonHints[row?.at(-1) as string], locale)
}

/** Advice about a refusal; without any, the refusal's own sentence. */
export function explainError(error: VkPayError, locale: LocaleId): string {
  return say(errorHint(error.message), locale) ?? error.message
}
