import { AsyncLocalStorage } from 'node:async_hooks'
import type { Doc, Filter, FindOptions, Patch, Store, StoreSession, UpdateOptions } from '../core/store'
import { toCondition } from './condition'
import { toRange } from './find-options'
import type { IndexMap } from './indexes'
import { Mutex } from './mutex'
import { toChanges } from './patch'
import { RecentDocuments } from './recent-documents'
import { retry } from './retry'
import { SqlCollections } from './sql-collections'
import type { CollectionTable } from './sql-collections'
import type { SqlConnection } from './sql-connection'
import { SqlDocuments } from './sql-documents'
import type { Writing } from './sql-documents'
import type { Durability, SqlEngine, WriteKind } from './sql-engine'
import { SqlSession } from './sql-session'

/** Tries of one transaction before its conflict is reported. */
const TRANSACTION_ATTEMPTS = 12

/**
 * How long after a collision transactions run one after the other instead of finding out again that
 * they collide: longer each time they do so soon after.
 */
const CROWDED_MS = { first: 20, most: 1_000 }

/** Documents in SQL tables; see {@link SqlEngine} for the database underneath. */
export class SqlStore implements Store {
  readonly transactional = true
  private readonly collections: SqlCollections
  private readonly documents: SqlDocuments
  private readonly recent = new RecentDocuments()
  /** One transaction at a time is tried again. */
  private readonly turn = new Mutex()
  /** Until then nobody tries without waiting for their turn. */
  private crowdedUntil = 0
  private crowdedMs = 0
  /** The transaction the running code was called from, to notice a caller that would wait for itself. */
  private readonly current = new AsyncLocalStorage<SqlSession>()

  constructor(private readonly engine: SqlEngine, indexes: IndexMap) {
    this.collections = new SqlCollections(engine.dialect, indexes)
    this.documents = new SqlDocuments(engine.dialect, this.recent)
  }

  async add(collection: string, doc: Doc): Promise<string> {
    const table = this.alone(collection)
    if (!table)
      return this.write(session => session.add(collection, doc))
    const writing = this.documents.adding(table, doc)
    await this.writeAlone(table, writing, { durable: true })
    return writing.id
  }

  async update(collection: string, filter: Filter, patch: Patch, { durable = true }: UpdateOptions = {}): Promise<number> {
    const table = this.alone(collection)
    const writing = table && this.documents.replacing(table, toCondition(filter), toChanges(patch), { durable })
    if (writing && await this.writeAlone(table, writing, { durable }))
      return 1
    return this.write(session => session.update(collection, filter, patch), { serializable: false, durable })
  }

  async remove(collection: string, filter: Filter): Promise<number> {
    const table = this.alone(collection)
    const removing = table && this.documents.removing(table, toCondition(filter))
    return removing
      ? this.engine.writeOne(removing.sql, removing.values, { durable: true })
      : this.write(session => session.remove(collection, filter))
  }

  async find(collection: string, filter: Filter, options?: FindOptions): Promise<Doc[]> {
    const open = this.openTransaction()
    if (open && this.engine.readsWaitForWrites)
      return open.find(collection, filter, options)
    const condition = toCondition(filter)
    const range = toRange(options)
    return this.read<Doc[]>(collection, [], (db, table) => this.documents.find(db, table, condition, range, { remember: true }))
  }

  async count(collection: string, filter: Filter): Promise<number> {
    const open = this.openTransaction()
    if (open && this.engine.readsWaitForWrites)
      return open.count(collection, filter)
    const condition = toCondition(filter)
    return this.read(collection, 0, (db, table) => this.documents.count(db, table, condition))
  }

  transaction<T>(work: (tx: StoreSession) => Promise<T>): Promise<T> {
    return this.write(work, { serializable: true, durable: true })
  }

  close(): Promise<void> {
    return this.engine.close()
  }

  private openTransaction(): SqlSession | undefined {
    const session = this.current.getStore()
    return session?.guard.isOver ? undefined : session
  }

  private refuseInside(): void {
    if (this.openTransaction())
      throw new Error('a write outside the open transaction would wait for its end; use the session the transaction gives')
  }

  /** The table, where a statement can be a transaction by itself: there is nothing to be made first. */
  private alone(collection: string): CollectionTable | undefined {
    this.refuseInside()
    return this.collections.known(collection)
  }

  private async writeAlone(table: CollectionTable, { id, text, sql, values }: Writing, durability: Durability): Promise<boolean> {
    const written = await this.documents.orDuplicate(table, () => this.engine.writeOne(sql, values, durability)) === 1
    if (written)
      this.recent.keep({ table, id, text })
    else
      this.recent.forget(table, id)
    return written
  }

  private read<T>(collection: string, none: T, work: (db: SqlConnection, table: CollectionTable) => Promise<T>): Promise<T> {
    return this.engine.read(async (db) => {
      const table = await this.collections.forReading(db, collection)
      return table ? work(db, table) : none
    })
  }

  private async write<T>(work: (session: SqlSession) => Promise<T>, kind: WriteKind = { serializable: false, durable: true }): Promise<T> {
    this.refuseInside()
    if (Date.now() < this.crowdedUntil)
      return this.writeInTurn(work, kind)
    try {
      return await this.writeOnce(work, kind)
    }
    catch (error) {
      if (!this.noteConflict(error))
        throw error
    }
    return this.writeInTurn(work, kind)
  }

  /** Those that repeat at once would go on colliding, and one of them might never win: they queue. */
  private writeInTurn<T>(work: (session: SqlSession) => Promise<T>, kind: WriteKind): Promise<T> {
    return this.turn.run(() => retry(() => this.writeOnce(work, { ...kind, inTurn: true }), {
      again: error => this.noteConflict(error),
      attempts: TRANSACTION_ATTEMPTS,
      pauseMs: 2,
      maxPauseMs: 50,
    }))
  }

  private noteConflict(error: unknown): boolean {
    const conflict = this.engine.dialect.isConflict(error)
    if (conflict) {
      const now = Date.now()
      const soon = now < this.crowdedUntil + this.crowdedMs
      this.crowdedMs = soon ? Math.min(2 * this.crowdedMs, CROWDED_MS.most) : CROWDED_MS.first
      this.crowdedUntil = now + this.crowdedMs
    }
    return conflict
  }

  private async writeOnce<T>(work: (session: SqlSession) => Promise<T>, kind: WriteKind): Promise<T> {
    let latest: SqlSession | undefined
    const result = await this.engine.write(async (trx) => {
      const session = new SqlSession(trx, this.collections, this.documents)
      latest = session
      try {
        const value = await this.current.run(session, () => work(session))
        await session.guard.finish()
        return { value }
      }
      finally {
        await session.guard.close()
      }
    }, kind)
    if (latest) {
      this.collections.remember(latest.touched.values())
      for (const document of latest.own.all())
        this.recent.keep(document)
    }
    return result.value
  }
}
