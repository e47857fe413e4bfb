import type { ReconcileOptions } from '../core/reconcile'
import type { Pay } from '../pay'

export interface ReconcilingOptions extends Pick<ReconcileOptions, 'limit'> {
  /** Pause between two sweeps, ms. A sweep that finds nothing is one query of an index. @default 5000 */
  everyMs?: number
}

export interface Reconciling {
  /** No further sweep; resolves when the running one has ended. */
  stop: () => Promise<void>
}

/**
 * Reconciles as long as the process lives, one sweep after the other, the first at once: what the
 * last process left unfinished is seen to on start. It keeps no process alive by itself.
 */
export function startReconciling(pay: Pick<Pay, 'reconcile'>, { everyMs = 5_000, limit }: ReconcilingOptions = {}): Reconciling {
  if (!(everyMs > 0))
    throw new RangeError('everyMs must be a number above 0')
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void>

  async function sweep(): Promise<void> {
    const answer = await pay.reconcile({ limit })
    if (stopped)
      return
    // more than one sweep's worth is due: go on at once
    timer = setTimeout(next, 'more' in answer && answer.more === true ? 0 : everyMs)
    timer.unref()
  }
  function next(): void {
    running = sweep()
  }
  running = sweep()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
