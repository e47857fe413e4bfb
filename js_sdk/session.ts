import type { AttemptView } from './attempt'
import { briefPollPolicy, endings, outcomes } from './attempt'
import type { Ear, PayCore } from './core'
import { askServer, sweep } from './core'
import type { VkPayError } from './errors'
import { ErrorCode, toVkPayError } from './errors'
import type { PayEvent, PayState } from './flow'
import { isBusy, nextState } from './flow'
import type { JournalEntry } from './journal'
import { checkOrder } from './order'
import { judge } from './outcome'
import { explainError, explainReport } from './outcome/hints'
import { currentRoute, detectPlatform } from './platform'
import type { Poller, Verdict } from './poll'
import { defaultPollPolicy, scanPollPolicy, startPolling } from './poll'
import { makeResult } from './result'
import { isEnd, readTruth } from './truth'
import type { CashierReport, OutcomeReason, PayOrder, PayOutcome, PayProvider, PayResult, ProviderId, QueryPaymentResult, StateChange } from './types'

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
/** Of a server that passes on what the channel says of a number that it has met before. */
const NUMBER_TAKEN = /重复|_USED|DUP_/
/** When a page that came up asks once more, ms: the server asks the channel at most once a second, so its first answer may be of before. */
const LOOK_AGAIN_MS = 1500

