import type { CashierReport, ProviderId } from '../types'
import type { Judgement, OutcomeRow } from './types'
import { wxpayRows } from './wxpay'

export type { Judgement, Op, OutcomeRow, Via } from './types'

/** Channel → its rows; what an app registers itself brings rows of its own, see `PayProvider`. */
export const outcomeRows: Readonly<Record<string, readonly OutcomeRow[] | undefined>> = {
  wxpay: wxpayRows,
}

/** Rows for every channel, tried last. What is still not found is pending, never fail. */
const defaultRows: readonly OutcomeRow[] = [
  // #ifdef APP
  ['fail', 'errMsg', '==', 'requestPayment:fail service not found', 'fail', 'config'],
  // #endif
]

/**
 * What a cashier's raw report means until the server answers. Unlisted reports are `pending`.
 *
 * @param provider whose rows to use
 * @param report the raw object and the callback it came in
 * @param rows rows that go before the built-in ones
 */
export function judge(provider: ProviderId, report: CashierReport, rows: readonly OutcomeRow[] = []): Judgement {
  for (const row of [...rows, ...outcomeRows[provider] ?? [], ...defaultRows]) {
    if (matches(row, report))
      return { outcome: row[4], reason: row[5] }
  }
  return { outcome: 'pending', reason: 'unknown' }
}

function matches([via, field, op, value]: OutcomeRow, report: CashierReport): boolean {
  if (via !== 'any' && via !== report.via)
    return false
  if (op === 'any')
    return true
  const found = (report.raw as Record<string, unknown> | null | undefined)?.[field]
  if (found == null)
    return false
  const text = normalise(String(found))
  return op === '==' ? text === value : op === '^=' ? text.startsWith(value) : text.includes(value)
}

/** Older runtimes write `requestPayment:fail:…` where newer ones write a space. */
function normalise(text: string): string {
  return text.replace(/^(\w+:fail):\s*/, '$1 ')
}
