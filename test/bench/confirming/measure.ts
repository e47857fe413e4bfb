import type { Payment } from './payment'
import { drawPayment } from './payment'
import type { World } from './server'
import type { Strategy, Told } from './strategies'

/** Figures of one strategy. */
export interface Figures {
  /**
   * Of payments whose cashier came back and said ok, from there to "paid"; ms. Who is not told within a
   * minute counts as a minute, whatever the strategy.
   */
  meanMs: number
  p95Ms: number
  /** Of the same, each. */
  queries: number
  upstream: number
  heldMs: number
  /** Per 100,000 of all: paid and told "cancelled" to the end; paid and told nothing; paid and told "not known yet". */
  wrong: number
  never: number
  pending: number
}

const LONGEST_MS = 60_000
const PER = 100_000

/** Runs the first `count` payments of a seed. */
export async function measure(strategy: Strategy, world: World, { count, seed }: { count: number, seed: number }): Promise<Figures> {
  const delays: number[] = []
  const sums = { queries: 0, upstream: 0, heldMs: 0, wrong: 0, never: 0, pending: 0 }
  for (let index = 0; index < count; index++) {
    const payment = drawPayment(seed, index)
    const told = await strategy(payment, world)
    const missed = isMissed(payment, told)
    if (missed)
      sums[missed]++
    if (payment.says !== 'ok' || payment.kind === 'killed')
      continue
    sums.queries += told.queries
    sums.upstream += told.upstream
    sums.heldMs += told.heldMs
    delays.push(Math.min(told.word === 'paid' ? told.afterMs : LONGEST_MS, LONGEST_MS))
  }
  delays.sort((a, b) => a - b)
  return {
    meanMs: Math.round(delays.reduce((sum, one) => sum + one, 0) / delays.length),
    p95Ms: Math.round(delays[Math.floor(delays.length * 0.95)]!),
    queries: sums.queries / delays.length,
    upstream: sums.upstream / delays.length,
    heldMs: Math.round(sums.heldMs / delays.length),
    wrong: Math.round(sums.wrong / count * PER),
    never: Math.round(sums.never / count * PER),
    pending: Math.round(sums.pending / count * PER),
  }
}

function isMissed({ kind }: Payment, { word }: Told): 'wrong' | 'never' | 'pending' | undefined {
  if (kind === 'unpaid')
    return word === 'paid' ? 'wrong' : undefined
  switch (word) {
    case 'paid': return undefined
    case 'pending': return 'pending'
    case 'cancel': return 'wrong'
    default: return 'never'
  }
}
