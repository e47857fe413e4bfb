import { find, updateOne, Query } from 'mingo'

export type Row = Record<string, unknown> & { _id: string }

export class DatabaseError extends Error {
  constructor(readonly code: string | number, message: string, readonly errCode?: number) {
    super(message)
  }
}

interface Stored { row: Row, version: number, lockedBy?: object }

/** Unique fields by collection, as `*.index.json` declares them. */
export type UniqueFields = Readonly<Record<string, readonly string[]>>

const clone = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** The committed state, with a version on each document as snapshot isolation needs. */
export class FakeStorage {
  private readonly collections = new Map<string, Map<string, Stored>>()
  private clock = 0
  private ids = 0
  private waiting: (() => void)[] = []
  /** Unique values written by transactions that are still open. */
  private readonly uniqueLocks = new Map<string, object>()

  constructor(private readonly unique: UniqueFields) {}

  get version(): number {
    return this.clock
  }

  nextId(): string {
    return (++this.ids).toString(16).padStart(24, '0')
  }

  rows(collection: string): Row[] {
    return [...this.of(collection).values()].filter(stored => stored.version > 0).map(stored => clone(stored.row))
  }

  snapshot(): Map<string, Map<string, Row>> {
    return new Map([...this.collections.keys()].map(name => [name, new Map(this.rows(name).map(row => [row._id, row]))]))
  }

  versionOf(collection: string, id: string): number {
    return this.of(collection).get(id)?.version ?? 0
  }

  lock(collection: string, id: string, owner: object): void {
    const stored = this.of(collection).get(id)
    if (stored?.lockedBy && stored.lockedBy !== owner)
      throw conflict()
    if (stored)
      stored.lockedBy = owner
    else
      this.of(collection).set(id, { row: { _id: id }, version: 0, lockedBy: owner })
  }

  /** @throws DatabaseError when another open transaction has written the same unique value */
  lockUnique(collection: string, row: Row, owner: object): void {
    for (const key of this.uniqueKeys(collection, row)) {
      if ((this.uniqueLocks.get(key) ?? owner) !== owner)
        throw conflict()
      this.uniqueLocks.set(key, owner)
    }
  }

  unlock(owner: object): void {
    for (const [key, holder] of this.uniqueLocks) {
      if (holder === owner)
        this.uniqueLocks.delete(key)
    }
    for (const rows of this.collections.values()) {
      for (const [id, stored] of rows) {
        if (stored.lockedBy !== owner)
          continue
        delete stored.lockedBy
        if (stored.version === 0)
          rows.delete(id)
      }
    }
    this.waiting.splice(0).forEach(resume => resume())
  }

  /** Writes outside transactions wait for a transaction's lock; they do not fail. */
  async untilUnlocked(collection: string, ids: () => string[]): Promise<void> {
    while (ids().some(id => this.of(collection).get(id)?.lockedBy))
      await new Promise<void>(resolve => this.waiting.push(resolve))
  }

  async untilFree(collection: string, row: Row): Promise<void> {
    while (this.uniqueKeys(collection, row).some(key => this.uniqueLocks.has(key)))
      await new Promise<void>(resolve => this.waiting.push(resolve))
  }

  put(collection: string, row: Row): void {
    const stored = this.of(collection).get(row._id)
    this.of(collection).set(row._id, { row: clone(row), version: ++this.clock, lockedBy: stored?.lockedBy })
  }

  delete(collection: string, id: string): void {
    this.clock++
    this.of(collection).delete(id)
  }

  /** @throws DatabaseError when another of these rows holds a unique value already */
  checkUnique(collection: string, row: Row, rows: readonly Row[], isNew: boolean): void {
    if (isNew && rows.some(other => other._id === row._id))
      throw duplicate(collection, '_id')
    for (const field of this.unique[collection] ?? []) {
      // MongoDB indexes a missing field as null
      if (rows.some(other => other._id !== row._id && (other[field] ?? null) === (row[field] ?? null)))
        throw duplicate(collection, field)
    }
  }

  private uniqueKeys(collection: string, row: Row): string[] {
    return ['_id', ...this.unique[collection] ?? []].map(field => `${collection}.${field}=${JSON.stringify(row[field] ?? null)}`)
  }

  private of(collection: string): Map<string, Stored> {
    const rows = this.collections.get(collection) ?? new Map<string, Stored>()
    this.collections.set(collection, rows)
    return rows
  }
}

/** As it arrives from Tencent spaces: a general code, MongoDB's own words in the message. */
export function duplicate(collection: string, field: string): DatabaseError {
  return new DatabaseError('DATABASE_REQUEST_FAILED', `[FailedOperation] multiple write errors: [{write errors: [{E11000 duplicate key error collection: tnt.${collection} index: ${field}_1 dup key: { : "…" }}]}]`, -502001)
}

export function conflict(): DatabaseError {
  return new DatabaseError('DATABASE_TRANSACTION_CONFLICT', '[ResourceUnavailable.TransactionConflict] Transaction is conflict, maybe resource operated by others.')
}

let requests = 0

/** Without a sort the database promises no order; here it really is another one each time. */
function unsorted(rows: Row[]): Row[] {
  return ++requests % 2 === 0 ? rows : rows.reverse()
}

export function select(rows: Row[], criteria: Record<string, unknown>, sort: Record<string, 1 | -1>, skip: number, limit: number): Row[] {
  const sorted = Object.keys(sort).length > 0
  const cursor = find<Row>(sorted ? rows : unsorted(rows), criteria)
  return (sorted ? cursor.sort(sort) : cursor).skip(skip).limit(limit).all()
}

export function matching(rows: readonly Row[], criteria: Record<string, unknown>): Row[] {
  const query = new Query(criteria, {})
  return rows.filter(row => query.test(row))
}

/** Changes a copy of the row; nothing when the row already was that way. */
export function modified(row: Row, modifier: Record<string, Record<string, unknown>>): Row | undefined {
  const copy = clone(row)
  for (const path of Object.entries(modifier).flatMap(([op, fields]) => op === '$unset' || op === '$pull' ? [] : Object.keys(fields)))
    refuseScalarParent(copy, path)
  for (const [op, fields] of Object.entries(modifier))
    updateOne([copy], {}, { [op]: fields })
  return JSON.stringify(copy) === JSON.stringify(row) ? undefined : copy
}

function refuseScalarParent(row: Row, path: string): void {
  let at: unknown = row
  for (const part of path.split('.').slice(0, -1)) {
    at = (at as Record<string, unknown>)[part]
    if (at === undefined)
      return
    if (typeof at !== 'object' || at === null)
      throw new DatabaseError('DATABASE_REQUEST_FAILED', `Cannot create field in element {${part}: ${JSON.stringify(at)}}`, -502001)
  }
}
