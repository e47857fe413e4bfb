import { fakeCommand, toCriteria, toModifier } from './fake-command'
import { conflict, DatabaseError, FakeStorage, matching, modified, select } from './fake-storage'
import type { Row, UniqueFields } from './fake-storage'

export interface FakeUniCloudOptions {
  unique?: UniqueFields
  /** The time in ms; a transaction older than 10 s is taken back. */
  now?: () => number
}

const LONGEST_TRANSACTION_MS = 10_000
const HIGHEST_LIMIT = 500
const DEFAULT_LIMIT = 100

/** Every request takes a turn of the event loop, so that callers really interleave. */
const request = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

function checkStorable(value: unknown, path = 'document'): void {
  if (value === undefined)
    throw new TypeError(`${path} is undefined`)
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype)
    throw new TypeError(`${path} is a ${value.constructor.name}`)
  if (typeof value === 'object' && value !== null)
    Object.entries(value).forEach(([key, part]) => checkStorable(part, `${path}.${key}`))
}

/** Where a query reads and writes: the database itself, or one transaction. */
interface Scope {
  readonly inTransaction: boolean
  rows: (collection: string) => Row[]
  /** Runs a statement with the rules of the scope around it. */
  statement: <T>(work: () => T | Promise<T>) => Promise<T>
  add: (collection: string, row: Row) => Promise<void>
  change: (collection: string, wanted: () => Row[], change: (row: Row) => Row | undefined | 'remove') => Promise<number>
}

class FakeQuery {
  constructor(
    protected readonly scope: Scope,
    protected readonly name: string,
    private readonly asked: { criteria?: Record<string, unknown>, sort?: Record<string, 1 | -1>, skip?: number, limit?: number, fields?: Readonly<Record<string, boolean>> } = {},
  ) {}

  where(condition: object): FakeQuery { return this.with({ criteria: toCriteria(condition) }) }
  orderBy(field: string, direction: string): FakeQuery { return this.with({ sort: { ...this.asked.sort, [field]: direction === 'desc' ? -1 : 1 } }) }
  skip(skip: number): FakeQuery { return this.with({ skip }) }
  field(fields: Readonly<Record<string, boolean>>): FakeQuery { return this.with({ fields }) }

  limit(limit: number): FakeQuery {
    if (limit < 1 || limit > HIGHEST_LIMIT)
      throw new DatabaseError('INVALID_PARAM', `limit must be between 1 and ${HIGHEST_LIMIT}`)
    return this.with({ limit })
  }

  get(): Promise<{ data: unknown }> {
    const { criteria = {}, sort = {}, skip = 0, limit = DEFAULT_LIMIT, fields } = this.asked
    return this.scope.statement(() => {
      const rows = select(this.scope.rows(this.name), criteria, sort, skip, limit)
      return { data: fields ? rows.map(row => Object.fromEntries(Object.entries(row).filter(([key]) => key === '_id' || fields[key]))) : rows }
    })
  }

  count(): Promise<{ total: number }> {
    return this.scope.statement(() => {
      if (this.scope.inTransaction)
        throw new DatabaseError('INVALID_PARAM', 'count is not supported in a transaction')
      return { total: this.wanted().length }
    })
  }

  update(data: object): Promise<{ updated: number }> {
    const modifier = toModifier(data)
    return this.scope.statement(async () => {
      this.refuseBulk()
      return { updated: await this.scope.change(this.name, () => this.wanted(), row => modified(row, modifier)) }
    })
  }

  remove(): Promise<{ deleted: number }> {
    return this.scope.statement(async () => {
      this.refuseBulk()
      return { deleted: await this.scope.change(this.name, () => this.wanted(), () => 'remove') }
    })
  }

  protected wanted(): Row[] {
    return matching(this.scope.rows(this.name), this.asked.criteria ?? {})
  }

  private refuseBulk(): void {
    if (this.scope.inTransaction)
      throw new DatabaseError('INVALID_PARAM', 'in a transaction only doc(id) can update or remove')
    if (!this.asked.criteria || Object.keys(this.asked.criteria).length === 0)
      throw new DatabaseError('INVALID_PARAM', 'param should have required property \'query\'')
  }

  private with(more: typeof this.asked): FakeQuery {
    return new FakeQuery(this.scope, this.name, { ...this.asked, ...more })
  }
}

class FakeDocument {
  constructor(private readonly scope: Scope, private readonly name: string, private readonly id: string) {}

  get(): Promise<{ data: unknown }> {
    return this.scope.statement(() => {
      const found = this.wanted()
      return { data: this.scope.inTransaction ? found[0] ?? null : found }
    })
  }

  update(data: object): Promise<{ updated: number }> {
    const modifier = toModifier(data)
    return this.scope.statement(async () => ({ updated: await this.scope.change(this.name, () => this.wanted(), row => modified(row, modifier)) }))
  }

  remove(): Promise<{ deleted: number }> {
    return this.scope.statement(async () => ({ deleted: await this.scope.change(this.name, () => this.wanted(), () => 'remove') }))
  }

  private wanted(): Row[] {
    return this.scope.rows(this.name).filter(row => row._id === this.id)
  }
}

class FakeCollection extends FakeQuery {
  constructor(scope: Scope, name: string, private readonly nextId: () => string) {
    super(scope, name)
  }

  doc(id: string): FakeDocument { return new FakeDocument(this.scope, this.name, id) }

  add(data: object): Promise<{ id: string }> {
    return this.scope.statement(async () => {
      if (Array.isArray(data))
        throw new DatabaseError('INVALID_PARAM', 'one document at a time')
      checkStorable(data)
      const row = { _id: this.nextId(), ...data }
      await this.scope.add(this.name, row)
      return { id: row._id }
    })
  }
}

/** A transaction on a snapshot: its own writes on top, locks on what it writes, given up at the first error. */
class FakeTransaction {
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

/** A stand-in of `uniCloud.database()` that keeps to the limits its documentation names. */
export class FakeUniCloud {
  readonly command = fakeCommand
  /** Transactions begun so far, to see retries. */
  transactions = 0
  private readonly storage: FakeStorage
  private readonly now: () => number

  constructor(options: FakeUniCloudOptions = {}) {
    this.storage = new FakeStorage(options.unique ?? {})
    this.now = options.now ?? Date.now
  }

  collection(name: string): FakeCollection {
    return new FakeCollection(this.scope(), name, () => this.storage.nextId())
  }

  async startTransaction(): Promise<FakeTransaction> {
    await request()
    this.transactions++
    return new FakeTransaction(this.storage, this.now)
  }

  private scope(): Scope {
    const { storage } = this
    return {
      inTransaction: false,
      rows: collection => storage.rows(collection),
      async statement(work) {
        await request()
        return work()
      },
      async add(collection, row) {
        await storage.untilFree(collection, row)
        storage.checkUnique(collection, row, storage.rows(collection), true)
        storage.put(collection, row)
      },
      async change(collection, wanted, change) {
        await storage.untilUnlocked(collection, () => wanted().map(row => row._id))
        let changed = 0
        for (const row of wanted()) {
          const next = change(row)
          if (next === undefined)
            continue
          if (next === 'remove') {
            storage.delete(collection, row._id)
          }
          else {
            storage.checkUnique(collection, next, storage.rows(collection), false)
            storage.put(collection, next)
          }
          changed++
        }
        return changed
      },
    }
  }
}
