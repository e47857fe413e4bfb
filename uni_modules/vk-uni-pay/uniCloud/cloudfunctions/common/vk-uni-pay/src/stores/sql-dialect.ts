import type { IndexedType } from './indexes'
import { causes, codeOf } from './retry'
import type { SqlConnection } from './sql-connection'

/** Where the two databases differ; everything else is the same code. */
export interface SqlDialect {
  readonly name: 'sqlite' | 'postgres'
  /** The column that numbers rows in the order they were added. */
  readonly sequence: string
  /** A statement that makes the table, harmless when it exists. */
  createTable: (table: string) => string
  /** What a generated column is made of: the field when it holds the declared type, else NULL. */
  generated: (path: readonly string[], type: IndexedType) => string
  /** How a column is added; where another process may have added it unseen, harmless then. */
  readonly addColumn: string
  /** The columns of a table; empty when there is no such table. */
  columns: (db: SqlConnection, table: string) => Promise<string[]>
  /** Taken before tables are made, where the database does not order that by itself. */
  lockSchema: (db: SqlConnection) => Promise<void>
  /** The document as the text that was stored, letter for letter. */
  readonly text: string
  /** Ends a query so that the rows it reads are locked until the transaction ends, where reading alone does not. */
  readonly lockRows: string
  /** Sorts missing values as the smallest, like MongoDB. */
  orderBy: (column: string, direction: 'asc' | 'desc') => string
  /**
   * A statement that puts one document, by its `_id`, in the place of a text that is still there:
   * new text, `_id`, old text. Where it commits by itself it need not wait for the disk.
   */
  replace: (table: string, durability: { durable: boolean }) => string
  isDuplicate: (error: unknown) => boolean
  /** Whether the same transaction can succeed when it is run again. */
  isConflict: (error: unknown) => boolean
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return causes(error).some(cause => codes.includes(String(codeOf(cause))))
}

export const sqliteDialect: SqlDialect = {
  name: 'sqlite',
  sequence: 'rowid',
  addColumn: 'add column',
  createTable: table => `create table if not exists "${table}" ("_id" text primary key not null, "doc" text not null)`,
  generated(path, type) {
    const json = `"doc", '$${path.map(part => `."${part}"`).join('')}'`
    const types = type === 'string' ? `('text')` : `('integer', 'real')`
    return `generated always as (case when json_type(${json}) in ${types} then json_extract(${json}) end) virtual`
  },
  async columns(db, table) {
    const rows = await db.rows('select "name" from pragma_table_xinfo(?)', [table])
    return rows.map(row => String(row.name))
  },
  // one writer at a time is SQLite's own rule
  lockSchema: async () => {},
  text: '"doc"',
  lockRows: '',
  orderBy: (column, direction) => `"${column}" ${direction}`,
  // how it commits is the connection's setting
  replace: table => `update "${table}" set "doc" = ? where "_id" = ? and "doc" = ?`,
  isDuplicate: error => hasCode(error, ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']),
  isConflict: error => hasCode(error, ['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_LOCKED']),
}

/** Any number, the same in every process that makes tables of this store. */
const SCHEMA_LOCK = 7_245_001

export const postgresDialect: SqlDialect = {
  name: 'postgres',
  sequence: 'seq',
  // the catalogue is read in the transaction's snapshot, from before the table was made by another
  addColumn: 'add column if not exists',
  // room in every page, so that a changed document stays where it is and its indexes need not change;
  // json keeps the text as it was written; collation "C" compares as MongoDB does, byte by byte
  createTable: table => `create table if not exists "${table}" ("_id" text collate "C" primary key, "seq" bigserial, "doc" json not null) with (fillfactor = 70)`,
  generated(path, type) {
    const at = `'{${path.map(part => `"${part}"`).join(',')}}'`
    const text = `case when json_typeof("doc" #> ${at}) = '${type}' then "doc" #>> ${at} end`
    return type === 'string'
      ? `text collate "C" generated always as (${text}) stored`
      : `double precision generated always as ((${text})::double precision) stored`
  },
  async columns(db, table) {
    const rows = await db.rows('select "column_name" from information_schema.columns where "table_name" = ? and "table_schema" = any (current_schemas(false))', [table])
    return rows.map(row => String(row.column_name))
  },
  async lockSchema(db) {
    // "if not exists" alone still fails when two sessions create the same table at once
    await db.rows('select pg_advisory_xact_lock(?)', [SCHEMA_LOCK])
  },
  text: '"doc"::text',
  lockRows: ' for update',
  orderBy: (column, direction) => `"${column}" ${direction} nulls ${direction === 'asc' ? 'first' : 'last'}`,
  replace: (table, { durable }) => durable
    ? `update "${table}" set "doc" = ? where "_id" = ? and "doc"::text = ?`
    // the setting lasts as long as the statement; joined, so that it is made
    : `with "now" as (select set_config('synchronous_commit', 'off', true) as "is") update "${table}" set "doc" = ? from "now" where "_id" = ? and "doc"::text = ? and "now"."is" = 'off'`,
  isDuplicate: error => hasCode(error, ['23505']),
  // serialization failure, deadlock, lock not available
  isConflict: error => hasCode(error, ['40001', '40P01', '55P03']),
}
