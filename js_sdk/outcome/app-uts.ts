import type { OutcomeRow } from './types'

/** DCloud's UTS payment module (HarmonyOS): one set of codes for every channel, tried before the channel's own rows. */
export const utsRows: readonly OutcomeRow[] = [
  // #ifdef APP-HARMONY
  ['success', '', 'any', '', 'success', 'verify'],
  ['fail', 'errCode', '==', [700601], 'cancel', 'user'],
  ['fail', 'errCode', '==', [700600], 'pending', 'verify'],
  ['fail', 'errCode', '==', [701100], 'fail', 'verify'],
  ['fail', 'errCode', '==', [701110], 'pending', 'duplicate'],
  ['fail', 'errCode', '==', [700602], 'pending', 'network'],
  ['fail', 'errCode', '==', [700604], 'fail', 'not-installed'],
  ['fail', 'errCode', '==', [700605, 700608, 700800, 700801], 'fail', 'config'],
  // 700000 is the module's "anything else", some of it paid
  ['fail', 'errCode', '==', [700603, 700607, 700000], 'pending', 'unknown'],
  // #endif
]
