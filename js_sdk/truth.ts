import type { QueryPaymentResult } from './types'

/** What the server's answer says about the money; nothing when it says nothing. `ABSENT`: there is no such order. */
export type Truth = 'PAID' | 'CLOSED' | 'UNPAID' | 'ABSENT' | undefined

const NO_SUCH_ORDER = 40005
/** Trade states that say something; others do not. */
const truths: Readonly<Record<string, Truth>> = { SUCCESS: 'PAID', CLOSED: 'CLOSED', REVOKED: 'CLOSED', NOTPAY: 'UNPAID', PAYERROR: 'UNPAID' }

/** Only an explicit word of the server is paid, closed or unpaid. */
export function readTruth(answer: QueryPaymentResult | undefined): Truth {
  const { code, orderPaid, status, data } = answer || {} as Partial<QueryPaymentResult>
  if (code !== 0)
    return code === NO_SUCH_ORDER ? 'ABSENT' : undefined
  const said = data && truths[data.trade_state]
  return orderPaid === true || said === 'PAID' ? 'PAID' : status === -1 ? 'CLOSED' : said
}

/** Whether that is the order's end. */
export const isEnd = (truth: Truth): truth is 'PAID' | 'CLOSED' => truth === 'PAID' || truth === 'CLOSED'
