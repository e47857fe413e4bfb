import type { Knex } from 'knex'
import type { SqlRow, SqlTransaction, SqlValue } from './sql-connection'
import type { SqliteConnection } from './sql-engine-sqlite'

/** SQLite behind a Knex instance of the author's, whatever its driver: only what Knex itself can do is used. */
export function knexConnection(knex: Knex): SqliteConnection {
  const over = (db: Knex): SqlTransaction => {
    const rows = async (sql: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> => db.raw<SqlRow[]>(sql, [...values])
    return {
      rows,
      async change(sql, values = []) {
        await db.raw(sql, [...values])
        const [row] = await rows('select changes() as "changes"')
        return Number(row?.changes ?? 0)
      },
      changeOwn: async (sql, values) => void await db.raw(sql, [...values]),
    }
  }
  // Knex calls the work also after BEGIN itself has failed, without a transaction
  const transaction = <T>(work: (trx: SqlTransaction) => Promise<T>): Promise<T> => knex.transaction(async (trx) => {
    if (trx.isCompleted())
      throw new Error('the transaction could not begin')
    return work(over(trx))
  })
  return {
    rows: over(knex).rows,
    // in a transaction, so that both of its statements go to one connection
    change: (sql, values) => transaction(trx => trx.change(sql, values)),
    transaction,
    close: () => knex.destroy(),
  }
}
