import type { Launch } from '../types'

/** `uni.requestPayment`; a refused call is a report, too. */
export function requestPayment(provider: string, params: Record<string, unknown>): Promise<Launch> {
  return new Promise((resolve) => {
    uni.requestPayment({
      provider,
      ...params,
      success: (raw: unknown) => resolve({ kind: 'reported', via: 'success', raw }),
      fail: (raw: unknown) => resolve({ kind: 'reported', via: 'fail', raw }),
    } as unknown as UniApp.RequestPaymentOptions)
  })
}
