import type { Knex } from 'knex'
import { postgresDialect } from './sql-dialect'
import { inTransaction } from './sql-engine'
import type { SqlEngine } from './sql-engine'

/** No collection can have this name. */
const QUEUE = 'vk-pay:queue'

/**
 * PostgreSQL through a pool. Transactions of a handler are SERIALIZABLE, so that two of them leave
 * what one after the other would have left; single statements lock the rows they change instead.
 */
export function postgresEngine(knex: Knex): SqlEngine {
  let ready: Promise<void> | undefined
  /** The table whose lock is the queue; it never has a row. */
  const makeQueue = (): Promise<void> => inTransaction(knex, async (trx) => {
    await postgresDialect.lockSchema(trx)
    await trx.raw(`create table if not exists "${QUEUE}" ()`)
  })

  return {
    dialect: postgresDialect,
    readsWaitForWrites: false,
    read: work => work(knex),
    async write(work, { serializable, durable, inTurn = false }) {
      const queues = serializable && inTurn
      if (queues) {
        await (ready ??= makeQueue().catch((error) => {
          ready = undefined
          throw error
        }))
      }
      return inTransaction(knex, async (trx) => {
        // LOCK alone takes no snapshot: what is read afterwards is what the one before has left
        if (queues)
          await trx.raw(`lock table "${QUEUE}" in share update exclusive mode`)
        // the log is written in order: the next commit that waits makes this one safe, too
        if (!durable)
          await trx.raw('set local synchronous_commit = off')
        return work(trx)
      }, serializable ? { isolationLevel: 'serializable' } : undefined)
    },
    close: () => knex.destroy(),
  }
}
