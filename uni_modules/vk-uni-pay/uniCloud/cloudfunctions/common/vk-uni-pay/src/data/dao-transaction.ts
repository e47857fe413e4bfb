import type { Store, StoreSession } from '../core/store'

/** A transaction held open by hand, as the vk framework offers it. Pass it on as `db`. */
export interface DaoTransaction {
  readonly session: StoreSession
  /** Keeps everything. @throws Error when the database could not, or the time was up */
  commit: () => Promise<void>
  /** Takes everything back. */
  rollback: () => Promise<void>
}

/** As long as uniCloud lets one live; a forgotten one must not lock a database for ever. */
const LONGEST_MS = 10_000

/** Sessions in which a handler has rolled its part back; see {@link wasRolledBack}. */
const rolledBack = new WeakSet<StoreSession>()

/**
 * Whether a handler has called `rollback()` on a transaction that is part of this session. It
 * cannot be taken back alone: who opened the session must reject it.
 */
export function wasRolledBack(session: StoreSession): boolean {
  return rolledBack.has(session)
}

/** Inside an open transaction a further one is part of it: it is kept or lost with the whole. */
function joinTransaction(session: StoreSession): DaoTransaction {
  return {
    session,
    commit: async () => {},
    rollback: async () => void rolledBack.add(session),
  }
}

function openTransaction(store: Store): Promise<DaoTransaction> {
  const takenBack = new Error('vk.baseDao: the transaction was rolled back')
  return new Promise((resolve, reject) => {
    let begun = false
    const finished = store.transaction(session => new Promise<void>((keep, takeBack) => {
      // what the caller did meanwhile cannot be done again for them
      if (begun)
        throw new Error('vk.baseDao: the transaction collided with another one; start it again from the beginning')
      begun = true
      const timer = setTimeout(() => takeBack(new Error('vk.baseDao: the transaction was rolled back, it was still open after 10 s; pass it as db to every call and commit it')), LONGEST_MS)
      const end = async (settle: () => void): Promise<void> => {
        clearTimeout(timer)
        settle()
        await finished
      }
      resolve({
        session,
        commit: () => end(keep),
        rollback: () => end(() => takeBack(takenBack)).catch((error: unknown) => {
          if (error !== takenBack)
            throw error
        }),
      })
    }))
    // reported to whoever commits; before that, to whoever waits for the start
    finished.catch(reject)
  })
}

/**
 * Opens a transaction that ends with `commit()` or `rollback()`, at the latest after 10 s. Where
 * `session` is a transaction already, the new one is a part of it.
 *
 * @throws Error when the database has no transactions
 */
export async function startTransaction(store: Store, session: StoreSession): Promise<DaoTransaction> {
  if (!store.transactional)
    throw new Error('vk.baseDao.startTransaction: this database has no transactions; write without one')
  return session === store ? openTransaction(store) : joinTransaction(session)
}
