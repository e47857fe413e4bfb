/** What the owner of a payment code does, told by its last digit: there is no phone to scan. */
export type CodeOwner = 'pays' | 'must-type' | 'expired' | 'no-money' | 'pays-unheard'

const OWNERS: Readonly<Record<string, CodeOwner>> = { 6: 'pays-unheard', 7: 'no-money', 8: 'expired', 9: 'must-type' }

/** Nothing for a code that is none of WeChat's: 18 digits, beginning with 10 to 15. */
export function codeOwner(code: string): CodeOwner | undefined {
  return /^1[0-5]\d{16}$/.test(code) ? OWNERS[code.slice(-1)] ?? 'pays' : undefined
}
