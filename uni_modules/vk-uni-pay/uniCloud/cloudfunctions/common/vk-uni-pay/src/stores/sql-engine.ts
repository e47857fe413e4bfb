import type { SqlConnection, SqlTransaction, SqlValue } from './sql-connection'
import type { SqlDialect } from './sql-dialect'

export interface Durability {
  /** Whether COMMIT waits for the disk. */
  durable: boolean
}

export interface WriteKind extends Durability {
  /** Whether what the work has read must not be changed by others meanwhile. */
  serializable: boolean
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
  read: <T>(work: (db: SqlConnection) => Promise<T>) => Promise<T>
  /** Runs `work` between BEGIN and COMMIT, once; rolls back when it rejects. Where BEGIN fails, so does every statement of it. */
  write: <T>(work: (trx: SqlTransaction) => Promise<T>, kind: WriteKind) => Promise<T>
  /** A statement that is a transaction by itself: one trip instead of three. Answers how many rows were written. */
  writeOne: (sql: string, values: readonly SqlValue[], kind: Durability) => Promise<number>
  close: () => Promise<void>
}
