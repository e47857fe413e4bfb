import type { Clock } from '../clock'
import { randomDigits } from '../crypto/random'

/** How the payment of a scanned code goes: at once, after the payer has confirmed on the phone, or not at all. */
export const CODE_KINDS = ['paid', 'confirm', 'poor'] as const
export type CodeKind = typeof CODE_KINDS[number]

/** What a phone shows to the scanner. */
export interface PaymentCode {
  readonly code: string
  readonly kind: CodeKind
  readonly expiresAtMs: number
  used: boolean
}

/** How long a phone shows the same code. */
export const CODE_VALID_MS = 60_000

/** The codes of WeChat Pay this gateway has handed out. */
export interface CodeBook {
  issue: (kind: CodeKind) => PaymentCode
  find: (code: string) => PaymentCode | undefined
}

export function createCodeBook(clock: Clock): CodeBook {
  const codes = new Map<string, PaymentCode>()
  return {
    issue(kind) {
      // 18 digits, the first two of 10–15
      const code = `13${randomDigits(16)}`
      const issued = { code, kind, expiresAtMs: clock.now() + CODE_VALID_MS, used: false }
      codes.set(code, issued)
      return issued
    },
    find: code => codes.get(code),
  }
}
