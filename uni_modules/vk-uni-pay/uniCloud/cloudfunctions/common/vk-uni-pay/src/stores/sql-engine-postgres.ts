import type { Knex } from 'knex'
import { postgresDialect } from './sql-dialect'
import { inTransaction } from './sql-engine'
import type { SqlEngine } from './sql-engine'

/**
 * PostgreSQL through a pool. Transactions of a handler are SERIALIZABLE, so that two of them leave
 * what one after the other would have left; single statements lock the rows they change instead.
 */
export function postgresEngine(knex: Knex): SqlEngine {
  return {
    dialect: postgresDialect,
    readsWaitForWrites: false,
    read: work => work(knex),
    write: (work, serializable) => inTransaction(knex, async (trx) => {
      // knex sets the level before BEGIN, where it would hold for no transaction at all
      if (serializable)
        await trx.raw('set transaction isolation level serializable')
      return work(trx)
    }),
    close: () => knex.destroy(),
  }
}
