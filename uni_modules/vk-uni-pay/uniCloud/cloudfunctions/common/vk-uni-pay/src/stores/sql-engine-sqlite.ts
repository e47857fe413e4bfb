import type { Knex } from 'knex'
import { Mutex } from './mutex'
import { sqliteDialect } from './sql-dialect'
import { inTransaction } from './sql-engine'
import type { SqlEngine } from './sql-engine'

/** The connections of one SQLite database. */
export interface SqliteConnections {
  /** The only connection that writes. */
  writer: Knex
  /** Makes the following commits of the writer wait for the disk, or not; absent where they do as they are set up. */
  waitForDisk?: (wait: boolean) => Promise<void>
  /** A second connection that sees what is committed; absent for a database in memory, which has only one. */
  reader?: Knex
}

/** SQLite lets one connection write at a time: writers of this store queue here, in order. */
export function sqliteEngine({ writer, reader, waitForDisk }: SqliteConnections): SqlEngine {
  const turn = new Mutex()
  return {
    dialect: sqliteDialect,
    readsWaitForWrites: reader === undefined,
    read: work => reader ? work(reader) : turn.run(() => work(writer)),
    write: (work, { durable }) => turn.run(async () => {
      await waitForDisk?.(durable)
      return inTransaction(writer, work)
    }),
    async close() {
      await turn.run(async () => {
        await reader?.destroy()
        await writer.destroy()
      })
    },
  }
}
