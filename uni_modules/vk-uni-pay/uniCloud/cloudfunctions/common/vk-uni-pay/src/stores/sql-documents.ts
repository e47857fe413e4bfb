import type { Knex } from 'knex'
import { DuplicateError } from '../core/store'
import type { Doc } from '../core/store'
import { applyChanges } from './apply-patch'
import type { Condition } from './condition'
import type { FindRange } from './find-options'
import { newId } from './ids'
import { matcher } from './match'
import { sortDocs } from './order'
import type { Change } from './patch'
import { isPlainObject, toJson } from './plain'
import type { CollectionTable } from './sql-collections'
import type { SqlDialect } from './sql-dialect'
import { pushDown } from './sql-where'

/** Rows fetched at a time while a collection is searched document by document. */
const BATCH = 500

function decode(stored: unknown): Doc {
  const doc: unknown = typeof stored === 'string' ? JSON.parse(stored) : stored
  if (!isPlainObject(doc))
    throw new TypeError('a stored document is not a JSON object; the table was written by something else')
  return doc
}

function checkId(collection: string, id: unknown): string {
  // half a surrogate pair would end the process inside the driver, NUL would end the text early
  if (typeof id !== 'string' || id === '' || /[\p{Surrogate}\0]/u.test(id))
    throw new TypeError(`${collection}: _id must be a text of whole characters`)
  return id
}

/** Lists in indexed fields would have to be found by each of their elements, which a column cannot do. */
function checkIndexed(table: CollectionTable, doc: Doc): void {
  for (const [field] of table.columns) {
    if (Array.isArray(field.split('.').reduce<unknown>((at, part) => isPlainObject(at) ? at[part] : Array.isArray(at) ? [] : undefined, doc)))
      throw new TypeError(`${table.collection}.${field} is indexed and cannot hold a list`)
  }
}

/**
 * What a transaction has written itself, as text: nobody else can change it before the transaction
 * ends, so that it need not be read again to be changed again.
 */
export class OwnDocuments {
  private readonly texts = new Map<string, string>()

  private key = (table: CollectionTable, id: string): string => `${table.table} ${id}`

  keep(table: CollectionTable, id: string, text: string): void {
    this.texts.set(this.key(table, id), text)
  }

  /** The one document a condition asks for by its `_id` and nothing else. */
  find(table: CollectionTable, condition: Condition): string | undefined {
    return condition.kind === 'field' && condition.field === '_id' && condition.op === 'eq' && typeof condition.value === 'string'
      ? this.texts.get(this.key(table, condition.value))
      : undefined
  }

  forget(): void {
    this.texts.clear()
  }
}

/** What a document store does, in SQL, on whichever connection or transaction it is given. */
export class SqlDocuments {
  constructor(private readonly dialect: SqlDialect) {}

  async add(db: Knex, table: CollectionTable, doc: Doc, session?: OwnDocuments): Promise<string> {
    const _id = doc._id === undefined ? newId() : checkId(table.collection, doc._id)
    const whole = { ...doc, _id }
    checkIndexed(table, whole)
    const text = toJson(whole)
    // not "on conflict do nothing": PostgreSQL then reads the end of the index, where all add, and takes them for colliding
    await this.orDuplicate(table, db(table.table).insert({ _id, doc: text }))
    session?.keep(table, _id, text)
    return _id
  }

  async find(db: Knex, table: CollectionTable, condition: Condition, range: FindRange): Promise<Doc[]> {
    const sorted = await this.findInSql(db, table, condition, range)
    if (sorted)
      return sorted
    const enough = range.orderBy.length > 0 ? Number.POSITIVE_INFINITY : range.skip + range.limit
    const docs: Doc[] = []
    for await (const batch of this.scan(db, table, condition)) {
      docs.push(...batch)
      if (docs.length >= enough)
        break
    }
    return sortDocs(docs, range.orderBy).slice(range.skip, range.skip + range.limit)
  }

  async count(db: Knex, table: CollectionTable, condition: Condition): Promise<number> {
    const pushed = pushDown(condition, table)
    if (pushed?.exact) {
      const query = db(table.table).count({ total: '*' })
      pushed.apply(query)
      const rows: { total?: string | number }[] = await query
      return Number(rows[0]?.total ?? 0)
    }
    let total = 0
    for await (const batch of this.scan(db, table, condition))
      total += batch.length
    return total
  }

  /** Answers how many documents are different now. Must run in a transaction. */
  async update(trx: Knex, table: CollectionTable, condition: Condition, changes: readonly Change[], session?: OwnDocuments): Promise<number> {
    let changed = 0
    const own = session?.find(table, condition)
    for await (const batch of own ? [[decode(own)]] : this.scan(trx, table, condition, { lock: true })) {
      for (const doc of batch) {
        if (!applyChanges(doc, changes))
          continue
        checkIndexed(table, doc)
        const text = toJson(doc)
        await this.orDuplicate(table, trx(table.table).where('_id', String(doc._id)).update({ doc: text }))
        session?.keep(table, String(doc._id), text)
        changed++
      }
    }
    return changed
  }

  /** Must run in a transaction. */
  async remove(trx: Knex, table: CollectionTable, condition: Condition): Promise<number> {
    const pushed = pushDown(condition, table)
    if (pushed?.exact) {
      const query = trx(table.table).delete()
      pushed.apply(query)
      return query
    }
    let removed = 0
    for await (const batch of this.scan(trx, table, condition, { lock: true }))
      removed += await trx(table.table).whereIn('_id', batch.map(doc => String(doc._id))).delete()
    return removed
  }

  private async orDuplicate(table: CollectionTable, statement: Knex.QueryBuilder): Promise<void> {
    try {
      await statement
    }
    catch (cause) {
      throw this.dialect.isDuplicate(cause) ? new DuplicateError(table.collection, { cause }) : cause
    }
  }

  /** The whole answer from SQL, when filter and order are both within its reach. */
  private async findInSql(db: Knex, table: CollectionTable, condition: Condition, range: FindRange): Promise<Doc[] | undefined> {
    const pushed = pushDown(condition, table)
    const order = range.orderBy.map(([field, direction]) => [table.columns.get(field)?.column, direction] as const)
    if (!pushed?.exact || order.some(([column]) => column === undefined))
      return undefined
    const query = db(table.table).select('doc').limit(range.limit).offset(range.skip)
    pushed.apply(query)
    for (const [column, direction] of order)
      this.dialect.orderBy(query, column ?? '_id', direction)
    const rows: { doc: unknown }[] = await query.orderBy(this.dialect.sequence)
    return rows.map(row => decode(row.doc))
  }

  /** All matches in the order they were added, narrowed by SQL and decided here. */
  private async* scan(db: Knex, table: CollectionTable, condition: Condition, { lock = false } = {}): AsyncGenerator<Doc[]> {
    const { sequence } = this.dialect
    const pushed = pushDown(condition, table)
    const matches = pushed?.exact ? undefined : matcher(condition)
    let last: unknown
    for (;;) {
      const query = db(table.table).select('doc', { at: sequence }).orderBy(sequence).limit(BATCH)
      pushed?.apply(query)
      if (last !== undefined)
        void query.where(sequence, '>', last as string | number)
      if (lock)
        this.dialect.lockRows(query)
      const rows: { doc: unknown, at: unknown }[] = await query
      last = rows[rows.length - 1]?.at
      const docs = rows.map(row => decode(row.doc))
      yield matches ? docs.filter(matches) : docs
      if (rows.length < BATCH)
        return
    }
  }
}
