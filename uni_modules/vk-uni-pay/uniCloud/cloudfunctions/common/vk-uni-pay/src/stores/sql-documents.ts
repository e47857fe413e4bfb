import { DuplicateError } from '../core/store'
import type { Doc } from '../core/store'
import { applyChanges } from './apply-patch'
import type { Condition } from './condition'
import type { FindRange } from './find-options'
import { newId } from './ids'
import { matcher } from './match'
import { sortDocs } from './order'
import type { Change } from './patch'
import type { OwnDocuments } from './own-documents'
import { isPlainObject, toJson } from './plain'
import type { RecentDocuments } from './recent-documents'
import type { CollectionTable } from './sql-collections'
import type { SqlConnection, SqlTransaction, SqlValue } from './sql-connection'
import type { SqlDialect } from './sql-dialect'
import { pushDown } from './sql-where'

/** Rows fetched at a time while a collection is searched document by document. */
const BATCH = 500

function decode(stored: string): Doc {
  const doc: unknown = JSON.parse(stored)
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

function holdsList(doc: unknown, path: readonly string[]): boolean {
  let at = doc
  for (const part of path) {
    if (!isPlainObject(at))
      break
    at = at[part]
  }
  return Array.isArray(at)
}

/** Lists in indexed fields would have to be found by each of their elements, which a column cannot do. */
function checkIndexed(table: CollectionTable, doc: Doc): void {
  const list = table.paths.find(path => holdsList(doc, path))
  if (list)
    throw new TypeError(`${table.collection}.${list.join('.')} is indexed and cannot hold a list`)
}

/** The one `_id` a document must have to match, where the condition names one. */
function idOf(condition: Condition): string | undefined {
  if (condition.kind === 'field')
    return condition.field === '_id' && condition.op === 'eq' && typeof condition.value === 'string' ? condition.value : undefined
  if (condition.kind !== 'all')
    return undefined
  for (const part of condition.of) {
    const id = idOf(part)
    if (id !== undefined)
      return id
  }
  return undefined
}

/**
 * A document as it will be. Nothing where it does not match, would not change, or cannot be changed
 * like that: what was seen may be old, and then the database is asked.
 */
function changedText(table: CollectionTable, seen: string, condition: Condition, changes: readonly Change[]): string | undefined {
  const doc = decode(seen)
  try {
    if (!matcher(condition)(doc) || !applyChanges(doc, changes))
      return undefined
    checkIndexed(table, doc)
    return JSON.stringify(doc)
  }
  catch {
    return undefined
  }
}

interface Statement { readonly sql: string, readonly values: readonly SqlValue[] }

/** A document to be written: new, or in the place of another. */
export interface Writing extends Statement { readonly id: string, readonly text: string }

/** What a document store does, in SQL, on whichever connection or transaction it is given. */
export class SqlDocuments {
  constructor(private readonly dialect: SqlDialect, private readonly recent: RecentDocuments) {}

  /** The statement that adds a document. */
  adding(table: CollectionTable, doc: Doc): Writing {
    const id = doc._id === undefined ? newId() : checkId(table.collection, doc._id)
    const whole = { ...doc, _id: id }
    checkIndexed(table, whole)
    const text = toJson(whole)
    // not "on conflict do nothing": PostgreSQL then reads the end of the index, where all add, and takes them for colliding
    return { id, text, sql: `insert into "${table.table}" ("_id", "doc") values (?, ?)`, values: [id, text] }
  }

  async add(trx: SqlTransaction, table: CollectionTable, doc: Doc, own: OwnDocuments): Promise<string> {
    const { id, text, sql, values } = this.adding(table, doc)
    // nothing can be in the way of a random `_id` where that is all there is
    const surely = doc._id === undefined && table.columns.size === 1
    const at = surely ? void await trx.changeOwn(sql, values) : await this.orDuplicate(table, () => this.insert(trx, sql, values))
    own.keep({ table, id, text, at })
    return id
  }

  /** Answers the address of the row, where there are addresses. */
  private async insert(db: SqlConnection, sql: string, values: readonly SqlValue[]): Promise<string | undefined> {
    const { address } = this.dialect
    if (!address) {
      await db.change(sql, values)
      return undefined
    }
    const [row] = await db.rows(sql + address.returning, values)
    return row === undefined ? undefined : String(row.at)
  }

  /** Where it is asked for, the one document that is found is remembered for {@link replacing}. */
  async find(db: SqlConnection, table: CollectionTable, condition: Condition, range: FindRange, { remember = false } = {}): Promise<Doc[]> {
    const found = await this.findInSql(db, table, condition, range)
    if (found) {
      const docs = found.map(decode)
      const [only] = docs
      if (remember && range.limit === 1 && only && found[0] !== undefined)
        this.recent.keep({ table, id: String(only._id), text: found[0] })
      return docs
    }
    const enough = range.orderBy.length > 0 ? Number.POSITIVE_INFINITY : range.skip + range.limit
    const docs: Doc[] = []
    for await (const batch of this.scan(db, table, condition)) {
      docs.push(...batch)
      if (docs.length >= enough)
        break
    }
    return sortDocs(docs, range.orderBy).slice(range.skip, range.skip + range.limit)
  }

  async count(db: SqlConnection, table: CollectionTable, condition: Condition): Promise<number> {
    const pushed = pushDown(condition, table)
    if (pushed?.exact) {
      const [row] = await db.rows(`select count(*) as "total" from "${table.table}" where ${pushed.sql}`, pushed.values)
      return Number(row?.total ?? 0)
    }
    let total = 0
    for await (const batch of this.scan(db, table, condition))
      total += batch.length
    return total
  }

  /**
   * The statement that changes the one document a condition asks for, made from what was seen of
   * it last; it changes nothing when that is no longer what is stored, or was never seen.
   */
  replacing(table: CollectionTable, condition: Condition, changes: readonly Change[], durability: { durable: boolean }): Writing | undefined {
    const id = idOf(condition)
    const seen = id === undefined ? undefined : this.recent.find(table, id)
    if (id === undefined || seen === undefined)
      return undefined
    const text = changedText(table, seen, condition, changes)
    return text === undefined ? undefined : { id, text, sql: this.dialect.replace(table.table, durability), values: [text, id, seen] }
  }

  /** Answers how many documents are different now. Must run in a transaction. */
  async update(trx: SqlTransaction, table: CollectionTable, condition: Condition, changes: readonly Change[], own: OwnDocuments): Promise<number> {
    const id = idOf(condition)
    const written = id === undefined ? undefined : own.find(table, id)
    if (id !== undefined && written !== undefined) {
      const doc = decode(written.text)
      return matcher(condition)(doc) ? this.put(trx, table, doc, { changes, own, at: written.at }) : 0
    }
    const quick = this.replacing(table, condition, changes, { durable: true })
    if (quick && await this.orDuplicate(table, () => trx.change(quick.sql, quick.values)) === 1) {
      own.keep({ table, ...quick })
      return 1
    }
    let changed = 0
    for await (const batch of this.scan(trx, table, condition, { lock: true })) {
      for (const doc of batch)
        changed += await this.put(trx, table, doc, { changes, own })
    }
    return changed
  }

  /** Changes a document whose row is locked. It moves: where it is then, is not known. */
  private async put(trx: SqlTransaction, table: CollectionTable, doc: Doc, { changes, own, at }: { changes: readonly Change[], own: OwnDocuments, at?: string }): Promise<number> {
    if (!applyChanges(doc, changes))
      return 0
    checkIndexed(table, doc)
    const id = String(doc._id)
    const text = JSON.stringify(doc)
    const { address } = this.dialect
    const [matches, place] = address && at !== undefined ? [address.matches, at] : [`"_id" = ?`, id]
    const sql = `update "${table.table}" set "doc" = ? where ${matches}`
    // only another key can be somebody else's already
    if (changes.some(({ path }) => table.roots.has(path.split('.', 1)[0] ?? '')))
      await this.orDuplicate(table, () => trx.change(sql, [text, place]))
    else
      await trx.changeOwn(sql, [text, place])
    own.keep({ table, id, text })
    return 1
  }

  /** The statement that removes what matches, where SQL can decide that alone. */
  removing(table: CollectionTable, condition: Condition): Statement | undefined {
    const pushed = pushDown(condition, table)
    return pushed?.exact ? { sql: `delete from "${table.table}" where ${pushed.sql}`, values: pushed.values } : undefined
  }

  /** Must run in a transaction. */
  async remove(trx: SqlTransaction, table: CollectionTable, condition: Condition): Promise<number> {
    const removing = this.removing(table, condition)
    if (removing)
      return trx.change(removing.sql, removing.values)
    let removed = 0
    for await (const batch of this.scan(trx, table, condition, { lock: true })) {
      if (batch.length > 0)
        removed += await trx.change(`delete from "${table.table}" where "_id" in (${batch.map(() => '?').join(', ')})`, batch.map(doc => String(doc._id)))
    }
    return removed
  }

  async orDuplicate<T>(table: CollectionTable, statement: () => Promise<T>): Promise<T> {
    try {
      return await statement()
    }
    catch (error) {
      if (this.dialect.isDuplicate(error))
        throw new DuplicateError(table.collection, { cause: error })
      throw error
    }
  }

  /** The whole answer from SQL, when filter and order are both within its reach. */
  private async findInSql(db: SqlConnection, table: CollectionTable, condition: Condition, range: FindRange): Promise<string[] | undefined> {
    const pushed = pushDown(condition, table)
    const order = range.orderBy.map(([field, direction]) => [table.columns.get(field)?.column, direction] as const)
    if (!pushed?.exact || order.some(([column]) => column === undefined))
      return undefined
    const sorting = [...order.map(([column, direction]) => this.dialect.orderBy(column ?? '_id', direction)), `"${this.dialect.sequence}"`]
    const skipping = range.skip > 0
    const rows = await db.rows(
      `select ${this.dialect.text} as "text" from "${table.table}" where ${pushed.sql} order by ${sorting.join(', ')} limit ?${skipping ? ' offset ?' : ''}`,
      [...pushed.values, range.limit, ...(skipping ? [range.skip] : [])],
    )
    return rows.map(({ text }) => String(text))
  }

  /** All matches in the order they were added, narrowed by SQL and decided here. */
  private async* scan(db: SqlConnection, table: CollectionTable, condition: Condition, { lock = false } = {}): AsyncGenerator<Doc[]> {
    const { sequence, text, lockRows } = this.dialect
    const pushed = pushDown(condition, table)
    const matches = pushed?.exact ? undefined : matcher(condition)
    let last: SqlValue | undefined
    for (;;) {
      const conditions = [...(pushed ? [pushed.sql] : []), ...(last === undefined ? [] : [`"${sequence}" > ?`])]
      const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''
      const rows = await db.rows(
        `select ${text} as "text", "${sequence}" as "at" from "${table.table}"${where} order by "${sequence}" limit ${BATCH}${lock ? lockRows : ''}`,
        [...pushed?.values ?? [], ...(last === undefined ? [] : [last])],
      )
      last = rows[rows.length - 1]?.at as SqlValue | undefined
      const docs = rows.map(row => decode(String(row.text)))
      yield matches ? docs.filter(matches) : docs
      if (rows.length < BATCH)
        return
    }
  }
}
