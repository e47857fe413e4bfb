import type { Knex } from 'knex'
import type { SqlDialect } from './sql-dialect'

export interface WriteKind {
  /** Whether what the work has read must not be changed by others meanwhile. */
  serializable: boolean
  /** Whether COMMIT waits for the disk. */
  durable: boolean
  /** Whether to wait, before reading anything, for the others that are asked to; in all processes. */
  inTurn?: boolean
}

/** A database as the store needs it: a place to read, and transactions. */
export interface SqlEngine {
  readonly dialect: SqlDialect
  /**
   * Whether reading outside an open transaction has to wait for its end. A caller inside that
   * transaction would wait for itself, so its reads then go through the transaction.
   */
  readonly readsWaitForWrites: boolean
  /** Reads what is committed. */
  read: <T>(work: (db: Knex) => Promise<T>) => Promise<T>
  /**
   * Runs `work` between BEGIN and COMMIT, once; rolls back when it rejects.
   *
   */
  write: <T>(work: (trx: Knex.Transaction) => Promise<T>, kind: WriteKind) => Promise<T>
  close: () => Promise<void>
}

/**
 * Knex calls the work also after BEGIN itself has failed, without a transaction; the caller is
 * told, and the work must not run.
 */
export function inTransaction<T>(knex: Knex, work: (trx: Knex.Transaction) => Promise<T>, config?: Knex.TransactionConfig): Promise<T> {
  return knex.transaction(async (trx) => {
    if (trx.isCompleted())
      throw new Error('the transaction could not begin')
    return work(trx)
  }, config)
}
