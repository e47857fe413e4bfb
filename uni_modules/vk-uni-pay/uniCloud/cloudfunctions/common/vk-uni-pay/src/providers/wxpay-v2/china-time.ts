const OFFSET_MS = 8 * 3_600_000
const pad = (value: number): string => String(value).padStart(2, '0')

/** `20091225091010`, as requests have it, in China's time. */
export function compactTime(ms: number): string {
  const date = new Date(ms + OFFSET_MS)
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(pad).join('')
}

const COMPACT = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/
const SPACED = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/

/** Milliseconds since 1970 of `20091225091010` or `2017-12-15 09:46:01`, both China's time; NaN for anything else. */
export function parseTime(text: string): number {
  const match = COMPACT.exec(text) ?? SPACED.exec(text)
  if (!match)
    return Number.NaN
  const [, year, month, day, hour, minute, second] = match
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`)
}
