import type { CashierReport, Launch } from '../types'

/** `uni.requestPayment`; a refused call is a report, too. */
export function requestPayment(provider: string, params: Record<string, unknown>): Promise<Launch> {
  return openCashier('requestPayment', { provider, ...params })
}

/** A call of `uni` that answers in `success` or in `fail`, and perhaps in neither. */
export function openCashier(method: string, params: Record<string, unknown>): Promise<Launch> {
  return new Promise((resolve) => {
    const report = (via: CashierReport['via']) => (raw: unknown) => resolve({ kind: 'reported', via, raw })
    const native = uni as unknown as Record<string, (options: Record<string, unknown>) => void>
    native[method]!({ ...params, success: report('success'), fail: report('fail') })
  })
}
