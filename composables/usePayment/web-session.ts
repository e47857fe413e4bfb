import type { AttemptView } from '../../js_sdk/attempt'
import type { VkPay } from '../../js_sdk/client'
import { ErrorCode } from '../../js_sdk/errors'
import type { PaySession, SessionListener } from '../../js_sdk/session'
import { paymentToResume } from '../../js_sdk/weixin-authorize'
import type { CreatePaymentResult, PayOrder, PayResult, ProviderId, StateChange } from '../../js_sdk/types'
import { journalOf } from '../journal-of'

/** A session of a browser, where pages are left and codes expire. */
export interface WebSession extends PaySession {
  /** The payment the page was left for, while the server is asked what came of it. */
  readonly returned: AttemptView | undefined
  /** Whether {@link WebSession.repay} has an order to pay. */
  readonly repayable: boolean
  /** Pays the order of `returned` once more, under its own number: whatever happens, it is paid for once. */
  repay: () => Promise<PayResult> | undefined
}

/** The server takes no code for usable that ends within 20 s; asked now, it makes a new one. */
const RENEW_BEFORE_MS = 15_000
/** The next try, should the server answer with the same code or not at all. */
const RENEW_AGAIN_MS = 5000
/** The order a page was left for. Only this browser needs it, to be able to pay it again. */
const LEFT_KEY = 'vk-pay-left'

/**
 * A session that outlives the code it shows: before a QR code ends, the same order gets a new one,
 * and whoever awaits the payment notices nothing. It also knows that a page came back from the
 * channel's own, restored by the back button or loaded anew.
 */
export function webSession(client: VkPay): WebSession {
  const { clock } = client
  const journal = journalOf(client)
  const listeners = new Set<SessionListener>()
  let session: PaySession
  let running: Promise<PayResult> | undefined
  let settle: ((result: PayResult) => void) | undefined
  let order: PayOrder | undefined
  let renewal: unknown
  let renewing = false
  let due = false
  let visible = true
  let disposed = false
  let returned = false

  /**
   * Goes on with a session of no past; the one before falls silent. What was left unfinished on this
   * page is for the new one to hear of: whoever calls has it pay first, and then look back.
   */
  function use(next: PaySession) {
    const before = session
    session = next
    next.subscribe({
      onState: take,
      onResult(result) {
        running = undefined
        if (result.outcome === 'cancel')
          askNoMore(result.out_trade_no)
        for (const listener of [...listeners]) listener.onResult?.(result)
      },
    })
    before?.dispose()
    if (!visible)
      next.pageHidden()
  }

  /** The result of a payment, whichever session it ends in. */
  function follow(payment: Promise<PayResult>): Promise<PayResult> {
    const mine = session
    const promise = running ??= new Promise<PayResult>(resolve => settle = resolve)
    const finish = settle
    void payment.then(result => mine === session && finish?.(result))
    return promise
  }

  function take(change: StateChange) {
    const { state, code_url } = change
    if (renewing && (state === 'creating' || state === 'invoking'))
      return
    const renewed = renewing
    const told = renewed ? { ...change, previous: 'confirming' as const } : change
    renewing = false
    clock.clearTimeout(renewal)
    due = false
    if (state === 'invoking')
      keep(order)
    else if (state !== 'creating' && (state !== 'confirming' || code_url))
      forget(change.out_trade_no)
    if (code_url)
      planRenewal(change.expires_at, renewed ? RENEW_AGAIN_MS : 0)
    returned = state === 'confirming' && !code_url && !!journal.get(change.out_trade_no)?.redirected
    for (const listener of [...listeners]) listener.onState?.(told)
  }

  function keep(left: PayOrder | undefined) {
    try {
      if (left)
        uni.setStorageSync(LEFT_KEY, left)
    }
    catch {
      // without it the payer is not offered to pay again on return, and nothing else is lost
    }
  }

  const kept = () => uni.getStorageSync(LEFT_KEY) as PayOrder | undefined

  function forget(no: string) {
    if (kept()?.out_trade_no === no)
      uni.removeStorageSync(LEFT_KEY)
  }

  /** Who says to have left is not asked again by the next page that is loaded. */
  function askNoMore(no: string) {
    const entry = journal.get(no)
    if (entry?.redirected)
      journal.put({ ...entry, redirected: false })
  }

  function planRenewal(expiresAt: number | undefined, leastMs = 0) {
    if (expiresAt && order)
      renewal = clock.setTimeout(renew, Math.max(leastMs, expiresAt - RENEW_BEFORE_MS - clock.now()))
  }

  async function renew(): Promise<void> {
    if (!visible) {
      due = true
      return
    }
    const { current } = session
    if (!order || !current?.codeUrl)
      return
    const mine = session
    const { out_trade_no, provider, total_fee, expiresAt } = current
    let created: CreatePaymentResult | undefined
    try {
      created = await client.createPayment({ ...order, provider })
    }
    catch {
      // no answer: the code is good for a while yet
    }
    if (disposed || mine !== session || !session.current?.codeUrl)
      return
    if (created?.code === 0) {
      renewing = true
      use(client.session())
      const opened = session.open({ out_trade_no, provider, total_fee, orderInfo: created.orderInfo })
      void follow(opened)
      void session.resume()
    }
    else if (created?.code === ErrorCode.ALREADY_PAID) {
      session.check()
    }
    else if (!created && expiresAt && clock.now() < expiresAt) {
      planRenewal(expiresAt, RENEW_AGAIN_MS)
    }
  }

  function pay(given: PayOrder | (() => PayOrder | Promise<PayOrder>), options?: { provider?: ProviderId }): Promise<PayResult> {
    if (running)
      return running
    const remember = (known: PayOrder) => order = known
    return follow(session.pay(typeof given === 'function' ? async () => remember(await given()) : remember(given), options))
  }

  /** The order the page was left for, if this browser still has it. */
  function leftOrder(): PayOrder | undefined {
    const no = session.current?.out_trade_no
    if (order && order.out_trade_no === no)
      return order
    const left = kept()
    return left && left.out_trade_no === no ? left : undefined
  }

  async function shown() {
    visible = true
    if (due) {
      due = false
      // first: the session would find its code expired
      await renew()
    }
    session.pageShown()
  }

  /** Back by the browser's button, to a page that was kept as it was: some tell it by nothing else. */
  const restored = (event: PageTransitionEvent) => {
    if (event.persisted)
      void shown()
  }
  window.addEventListener('pageshow', restored)
  use(client.session())

  return {
    get state() { return session.state },
    get current() { return session.current },
    get returned() { return returned ? session.current : undefined },
    get repayable() { return !!leftOrder() },
    pay,
    open: payment => running ?? follow(session.open(payment)),
    repay() {
      const left = returned ? leftOrder() : undefined
      const provider = session.current?.provider
      if (!left)
        return undefined
      use(client.session())
      order = left
      const paid = follow(session.pay(left, { provider }))
      void session.resume()
      return paid
    },
    dismiss: () => session.dismiss(),
    check: () => session.check(),
    pageShown: () => void shown(),
    pageHidden() {
      visible = false
      session.pageHidden()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    resume() {
      // left in the middle, for the payer's openid
      const left = paymentToResume(clock)
      if (left)
        void pay(left.order, { provider: left.provider })
      return session.resume()
    },
    dispose() {
      disposed = true
      listeners.clear()
      clock.clearTimeout(renewal)
      window.removeEventListener('pageshow', restored)
      session.dispose()
    },
  }
}
