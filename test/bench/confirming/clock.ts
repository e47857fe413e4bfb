import type { Clock } from '../../../js_sdk/types'

interface Timer { atMs: number, run: () => void }

/** More than the longest chain of promises between two timers. */
const TURNS = 24

/** A clock for one payment: it jumps from timer to timer. */
export function jumpingClock() {
  let nowMs = 0
  let timers: Timer[] = []

  const clock: Clock = {
    now: () => nowMs,
    setTimeout(run, delayMs) {
      const timer = { atMs: nowMs + Math.max(0, delayMs), run }
      timers.push(timer)
      return timer
    },
    clearTimeout(handle) {
      const at = timers.indexOf(handle as Timer)
      if (at >= 0)
        timers.splice(at, 1)
    },
  }

  async function settle() {
    for (let turn = 0; turn < TURNS; turn++)
      await undefined
  }

  /** Lets everything happen until `endMs`, or until `done`. */
  async function runUntil(endMs: number, done: () => boolean = () => false) {
    await settle()
    while (!done()) {
      let next: Timer | undefined
      for (const timer of timers) {
        if (!next || timer.atMs < next.atMs)
          next = timer
      }
      if (!next || next.atMs > endMs)
        break
      clock.clearTimeout(next)
      nowMs = next.atMs
      next.run()
      await settle()
    }
    if (!done())
      nowMs = Math.max(nowMs, endMs)
  }

  return { clock, runUntil, forget: () => void (timers = []) }
}

export type JumpingClock = ReturnType<typeof jumpingClock>
