import { FakeCollection } from './fake-collection'
import type { Scope } from './fake-collection'
import { conflict, DatabaseError } from './fake-storage'
import type { FakeStorage, Row } from './fake-storage'

const LONGEST_TRANSACTION_MS = 10_000

/** Every request takes a turn of the event loop, so that callers really interleave. */
export const request = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** A transaction on a snapshot: its own writes on top, locks on what it writes, given up at the first error. */
export class FakeTransaction {
  private readonly began: number
  private readonly base: number
  private readonly view: Map<string, Map<string, Row>>
  private readonly written = new Map<string, { collection: string, id: string }>()
  private state: 'open' | 'aborted' | 'over' = 'open'
  private readonly scope: Scope

  constructor(private readonly storage: FakeStorage, private readonly now: () => number) {
    this.began = now()
    this.base = storage.version
    this.view = storage.snapshot()
    this.scope = {
      inTransaction: true,
      rows: collection => [...this.rowsOf(collection).values()].map(row => ({ ...row })),
      statement: work => this.statement(work),
      add: async (collection, row) => this.add(collection, row),
      change: async (collection, wanted, change) => this.change(collection, wanted(), change),
    }
  }

  collection(name: string): FakeCollection {
    return new FakeCollection(this.scope, name, () => this.storage.nextId())
  }

  async commit(): Promise<void> {
    await this.statement(() => {
      for (const { collection, id } of this.written.values()) {
        const row = this.rowsOf(collection).get(id)
        if (row)
          this.storage.put(collection, row)
        else
          this.storage.delete(collection, id)
      }
      this.end('over')
    })
  }

  async rollback(): Promise<void> {
    await request()
    if (this.state !== 'open')
      throw new DatabaseError('DATABASE_TRANSACTION_FAIL', 'transaction has been aborted or committed already')
    this.end('aborted')
  }

  private async statement<T>(work: () => T | Promise<T>): Promise<T> {
    await request()
    if (this.state !== 'open')
      throw new DatabaseError('DATABASE_TRANSACTION_FAIL', 'transaction has been aborted or committed already')
    try {
      if (this.now() - this.began > LONGEST_TRANSACTION_MS)
        throw new DatabaseError('DATABASE_TRANSACTION_FAIL', 'transaction has exceeded its 10 s')
      return await work()
    }
    catch (error) {
      this.end('aborted')
      throw error
    }
  }

  private add(collection: string, row: Row): void {
    this.claim(collection, row._id)
    this.storage.checkUnique(collection, row, this.latest(collection), true)
    this.storage.lockUnique(collection, row, this)
    this.rowsOf(collection).set(row._id, row)
  }

  private change(collection: string, rows: Row[], change: (row: Row) => Row | undefined | 'remove'): number {
    let changed = 0
    for (const row of rows) {
      const next = change(row)
      if (next === undefined)
        continue
      this.claim(collection, row._id)
      if (next === 'remove') {
        this.rowsOf(collection).delete(row._id)
      }
      else {
        this.storage.checkUnique(collection, next, this.latest(collection), false)
        this.storage.lockUnique(collection, next, this)
        this.rowsOf(collection).set(row._id, next)
      }
      changed++
    }
    return changed
  }

  private claim(collection: string, id: string): void {
    this.storage.lock(collection, id, this)
    if (this.storage.versionOf(collection, id) > this.base && !this.written.has(`${collection}/${id}`))
      throw conflict()
    this.written.set(`${collection}/${id}`, { collection, id })
  }

  /** Unique indexes look at what is committed by now, not at the snapshot. */
  private latest(collection: string): Row[] {
    const committed = this.storage.rows(collection).filter(row => !this.written.has(`${collection}/${row._id}`))
    const own = [...this.rowsOf(collection).values()].filter(row => this.written.has(`${collection}/${row._id}`))
    return [...committed, ...own]
  }

  private rowsOf(collection: string): Map<string, Row> {
    const rows = this.view.get(collection) ?? new Map<string, Row>()
    this.view.set(collection, rows)
    return rows
  }

  private end(state: 'aborted' | 'over'): void {
    this.state = state
    this.storage.unlock(this)
  }
}
