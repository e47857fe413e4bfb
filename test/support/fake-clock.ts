import type { Clock } from '../../js_sdk/types'

interface Timer { at: number, run: () => void }

/** A clock that stands still until told to go; promises settle between any two timers. */
export function fakeClock(startMs = 1_700_000_000_000) {
  let nowMs = startMs
  let nextId = 1
  const timers = new Map<number, Timer>()

  const clock: Clock = {
    now: () => nowMs,
    setTimeout(run, delayMs) {
      timers.set(nextId, { at: nowMs + Math.max(0, delayMs), run })
      return nextId++
    },
    clearTimeout: handle => void timers.delete(handle as number),
  }

  async function settle() {
    for (let i = 0; i < 25; i++)
      await Promise.resolve()
  }

  /** Lets `ms` go by, running every timer at its own moment. */
  async function advance(ms: number) {
    const end = nowMs + ms
    await settle()
    for (;;) {
      const [due] = [...timers].filter(([, timer]) => timer.at <= end).sort(([, a], [, b]) => a.at - b.at)
      if (!due)
        break
      nowMs = Math.max(nowMs, due[1].at)
      timers.delete(due[0])
      due[1].run()
      await settle()
    }
    nowMs = end
  }

  return { clock, advance, settle, pending: () => timers.size, clear: () => timers.clear() }
}
