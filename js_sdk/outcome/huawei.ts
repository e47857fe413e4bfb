import type { OutcomeRow } from './types'

/** Huawei's own codes; through `uni.requestPayment` the codes of `app-uts` come instead. */
export const huaweiRows: readonly OutcomeRow[] = [
  // #ifdef APP-HARMONY
  ['fail', 'code', '==', [1001930000], 'cancel', 'user'],
  ['fail', 'code', '==', [1001930001], 'fail', 'verify'],
  ['fail', 'code', '==', [401], 'fail', 'config'],
  ['fail', 'code', '==', [1001930002], 'pending', 'verify'],
  ['fail', 'code', '==', [1001930010], 'pending', 'duplicate'],
  ['fail', 'code', '==', [1001930011], 'pending', 'network'],
  // #endif
  // #ifdef QUICKAPP-WEBVIEW-HUAWEI
  // in which callback they come is written nowhere
  ['any', 'code', '==', [0], 'success', 'verify'],
  ['any', 'code', '==', [-1], 'fail', 'verify'],
  ['any', 'code', '==', [30000], 'cancel', 'user'],
  ['any', 'code', '==', [30001], 'fail', 'config'],
  ['any', 'code', '==', [30004], 'pending', 'unknown'],
  ['any', 'code', '==', [30010], 'pending', 'duplicate'],
  ['any', 'code', '==', [30011], 'pending', 'network'],
  // #endif
]
