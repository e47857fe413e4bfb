import knex from 'knex'
import type { Knex } from 'knex'
import type { Store } from '../core/store'
import { declaredIndexes } from './indexes'
import type { IndexMap } from './indexes'
import { postgresEngine } from './sql-engine-postgres'
import { sqliteEngine } from './sql-engine-sqlite'
import { connectLibsql } from './sql-libsql'
import { SqlStore } from './sql-store'

interface IndexOptions {
  /** Further indexes, for collections of your own. Those of the plugin are always there. */
  indexes?: IndexMap
}

/** Where {@link openSqlStore} finds its database. */
export type SqlStoreOptions = IndexOptions & (
  /** A file for the embedded database (package `libsql`), made when missing, or `:memory:`. */
  | { file: string }
  /** PostgreSQL (package `pg`): a connection string or the options of that package. */
  | { client: 'pg', connection: string | Knex.PgConnectionConfig, pool?: Knex.PoolConfig }
  /** A Knex instance of yours, over PostgreSQL or SQLite; closing the store closes it. */
  | { knex: Knex }
)

function engineOver(instance: Knex) {
  const dialect: unknown = instance.client.dialect
  if (dialect === 'postgresql')
    return postgresEngine(instance)
  if (dialect === 'sqlite3')
    return sqliteEngine({ writer: instance })
  throw new TypeError(`openSqlStore: ${String(dialect)} is not supported; use PostgreSQL or SQLite`)
}

async function connect(options: SqlStoreOptions) {
  if ('file' in options)
    return sqliteEngine(await connectLibsql(options.file))
  if ('knex' in options)
    return engineOver(options.knex)
  return postgresEngine(knex({ client: 'pg', connection: options.connection, pool: options.pool, compileSqlOnError: false }))
}

/**
 * Opens a document store in a SQL database. Collections become tables on first use.
 *
 * Inside `transaction`, use the session it gives: a write on the store itself is refused there,
 * because the embedded database has one writer and would wait for its own end. Reads outside see
 * what is committed; only in `:memory:`, which has a single connection, they take part in the
 * transaction they are called from.
 *
 * @throws Error when the database cannot be opened
 */
export async function openSqlStore(options: SqlStoreOptions): Promise<Store> {
  return new SqlStore(await connect(options), { ...options.indexes, ...declaredIndexes })
}
