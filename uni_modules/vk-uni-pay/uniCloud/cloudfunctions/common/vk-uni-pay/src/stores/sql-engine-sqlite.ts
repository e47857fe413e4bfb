import type { Knex } from 'knex'
import { Mutex } from './mutex'
import { retry } from './retry'
import { sqliteDialect } from './sql-dialect'
import type { SqlEngine } from './sql-engine'

/** Tries for the write lock while another process holds it: five seconds and more in all. */
const LOCK_ATTEMPTS = 500

/** The connections of one SQLite database. */
export interface SqliteConnections {
  /** The only connection that writes; its transactions must begin with BEGIN IMMEDIATE. */
  writer: Knex
  /** A second connection that sees what is committed; absent for a database in memory, which has only one. */
  reader?: Knex
}

/**
 * SQLite lets one connection write at a time, and its drivers block the whole process while they
 * wait for a lock. So writers of this store queue here, in order, and the lock itself is asked for
 * without waiting, again and again, while the process goes on serving.
 */
export function sqliteEngine({ writer, reader }: SqliteConnections): SqlEngine {
  const turn = new Mutex()
  return {
    dialect: sqliteDialect,
    readsWaitForWrites: reader === undefined,
    read: work => reader ? work(reader) : turn.run(() => work(writer)),
    write: work => turn.run(() => {
      let begun = false
      return retry(() => writer.transaction((trx) => {
        begun = true
        return work(trx)
      }), { again: error => !begun && sqliteDialect.isConflict(error), attempts: LOCK_ATTEMPTS, pauseMs: 1, maxPauseMs: 25 })
    }),
    async close() {
      await turn.run(async () => {
        await reader?.destroy()
        await writer.destroy()
      })
    },
  }
}
