/** Alipay writes yuan as text. No floating point: 0.29 × 100 is not 29. */

const YUAN = /^(0|[1-9]\d{0,9})(?:\.(\d{1,2}))?$/

/** `12345` → `123.45` */
export function yuanOf(fen: number): string {
  const digits = String(fen).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** `123.45`, `123.4` or `123` → fen; nothing for anything else. */
export function fenOf(yuan: unknown): number | undefined {
  const match = typeof yuan === 'string' ? YUAN.exec(yuan) : null
  return match ? Number(match[1] + (match[2] ?? '').padEnd(2, '0')) : undefined
}
