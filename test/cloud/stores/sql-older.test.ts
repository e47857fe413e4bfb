import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { newSchema } from '../support/postgres/schema'
import { openAt } from '../support/sql-place'

/** A database as an older version left it: columns generated from the document, whole indexes over them. */
interface Older {
  place: string
  /** Runs one statement beside the store, as the older version does. */
  run: (sql: string) => Promise<Record<string, unknown>[]>
  /** Indexes that are there, by name. */
  indexes: () => Promise<string[]>
  dispose: () => Promise<void>
}

const names = ['f_callback_id', 'f_out_trade_no']
const indexes = [
  'create unique index "callback_logs:f_callback_id" on "callback_logs" ("f_callback_id")',
  'create index "callback_logs:f_out_trade_no" on "callback_logs" ("f_out_trade_no")',
]

async function olderLibsql(): Promise<Older> {
  const folder = await mkdtemp(join(tmpdir(), 'vk-pay-older-'))
  const place = join(folder, 'pay.db')
  const run = async (sql: string): Promise<Record<string, unknown>[]> => {
    const db = new Database(place)
    try {
      const statement = db.prepare(sql)
      return statement.reader ? statement.all() as Record<string, unknown>[] : [statement.run()].map(() => ({}))
    }
    finally {
      db.close()
    }
  }
  await run('create table "callback_logs" ("_id" text primary key not null, "doc" text not null)')
  for (const name of names)
    await run(`alter table "callback_logs" add column "${name}" generated always as (case when json_type("doc", '$."${name.slice(2)}"') in ('text') then json_extract("doc", '$."${name.slice(2)}"') end) virtual`)
  return {
    place,
    run,
    indexes: async () => (await run(`select "name" from "sqlite_master" where "type" = 'index' and "sql" is not null`)).map(({ name }) => String(name)),
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
}

async function olderPostgres(): Promise<Older> {
  const { connection, query } = await newSchema()
  await query('create table "callback_logs" ("_id" text collate "C" primary key, "seq" bigserial, "doc" json not null) with (fillfactor = 70)')
  for (const name of names)
    await query(`alter table "callback_logs" add column "${name}" text collate "C" generated always as (case when json_typeof("doc" #> '{"${name.slice(2)}"}') = 'string' then "doc" #>> '{"${name.slice(2)}"}' end) stored`)
  return {
    place: connection,
    run: query,
    indexes: async () => (await query('select "indexname" from "pg_indexes" where "schemaname" = any (current_schemas(false))')).map(({ indexname }) => String(indexname)).filter(name => !name.endsWith('_pkey')),
    dispose: async () => {},
  }
}

const add = (id: string, doc: object): string => `insert into "callback_logs" ("_id", "doc") values ('${id}', '${JSON.stringify({ _id: id, ...doc })}')`

describe.each([['libsql', olderLibsql], ['PostgreSQL', olderPostgres]] as const)('a database of an older version, on %s', (_engine, open) => {
  it('is read as it is, and brought up to date by the first write, which the older version need not notice', async () => {
    const older = await open()
    for (const sql of [...indexes, add('a', { callback_id: 'paid:A', out_trade_no: 'A' }), add('b', { callback_id: 7 }), add('c', {})])
      await older.run(sql)
    const store = await openAt(older.place)
    expect(await store.find('callback_logs', { callback_id: 'paid:A' })).toMatchObject([{ _id: 'a' }])
    expect((await older.indexes()).sort()).toEqual(['callback_logs:f_callback_id', 'callback_logs:f_out_trade_no'])

    await store.add('callback_logs', { _id: 'd', callback_id: 'paid:D', out_trade_no: 'D' })
    expect((await older.indexes()).sort()).toEqual(['callback_logs:f_callback_id:set', 'callback_logs:f_out_trade_no:set'])
    // the older version goes on writing, and knows nothing of columns
    await older.run(add('e', { callback_id: 'paid:E', out_trade_no: 'E' }))
    await older.run(`update "callback_logs" set "doc" = '{"_id":"c","callback_id":"paid:C"}' where "_id" = 'c'`)
    await expect(older.run(add('f', { callback_id: 'paid:D' }))).rejects.toThrow(/unique/i)
    await expect(store.add('callback_logs', { callback_id: 'paid:E' })).rejects.toMatchObject({ name: 'DuplicateError' })
    await expect(store.update('callback_logs', { _id: 'a' }, { callback_id: 'paid:C' })).rejects.toMatchObject({ name: 'DuplicateError' })
    expect(await store.update('callback_logs', { out_trade_no: 'A' }, { out_trade_no: 'A2' })).toBe(1)
    expect(await store.update('callback_logs', { _id: 'e' }, { callback_id: null })).toBe(1)

    // every column is what the document says, whoever wrote it
    expect(await older.run('select "_id", "f_callback_id", "f_out_trade_no" from "callback_logs" order by "_id"')).toEqual([
      { _id: 'a', f_callback_id: 'paid:A', f_out_trade_no: 'A2' },
      { _id: 'b', f_callback_id: null, f_out_trade_no: null },
      { _id: 'c', f_callback_id: 'paid:C', f_out_trade_no: null },
      { _id: 'd', f_callback_id: 'paid:D', f_out_trade_no: 'D' },
      { _id: 'e', f_callback_id: null, f_out_trade_no: 'E' },
    ])
    expect(await store.count('callback_logs', { callback_id: 'paid:D' })).toBe(1)
    await store.close()
    const again = await openAt(older.place)
    await again.add('callback_logs', { callback_id: 'paid:G' })
    expect(await again.count('callback_logs', {})).toBe(6)
    await again.close()
    await older.dispose()
  })
})
