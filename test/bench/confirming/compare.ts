import type { PollPolicy } from '../../../js_sdk/types'
import type { Figures } from './measure'
import { measure } from './measure'
import type { World } from './server'
import type { Strategy } from './strategies'
import { byHand, engine, fixed, oneThatWaits } from './strategies'

export interface Row extends Figures {
  id: string
  name: string
  /** One of those to be beaten. */
  isFixed: boolean
}

function contenders(ours: PollPolicy): { id: string, name: string, strategy: Strategy, waits?: boolean }[] {
  return [
    { id: 'ours', name: 'our schedule', strategy: engine(ours), waits: true },
    { id: 'unheld', name: 'ours, a server that does not wait', strategy: engine(ours) },
    { id: 'fixed-1500', name: '1.5 s × 120, at once first', strategy: engine(fixed(1500, 120)) },
    { id: 'fixed-2000', name: '2 s × 30, at once first', strategy: engine(fixed(2000, 30)) },
    { id: 'hand-1500', name: '1.5 s × 120, by hand', strategy: byHand(1500, 120) },
    { id: 'hand-2000', name: '2 s × 30, by hand', strategy: byHand(2000, 30) },
    { id: 'waiting', name: 'one question that waits 20 s', strategy: oneThatWaits, waits: true },
  ]
}

/** All strategies on the same payments; ours first. */
export async function compare(ours: PollPolicy, world: World, size: { count: number, seed: number }): Promise<Row[]> {
  const rows: Row[] = []
  for (const { id, name, strategy, waits } of contenders(ours))
    rows.push({ id, name, isFixed: /^(?:fixed|hand)-/.test(id), ...await measure(strategy, { ...world, waits }, size) })
  return rows
}

/** On every axis at once. */
export function better(one: Figures, other: Figures): boolean {
  return one.meanMs < other.meanMs && one.p95Ms < other.p95Ms && one.queries < other.queries
}
