import { Mutex } from './mutex'
import type { SqlConnection, SqlTransaction } from './sql-connection'
import { sqliteDialect } from './sql-dialect'
import type { SqlEngine } from './sql-engine'

/** One connection to a SQLite database. */
export interface SqliteConnection extends SqlConnection {
  /** Runs `work` between BEGIN and COMMIT, once; rolls back when it rejects. Does not run it when BEGIN fails. */
  transaction: <T>(work: (trx: SqlTransaction) => Promise<T>) => Promise<T>
  close: () => Promise<void>
}

/** The connections of one SQLite database. */
export interface SqliteConnections {
  /** The only connection that writes. */
  writer: SqliteConnection
  /** Makes the following commits of the writer wait for the disk, or not; absent where they do as they are set up. */
  waitForDisk?: (wait: boolean) => void
  /** A second connection that sees what is committed; absent for a database in memory, which has only one. */
  reader?: SqliteConnection
}

/** SQLite lets one connection write at a time: writers of this store queue here, in order. */
export function sqliteEngine({ writer, reader, waitForDisk }: SqliteConnections): SqlEngine {
  const turn = new Mutex()
  return {
    dialect: sqliteDialect,
    readsWaitForWrites: reader === undefined,
    read: work => reader ? work(reader) : turn.run(() => work(writer)),
    write: (work, { durable }) => turn.run(() => {
      waitForDisk?.(durable)
      return writer.transaction(work)
    }),
    writeOne: (sql, values, { durable }) => turn.run(() => {
      waitForDisk?.(durable)
      return writer.change(sql, values)
    }),
    async close() {
      await turn.run(async () => {
        await reader?.close()
        await writer.close()
      })
    },
  }
}
