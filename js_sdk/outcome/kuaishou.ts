import type { OutcomeRow } from './types'

/** Kuaishou, `ks.pay`: no codes are known, and leaving looks like failing. */
export const kuaishouRows: readonly OutcomeRow[] = [
  // #ifdef MP-KUAISHOU
  ['success', '', 'any', '', 'success', 'verify'],
  ['fail', '', 'any', '', 'fail', 'verify'],
  // #endif
]
