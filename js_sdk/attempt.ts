import type { PayCore } from './core'
import { askServer, readTruth } from './core'
import type { VkPayError } from './errors'
import { ErrorCode, toVkPayError } from './errors'
import type { PayEvent, PayState } from './flow'
import { isBusy, nextState } from './flow'
import type { JournalEntry } from './journal'
import type { MessageKey } from './locale'
import { checkOrder } from './order'
import { judge } from './outcome'
import { explainError, explainReport } from './outcome/hints'
import { currentRoute } from './platform'
import type { Poller, Verdict } from './poll'
import { scanPollPolicy, startPolling } from './poll'
import { makeResult } from './result'
import type { CashierReport, OutcomeReason, PayOrder, PayOutcome, PayProvider, PayResult, PollPolicy, ProviderId, QueryPaymentResult, StateChange } from './types'

/** Which order is being paid, and how. */
export interface AttemptView {
  out_trade_no: string
  provider: ProviderId
  /** fen */
  total_fee: number
  /** To be drawn while the payer is to scan it. */
  codeUrl?: string
  /** When the code ends, milliseconds since 1970. */
  expiresAt?: number
}

export interface AttemptHooks {
  onState: (change: StateChange) => void
  /** This order is in the journal from now on. */
  onWritten: (outTradeNo: string) => void
  /** Called once, and once more if paid is learnt after another outcome was told. */
  onResult: (result: PayResult) => void
}

export interface Attempt {
  readonly state: PayState
  readonly view: AttemptView
  /** From the order to an outcome. Never rejects. */
  start: (order: PayOrder | (() => PayOrder | Promise<PayOrder>), provider?: ProviderId) => Promise<void>
  /** The same with `orderInfo` at hand, as in `vkPay.pay({ provider, orderInfo })`. */
  open: (payment: AttemptView & { orderInfo: unknown }) => Promise<void>
  /** Goes on with what the journal kept of a page that was left. */
  adopt: (entry: JournalEntry) => void
  /** Takes in an answer somebody else got for this order. */
  learn: (answer: QueryPaymentResult | undefined) => unknown
  dismiss: () => void
  check: () => void
  shown: () => void
  hidden: () => void
  dispose: () => void
}

/**
 * What the cashier's side claims while the server is asked: it came back or cannot come back;
 * the payer left; it failed; a code is being scanned; the answer to *create* was lost.
 */
type Claim = 'returned' | 'cancel' | 'fail' | 'scan' | 'lost'

const outcomes: Partial<Record<PayState, PayOutcome>> = { succeeded: 'success', failed: 'fail', cancelled: 'cancel', pending: 'pending' }
/** What a claim comes to when the server says not paid; the others are asked about again. */
const ends: Partial<Record<Claim, PayEvent>> = { cancel: 'DISMISSED', fail: 'REJECTED', lost: 'REJECTED' }
/** What the payer reads of a refusal that says nothing itself; `failed` for the others. */
const refusals: Partial<Record<number, MessageKey>> = {
  [ErrorCode.ORDER]: 'badOrder',
  [ErrorCode.NOT_SUPPORTED]: 'notSupported',
  [ErrorCode.NO_BACKEND]: 'noBackend',
}
/** Where no payment is expected, a server that cannot be reached is asked so many times. */
const BRIEF_ATTEMPTS = 3
const brief: PollPolicy = attempt => attempt < BRIEF_ATTEMPTS ? attempt * 500 : 'stop'