export function createSession(core: PayCore): PaySession {
  const { call, clock, journal, notify, options, owners, pages, t, untold } = core
  const listeners = new Set<SessionListener>()
  const succeeded = new Set<string>()
  let visible = true
  let later: unknown
  let state: PayState = 'idle'
  /** The payment under way, or the last. A new one is a new object: what began for another falls silent. */
  let at = {} as AttemptView
  /** Until its outcome is told. */
  let running: Promise<PayResult> | undefined
  let settle: (result: PayResult) => void
  let poller: Poller | undefined
  let watchdog: unknown
  let codeUrl: string | undefined
  let expiresAt: number | undefined
  /** What it comes to if the server says that nothing was paid; without one the server is asked again. */
  let ending: PayEvent | undefined
  /** Nothing was known of the order before this attempt wrote it down. */
  let fresh: boolean | undefined
  let answer: QueryPaymentResult | undefined
  let reason: OutcomeReason | undefined
  let raw: unknown
  let error: VkPayError | undefined
  let msg: string | undefined
  let hint: string | undefined

  function begin(run: () => unknown): Promise<PayResult> {
    if (running)
      return running
    silence()
    state = 'idle'
    ending = fresh = answer = reason = raw = error = msg = hint = undefined
    const promise = running = new Promise(resolve => settle = resolve)
    run()
    return promise
  }

  /** Whatever is under way for the last payment no longer counts. */
  function silence() {
    at = { ...at }
    stopWaiting()
  }

  function stopWaiting() {
    if (poller)
      poller.stop()
    clock.clearTimeout(watchdog)
    poller = codeUrl = expiresAt = undefined
  }

  function move(event: PayEvent | undefined) {
    const previous = state
    state = nextState(state, event)
    if (state === previous)
      return
    if (state !== 'confirming')
      stopWaiting()
    const { out_trade_no, provider } = at
    say('onState', { state, previous, out_trade_no, provider, code_url: codeUrl, expires_at: expiresAt })
    const outcome = outcomes[state]
    if (outcome && (running || outcome === 'success'))
      tell(outcome)
  }

  function tell(outcome: PayOutcome) {
    const late = !running || undefined
    running = undefined
    if (process.env.NODE_ENV !== 'production') {
      if (outcome === 'success')
        hint = undefined
      if (hint)
        console.warn(`[vk-uni-pay] ${at.out_trade_no}: ${hint}`)
    }
    const result = makeResult(core, outcome, at, { answer, reason, error, msg, raw, hint, late })
    settle(result)
    notify(result)
    report(result)
  }

  function report(result: PayResult) {
    const { code, out_trade_no } = result
    // a success is told once for an order, however often it is paid for or asked about
    if (!code && succeeded.has(out_trade_no)) {
      if (process.env.NODE_ENV !== 'production' && !result.late)
        console.warn(`[vk-uni-pay] ${out_trade_no}: paid before, and its success was told then; a new purchase needs an out_trade_no of its own`)
      return
    }
    if (!code)
      succeeded.add(out_trade_no)
    say('onResult', result)
  }

  function say<Event extends keyof SessionListener>(event: Event, told: Parameters<NonNullable<SessionListener[Event]>>[0]) {
    for (const listener of [...listeners]) {
      const hearing = listener[event] as ((value: typeof told) => void) | undefined
      if (hearing)
        hearing(told)
    }
  }

  /** A failure that no cashier was open for. Of an order that is known from before, the server has the last word. */
  function refuse(thrown: unknown, fallback: number, text?: string) {
    error = toVkPayError(thrown, fallback)
    if (process.env.NODE_ENV !== 'production')
      hint = explainError(error, core.locale())
    const { code, message } = error
    msg = text || (code === ErrorCode.NO_BACKEND ? message : '')
    // #ifdef APP || H5 || MP-BAIDU
    if (code === ErrorCode.NOT_SUPPORTED)
      msg = t('notSupported')
    // #endif
    reason = 'config'
    // an earlier payment of this order may have been taken, on this device or another
    if (fresh === false || NUMBER_TAKEN.test(message))
      return confirm('REJECTED')
    if (fresh)
      strike()
    move('REJECTED')
  }

  function write(redirected?: boolean) {
    const { out_trade_no: no } = at
    fresh ??= !journal.get(no) && !owners.has(no) && !succeeded.has(no)
    owners.set(no, hear)
    journal.put({ ...at, platform: detectPlatform(), route: currentRoute(), created_at: clock.now(), redirected })
  }

  /** Nothing came of it: out of the journal, unless another session has begun to pay it meanwhile. */
  function strike() {
    if (owners.get(at.out_trade_no) === hear)
      journal.remove(at.out_trade_no)
  }

  /** From the order to an outcome. */
  async function start(given: PayOrder | (() => PayOrder | Promise<PayOrder>), wanted?: ProviderId) {
    const mine = at = { out_trade_no: '', provider: wanted || core.defaultProvider(), total_fee: 0 }
    let failure: number = ErrorCode.ORDER
    move('START')
    try {
      const order = core.fill(typeof given === 'function' ? await given() : given)
      mine.provider = wanted || order.provider || mine.provider
      mine.out_trade_no = String(order.out_trade_no)
      mine.total_fee = order.total_fee
      checkOrder(order)
      const provider = core.provider(mine.provider)
      failure = ErrorCode.NETWORK
      const { code, msg: said, orderInfo, total_fee } = await core.create(order, mine.provider, () => {
        if (mine !== at)
          throw given
        // written down before the server hears of it: from here on, there may be something to pay
        write()
      })
      if (mine !== at)
        return
      // the price is the server's
      mine.total_fee = total_fee || mine.total_fee
      if (code === ErrorCode.ALREADY_PAID)
        confirm()
      else if (code)
        refuse({ errMsg: said }, code, said)
      else
        await launch(provider, orderInfo)
    }
    catch (thrown) {
      if (mine !== at)
        return
      error = toVkPayError(thrown, failure)
      if (error.code !== ErrorCode.NETWORK)
        return refuse(error, failure)
      if (process.env.NODE_ENV !== 'production')
        hint = explainError(error, core.locale())
      reason = 'network'
      msg = t('network')
      confirm('REJECTED')
    }
  }

  /** The same with `orderInfo` at hand, as in `vkPay.pay({ provider, orderInfo })`. */
  function open({ orderInfo, ...payment }: AttemptView & { orderInfo: unknown }) {
    at = payment
    move('START')
    try {
      const provider = core.provider(at.provider)
      if (at.out_trade_no)
        write()
      void launch(provider, orderInfo)
    }
    catch (thrown) {
      refuse(thrown, ErrorCode.CASHIER)
    }
  }

  async function launch(provider: PayProvider, orderInfo: unknown) {
    const mine = at
    const { out_trade_no } = at
    const take = (report: CashierReport) => mine === at && judged(provider, report)
    move('CREATED')
    if (mine !== at)
      return
    try {
      const launched = await provider.launch({ platform: detectPlatform(), orderInfo, out_trade_no, call, returnUrl: core.returnUrl(out_trade_no), again: take })
      if (mine !== at)
        return
      if (launched.kind === 'reported') {
        take(launched)
      }
      else if (launched.kind === 'qrcode') {
        codeUrl = launched.codeUrl
        expiresAt = launched.expiresAt
        confirm()
      }
      else {
        write(true)
        // #ifdef H5
        location.href = launched.url
        // #endif
      }
    }
    catch (thrown) {
      if (mine === at)
        refuse(thrown, ErrorCode.CASHIER)
    }
  }

  /** The cashier said something: it decides what is asked, never what is true. */
  function judged({ id, outcomes: rows }: Pick<PayProvider, 'id' | 'outcomes'>, report: CashierReport) {
    const judgement = judge(id, report, rows)
    raw = report.raw
    reason = judgement.reason
    if (process.env.NODE_ENV !== 'production')
      hint = explainReport(id, report, core.locale(), rows)
    // #ifdef APP || H5 || MP-BAIDU
    if (reason === 'not-installed')
      msg = t('notInstalled')
    // #endif
    if (running)
      confirm(endings[judgement.outcome])
    else
      check()
  }

  function confirm(next?: PayEvent) {
    ending = next
    ask('RETURNED')
  }

  function check() {
    if (!poller)
      ending = undefined
    ask('RECHECK')
  }

  /** Asks now, and goes on asking if nobody does. */
  function ask(event: PayEvent) {
    if (poller)
      return poller.askNow()
    move(event)
    if (state !== 'confirming')
      return
    const mine = at
    poller = startPolling({
      clock,
      policy: (attempt, elapsedMs) => ending
        ? briefPollPolicy(attempt, elapsedMs)
        : !codeUrl
            ? (options.poll || defaultPollPolicy)(attempt, elapsedMs)
            : expiresAt && clock.now() >= expiresAt ? 'stop' : scanPollPolicy(attempt, elapsedMs),
      ask: async () => {
        // a cashier that says paid is right, or nearly: worth a wait. Whoever might be told "cancelled" is not kept waiting
        const given = await askServer(core, mine.out_trade_no, reason === 'verify' && !ending)
        return mine === at ? decide(given) : 'done'
      },
      onDeadline: () => move('TIMED_OUT'),
    })
    if (!visible)
      poller.pause()
  }

  /** What the server said moves the payment; what it did not say does not. */
  function decide(given: QueryPaymentResult | undefined): Verdict {
    const truth = readTruth(given)
    if (state !== 'succeeded') {
      answer = given || answer
      if (isEnd(truth))
        journal.remove(at.out_trade_no)
      // an order that never came to be, and no cashier that took anything
      else if (truth === 'ABSENT' && ending === 'REJECTED')
        strike()
      if (truth === 'CLOSED') {
        msg = t('closed')
        error = toVkPayError(msg, ErrorCode.CLOSED)
      }
      move(isEnd(truth) ? truth : truth && ending)
    }
    return isBusy(state) ? 'again' : 'done'
  }

  /** What became of an order this session looks after, or one that was left unfinished on its page. */
  function hear(...[result, given, first]: Parameters<Ear>) {
    if (result.out_trade_no === at.out_trade_no)
      decide(given)
    else if (first && !result.code)
      report(result)
  }

  /** Asks about what this session looks after; the payment under way asks by itself. */
  const look = () => sweep(core, ({ out_trade_no: no }) => owners.get(no) === hear && !(no === at.out_trade_no && isBusy(state)))

  return {
    get state() { return state },
    get current() { return state === 'idle' ? undefined : { ...at, codeUrl, expiresAt } },
    pay: (order, options) => begin(() => start(order, options && options.provider)),
    open: payment => begin(() => open(payment)),
    dismiss() {
      let ours = codeUrl
      // #ifdef H5
      // or the question to who came back from the channel's page
      if (poller && (journal.get(at.out_trade_no) || {} as JournalEntry).redirected)
        ours = 'left'
      // #endif
      if (ours) {
        reason = 'user'
        confirm('DISMISSED')
      }
    },
    check,
    pageShown() {
      visible = true
      if (poller)
        poller.resume()
      if (state === 'invoking') {
        clock.clearTimeout(watchdog)
        watchdog = clock.setTimeout(() => judged({ id: at.provider }, { via: 'none', raw }), options.watchdogMs ?? 3000)
      }
      void look()
    },
    pageHidden() {
      visible = false
      if (poller)
        poller.pause()
      clock.clearTimeout(watchdog)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    resume() {
      const route = currentRoute()
      const now = clock.now()
      pages.set(hear, route)
      for (const known of untold) {
        const [result, given, page, untilMs] = known
        if (page === route && untold.delete(known) && now < untilMs)
          hear(result, given, true)
      }
      const found = journal.list().filter(entry => entry.route === route && !owners.has(entry.out_trade_no))
      for (const { out_trade_no: no } of found) owners.set(no, hear)
      const [returned] = found
        .filter(entry => entry.redirected && now - entry.created_at < RETURN_WINDOW_MS)
        .sort((a, b) => b.created_at - a.created_at)
      if (returned) {
        void begin(() => {
          at = returned
          reason = 'no-callback'
          check()
        })
      }
      clock.clearTimeout(later)
      if (found[0])
        later = clock.setTimeout(() => visible && look(), LOOK_AGAIN_MS)
      return look()
    },
    dispose() {
      silence()
      listeners.clear()
      clock.clearTimeout(later)
      pages.delete(hear)
      owners.forEach((ear, no) => ear === hear && owners.delete(no))
      // whoever awaits this payment gets an end, and nobody is told that it failed
      if (running)
        settle(makeResult(core, 'pending', at, { answer, reason, raw }))
    },
  }
}
