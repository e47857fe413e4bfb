import type { PayCore } from './core'
import { askServer, readTruth } from './core'
import type { VkPayError } from './errors'
import { ErrorCode, toVkPayError } from './errors'
import type { PayEvent, PayState } from './flow'
import { isBusy, nextState } from './flow'
import type { JournalEntry } from './journal'
import { checkOrder } from './order'
import { judge } from './outcome'
import { explainError, explainReport } from './outcome/hints'
import { currentRoute } from './platform'
import type { Poller, Verdict } from './poll'
import { scanPollPolicy, startPolling } from './poll'
import { makeResult } from './result'
import type { CashierReport, CreatePaymentResult, OutcomeReason, PayOrder, PayOutcome, PayProvider, PayResult, PollPolicy, ProviderId, QueryPaymentResult, StateChange } from './types'

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
  learn: (answer: QueryPaymentResult | undefined) => void
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
/** Where no payment is expected, a server that cannot be reached is asked so many times. */
const BRIEF_ATTEMPTS = 3
const brief: PollPolicy = attempt => attempt < BRIEF_ATTEMPTS ? attempt * 500 : 'stop'

/** One payment, from the tap to its outcome. */
export function createAttempt(core: PayCore, hooks: AttemptHooks): Attempt {
  const view: AttemptView = { out_trade_no: '', provider: core.defaultProvider(), total_fee: 0 }
  let state: PayState = 'idle'
  let claim: Claim = 'returned'
  let poller: Poller | undefined
  let watchdog: unknown
  let visible = true
  let opened = false
  let told = false
  let disposed = false
  let foundBefore = false
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
    const { codeUrl: code_url, expiresAt: expires_at, out_trade_no, provider } = view
    hooks.onState({ state, previous, out_trade_no, provider, code_url, expires_at })
    tell()
  }

  function tell() {
    const outcome = outcomes[state]
    if (!outcome || (told && outcome !== 'success'))
      return
    const late = told || undefined
    told = true
    const advice = outcome === 'success' ? undefined : hint
    if (process.env.NODE_ENV !== 'production' && advice)
      console.warn(`[vk-uni-pay] ${view.out_trade_no}: ${advice}`)
    hooks.onResult(makeResult(core, outcome, { ...view, answer, reason, error, msg, raw, hint: advice, late }))
  }

  function stopWaiting() {
    poller?.stop()
    poller = undefined
    core.clock.clearTimeout(watchdog)
    view.codeUrl = view.expiresAt = undefined
  }

  /** A failure that no cashier was open for; an order that was unfinished before stays so. */
  function refuse(thrown: unknown, code: number, text?: string) {
    error = toVkPayError(thrown, code)
    if (process.env.NODE_ENV !== 'production')
      hint = explainError(error, core.locale())
    msg = text ?? core.t(error.code === ErrorCode.ORDER ? 'badOrder' : error.code === ErrorCode.NOT_SUPPORTED ? 'notSupported' : 'failed')
    reason = 'config'
    if (written && !foundBefore)
      core.journal.remove(view.out_trade_no)
    move('REJECTED')
  }

  function write(more?: Partial<JournalEntry>) {
    const { out_trade_no, provider, total_fee } = view
    written = true
    hooks.onWritten(out_trade_no)
    core.journal.put({ out_trade_no, provider, total_fee, platform: core.platform, route: currentRoute(), created_at: core.clock.now(), ...more })
  }

  async function start(given: PayOrder | (() => PayOrder | Promise<PayOrder>), providerId?: ProviderId) {
    move('START')
    let order: PayOrder
    let provider: PayProvider
    try {
      order = { ...core.defaults(), ...(typeof given === 'function' ? await given() : given) }
      view.provider = providerId ?? order.provider ?? core.defaultProvider()
      view.out_trade_no = String(order.out_trade_no)
      view.total_fee = order.total_fee
      checkOrder(order)
      provider = core.provider(view.provider)
    }
    catch (thrown) {
      return refuse(thrown, ErrorCode.ORDER)
    }
    const created = await create(order, provider)
    if (created && !disposed)
      await launch(provider, created.orderInfo)
  }

  /** Asks the server for a payment. Nothing when the attempt has gone on, or ended, without one. */
  async function create(order: PayOrder, provider: PayProvider): Promise<CreatePaymentResult | undefined> {
    foundBefore = !!core.journal.get(view.out_trade_no)
    let created: CreatePaymentResult
    try {
      const openid = order.openid ?? await core.openid(provider)
      if (disposed)
        return
      // written down before the server hears of it: from here on, there may be something to pay
      write()
      created = await core.call<CreatePaymentResult>('pay/createPayment', { ...order, openid, provider: view.provider, vk_platform: core.platform })
    }
    catch (thrown) {
      error = toVkPayError(thrown, ErrorCode.NETWORK)
      if (error.code !== ErrorCode.NETWORK) {
        refuse(error, error.code, error.code === ErrorCode.NO_BACKEND ? core.t('noBackend') : undefined)
      }
      else {
        reason = 'network'
        msg = core.t('network')
        confirm('lost')
      }
      return
    }
    if (created.code === 0)
      return created
    if (created.code === ErrorCode.ALREADY_PAID)
      confirm('returned')
    else
      refuse({ errMsg: created.msg }, created.code, created.msg)
  }

  async function open(payment: AttemptView & { orderInfo: unknown }) {
    const { orderInfo, ...known } = payment
    Object.assign(view, known)
    move('START')
    try {
      const provider = core.provider(view.provider)
      foundBefore = !!core.journal.get(view.out_trade_no)
      if (view.out_trade_no)
        write()
      await launch(provider, orderInfo)
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
        platform: core.platform,
        orderInfo,
        out_trade_no: view.out_trade_no,
        call: core.call,
        returnUrl: core.returnUrl(view.out_trade_no),
        again: report => take(provider, report),
      })
      if (disposed)
        return
      if (launched.kind === 'reported') {
        take(provider, launched)
      }
      else if (launched.kind === 'qrcode') {
        view.codeUrl = launched.codeUrl
        view.expiresAt = launched.expiresAt
        confirm('scan')
      }
      else {
        write({ redirected: true })
        core.leave(launched.url)
      }
    }
    catch (thrown) {
      opened = false
      refuse(thrown, ErrorCode.CASHIER)
    }
  }

  /** The cashier said something: it decides what is asked, never what is true. */
  function take(provider: PayProvider, report: CashierReport) {
    if (disposed)
      return
    const judged = judge(provider.id, report, provider.outcomes)
    raw = report.raw
    reason = judged.reason
    if (process.env.NODE_ENV !== 'production')
      hint = explainReport(provider.id, report, core.locale(), provider.outcomes)
    if (reason === 'not-installed')
      msg = core.t('notInstalled')
    const next: Claim = judged.outcome === 'cancel' || judged.outcome === 'fail' ? judged.outcome : 'returned'
    if (told)
      check()
    else
      confirm(next)
  }

  function confirm(next: Claim) {
    claim = next
    if (poller)
      return poller.askNow()
    move('RETURNED')
    poll()
  }

  function poll() {
    if (state !== 'confirming')
      return
    poller = startPolling({
      clock: core.clock,
      policy: (attempt, elapsedMs) => policy()(attempt, elapsedMs),
      ask: async () => decide(await askServer(core, view.out_trade_no)),
      onDeadline: () => move('TIMED_OUT'),
    })
    if (!visible)
      poller.pause()
  }

  function policy(): PollPolicy {
    if (claim === 'scan') {
      const { expiresAt } = view
      return expiresAt && core.clock.now() >= expiresAt ? () => 'stop' : scanPollPolicy
    }
    return claim === 'returned' ? core.poll : brief
  }

  function decide(given: QueryPaymentResult | undefined): Verdict {
    if (disposed || state === 'succeeded')
      return 'done'
    answer = given ?? answer
    const truth = readTruth(given)
    if (truth === 'paid' || truth === 'closed') {
      core.journal.remove(view.out_trade_no)
      if (truth === 'closed') {
        msg = core.t('closed')
        error = toVkPayError({ errMsg: 'the order is closed' }, ErrorCode.CLOSED)
      }
      move(truth === 'paid' ? 'PAID' : 'CLOSED')
    }
    else if (truth === 'unpaid' || truth === 'absent') {
      // no cashier was open for an order that never came to be
      if (truth === 'absent' && claim === 'lost')
        core.journal.remove(view.out_trade_no)
      if (claim === 'cancel')
        move('DISMISSED')
      else if (claim === 'fail' || claim === 'lost')
        move('REJECTED')
    }
    return isBusy(state) ? 'again' : 'done'
  }

  function check() {
    if (poller)
      return poller.askNow()
    claim = 'returned'
    move('RECHECK')
    poll()
  }

  return {
    get state() { return state },
    view,
    start,
    open,
    adopt(entry) {
      const { out_trade_no, provider, total_fee } = entry
      Object.assign(view, { out_trade_no, provider, total_fee })
      reason = 'no-callback'
      check()
    },
    learn: (given) => { decide(given) },
    dismiss() {
      if (claim === 'scan' && poller) {
        reason = 'user'
        confirm('cancel')
      }
    },
    check,
    shown() {
      visible = true
      poller?.resume()
      if (state === 'invoking' && opened) {
        core.clock.clearTimeout(watchdog)
        watchdog = core.clock.setTimeout(() => {
          const silence = { via: 'none', raw: undefined } as const
          reason = judge(view.provider, silence).reason
          if (process.env.NODE_ENV !== 'production')
            hint = explainReport(view.provider, silence, core.locale())
          confirm('returned')
        }, core.watchdogMs)
      }
    },
    hidden() {
      visible = false
      poller?.pause()
      core.clock.clearTimeout(watchdog)
    },
    dispose() {
      disposed = true
      stopWaiting()
      // whoever awaits this payment gets an end, and nobody is told that it failed
      if (isBusy(state) && !told) {
        told = true
        hooks.onResult(makeResult(core, 'pending', { ...view, answer, reason, raw }))
      }
    },
  }
}