/** One payment, from the tap to its outcome. */
export function createAttempt(core: PayCore, hooks: AttemptHooks): Attempt {
  const { call, clock, journal, platform, t } = core
  let no = ''
  let providerId = core.defaultProvider()
  let totalFee = 0
  let codeUrl: string | undefined
  let expiresAt: number | undefined
  let state: PayState = 'idle'
  let claim: Claim = 'returned'
  let poller: Poller | undefined
  let watchdog: unknown
  let visible = true
  let opened = false
  let told = false
  let disposed = false
  /** An earlier payment of this order is unfinished. */
  let unfinished: JournalEntry | undefined
  let written = false
  let answer: QueryPaymentResult | undefined
  let reason: OutcomeReason | undefined
  let raw: unknown
  let error: VkPayError | undefined
  let msg: string | undefined
  let hint: string | undefined

  function move(event: PayEvent) {
    const previous = state
    state = nextState(state, event)
    if (state === previous)
      return
    if (state !== 'confirming')
      stopWaiting()
    hooks.onState({ state, previous, out_trade_no: no, provider: providerId, code_url: codeUrl, expires_at: expiresAt })
    const outcome = outcomes[state]
    if (outcome && (!told || outcome === 'success'))
      tell(outcome)
  }

  function tell(outcome: PayOutcome) {
    const late = told || undefined
    told = true
    if (outcome === 'success')
      hint = undefined
    if (process.env.NODE_ENV !== 'production' && hint)
      console.warn(`[vk-uni-pay] ${no}: ${hint}`)
    hooks.onResult(makeResult(core, outcome, { out_trade_no: no, provider: providerId, total_fee: totalFee, answer, reason, error, msg, raw, hint, late }))
  }

  function stopWaiting() {
    poller?.stop()
    clock.clearTimeout(watchdog)
    poller = codeUrl = expiresAt = undefined
  }

  /** A failure that no cashier was open for; an order that was unfinished before stays so. */
  function refuse(thrown: unknown, code: number, text?: string) {
    error = toVkPayError(thrown, code)
    if (process.env.NODE_ENV !== 'production')
      hint = explainError(error, core.locale())
    msg = text || t(refusals[error.code] ?? 'failed')
    reason = 'config'
    if (written && !unfinished)
      journal.remove(no)
    move('REJECTED')
  }

  function write(redirected?: boolean) {
    written = true
    hooks.onWritten(no)
    journal.put({ out_trade_no: no, provider: providerId, total_fee: totalFee, platform, route: currentRoute(), created_at: clock.now(), redirected })
  }

  async function start(given: PayOrder | (() => PayOrder | Promise<PayOrder>), wanted?: ProviderId) {
    move('START')
    let failure: number = ErrorCode.ORDER
    try {
      const order = { ...core.defaults(), ...(typeof given === 'function' ? await given() : given) }
      providerId = wanted ?? order.provider ?? providerId
      no = String(order.out_trade_no)
      totalFee = order.total_fee
      checkOrder(order)
      const provider = core.provider(providerId)
      failure = ErrorCode.NETWORK
      unfinished = journal.get(no)
      const openid = order.openid ?? await core.openid(provider, order)
      if (disposed)
        return
      // written down before the server hears of it: from here on, there may be something to pay
      write()
      const created = await core.create(order, providerId, openid)
      if (created.code === ErrorCode.ALREADY_PAID)
        confirm('returned')
      else if (created.code !== 0)
        refuse({ errMsg: created.msg }, created.code, created.msg)
      else if (!disposed)
        await launch(provider, created.orderInfo)
    }
    catch (thrown) {
      error = toVkPayError(thrown, failure)
      if (error.code !== ErrorCode.NETWORK)
        return refuse(error, failure)
      reason = 'network'
      msg = t('network')
      confirm('lost')
    }
  }

  async function open({ orderInfo, out_trade_no, provider, total_fee }: AttemptView & { orderInfo: unknown }) {
    no = out_trade_no
    providerId = provider
    totalFee = total_fee
    move('START')
    try {
      const found = core.provider(provider)
      unfinished = journal.get(no)
      if (no)
        write()
      await launch(found, orderInfo)
    }
    catch (thrown) {
      refuse(thrown, ErrorCode.CASHIER)
    }
  }

  async function launch(provider: PayProvider, orderInfo: unknown) {
    move('CREATED')
    if (disposed)
      return
    try {
      opened = true
      const launched = await provider.launch({
        platform,
        orderInfo,
        out_trade_no: no,
        call,
        returnUrl: core.returnUrl(no),
        again: report => take(provider, report),
      })
      if (disposed)
        return
      if (launched.kind === 'reported') {
        take(provider, launched)
      }
      else if (launched.kind === 'qrcode') {
        codeUrl = launched.codeUrl
        expiresAt = launched.expiresAt
        confirm('scan')
      }
      else {
        write(true)
        core.leave(launched.url)
      }
    }
    catch (thrown) {
      opened = false
      refuse(thrown, ErrorCode.CASHIER)
    }
  }

  /** The cashier said something: it decides what is asked, never what is true. */
  function take({ id, outcomes }: Pick<PayProvider, 'id' | 'outcomes'>, report: CashierReport) {
    if (disposed)
      return
    const judged = judge(id, report, outcomes)
    raw = report.raw
    reason = judged.reason
    if (process.env.NODE_ENV !== 'production')
      hint = explainReport(id, report, core.locale(), outcomes)
    if (reason === 'not-installed')
      msg = t('notInstalled')
    if (told)
      check()
    else
      confirm(judged.outcome === 'cancel' || judged.outcome === 'fail' ? judged.outcome : 'returned')
  }

  function confirm(next: Claim) {
    claim = next
    ask('RETURNED')
  }

  function check() {
    if (!poller)
      claim = 'returned'
    ask('RECHECK')
  }

  /** Asks now, and goes on asking if nobody does. */
  function ask(event: PayEvent) {
    if (poller)
      return poller.askNow()
    move(event)
    if (state !== 'confirming')
      return
    poller = startPolling({
      clock,
      policy: (attempt, elapsedMs) => claim === 'scan' && expiresAt && clock.now() >= expiresAt
        ? 'stop'
        : (claim === 'scan' ? scanPollPolicy : claim === 'returned' ? core.poll : brief)(attempt, elapsedMs),
      ask: async () => decide(await askServer(core, no)),
      onDeadline: () => move('TIMED_OUT'),
    })
    if (!visible)
      poller.pause()
  }

  function decide(given: QueryPaymentResult | undefined): Verdict {
    if (disposed || state === 'succeeded')
      return 'done'
    answer = given ?? answer
    const truth = readTruth(given)
    const unpaid = truth === 'unpaid' || truth === 'absent'
    const paid = truth === 'paid'
    const closed = truth === 'closed'
    // an order that never came to be had no cashier either
    if (paid || closed || (truth === 'absent' && claim === 'lost'))
      journal.remove(no)
    if (closed) {
      msg = t('closed')
      error = toVkPayError(msg, ErrorCode.CLOSED)
    }
    const event = paid ? 'PAID' : closed ? 'CLOSED' : unpaid && ends[claim]
    if (event)
      move(event)
    return isBusy(state) ? 'again' : 'done'
  }

  return {
    get state() { return state },
    get view() { return { out_trade_no: no, provider: providerId, total_fee: totalFee, codeUrl, expiresAt } },
    start,
    open,
    adopt(entry) {
      no = entry.out_trade_no
      providerId = entry.provider
      totalFee = entry.total_fee
      reason = 'no-callback'
      check()
    },
    learn: decide,
    dismiss() {
      let ours = claim === 'scan'
      // #ifdef H5
      // or the question to who came back from the channel's page
      ours ||= !!journal.get(no)?.redirected
      // #endif
      if (ours && poller) {
        reason = 'user'
        confirm('cancel')
      }
    },
    check,
    shown() {
      visible = true
      poller?.resume()
      if (state === 'invoking' && opened) {
        clock.clearTimeout(watchdog)
        watchdog = clock.setTimeout(() => take({ id: providerId }, { via: 'none', raw }), core.watchdogMs)
      }
    },
    hidden() {
      visible = false
      poller?.pause()
      clock.clearTimeout(watchdog)
    },
    dispose() {
      disposed = true
      stopWaiting()
      // whoever awaits this payment gets an end, and nobody is told that it failed
      if (isBusy(state) && !told)
        tell('pending')
    },
  }
}
