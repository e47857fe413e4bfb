import type { Random } from './random'
import { logNormal, pick, randomFrom } from './random'

/**
 * What becomes of a payment, and how often, in per cent. The shares are assumptions, chosen so that
 * each case happens often enough to be seen; what is compared is how strategies fare with the same ones.
 */
const SHARES = {
  /** The notification is there in about half a second. */
  fast: 64,
  /** It takes seconds, sometimes many. */
  slow: 21,
  /** The first one is lost; the channel repeats it by its ladder. */
  late: 4,
  /** None ever comes; the channel knows, if asked. */
  never: 2,
  /** The app is killed in the cashier, after paying, and opened again. */
  killed: 2,
  /** Paid, and then back: the cashier says cancel. */
  cancelled: 2,
  /** Left without paying. */
  unpaid: 5,
} as const

export type Kind = keyof typeof SHARES

/** Moments of a payment, ms since the tap; what never happens is `Infinity`. */
export interface Payment {
  kind: Kind
  /** From when on the channel says so, if asked. */
  knownAtMs: number
  /** From when on our server has the notification. */
  notifiedAtMs: number
  /** When the cashier calls back, or the app is opened again. */
  returnsAtMs: number
  says: 'ok' | 'cancel'
  /** Seed of what happens on the way: round trips, losses. */
  seed: number
}

/** WeChat's ladder, from the first notification, with how often it is that one which gets through. */
const REPEATS: Readonly<Record<string, number>> = { 15_000: 60, 30_000: 20, 60_000: 10, 240_000: 10 }

function notification(random: Random, kind: Kind): number {
  switch (kind) {
    case 'slow': return logNormal(random, 2000, 1)
    // where one was lost, the next is no fast one either
    case 'late': return Number(pick(random, REPEATS)) + logNormal(random, 2000, 1)
    case 'never': return Number.POSITIVE_INFINITY
    default: return logNormal(random, 400, 0.5)
  }
}

/** Most read the channel's own "paid" page and press its button; an app's cashier closes at once. */
const lingering = (random: Random): number => random() < 0.7 ? logNormal(random, 1800, 0.5) : logNormal(random, 250, 0.4)

/** The `index`th payment of a seed. */
export function drawPayment(seed: number, index: number): Payment {
  const random = randomFrom(seed + index * 7919)
  const kind = pick(random, SHARES)
  const paidAtMs = kind === 'unpaid' ? Number.POSITIVE_INFINITY : 4000 + logNormal(random, 4000, 0.5)
  const leavesAtMs = kind === 'unpaid' ? logNormal(random, 5000, 0.7) : paidAtMs + lingering(random)
  return {
    kind,
    knownAtMs: paidAtMs + logNormal(random, 300, 1),
    notifiedAtMs: paidAtMs + notification(random, kind),
    returnsAtMs: kind === 'killed' ? leavesAtMs + logNormal(random, 60_000, 0.8) : leavesAtMs,
    says: kind === 'cancelled' || kind === 'unpaid' ? 'cancel' : 'ok',
    seed: Math.floor(random() * 2 ** 31),
  }
}
