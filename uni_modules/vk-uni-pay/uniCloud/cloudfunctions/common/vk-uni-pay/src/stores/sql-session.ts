import type { Doc, Filter, FindOptions, Patch, StoreSession } from '../core/store'
import { toCondition } from './condition'
import { toRange } from './find-options'
import { OwnDocuments } from './own-documents'
import { toChanges } from './patch'
import { SessionGuard } from './session-guard'
import type { CollectionTable, SqlCollections } from './sql-collections'
import type { SqlTransaction } from './sql-connection'
import type { SqlDocuments } from './sql-documents'

/** The store inside one transaction. */
export class SqlSession implements StoreSession {
  readonly guard = new SessionGuard()
  /** Collections whose tables this transaction has seen or made. */
  readonly touched = new Map<string, CollectionTable>()

  /** What it has written. */
  readonly own = new OwnDocuments()

  constructor(
    private readonly trx: SqlTransaction,
    private readonly collections: SqlCollections,
    private readonly documents: SqlDocuments,
  ) {}

  add(collection: string, doc: Doc): Promise<string> {
    return this.run(collection, table => this.documents.add(this.trx, table, doc, this.own))
  }

  find(collection: string, filter: Filter, options?: FindOptions): Promise<Doc[]> {
    return this.run(collection, table => this.documents.find(this.trx, table, toCondition(filter), toRange(options)))
  }

  count(collection: string, filter: Filter): Promise<number> {
    return this.run(collection, table => this.documents.count(this.trx, table, toCondition(filter)))
  }

  update(collection: string, filter: Filter, patch: Patch): Promise<number> {
    return this.run(collection, table => this.documents.update(this.trx, table, toCondition(filter), toChanges(patch), this.own))
  }

  remove(collection: string, filter: Filter): Promise<number> {
    this.own.forget()
    return this.run(collection, table => this.documents.remove(this.trx, table, toCondition(filter)))
  }

  private run<T>(collection: string, work: (table: CollectionTable) => Promise<T>): Promise<T> {
    return this.guard.run(async () => {
      const table = this.touched.get(collection) ?? await this.collections.forWriting(this.trx, collection)
      this.touched.set(collection, table)
      return work(table)
    })
  }
}
