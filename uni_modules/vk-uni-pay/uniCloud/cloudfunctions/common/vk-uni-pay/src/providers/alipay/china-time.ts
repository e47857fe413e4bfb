const OFFSET_MS = 8 * 3_600_000
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{1,3})?$/

/** `2026-01-01 08:00:00`, China's time, as Alipay reads and writes it. */
export const alipayTime = (ms: number): string => new Date(ms + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')

/** The same moment in RFC 3339, which says what time zone it means; nothing when it is no time. */
export function rfc3339Of(text: unknown): string | undefined {
  const match = typeof text === 'string' ? TIME.exec(text) : null
  const time = match ? `${match[1]}T${match[2]}+08:00` : ''
  return Number.isNaN(Date.parse(time)) ? undefined : time
}
