import type { CashierReport, OutcomeReason, PayOutcome, ProviderId } from '../types'
import type { Judgement, OutcomeRow } from './types'
// #ifdef APP-PLUS || APP-HARMONY || MP-ALIPAY || H5
import { alipayRows } from './alipay'
// #endif
// #ifdef APP-PLUS
import { appleiapRows } from './appleiap'
import { paypalRows } from './paypal'
// #endif
// #ifdef APP-HARMONY
import { utsRows } from './app-uts'
// #endif
// #ifdef MP-BAIDU
import { baiduRows } from './baidu'
// #endif
// #ifdef MP-TOUTIAO
import { continueToPayLifeRows, douyinRows, getOrderPaymentRows } from './douyin'
// #endif
// #ifdef APP-HARMONY || QUICKAPP-WEBVIEW-HUAWEI
import { huaweiRows } from './huawei'
// #endif
// #ifdef MP-KUAISHOU
import { kuaishouRows } from './kuaishou'
// #endif
// #ifdef MP-QQ
import { qqRows } from './qq'
// #endif
// #ifdef H5
import { chooseWXPayRows } from './choose-wxpay'
import { stripeRows } from './stripe'
// #endif
// #ifdef APP-PLUS || MP-WEIXIN || H5
import { wxpayRows } from './wxpay'
// #endif
// #ifdef MP-WEIXIN
import { wxpayVirtualRows } from './wxpay-virtual'
// #endif
// #ifdef MP-XHS
import { xhsRows } from './xhs'
// #endif

export type { Judgement, Op, OutcomeRow, Via } from './types'

/**
 * Channel → its rows. `channel/call` is another native call of the same channel, for those who make
 * it themselves: `judge('douyin/getOrderPayment', report)`. What an app registers itself brings rows
 * of its own, see `PayProvider`. A build carries only what its platform can meet.
 */
export const outcomeRows: Readonly<Record<string, readonly OutcomeRow[] | undefined>> = {
  // #ifdef APP-PLUS || APP-HARMONY || MP-ALIPAY || H5
  'alipay': alipayRows,
  // #endif
  // #ifdef APP-PLUS
  'appleiap': appleiapRows,
  'paypal': paypalRows,
  // #endif
  // #ifdef MP-BAIDU
  'baidu': baiduRows,
  // #endif
  // #ifdef MP-TOUTIAO
  'douyin': douyinRows,
  'douyin/getOrderPayment': getOrderPaymentRows,
  'douyin/continueToPayLife': continueToPayLifeRows,
  // #endif
  // #ifdef APP-HARMONY || QUICKAPP-WEBVIEW-HUAWEI
  'huawei': huaweiRows,
  // #endif
  // #ifdef MP-KUAISHOU
  'kuaishou': kuaishouRows,
  // #endif
  // #ifdef MP-QQ
  'qq': qqRows,
  // #endif
  // #ifdef H5
  'stripe': stripeRows,
  'wxpay/chooseWXPay': chooseWXPayRows,
  // #endif
  // #ifdef APP-PLUS || MP-WEIXIN || H5
  'wxpay': wxpayRows,
  // #endif
  // #ifdef MP-WEIXIN
  'wxpay-virtual': wxpayVirtualRows,
  // #endif
  // #ifdef MP-XHS
  'xhs': xhsRows,
  // #endif
}

/** Rows for every channel, tried last. What is still not found is pending, never fail. */
export const defaultRows: readonly OutcomeRow[] = [
  // #ifdef APP-PLUS
  ['fail', 'errMsg', '==', 'requestPayment:fail service not found', 'fail', 'config'],
  // #endif
  // the payer may have paid on a page we cannot see, or in a cashier that forgot to call back
  ['none', '', 'any', '', 'pending', 'no-callback'],
]

const unlisted = ['pending', 'unknown']

/**
 * What a cashier's raw report means until the server answers. Unlisted reports are `pending`.
 *
 * @param provider whose rows to use, or `provider/call`
 * @param report the raw object and the callback it came in
 * @param rows rows that go before the built-in ones
 */
export function judge(provider: ProviderId, report: CashierReport, rows: readonly OutcomeRow[] = []): Judgement {
  const [outcome, reason] = (rowsOf(provider, rows).find(row => match(row, report) !== undefined) || unlisted).slice(-2) as [PayOutcome, OutcomeReason]
  return { outcome, reason }
}

/** The first row that matches, and which of its values did; nothing when none does. */
export function findRow(provider: ProviderId, report: CashierReport, rows: readonly OutcomeRow[] = []): [OutcomeRow, string] | [] {
  for (const row of rowsOf(provider, rows)) {
    const found = match(row, report)
    if (found !== undefined)
      return [row, found]
  }
  return []
}

function rowsOf(provider: ProviderId, rows: readonly OutcomeRow[]): readonly OutcomeRow[] {
  return [
    ...rows,
    // #ifdef APP-HARMONY
    ...utsRows,
    // #endif
    ...outcomeRows[provider] || [],
    ...defaultRows,
  ]
}

function match([via, field, op, value]: OutcomeRow, report: CashierReport): string | undefined {
  if (via !== 'any' && via !== report.via)
    return undefined
  if (op === 'any')
    return report.via
  let found = report.raw
  for (const key of field.split('.')) found = (found as Record<string, unknown> | null | undefined ?? {})[key]
  if (found == null)
    return undefined
  // older runtimes write `requestPayment:fail:…` where newer ones write a space
  const text = String(found).replace(/^(\w+:fail):\s*/, '$1 ')
  if (typeof op !== 'string')
    return (text.match(op) || [])[0]
  return [value].flat().map(String).find(one => op === '=='
    ? text === one
    : op === '^='
      ? text.startsWith(one)
      : (op === '~' ? text.toLowerCase() : text).includes(one))
}
