import { createRequire } from 'node:module'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import knex from 'knex'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { command as _ } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { openSqlStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql'

describe('the libsql store', () => {
  let folder: string
  let file: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vk-pay-sql-'))
    file = join(folder, 'pay.db')
  })

  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('keeps everything in the file, written safely', async () => {
    const first = await openSqlStore({ file })
    await first.add('uni-id-users', { _id: 'u', balance: 1 })
    await first.close()
    const again = await openSqlStore({ file })
    expect(await again.find('uni-id-users', {})).toEqual([{ _id: 'u', balance: 1 }])
    await again.close()
    const raw = new Database(file)
    expect(raw.prepare('pragma journal_mode').all()).toEqual([{ journal_mode: 'wal' }])
    raw.close()
  })

  it('works over a Knex instance of the author\'s', async () => {
    const BetterSqlite3 = createRequire(import.meta.url)('knex/lib/dialects/better-sqlite3/index.js') as typeof knex.Client
    class Libsql extends BetterSqlite3 {
      _driver(): unknown {
        return Database
      }
    }
    const store = await openSqlStore({ knex: knex({ client: Libsql, connection: { filename: file }, useNullAsDefault: true }) })
    await store.add('vk-pay-orders', { _id: 'a', out_trade_no: 'NO1', status: 0 })
    await expect(store.add('vk-pay-orders', { _id: 'b', out_trade_no: 'NO1' })).rejects.toMatchObject({ name: 'DuplicateError' })
    expect(await store.update('vk-pay-orders', { _id: 'a', status: 0 }, { status: 1 }, { durable: false })).toBe(1)
    expect(await store.update('vk-pay-orders', { _id: 'a', status: 0 }, { status: 1 })).toBe(0)
    await expect(store.transaction(async (tx) => {
      await tx.update('vk-pay-orders', { status: 1 }, { status: 3 })
      throw new Error('no')
    })).rejects.toThrow('no')
    expect(await store.transaction(async tx => tx.update('vk-pay-orders', { status: _.in([1, 2]) }, { n: _.inc(2), user_id: 'u' }))).toBe(1)
    expect(await store.find('vk-pay-orders', { user_id: 'u' }, { orderBy: [['create_date', 'desc']] })).toEqual([{ _id: 'a', out_trade_no: 'NO1', status: 1, n: 2, user_id: 'u' }])
    expect(await store.remove('vk-pay-orders', { out_trade_no: 'NO1' })).toBe(1)
    expect(await store.count('vk-pay-orders', {})).toBe(0)
    await store.close()
  })

  it('says which file it cannot open', async () => {
    await expect(openSqlStore({ file: join(folder, 'no', 'such', 'folder.db') })).rejects.toThrow(/folder\.db: the database cannot be opened/)
  })

  it('gives an older table its new indexes, with what is in it', async () => {
    const older = await openSqlStore({ file })
    await older.add('goods', { _id: 'a', sku: 'S1' })
    await older.add('goods', { _id: 'b', sku: 'S2' })
    await older.close()
    const newer = await openSqlStore({ file, indexes: { goods: { fields: { sku: 'string' }, indexes: [{ on: ['sku'], unique: true }] } } })
    expect(await newer.find('goods', { sku: 'S2' })).toMatchObject([{ _id: 'b' }])
    await expect(newer.add('goods', { sku: 'S1' })).rejects.toMatchObject({ name: 'DuplicateError' })
    expect(await newer.find('goods', { sku: _.gt('S1') })).toMatchObject([{ _id: 'b' }])
    await newer.close()
  })

  it('finds orders and callbacks through an index', async () => {
    const store = await openSqlStore({ file })
    await store.add('vk-pay-orders', { out_trade_no: 'NO1', status: 0, create_date: 1, transaction_id: 't', user_id: 'u' })
    await store.add('callback_logs', { callback_id: 'c' })
    await store.close()
    const raw = new Database(file)
    const plan = (sql: string): string => raw.prepare(`explain query plan ${sql}`).all().map(row => String((row as { detail: unknown }).detail)).join('\n')
    for (const column of ['f_out_trade_no', 'f_transaction_id', 'f_status', 'f_user_id'])
      expect(plan(`select doc from "vk-pay-orders" where "${column}" = 'x' order by rowid limit 500`)).toMatch(/USING INDEX/)
    expect(plan(`select doc from "callback_logs" where "f_callback_id" = 'x' order by rowid limit 500`)).toMatch(/USING INDEX/)
    raw.close()
  })

  it('does not put documents into the messages of errors', async () => {
    const store = await openSqlStore({ file })
    await store.add('callback_logs', { _id: 'a', callback_id: '1', openid: 'secret-openid' })
    await store.add('callback_logs', { _id: 'b', callback_id: '2' })
    const error = await store.update('callback_logs', { _id: 'b' }, { callback_id: '1', openid: 'secret-openid' }).then(() => undefined, (reason: unknown) => reason as Error)
    expect(error?.message).toMatch(/unique key exists/)
    expect(String((error?.cause as Error).message)).not.toMatch(/secret-openid/)
    await store.close()
  })

  it.each(['file', ':memory:'])('refuses to wait for itself: a write on the store inside its transaction (%s)', async (where) => {
    const store = await openSqlStore({ file: where === 'file' ? file : where })
    const inside = (work: () => Promise<unknown>) => store.transaction(async () => void await work())
    await expect(inside(() => store.add('t', {}))).rejects.toThrow(/use the session/)
    await expect(inside(() => store.update('t', {}, { a: 1 }))).rejects.toThrow(/use the session/)
    await expect(inside(() => store.transaction(async () => {}))).rejects.toThrow(/use the session/)
    // afterwards, also from code the transaction started, it is an ordinary write again
    const later = await store.transaction(async () => () => store.add('t', { _id: 'a' }))
    expect(await later()).toBe('a')
    await store.close()
  })

  it('goes on serving readers while a transaction is open', async () => {
    const store = await openSqlStore({ file })
    await store.add('t', { _id: 'a', n: 1 })
    await store.transaction(async (tx) => {
      await tx.update('t', { _id: 'a' }, { n: 2 })
      expect(await store.find('t', {})).toEqual([{ _id: 'a', n: 1 }])
    })
    expect(await store.find('t', {})).toEqual([{ _id: 'a', n: 2 }])
    await store.close()
  })

  it('does not run the work of a transaction that cannot begin, and waits without blocking', async () => {
    const store = await openSqlStore({ file })
    const holder = new Database(file)
    holder.exec('BEGIN IMMEDIATE')
    let runs = 0
    const waiting = store.transaction(async (tx) => {
      runs++
      await tx.add('t', { _id: 'a' })
    })
    for (let turn = 0; turn < 20; turn++)
      await new Promise(resolve => setImmediate(resolve))
    expect(runs).toBe(0)
    holder.exec('COMMIT')
    await waiting
    expect(runs).toBe(1)
    holder.close()
    await store.close()
  })

  describe('refuses what would not be found again', () => {
    it.each([
      ['a list in an indexed field', 'vk-pay-orders', { user_id: ['a'] }, /user_id is indexed and cannot hold a list/],
      ['half a character as _id', 't', { _id: '\uD800' }, /_id must be a text of whole characters/],
      ['an empty _id', 't', { _id: '' }, /_id must be a text/],
      ['a name that is no collection', 'a"; drop table b', {}, /is not a collection name/],
      ['a name the database keeps for itself', 'sqlite_master', {}, /is not a collection name/],
    ])('%s', async (_name, collection, doc, message) => {
      const store = await openSqlStore({ file: ':memory:' })
      await expect(store.add(collection, doc)).rejects.toThrow(message)
      await store.close()
    })

    it('a value of another type than declared is kept beside the index, and found', async () => {
      const store = await openSqlStore({ file: ':memory:' })
      const odd: readonly unknown[] = ['paid', true, null, { a: 1 }, 3]
      for (const status of odd)
        await store.add('vk-pay-orders', { _id: `${odd.indexOf(status)}`, status, out_trade_no: `NO${odd.indexOf(status)}` })
      const found = async (wanted: unknown) => (await store.find('vk-pay-orders', { status: wanted })).map(doc => doc._id)
      for (const status of odd)
        expect(await found(_.eq(status))).toEqual([`${odd.indexOf(status)}`])
      expect(await found(_.in([null, 3]))).toEqual(['2', '4'])
      expect(await found(_.neq(3))).toEqual(['0', '1', '2', '3'])
      await store.close()
    })

    it('half characters and NUL elsewhere are kept, and found', async () => {
      const store = await openSqlStore({ file: ':memory:' })
      const odd = ['a\u0000b', '\uD800', 'plain']
      for (const user_id of odd)
        await store.add('vk-pay-orders', { _id: `${odd.indexOf(user_id)}`, user_id, out_trade_no: user_id })
      for (const user_id of odd)
        expect(await store.find('vk-pay-orders', { user_id })).toEqual([{ _id: `${odd.indexOf(user_id)}`, user_id, out_trade_no: user_id }])
      await store.close()
    })
  })

  it('refuses sums that are no longer exact', async () => {
    const store = await openSqlStore({ file: ':memory:' })
    await store.add('t', { _id: 'a', n: Number.MAX_SAFE_INTEGER - 1 })
    expect(await store.update('t', {}, { n: _.inc(1) })).toBe(1)
    await expect(store.update('t', {}, { n: _.inc(1) })).rejects.toThrow(RangeError)
    expect(await store.find('t', { n: Number.MAX_SAFE_INTEGER })).toHaveLength(1)
    await store.close()
  })
})
