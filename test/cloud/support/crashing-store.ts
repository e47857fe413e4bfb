import type { Store, StoreSession } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'

/** The process died here. */
export class Crash extends Error {}

export interface CrashPlan {
  /** Which statement is the last one, counted from 1. */
  at: number
  /** Whether it still took effect. */
  after: boolean
}

/**
 * The same store, in a process that dies at one statement: that one and all later ones throw. The
 * database lives on, so a transaction that was open is taken back. `calls` tells how many there were.
 */
export function crashing(store: Store, plan: CrashPlan): { store: Store, calls: () => number } {
  let calls = 0
  async function step<T>(run: () => Promise<T>): Promise<T> {
    calls += 1
    if (calls > plan.at || (calls === plan.at && !plan.after))
      throw new Crash('died before the statement')
    const result = await run()
    if (calls >= plan.at)
      throw new Crash('died after the statement')
    return result
  }
  const wrap = (session: StoreSession): StoreSession => ({
    add: (...args) => step(() => session.add(...args)),
    find: (...args) => step(() => session.find(...args)),
    count: (...args) => step(() => session.count(...args)),
    update: (...args) => step(() => session.update(...args)),
    remove: (...args) => step(() => session.remove(...args)),
  })
  return {
    calls: () => calls,
    store: {
      ...wrap(store),
      transactional: store.transactional,
      async transaction(work) {
        let diesAfterCommit = false
        const result = await store.transaction(async (tx) => {
          const value = await work(wrap(tx))
          // the commit is a statement too
          calls += 1
          if (calls > plan.at || (calls === plan.at && !plan.after))
            throw new Crash('died before the commit')
          diesAfterCommit = calls === plan.at
          return value
        })
        if (diesAfterCommit)
          throw new Crash('died after the commit')
        return result
      },
      close: () => store.close(),
    },
  }
}

/** Runs something in processes that die at statement 1, 2, 3, … until one lives through it. */
export async function atEveryStatement(run: (plan: CrashPlan) => Promise<number>): Promise<number> {
  for (let at = 1; ; at += 1) {
    const before = await run({ at, after: false })
    await run({ at, after: true })
    if (before < at)
      return at - 1
  }
}
