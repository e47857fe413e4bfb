import type { Store, StoreSession } from '../core/store'
import { retry } from './retry'
import { SessionGuard } from './session-guard'
import { UniCloudCommands } from './uni-cloud-commands'
import type { UniCloudDatabase, UniCloudTransaction } from './uni-cloud-db'
import { isConflict } from './uni-cloud-errors'
import { UniCloudSession, UniCloudTransactionSession } from './uni-cloud-session'

export interface UniCloudStoreOptions {
  /**
   * Whether to use the database's transactions. Switch off for a space without them; the store
   * then answers `transactional: false` and runs the work statement by statement.
   * @default true when the database has `startTransaction`
   */
  transactions?: boolean
  /** Waits so many ms before a transaction is tried again. @default setTimeout */
  sleep?: (ms: number) => Promise<void>
}

/** Tries of one transaction before its conflict is reported; a function has seconds, not minutes. */
const ATTEMPTS = 10

type StartTransaction = () => Promise<UniCloudTransaction>

async function runOnce<T>(start: StartTransaction, commands: UniCloudCommands, work: (tx: StoreSession) => Promise<T>): Promise<T> {
  const transaction = await start()
  const guard = new SessionGuard()
  try {
    const result = await work(new UniCloudTransactionSession(transaction, commands, guard))
    await guard.finish()
    await transaction.commit()
    return result
  }
  catch (error) {
    await guard.close()
    // the database has often given the transaction up already; the first error is the one to report
    await transaction.rollback().catch(() => {})
    throw error
  }
}

/**
 * The store over `uniCloud.database()`.
 *
 * `transactional` is true with Aliyun and Tencent spaces: both document `startTransaction` with
 * rollback of everything, and both work on a snapshot and let the second of two transactions that
 * write the same document fail; it is run again here, so they take effect one after the other.
 * What a transaction only reads is not protected: a decision that hangs on a document must also
 * write it. A transaction must end within 10 s.
 *
 * `update` answers how many documents are different now, as the database does: one that held the
 * new values already is not counted.
 *
 * @see https://doc.dcloud.net.cn/uniCloud/cf-database.html#transaction
 */
export function uniCloudStore(db: UniCloudDatabase, options: UniCloudStoreOptions = {}): Store {
  const commands = new UniCloudCommands(db.command)
  const session = new UniCloudSession(db, commands)
  const start = options.transactions === false ? undefined : db.startTransaction?.bind(db)
  return {
    transactional: start !== undefined,
    add: (collection, doc) => session.add(collection, doc),
    find: (collection, filter, range) => session.find(collection, filter, range),
    count: (collection, filter) => session.count(collection, filter),
    update: (collection, filter, patch) => session.update(collection, filter, patch),
    remove: (collection, filter) => session.remove(collection, filter),
    async transaction(work) {
      if (!start)
        return work(session)
      return retry(() => runOnce(start, commands, work), { again: isConflict, attempts: ATTEMPTS, pauseMs: 20, maxPauseMs: 400, sleep: options.sleep })
    },
    close: async () => {},
  }
}
