import type { Clock } from '../clock'

/** `notify` true and new, `repeat` true and sent again on purpose, `tampered` and `probe` must be refused. */
export type DeliveryKind = 'notify' | 'repeat' | 'tampered' | 'probe'

/** What became of one notification request. */
export interface Delivery {
  /** When it left, ms since 1970. */
  at: number
  kind: DeliveryKind
  /** The notification's id, the same over all its deliveries. */
  id: string
  /** HTTP status of the answer; 0 when none came. */
  status: number
  durationMs: number
  /** The first 200 characters of the answer. */
  answer: string
  /** Why no answer came. */
  error?: string
}

/** One signed notification, ready to leave. */
export interface Parcel {
  readonly kind: DeliveryKind
  readonly id: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** The merchant has this long to answer, whole body included. */
export const DEADLINE_MS = 5_000
const ANSWER_CHARACTERS = 200

type Outcome = Pick<Delivery, 'status' | 'answer' | 'error'>

async function post(fetch: typeof globalThis.fetch, parcel: Parcel, signal: AbortSignal): Promise<Outcome> {
  const response = await fetch(parcel.url, {
    method: 'POST',
    headers: { ...parcel.headers, connection: 'close' },
    body: parcel.body,
    redirect: 'manual',
    signal,
  })
  return { status: response.status, answer: (await response.text()).slice(0, ANSWER_CHARACTERS) }
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}

/** Sends one parcel and waits for the answer, no longer than the deadline. Never rejects. */
export async function deliver(options: {
  parcel: Parcel
  clock: Clock
  fetch: typeof globalThis.fetch
  /** Gives up at once, when the gateway closes. */
  abort: AbortController
}): Promise<Delivery> {
  const { parcel, clock, abort } = options
  const at = clock.now()
  let late = false
  const disarm = clock.after(DEADLINE_MS, () => {
    late = true
    abort.abort()
  })
  const outcome = await post(options.fetch, parcel, abort.signal).catch((error: unknown): Outcome => ({
    status: 0,
    answer: '',
    error: late ? `no answer within ${DEADLINE_MS} ms` : reason(error),
  }))
  disarm()
  return { at, kind: parcel.kind, id: parcel.id, durationMs: clock.now() - at, ...outcome }
}
