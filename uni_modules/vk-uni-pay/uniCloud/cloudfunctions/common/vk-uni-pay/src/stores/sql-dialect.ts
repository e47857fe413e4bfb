import { createHash } from 'node:crypto'
import type { IndexedType } from './indexes'
import { causes, codeOf } from './retry'
import type { SqlConnection } from './sql-connection'

/** A column and the field it is filled from; `exists` where it was made by an older version. */
export interface FilledColumn { readonly column: string, readonly path: readonly string[], readonly type: IndexedType, readonly exists: boolean }

export interface ExistingColumn { readonly name: string, readonly old: boolean }

/** Where the two databases differ; everything else is the same code. */
export interface SqlDialect {
  readonly name: 'sqlite' | 'postgres'
  /** The column that numbers rows in the order they were added. */
  readonly sequence: string
  /** A statement that makes the table, harmless when it exists. */
  createTable: (table: string) => string
  /**
   * Makes columns that the database itself keeps filled from the document: with the field when it
   * holds the declared type, else NULL. Also for the rows that are there, and for columns of an
   * older version. Another process may have done it unseen.
   */
  fill: (trx: SqlConnection, table: string, columns: readonly FilledColumn[]) => Promise<void>
  /** The columns of a table, and whether each is an older version's; empty when there is no such table. */
  columns: (db: SqlConnection, table: string) => Promise<ExistingColumn[]>
  /** Taken before tables are made, where the database does not order that by itself. */
  lockSchema: (db: SqlConnection) => Promise<void>
  /** The document as the text that was stored, letter for letter. */
  readonly text: string
  /** Ends a query so that the rows it reads are locked until the transaction ends, where reading alone does not. */
  readonly lockRows: string
  /** Sorts missing values as the smallest, like MongoDB. */
  orderBy: (column: string, direction: 'asc' | 'desc') => string
  /**
   * How a row that this transaction has added is found without its index, where a search in one
   * would be taken for reading what others add beside it.
   */
  readonly address?: {
    /** Ends an insert, so that it answers the address as `at`. */
    readonly returning: string
    /** A condition that only the row at the address `?` meets. */
    readonly matches: string
  }
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

/** Short, and different for every set of columns: another author's set may be filled beside it. */
function digest(columns: readonly FilledColumn[]): string {
  return createHash('sha256').update(columns.map(({ column }) => column).join()).digest('hex').slice(0, 16)
}

function sqliteValue(doc: string, { path, type }: FilledColumn): string {
  const json = `${doc}, '$${path.map(part => `."${part}"`).join('')}'`
  const types = type === 'string' ? `('text')` : `('integer', 'real')`
  return `(case when json_type(${json}) in ${types} then json_extract(${json}) end)`
}

/** The indexes over them go with them, and are made anew with the others. */
async function removeVirtual(trx: SqlConnection, table: string, columns: readonly FilledColumn[]): Promise<void> {
  const indexes = await trx.rows(`select "name" from "sqlite_master" where "type" = 'index' and "tbl_name" = ? and "sql" is not null`, [table])
  for (const { name } of indexes)
    await trx.change(`drop index "${String(name)}"`)
  for (const { column } of columns)
    await trx.change(`alter table "${table}" drop column "${column}"`)
}

export const sqliteDialect: SqlDialect = {
  name: 'sqlite',
  sequence: 'rowid',
  createTable: table => `create table if not exists "${table}" ("_id" text primary key not null, "doc" text not null)`,
  /**
   * A virtual column would have every index written again by every change of the document; of a
   * column only that is written which a trigger finds to be different.
   */
  async fill(trx, table, columns) {
    if (columns.some(({ exists }) => exists))
      await removeVirtual(trx, table, columns.filter(({ exists }) => exists))
    for (const { column } of columns)
      await trx.change(`alter table "${table}" add column "${column}"`)
    const assign = (doc: string): string => columns.map(item => `"${item.column}" = ${sqliteValue(doc, item)}`).join(', ')
    await trx.change(`update "${table}" set ${assign('"doc"')}`)
    await trx.change(`create trigger "${table}:${digest(columns)}" after insert on "${table}" begin update "${table}" set ${assign('new."doc"')} where "rowid" = new."rowid"; end`)
    for (const item of columns) {
      const value = sqliteValue('new."doc"', item)
      await trx.change(`create trigger "${table}:${item.column}" after update of "doc" on "${table}" when new."${item.column}" is not ${value} begin update "${table}" set "${item.column}" = ${value} where "rowid" = new."rowid"; end`)
    }
  },
  async columns(db, table) {
    const rows = await db.rows('select "name", "hidden" from pragma_table_xinfo(?)', [table])
    return rows.map(row => ({ name: String(row.name), old: Number(row.hidden) > 0 }))
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

function postgresGenerated(path: readonly string[], type: IndexedType): string {
  const at = `'{${path.map(part => `"${part}"`).join(',')}}'`
  const text = `case when json_typeof("doc" #> ${at}) = '${type}' then "doc" #>> ${at} end`
  return type === 'string'
    ? `text collate "C" generated always as (${text}) stored`
    : `double precision generated always as ((${text})::double precision) stored`
}

/** The same, out of the fields `d` of the document. */
function postgresValue({ path: [root, ...rest], type }: FilledColumn): string {
  const json = rest.length > 0 ? `"d"."${root}" #> '{${rest.map(part => `"${part}"`).join(',')}}'` : `"d"."${root}"`
  const text = `case when json_typeof(${json}) = '${type}' then (${json}) #>> '{}' end`
  return type === 'string' ? text : `(${text})::double precision`
}

export const postgresDialect: SqlDialect = {
  name: 'postgres',
  sequence: 'seq',
  // room in every page, so that a changed document stays where it is and its indexes need not change;
  // json keeps the text as it was written; collation "C" compares as MongoDB does, byte by byte
  createTable: table => `create table if not exists "${table}" ("_id" text collate "C" primary key, "seq" bigserial, "doc" json not null) with (fillfactor = 70)`,
  /**
   * A generated column reads the whole document for itself alone, twice; a trigger reads it once for
   * all. They are generated first, because that fills also rows that this transaction does not see,
   * and then keep what they hold. "if exists": the catalogue is read in the transaction's snapshot,
   * which may be from before another process did the same.
   */
  async fill(trx, table, columns) {
    for (const { column, path, type, exists } of columns) {
      if (!exists)
        await trx.change(`alter table "${table}" add column if not exists "${column}" ${postgresGenerated(path, type)}`)
      await trx.change(`alter table "${table}" alter column "${column}" drop expression if exists`)
    }
    const trigger = `${table.slice(0, 40)}:${digest(columns)}`
    const roots = [...new Set(columns.map(({ path: [root = ''] }) => root))]
    await trx.change(`create or replace function "${trigger}"() returns trigger language plpgsql as $fill$ begin select ${columns.map(postgresValue).join(', ')} into ${columns.map(({ column }) => `new."${column}"`).join(', ')} from json_to_record(new."doc") as "d"(${roots.map(root => `"${root}" json`).join(', ')}); return new; end $fill$`)
    await trx.change(`drop trigger if exists "${trigger}" on "${table}"`)
    await trx.change(`create trigger "${trigger}" before insert or update on "${table}" for each row execute function "${trigger}"()`)
  },
  async columns(db, table) {
    const rows = await db.rows('select "column_name", "is_generated" from information_schema.columns where "table_name" = ? and "table_schema" = any (current_schemas(false))', [table])
    return rows.map(row => ({ name: String(row.column_name), old: row.is_generated === 'ALWAYS' }))
  },
  async lockSchema(db) {
    // "if not exists" alone still fails when two sessions create the same table at once
    await db.rows('select pg_advisory_xact_lock(?)', [SCHEMA_LOCK])
  },
  text: '"doc"::text',
  lockRows: ' for update',
  // SERIALIZABLE locks what an index search reads by pages, and rows of the same minute lie in the same one
  address: { returning: ' returning "ctid"::text as "at"', matches: '"ctid" = ?::tid' },
  orderBy: (column, direction) => `"${column}" ${direction} nulls ${direction === 'asc' ? 'first' : 'last'}`,
  replace: (table, { durable }) => durable
    ? `update "${table}" set "doc" = ? where "_id" = ? and "doc"::text = ?`
    // the setting lasts as long as the statement; joined, so that it is made
    : `with "now" as (select set_config('synchronous_commit', 'off', true) as "is") update "${table}" set "doc" = ? from "now" where "_id" = ? and "doc"::text = ? and "now"."is" = 'off'`,
  isDuplicate: error => hasCode(error, ['23505']),
  // serialization failure, deadlock, lock not available
  isConflict: error => hasCode(error, ['40001', '40P01', '55P03']),
}
