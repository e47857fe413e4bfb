import type { HandlerVk, HandlerVkFactory } from '../core/deps'
import type { StoreSession } from '../core/store'
import { wasRolledBack } from '../data/dao-transaction'
import { collectionDb } from './collection-db'

/** Our own `vk`: all a handler does through it, and through `db`, happens in the session of its transaction. */
export function ownVk(createVk: (session: StoreSession) => HandlerVk): HandlerVkFactory {
  return {
    inSession: true,
    rolledBack: wasRolledBack,
    make: (session) => {
      const vk = createVk(session)
      return { vk, db: collectionDb(session, vk.db.command), _: vk.db.command }
    },
  }
}

/**
 * The `vk` of the vk framework, with all its features. The price: it writes past our transaction.
 * What a failing handler wrote stays, and after a crash a handler runs again, so it should use
 * `callback_id` to write once.
 */
export function frameworkVk(vk: HandlerVk, db: object): HandlerVkFactory {
  return { inSession: false, make: () => ({ vk, db, _: vk.db.command }) }
}

/** The framework's `vk`, if it is there and looks like one. */
export function findFrameworkVk(...candidates: readonly unknown[]): HandlerVk | undefined {
  return candidates.find((candidate): candidate is HandlerVk => {
    const { baseDao, db } = (typeof candidate === 'object' && candidate !== null ? candidate : {}) as Partial<HandlerVk>
    return typeof baseDao === 'object' && typeof db?.command === 'object'
  })
}
