import type { Knex } from 'knex'
import type { Doc, Filter, FindOptions, Patch, StoreSession } from '../core/store'
import { Mutex } from './mutex'
import type { CollectionTable, SqlCollections } from './sql-collections'
import type { SqlDocuments } from './sql-documents'

/**
 * The store inside one transaction. After a failure it only repeats that failure: PostgreSQL and
 * MongoDB give a transaction up at the first error, and a handler that caught it must not
 * believe that what it did afterwards was kept.
 */
export class SqlSession implements StoreSession {
  /** Collections whose tables this transaction has seen or made. */
  readonly touched = new Set<string>()
  private readonly turn = new Mutex()
  private failure: { readonly error: unknown } | undefined
  private over = false

  constructor(
    private readonly trx: Knex,
    private readonly collections: SqlCollections,
    private readonly documents: SqlDocuments,
  ) {}

  get isOver(): boolean {
    return this.over
  }

  add(collection: string, doc: Doc): Promise<string> {
    return this.run(collection, table => this.documents.add(this.trx, table, doc))
  }

  find(collection: string, filter: Filter, options?: FindOptions): Promise<Doc[]> {
    return this.run(collection, table => this.documents.find(this.trx, table, filter, options))
  }

  count(collection: string, filter: Filter): Promise<number> {
    return this.run(collection, table => this.documents.count(this.trx, table, filter))
  }

  update(collection: string, filter: Filter, patch: Patch): Promise<number> {
    return this.run(collection, table => this.documents.update(this.trx, table, filter, patch))
  }

  remove(collection: string, filter: Filter): Promise<number> {
    return this.run(collection, table => this.documents.remove(this.trx, table, filter))
  }

  /** Waits for statements nobody awaited, closes the session, and rejects when one has failed. */
  async finish(): Promise<void> {
    this.over = true
    await this.turn.idle()
    if (this.failure)
      throw this.failure.error
  }

  /** Closes the session without asking how it went. */
  async abandon(): Promise<void> {
    this.over = true
    await this.turn.idle()
  }

  /** One statement after the other, also when the caller starts several at once: they share one connection. */
  private async run<T>(collection: string, work: (table: CollectionTable) => Promise<T>): Promise<T> {
    if (this.over)
      throw new Error(`${collection}: the transaction is over; await everything inside it`)
    return this.turn.run(async () => {
      if (this.failure)
        throw this.failure.error
      try {
        const table = await this.collections.forWriting(this.trx, collection)
        this.touched.add(collection)
        return await work(table)
      }
      catch (error) {
        this.failure = { error }
        throw error
      }
    })
  }
}
