/** Knex ships this dialect without types; only what is built on is declared. */
declare module 'knex/lib/dialects/better-sqlite3/index.js' {
  import type { Knex } from 'knex'

  /** The driver's connection, as better-sqlite3 and libsql have it. */
  export interface RawConnection {
    readonly inTransaction: boolean
    exec: (sql: string) => unknown
    prepare: (sql: string) => unknown
  }

  interface KnexTransactionRunner {
    begin: (connection: RawConnection) => Promise<unknown>
  }

  export default class BetterSqlite3Client extends Knex.Client {
    constructor(config: Knex.Config)
    _driver(): unknown
    transaction(container: unknown, config: unknown, outer: unknown): Knex.Transaction & KnexTransactionRunner
  }
}
