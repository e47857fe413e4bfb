import type { Journal, JournalEntry } from './journal'
import type { MessageKey } from './locale'
import { makeResult } from './result'
import { isEnd, readTruth } from './truth'
import type { Backend, Clock, CreatePaymentResult, LocaleId, PayOrder, PayProvider, PayResult, ProviderId, QueryPaymentResult, VkPayOptions } from './types'

/** What sessions share: made once by `createVkPay`. */
export interface PayCore {
  readonly clock: Clock
  readonly journal: Journal
  readonly options: VkPayOptions
  /** Order → the living session that looks after it. The others are asked about by the app itself. */
  readonly owners: Map<string, Ear>
  /** Living sessions that want to hear what was left unfinished on their page → the route of that page. */
  readonly pages: Map<Ear, string>
  /** Payments that no living session could be told of, for a page that comes up a moment later. */
  readonly untold: Set<Untold>
  /** Orders that `onPaid` was told of: who taps once more and leaves is not a second payment. */
  readonly announced: Set<string>
  /** Tells those who watch that the journal changed or, with a result, how a payment ended. */
  readonly notify: Watcher
  /** @throws VkPayError `NOT_SUPPORTED` */
  provider: (id: ProviderId) => PayProvider
  /** The order with the app's defaults in it. */
  fill: (order: PayOrder) => PayOrder
  defaultProvider: () => ProviderId
  /** @throws VkPayError `NO_BACKEND`, or `NETWORK` when no answer came in time */
  call: <T>(action: string, data: Record<string, unknown>) => Promise<T>
  /**
   * Asks for a payment, `before` having been called once all is at hand; by `send` instead of the client's backend, if given.
   * @throws VkPayError `OPENID` when the payer's could not be had, or as {@link PayCore.call} does
   */
  create: (order: Partial<PayOrder>, provider: ProviderId, before?: () => void, send?: Backend['call']) => Promise<CreatePaymentResult>
  /** Where a channel's page leads back to; H5 only, `''` elsewhere. */
  returnUrl: (outTradeNo: string) => string
  t: (key: MessageKey) => string
  /** The language of the moment. */
  locale: () => LocaleId
}

/** Hears how an order ended, by the server's word. `first` is false when somebody had learnt of it before. */
export type Ear = (result: PayResult, answer: QueryPaymentResult, first: boolean) => void

/** Told of every change of the journal and, with the result, of every payment that ended. */
export type Watcher = (result?: PayResult) => void

/** What an {@link Ear} would have been told, the page it belongs to, and until when, milliseconds since 1970. */
export type Untold = [result: PayResult, answer: QueryPaymentResult, route: string, untilMs: number]

/** The two actions of the cloud side that every payment calls. */
export const CREATE = 'pay/createPayment'
export const QUERY = 'pay/queryPayment'
/** Longest wait for one answer of the server, ms, unless the app says otherwise. */
export const REQUEST_TIMEOUT_MS = 8000
/** A request for the order may still be on its way for so long, ms. */
const ON_ITS_WAY_MS = 60_000
/** How long after the app learnt of a payment its page may still come up and be told, ms. */
const UNTOLD_MS = 10_000

/** How long the server is to hold a question, s: the way there and back, and a function that starts cold, have to fit into the time limit, too. */
export const LONGEST_WAIT_S = 5

/**
 * Asks the server once; no answer is `undefined`, not an error. With `wait`, a payment that is not known
 * yet is answered when it is, or after a while: sooner than by asking again, and one question instead of many.
 * An app that waits less than usual for an answer has none held.
 */
export function askServer({ call, options: { requestTimeoutMs = REQUEST_TIMEOUT_MS } }: PayCore, outTradeNo: string, wait?: boolean): Promise<QueryPaymentResult | undefined> {
  return call<QueryPaymentResult>(QUERY, {
    out_trade_no: outTradeNo,
    ...wait && requestTimeoutMs >= REQUEST_TIMEOUT_MS && { await_notify: true, await_max_time: LONGEST_WAIT_S },
  }).catch(() => undefined)
}

/**
 * Asks about those entries of the journal that are `wanted`, and takes out those whose end the server
 * knows. Told are: the session that looks after the order, or one that is up on the order's page; and
 * the app, when the asking was its own or there was no such session.
 */
export async function sweep(core: PayCore, wanted: (entry: JournalEntry) => unknown, byApp?: boolean): Promise<void> {
  const { clock, journal, owners, pages, untold, announced, notify, options: { onPaid } } = core
  await Promise.all(journal.list().filter(wanted).map(async (entry) => {
    const { out_trade_no: no, route, created_at } = entry
    const answer = await askServer(core, no)
    const truth = readTruth(answer)
    const isPaid = truth === 'PAID'
    // paid for anew while the answer was on its way: it is about what was there before
    if (!isPaid && (journal.get(no) || entry).created_at !== created_at)
      return
    if (!answer || !isEnd(truth)) {
      if (truth === 'ABSENT' && clock.now() - created_at > ON_ITS_WAY_MS)
        journal.remove(no)
      return
    }
    const first = journal.remove(no)
    const news = first && isPaid
    const result = makeResult(core, isPaid ? 'success' : 'fail', entry, { answer, late: true })
    const tell = owners.get(no) || [...pages.keys()].find(ear => pages.get(ear) === route)
    if (first)
      notify(result)
    if (tell)
      tell(result, answer, first)
    else if (news)
      untold.add([result, answer, route, clock.now() + UNTOLD_MS])
    if (news && onPaid && (byApp || !tell) && !announced.has(no)) {
      announced.add(no)
      onPaid(result)
    }
  }))
}
