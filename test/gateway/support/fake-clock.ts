import type { Timer } from '../../../examples/gateway/src/index'

/** Time that moves only when it is told to. */
export interface FakeClock {
  now: () => number
  timer: Timer
  /** Moves on, running what falls due in order; `settle` is awaited after each. */
  advance: (ms: number, settle: () => Promise<void>) => Promise<void>
  /** Moves on without running anything. */
  jump: (ms: number) => void
  /** How many timers wait. */
  pending: () => number
}

export function fakeClock(startMs: number = Date.UTC(2030, 0, 15, 4)): FakeClock {
  let nowMs = startMs
  const timers = new Set<{ at: number, task: () => void }>()

  function nextDue(untilMs: number) {
    return [...timers].filter(timer => timer.at <= untilMs).sort((a, b) => a.at - b.at)[0]
  }

  return {
    now: () => nowMs,
    timer(delayMs, task) {
      const timer = { at: nowMs + delayMs, task }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(ms, settle) {
      const untilMs = nowMs + ms
      for (let due = nextDue(untilMs); due; due = nextDue(untilMs)) {
        timers.delete(due)
        nowMs = Math.max(nowMs, due.at)
        due.task()
        await settle()
      }
      nowMs = untilMs
    },
    jump(ms) {
      nowMs += ms
    },
    pending: () => timers.size,
  }
}
