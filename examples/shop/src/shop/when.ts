const two = (value: number) => String(value).padStart(2, '0')

/** `2026-03-08` */
export function dateOf(ms: number): string {
  const date = new Date(ms)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** `03-08 21:05` */
export function timeOf(ms: number): string {
  const date = new Date(ms)
  return `${dateOf(ms).slice(5)} ${two(date.getHours())}:${two(date.getMinutes())}`
}
