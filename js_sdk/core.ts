import type { Journal, JournalEntry } from './journal'
import type { MessageKey } from './locale'
import type { Clock, CreatePaymentResult, LocaleId, PayOrder, PayPlatform, PayProvider, PollPolicy, ProviderId, QueryPaymentResult } from './types'

/** What sessions and attempts share: made once by `createVkPay`. */
export interface PayCore {
  readonly platform: PayPlatform
  readonly clock: Clock
  readonly journal: Journal
  readonly poll: PollPolicy
  readonly watchdogMs: number
  /** Orders a living session looks after; the others are asked about by the app itself. */
  readonly claimed: Set<string>
  /** Payments the app itself learnt to be paid, for a page that comes back a moment later. Told once. */
  readonly learnt: Map<string, LearntPayment>
  /** @throws VkPayError `NOT_SUPPORTED` */
  provider: (id: ProviderId) => PayProvider
  defaultProvider: () => ProviderId
  defaults: () => Partial<PayOrder> | undefined
  /** @throws VkPayError `NO_BACKEND`, or `NETWORK` when no answer came in time */
  call: <T>(action: string, data: Record<string, unknown>) => Promise<T>
  /** Asks for a payment. Throws as {@link PayCore.call} does. */
  create: (order: Partial<PayOrder>, provider: ProviderId, openid?: string) => Promise<CreatePaymentResult>
  /** The payer's openid, fetched once per provider, for `order`. @throws VkPayError `OPENID` */
  openid: (provider: PayProvider, order?: Partial<PayOrder>) => Promise<string | undefined>
  returnUrl: (outTradeNo: string) => string
  /** Leaves the page for the channel's own; H5 only. */
  leave: (url: string) => void
  t: (key: MessageKey) => string
  /** The language of the moment. */
  locale: () => LocaleId
}

export interface LearntPayment {
  entry: JournalEntry
  answer: QueryPaymentResult
  /** Until when a page may be told, milliseconds since 1970. */
  untilMs: number
}

/** What the server's answer says about the money: `absent` when there is no such order, `unknown` when it says nothing. */
export type Truth = 'paid' | 'closed' | 'unpaid' | 'absent' | 'unknown'

const NO_SUCH_ORDER = 40005
/** Trade states that say something; others do not. */
const truths: Readonly<Record<string, Truth | undefined>> = { SUCCESS: 'paid', CLOSED: 'closed', REVOKED: 'closed', NOTPAY: 'unpaid', PAYERROR: 'unpaid' }

/** A request for the order may still be on its way for so long, ms. */
const ON_ITS_WAY_MS = 60_000

/** Only an explicit word of the server is paid, closed or unpaid. */
export function readTruth(answer: QueryPaymentResult | undefined): Truth {
  const { code, orderPaid, status, data } = answer ?? {}
  if (code !== 0)
    return code === NO_SUCH_ORDER ? 'absent' : 'unknown'
  const said = truths[data?.trade_state ?? ''] ?? 'unknown'
  return orderPaid === true || said === 'paid' ? 'paid' : status === -1 ? 'closed' : said
}

/** Asks the server once; no answer is `undefined`, not an error. */
export function askServer(core: PayCore, outTradeNo: string): Promise<QueryPaymentResult | undefined> {
  return core.call<QueryPaymentResult>('pay/queryPayment', { out_trade_no: outTradeNo }).catch(() => undefined)
}

/**
 * Asks about the journal's `entries`, and takes out those whose end the server knows.
 * `onEnd` is told of each end; `first` is false when somebody else had taken the entry out before
 */
export async function sweep(core: PayCore, entries: readonly JournalEntry[], onEnd: (entry: JournalEntry, truth: 'paid' | 'closed', answer: QueryPaymentResult, first: boolean) => void): Promise<void> {
  await Promise.all(entries.map(async (entry) => {
    const { out_trade_no: no, created_at } = entry
    const answer = await askServer(core, no)
    const truth = readTruth(answer)
    if (answer && (truth === 'paid' || truth === 'closed'))
      onEnd(entry, truth, answer, core.journal.remove(no))
    else if (truth === 'absent' && core.clock.now() - created_at > ON_ITS_WAY_MS)
      core.journal.remove(no)
  }))
}
