import type { Clock, PollPolicy } from './types'

const MINUTE_MS = 60_000

/** After the cashier came back: quick at first, then every 2 s, 3 s; a minute is the deadline. */
export const defaultPollPolicy: PollPolicy = (attempt, elapsedMs) => {
  if (elapsedMs >= MINUTE_MS)
    return 'stop'
  if (attempt < 4)
    return 600 + attempt * 300
  return elapsedMs < 20_000 ? 2000 : 3000
}

/**
 * While a QR code is on the screen: every 2 s for a minute, as WeChat's merchant guide asks
 * (4012075249), then slower. It has no deadline of its own; the code's expiry ends it.
 */
export const scanPollPolicy: PollPolicy = (_attempt, elapsedMs) =>
  elapsedMs < MINUTE_MS ? 2000 : elapsedMs < 5 * MINUTE_MS ? 3000 : 5000

/** What one question to the server led to. */
export type Verdict = 'done' | 'again'

export interface PollerOptions {
  clock: Clock
  policy: PollPolicy
  /** Asks once. Never rejects: an error is an answer, too. */
  ask: () => Promise<Verdict>
  /** The policy said stop. */
  onDeadline: () => void
}

export interface Poller {
  /** Asks at once instead of waiting for the next turn. */
  askNow: () => unknown
  pause: () => void
  /** Goes on after {@link Poller.pause}, asking at once. */
  resume: () => void
  /** Ends it; an answer under way is ignored. */
  stop: () => void
}

/** Asks at once and then by `policy`, one question at a time, until it is done, stopped or over. */
export function startPolling({ clock, policy, ask, onDeadline }: PollerOptions): Poller {
  const startedAtMs = clock.now()
  let attempt = 0
  let asking = false
  let askAgain = false
  let paused = false
  let stopped = false
  let timer: unknown

  function stop() {
    stopped = true
    clock.clearTimeout(timer)
  }

  async function turn() {
    clock.clearTimeout(timer)
    askAgain = asking
    if (asking || stopped)
      return
    asking = true
    attempt++
    const askedAtMs = clock.now()
    const verdict = await ask()
    asking = false
    if (stopped)
      return
    if (verdict === 'done')
      return stop()
    if (askAgain)
      return turn()
    if (paused)
      return
    const delayMs = policy(attempt, clock.now() - startedAtMs)
    if (delayMs === 'stop') {
      stop()
      onDeadline()
    }
    else {
      // from question to question: one that the server held open, or nobody answered, is followed at once
      timer = clock.setTimeout(turn, delayMs - (clock.now() - askedAtMs))
    }
  }

  turn()
  return {
    askNow: turn,
    pause() {
      paused = true
      clock.clearTimeout(timer)
    },
    resume() {
      if (paused)
        turn()
      paused = false
    },
    stop,
  }
}
