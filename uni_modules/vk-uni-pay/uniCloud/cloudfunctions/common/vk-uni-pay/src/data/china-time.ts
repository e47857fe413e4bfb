const CHINA_OFFSET_MS = 8 * 60 * 60 * 1000

/** A moment in ms as China's clocks show it, whatever the server's zone: `2026-01-31 08:00:00`. */
export function chinaTime(ms: number): string {
  return new Date(ms + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')
}
