/** What a statement is given for its `?`. */
export type SqlValue = string | number | null

export type SqlRow = Record<string, unknown>

/** A connection, or a transaction on one. Statements carry `?` in the places of their values, on every database. */
export interface SqlConnection {
  /** Reads. */
  rows: (sql: string, values?: readonly SqlValue[]) => Promise<SqlRow[]>
  /** Writes, and answers how many rows that were. */
  change: (sql: string, values?: readonly SqlValue[]) => Promise<number>
}

export interface SqlTransaction extends SqlConnection {
  /**
   * Writes one row that nobody else can write: this transaction has locked it, or it is new. Need
   * not wait for the answer, nor be sent at once: should it fail after all, the next statement
   * does, or the commit.
   */
  changeOwn: (sql: string, values: readonly SqlValue[]) => Promise<void>
}
