import type { Knex } from 'knex'
import type { Store } from '../core/store'
import { declaredIndexes } from './indexes'
import type { IndexMap } from './indexes'
import { postgresEngine } from './sql-engine-postgres'
import { sqliteEngine } from './sql-engine-sqlite'
import { knexConnection } from './sql-knex-sqlite'
import { connectLibsql } from './sql-libsql'
import type { SqlEngine } from './sql-engine'
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
  | { client: 'pg', connection: string | Knex.PgConnectionConfig, pool?: Knex.PoolConfig, prepare?: boolean }
  /** A Knex instance of yours, over PostgreSQL or SQLite; closing the store closes it. */
  | { knex: Knex, prepare?: boolean }
)

function engineOver({ knex, prepare }: { knex: Knex, prepare?: boolean }): SqlEngine {
  const dialect: unknown = knex.client.dialect
  if (dialect === 'postgresql')
    return postgresEngine(knex, { prepare })
  if (dialect === 'sqlite3')
    return sqliteEngine({ writer: knexConnection(knex) })
  throw new TypeError(`openSqlStore: ${String(dialect)} is not supported; use PostgreSQL or SQLite`)
}

async function connect(options: SqlStoreOptions): Promise<SqlEngine> {
  if ('file' in options)
    return sqliteEngine(await connectLibsql(options.file))
  if ('knex' in options)
    return engineOver(options)
  // only who has PostgreSQL needs the package
  const { default: knex } = await import('knex')
  const connection = typeof options.connection === 'string' ? { connectionString: options.connection } : options.connection
  // statements whose answer nobody waits for travel with the next one
  return engineOver({ knex: knex({ client: 'pg', connection: { ...connection, pipeline: true } as Knex.PgConnectionConfig, pool: options.pool, compileSqlOnError: false }), prepare: options.prepare })
}

/**
 * Opens a document store in a SQL database. Collections become tables on first use.
 *
 * Inside `transaction`, use the session it gives: a write on the store itself is refused there,
 * because the embedded database has one writer and would wait for its own end. Reads outside see
 * what is committed; only in `:memory:`, which has a single connection, they take part in the
 * transaction they are called from.
 *
 * PostgreSQL keeps the plans of the store's statements (`prepare`, on unless it is false). Turn
 * that off behind a pooler that lends a connection for one transaction and knows nothing of
 * prepared statements.
 *
 * @throws Error when the database cannot be opened
 */
export async function openSqlStore(options: SqlStoreOptions): Promise<Store> {
  return new SqlStore(await connect(options), { ...options.indexes, ...declaredIndexes })
}
