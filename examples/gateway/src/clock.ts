/** Runs `task` after `delayMs`; the returned function cancels it. */
export type Timer = (delayMs: number, task: () => void) => () => void

/** Time as the gateway sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number
  after: Timer
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, task) => {
    const handle = setTimeout(task, delayMs)
    return () => clearTimeout(handle)
  },
}

/** The same clock, whose timers can be stopped all at once and forever. */
export function stoppable(clock: Clock): Clock & { stop: () => void } {
  const pending = new Set<() => void>()
  let stopped = false
  return {
    now: clock.now,
    after: (delayMs, task) => {
      if (stopped)
        return () => {}
      const cancel = clock.after(delayMs, () => {
        pending.delete(cancel)
        task()
      })
      pending.add(cancel)
      return () => {
        pending.delete(cancel)
        cancel()
      }
    },
    stop: () => {
      stopped = true
      pending.forEach(cancel => cancel())
      pending.clear()
    },
  }
}

/** RFC 3339 in Chinese time, as the channel writes it: `2018-06-08T10:34:56+08:00`. */
export function beijingTime(ms: number): string {
  return `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
}
