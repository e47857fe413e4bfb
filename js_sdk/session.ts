import type { Attempt, AttemptView } from './attempt'
import { createAttempt } from './attempt'
import type { PayCore } from './core'
import { sweep } from './core'
import type { PayState } from './flow'
import { isBusy } from './flow'
import type { JournalEntry } from './journal'
import { currentRoute } from './platform'
import { lateSuccess } from './result'
import type { PayOrder, PayResult, ProviderId, StateChange } from './types'

export interface SessionListener {
  onState?: (change: StateChange) => void
  onResult?: (result: PayResult) => void
}

/**
 * The payments of one button, or one `usePayment`: one at a time, and what became of those before.
 * Sessions do not know of each other.
 */
export interface PaySession {
  readonly state: PayState
  /** The order being paid, or paid last. */
  readonly current: AttemptView | undefined
  /**
   * Pays. Never rejects. A call while one is running joins it, whatever it asks for: the lock is
   * taken before anything is awaited, so that two fast taps are one payment.
   */
  pay: (order: PayOrder | (() => PayOrder | Promise<PayOrder>), options?: { provider?: ProviderId }) => Promise<PayResult>
  /** The same with `orderInfo` of a `createPayment` done elsewhere. */
  open: (payment: AttemptView & { orderInfo: unknown }) => Promise<PayResult>
  /** The payer closed the QR code; on H5 also the question after the channel's page. */
  dismiss: () => void
  /** Asks the server now, as when the payer presses 已完成支付. */
  check: () => void
  pageShown: () => void
  pageHidden: () => void
  subscribe: (listener: SessionListener) => () => void
  /** Goes on with what the journal knows of this page, after a reload or a channel's page. */
  resume: () => Promise<void>
  /** Ends the session; what is unfinished stays in the journal. */
  dispose: () => void
}

/** How long after its start a payment that left the page is still waited for, ms. */
const RETURN_WINDOW_MS = 2 * 3600_000

export function createSession(core: PayCore): PaySession {
  const listeners = new Set<SessionListener>()
  const own = new Set<string>()
  const succeeded = new Set<string>()
  let attempt: Attempt | undefined
  let running: Promise<PayResult> | undefined
  let settle: ((result: PayResult) => void) | undefined
  let visible = true

  function tell(result: PayResult) {
    // a success is told once for an order, however often it is paid for or asked about
    if (result.outcome === 'success') {
      if (succeeded.has(result.out_trade_no))
        return
      succeeded.add(result.out_trade_no)
    }
    for (const { onResult } of [...listeners]) onResult?.(result)
  }

  function claim(no: string) {
    own.add(no)
    core.claimed.add(no)
  }

  function begin(run: (fresh: Attempt) => void): Promise<PayResult> {
    if (running)
      return running
    const promise = running = new Promise<PayResult>(resolve => settle = resolve)
    attempt?.dispose()
    const fresh = attempt = createAttempt(core, {
      onState(change) {
        for (const { onState } of [...listeners]) onState?.(change)
      },
      onWritten: claim,
      onResult(result) {
        if (running === promise)
          running = undefined
        settle?.(result)
        tell(result)
      },
    })
    if (!visible)
      fresh.hidden()
    run(fresh)
    return promise
  }

  /** Unfinished payments of before; the current one learns its end through its own state. */
  function ask(entries: readonly JournalEntry[]) {
    return sweep(core, entries, (entry, truth, answer, first) => {
      if (attempt?.view.out_trade_no === entry.out_trade_no)
        attempt.learn(answer)
      else if (truth === 'paid' && first)
        tell(lateSuccess(core, entry, answer))
    })
  }

  return {
    get state() { return attempt?.state ?? 'idle' },
    get current() { return attempt?.view },
    pay: (order, { provider } = {}) => begin(fresh => void fresh.start(order, provider)),
    open: payment => begin(fresh => void fresh.open(payment)),
    dismiss: () => attempt?.dismiss(),
    check: () => attempt?.check(),
    pageShown() {
      visible = true
      attempt?.shown()
      const running = attempt && isBusy(attempt.state) && attempt.view.out_trade_no
      void ask(core.journal.list().filter(({ out_trade_no: no }) => no !== running && own.has(no)))
    },
    pageHidden() {
      visible = false
      attempt?.hidden()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async resume() {
      const route = currentRoute()
      const now = core.clock.now()
      for (const known of core.learnt.values()) {
        const { entry, answer, untilMs } = known
        if (entry.route === route && now < untilMs) {
          known.untilMs = 0
          core.journal.remove(entry.out_trade_no)
          tell(lateSuccess(core, entry, answer))
        }
      }
      const found = core.journal.list().filter(entry => entry.route === route && !core.claimed.has(entry.out_trade_no))
      for (const entry of found) claim(entry.out_trade_no)
      const [returned] = found
        .filter(entry => entry.redirected && now - entry.created_at < RETURN_WINDOW_MS)
        .sort((a, b) => b.created_at - a.created_at)
      if (returned)
        void begin(fresh => fresh.adopt(returned))
      await ask(found.filter(entry => entry !== returned))
    },
    dispose() {
      listeners.clear()
      attempt?.dispose()
      own.forEach(no => core.claimed.delete(no))
    },
  }
}
