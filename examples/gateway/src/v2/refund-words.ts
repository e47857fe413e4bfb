import type { RefundStatus } from '../orders/refund'
import { beijingTime } from '../clock'

/** As v2 names how a refund went. */
export const STATUS: Readonly<Record<RefundStatus, string>> = { PROCESSING: 'PROCESSING', SUCCESS: 'SUCCESS', CLOSED: 'REFUNDCLOSE', ABNORMAL: 'CHANGE' }

/** `2017-12-15 09:46:01`, Chinese time. */
export const refundTime = (ms: number): string => beijingTime(ms).slice(0, 19).replace('T', ' ')
