import { createHash } from 'node:crypto'
import type { CollectionIndexes, IndexedType, IndexMap } from './indexes'
import type { SqlConnection } from './sql-connection'
import type { SqlDialect } from './sql-dialect'

/** An indexed field and the column it is found in. */
export interface IndexedColumn { readonly column: string, readonly type: IndexedType }

/** The table of one collection. */
export interface CollectionTable {
  readonly collection: string
  readonly table: string
  /** Field → its column; `_id` always, the declared fields once the table has them. */
  readonly columns: ReadonlyMap<string, IndexedColumn>
  /** The fields of {@link columns}, each as the names on the way to it. */
  readonly paths: readonly (readonly string[])[]
  /** The fields of the document itself that an index depends on. */
  readonly roots: ReadonlySet<string>
}

/** The longest name PostgreSQL keeps whole. */
const MAX_NAME = 63

/** SQLite tells names apart without looking at case, uniCloud with: mark capitals. */
const caseless = (name: string): string => name.replace(/[A-Z]/g, letter => `~${letter.toLowerCase()}`)

function shorten(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, 46)}:${createHash('sha256').update(name).digest('hex').slice(0, 16)}`
}

function tableName(collection: string): string {
  if (!/^[a-z][\w-]{0,62}$/i.test(collection) || /^(?:sqlite|pg)_/i.test(collection))
    throw new TypeError(`${collection} is not a collection name; use up to 63 letters, digits, - and _, a letter first`)
  return shorten(caseless(collection))
}

function columnName(field: string): string {
  if (!/^[a-z_][\w-]*(?:\.[a-z_][\w-]*)*$/i.test(field))
    throw new TypeError(`${field} cannot be indexed; use letters, digits, - and _, with dots between`)
  return shorten(`f_${caseless(field).replace(/\./g, '~~')}`)
}

/** Knows which tables stand for which collections, and makes them on first use. */
export class SqlCollections {
  private readonly ready = new Map<string, CollectionTable>()

  constructor(private readonly dialect: SqlDialect, private readonly declared: IndexMap) {}

  private indexesOf(collection: string): CollectionIndexes {
    return this.declared[collection] ?? { fields: {}, indexes: [] }
  }

  private describe(collection: string, existing?: readonly string[]): CollectionTable {
    const columns = new Map<string, IndexedColumn>([['_id', { column: '_id', type: 'string' }]])
    for (const [field, type] of Object.entries(this.indexesOf(collection).fields)) {
      const column = columnName(field)
      if (!existing || existing.includes(column))
        columns.set(field, { column, type })
    }
    const paths = [...columns.keys()].map(field => field.split('.'))
    return { collection, table: tableName(collection), columns, paths, roots: new Set(paths.map(([root]) => root ?? '')) }
  }

  /** The table of a collection whose table is known to be complete. */
  known(collection: string): CollectionTable | undefined {
    return this.ready.get(collection)
  }

  /** The table for reading, or nothing when no document was ever written. Makes nothing. */
  async forReading(db: SqlConnection, collection: string): Promise<CollectionTable | undefined> {
    const known = this.known(collection)
    if (known)
      return known
    const existing = await this.dialect.columns(db, tableName(collection))
    // a table of an older version may lack columns; it is searched without them until the next write
    return existing.length > 0 ? this.describe(collection, existing.map(({ name }) => name)) : undefined
  }

  /**
   * The table for writing, made or brought up to date as part of the caller's transaction.
   * Call {@link remember} once that has committed.
   */
  async forWriting(trx: SqlConnection, collection: string): Promise<CollectionTable> {
    const known = this.known(collection)
    if (known)
      return known
    const target = this.describe(collection)
    if (await this.isComplete(trx, target))
      return target
    await this.dialect.lockSchema(trx)
    await trx.change(this.dialect.createTable(target.table))
    await this.makeColumns(trx, target)
    await this.makeIndexes(trx, target)
    return target
  }

  private async makeColumns(trx: SqlConnection, { table, columns }: CollectionTable): Promise<void> {
    const existing = await this.dialect.columns(trx, table)
    const missing = [...columns].flatMap(([field, { column, type }]) => {
      const found = existing.find(({ name }) => name === column)
      return found && !found.old ? [] : [{ column, type, path: field.split('.'), exists: found !== undefined }]
    })
    if (missing.length > 0)
      await this.dialect.fill(trx, table, missing)
  }

  /** These tables, from {@link forWriting}, are complete and committed: no need to look again. */
  remember(tables: Iterable<CollectionTable>): void {
    for (const table of tables)
      this.ready.set(table.collection, table)
  }

  private async isComplete(db: SqlConnection, target: CollectionTable): Promise<boolean> {
    const existing = await this.dialect.columns(db, target.table)
    return existing.length > 0 && [...target.columns.values()].every(({ column }) => existing.some(({ name, old }) => name === column && !old))
  }

  private async makeIndexes(trx: SqlConnection, target: CollectionTable): Promise<void> {
    for (const { on, unique } of this.indexesOf(target.collection).indexes) {
      const columns = on.map(field => target.columns.get(field)?.column ?? columnName(field))
      const old = shorten(`${target.table}:${columns.join('+')}`)
      const name = shorten(`${target.table}:${columns.join('+')}:set`)
      // what has no value is never looked for, and need not be written
      await trx.change(`create ${unique ? 'unique ' : ''}index if not exists "${name}" on "${target.table}" (${columns.map(column => `"${column}"`).join(', ')}) where "${columns[0]}" is not null`)
      await trx.change(`drop index if exists "${old}"`)
    }
  }
}
