/** Knex ships this dialect without types; only what is built on is declared. */
declare module 'knex/lib/dialects/better-sqlite3/index.js' {
  import type { Knex } from 'knex'

  interface KnexTransactionRunner {
    begin: (connection: unknown) => Promise<unknown>
    query: (connection: unknown, sql: string) => Promise<unknown>
  }

  export default class BetterSqlite3Client extends Knex.Client {
    constructor(config: Knex.Config)
    _driver(): unknown
    transaction(container: unknown, config: unknown, outer: unknown): Knex.Transaction & KnexTransactionRunner
  }
}
