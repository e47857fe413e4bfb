import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { command as _, DuplicateError } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import type { Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { createBaseDao } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/data/base-dao'
import type { BaseDao } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/data/base-dao'
import { wasRolledBack } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/data/dao-transaction'
import { openSqlStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql'
import { uniCloudStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/uni-cloud'
import { FakeUniCloud } from '../stores/support/fake-uni-cloud'

/** 2026-01-31 23:59:58 in China, still the day before in UTC+0 terms of hours. */
const NOW = Date.UTC(2026, 0, 31, 15, 59, 58)

const stores: readonly [string, () => Promise<Store>][] = [
  ['libsql', () => openSqlStore({ file: ':memory:' })],
  ['uniCloud', async () => uniCloudStore(new FakeUniCloud({ unique: { callback_logs: ['callback_id'] } }))],
]

describe.each(stores)('vk.baseDao over %s', (_name, open) => {
  let store: Store
  let dao: BaseDao

  beforeEach(async () => {
    store = await open()
    dao = createBaseDao(store, store, () => NOW)
  })

  afterEach(() => store.close())

  const things = (ns: readonly number[]) => dao.adds({ dbName: 'things', dataJson: ns.map(n => ({ _id: `t${n}`, n, o: { n } })) })

  it('add answers the id and stamps the time of China', async () => {
    const id = await dao.add({ dbName: 'recharge_logs', dataJson: { amount: 100 } })
    expect(await dao.findById({ dbName: 'recharge_logs', id })).toEqual({ _id: id, amount: 100, _add_time: NOW, _add_time_str: '2026-01-31 23:59:58' })
    await expect(dao.add({ dbName: 'recharge_logs', dataJson: { _id: id } })).rejects.toBeInstanceOf(DuplicateError)
  })

  it('adds answers the ids', async () => {
    expect(await things([1, 2])).toEqual(['t1', 't2'])
    expect(await dao.count({ dbName: 'things' })).toBe(2)
  })

  it('finds by id, by where and by whereJson, or nothing', async () => {
    await things([1, 2, 3])
    expect(await dao.find({ dbName: 'things', where: { n: 2 } })).toMatchObject({ _id: 't2' })
    expect(await dao.find({ dbName: 'things', whereJson: { n: _.gt(2) } })).toMatchObject({ _id: 't3' })
    expect(await dao.findByWhereJson({ dbName: 'things', whereJson: _.or([{ n: 1 }, { n: 9 }]) })).toMatchObject({ _id: 't1' })
    expect(await dao.findById({ dbName: 'things', id: 't1' })).toMatchObject({ n: 1 })
    expect(await dao.find({ dbName: 'things', where: { n: 9 } })).toBeNull()
    expect(await dao.findById({ dbName: 'things', id: 'nobody' })).toBeNull()
  })

  it('changes and removes, and answers how many', async () => {
    await things([1, 2, 3])
    expect(await dao.updateById({ dbName: 'things', id: 't1', dataJson: { _id: 't1', n: _.inc(10), o: { m: 5 } } })).toBe(1)
    expect(await dao.findById({ dbName: 'things', id: 't1' })).toMatchObject({ n: 11, o: { n: 1, m: 5 } })
    expect(await dao.updateById({ dbName: 'things', id: 'nobody', dataJson: { n: 1 } })).toBe(0)
    expect(await dao.update({ dbName: 'things', where: { n: _.lt(9) }, dataJson: { seen: true } })).toBe(2)
    expect(await dao.updateAndReturn({ dbName: 'things', whereJson: { n: 2 }, dataJson: { n: _.mul(4) } })).toMatchObject({ _id: 't2', n: 8, seen: true })
    expect(await dao.updateAndReturn({ dbName: 'things', whereJson: { n: 99 }, dataJson: { n: 1 } })).toBeNull()
    expect(await dao.deleteById({ dbName: 'things', id: 't1' })).toBe(1)
    expect(await dao.del({ dbName: 'things', whereJson: { seen: true } })).toBe(2)
    expect(await dao.count({ dbName: 'things', where: {} })).toBe(0)
  })

  it('lists page by page', async () => {
    await things([1, 2, 3, 4, 5])
    expect(await dao.select({ dbName: 'things', whereJson: { n: _.gt(1) }, orderBy: 'n desc', pageIndex: 1, pageSize: 3 }))
      .toEqual({ rows: [expect.objectContaining({ n: 5 }), expect.objectContaining({ n: 4 }), expect.objectContaining({ n: 3 })], total: 4, hasMore: true })
    const orders = [{ n: 'desc' }, [['n', 'desc']], [{ name: 'n', type: 'desc' }], 'n desc,_id asc'] as const
    for (const orderBy of orders) {
      const { rows, hasMore } = await dao.getTableData({ dbName: 'things', orderBy, pageIndex: 2, pageSize: 4 })
      expect([rows.map(row => row.n), hasMore]).toEqual([[1], false])
    }
    expect((await dao.select({ dbName: 'things', pageIndex: 1, pageSize: 5 })).hasMore).toBe(false)
    expect(await dao.getTableData({ dbName: 'nowhere' })).toEqual({ rows: [], total: 0, hasMore: false })
  })

  it('computes over a field', async () => {
    await things([4, 1, 7])
    await dao.add({ dbName: 'things', dataJson: { n: 'many' } })
    const all = { dbName: 'things', fieldName: 'n' }
    expect([await dao.sum(all), await dao.avg(all), await dao.max(all), await dao.min(all)]).toEqual([12, 4, 7, 1])
    expect(await dao.sum({ dbName: 'things', fieldName: 'o.n', whereJson: { n: _.gt(1) } })).toBe(11)
    const none = { ...all, whereJson: { n: -1 } }
    expect([await dao.sum(none), await dao.avg(none), await dao.max(none), await dao.min(none)]).toEqual([0, 0, 0, 0])
  })

  it('says which argument is missing', async () => {
    await expect(dao.add({ dbName: '', dataJson: {} })).rejects.toThrow('vk.baseDao.add: dbName is missing')
    await expect(dao.updateById({ dbName: 'things', id: undefined as unknown as string, dataJson: {} })).rejects.toThrow('vk.baseDao.updateById: id is missing')
    await expect(dao.update({ dbName: 'things', dataJson: { a: 1 } })).rejects.toThrow('vk.baseDao.update: whereJson (or where) is missing')
    await expect(dao.del({ dbName: 'things' })).rejects.toThrow('vk.baseDao.del: whereJson')
    await expect(dao.del({ dbName: 'things', where: { user_id: undefined } })).rejects.toThrow(/user_id: undefined/)
    await expect(dao.add({ dbName: 'things', dataJson: undefined as never })).rejects.toThrow('dataJson is missing')
    await expect(dao.select({ dbName: 'things', pageIndex: 0 })).rejects.toThrow(/pageIndex/)
    await expect(dao.select({ dbName: 'things', orderBy: 'n up' })).rejects.toThrow(/orderBy of n/)
    await expect(dao.sum({ dbName: 'things', fieldName: '' })).rejects.toThrow(/fieldName/)
  })

  describe('transactions held by hand', () => {
    it('commit keeps, rollback takes back, outsiders see neither early', async () => {
      await things([1])
      const first = await dao.startTransaction()
      await dao.updateById({ dbName: 'things', db: first, id: 't1', dataJson: { n: 5 } })
      expect(await dao.findById({ dbName: 'things', db: first, id: 't1' })).toMatchObject({ n: 5 })
      await first.rollback()
      expect(await dao.findById({ dbName: 'things', id: 't1' })).toMatchObject({ n: 1 })
      const second = await dao.startTransaction()
      await dao.add({ dbName: 'things', db: second, dataJson: { _id: 't2' } })
      await second.commit()
      expect(await dao.count({ dbName: 'things' })).toBe(2)
      await expect(dao.add({ dbName: 'things', db: second, dataJson: {} })).rejects.toThrow(/transaction is over/)
    })

    it('are a part of the transaction the handler runs in', async () => {
      await expect(store.transaction(async (tx) => {
        const inner = createBaseDao(tx, store, () => NOW)
        const transaction = await inner.startTransaction()
        await inner.add({ dbName: 'things', db: transaction, dataJson: { _id: 'x' } })
        expect(wasRolledBack(tx)).toBe(false)
        await transaction.rollback()
        if (wasRolledBack(tx))
          throw new Error('the handler took it back')
      })).rejects.toThrow('the handler took it back')
      expect(await dao.count({ dbName: 'things' })).toBe(0)
    })

    it('end by themselves when they are forgotten', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      try {
        const forgotten = await dao.startTransaction()
        await dao.add({ dbName: 'things', db: forgotten, dataJson: { _id: 'x' } })
        await vi.advanceTimersByTimeAsync(10_000)
        await expect(forgotten.commit()).rejects.toThrow(/still open after 10 s/)
      }
      finally {
        vi.useRealTimers()
      }
      expect(await dao.count({ dbName: 'things' })).toBe(0)
    })

    it('refuses another object as db', async () => {
      await expect(dao.count({ dbName: 'things', db: {} as never })).rejects.toThrow(/db must be a transaction/)
    })
  })
})

it('a database without transactions says so', async () => {
  const store = uniCloudStore(new FakeUniCloud(), { transactions: false })
  await expect(createBaseDao(store, store, () => NOW).startTransaction()).rejects.toThrow(/no transactions/)
})
