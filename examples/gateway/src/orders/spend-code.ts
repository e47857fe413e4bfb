import type { Gateway } from '../context'

/** Above this the payer always confirms on the phone. */
const CONFIRM_FROM_FEN = 100_000

/** What became of a code a scanner read; it has one use. */
export type Spent = 'paid' | 'confirm' | 'poor' | 'invalid' | 'expired'

export function spendCode(gateway: Gateway, authCode: string, totalFen: number): Spent {
  const code = gateway.codes.find(authCode)
  if (!code || code.used)
    return 'invalid'
  if (gateway.clock.now() >= code.expiresAtMs)
    return 'expired'
  code.used = true
  return code.kind === 'paid' && totalFen > CONFIRM_FROM_FEN ? 'confirm' : code.kind
}
