import { describe, expect, it, vi } from 'vitest'
import { command as _ } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import type { Store, StoreSession } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import type { SqlConnection, SqlTransaction } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-connection'
import type { SqlEngine, WriteKind } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-engine'
import { postgresDialect } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-dialect'
import { SqlStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-store'
import { newSchema } from '../support/postgres/schema'
import { newPlace, newSharedPlace, sqlEngines } from '../support/sql-engines'
import { openAt } from '../support/sql-place'
import { observe } from './support/observed'

const conflict = () => Object.assign(new Error('could not serialize access'), { code: '40001' })

/** An engine that only tells how it is asked to write; the first `conflicts` transactions collide. */
function collidingEngine(conflicts: number) {
  const kinds: WriteKind[] = []
  let open = 0
  let most = 0
  const engine: SqlEngine = {
    dialect: postgresDialect,
    readsWaitForWrites: false,
    read: work => work({} as SqlConnection),
    async write(work, kind) {
      kinds.push(kind)
      const collides = kinds.length <= conflicts
      if (kind.inTurn)
        most = Math.max(most, open += 1)
      await new Promise(resolve => setImmediate(resolve))
      if (kind.inTurn)
        open -= 1
      if (collides)
        throw conflict()
      return work({} as SqlTransaction)
    },
    writeOne: async () => 0,
    close: async () => {},
  }
  return { store: new SqlStore(engine, {}), kinds, most: () => most }
}

describe('transactions that collide', () => {
  it('are repeated one at a time, each waiting for its turn', async () => {
    const { store, kinds, most } = collidingEngine(8)
    expect(await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(n => store.transaction(async () => n)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(kinds.slice(0, 8).every(({ inTurn }) => !inTurn)).toBe(true)
    expect(kinds.slice(8)).toHaveLength(8)
    expect(kinds.slice(8).every(({ inTurn, serializable }) => inTurn && serializable)).toBe(true)
    expect(most()).toBe(1)
  })

  it.each([[1, 30, false], [8, 30, true], [8, 900, true], [8, 1_100, false]])('after %i of them, others wait for their turn %i ms later: %s', async (conflicts, ms, waits) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { store, kinds } = collidingEngine(conflicts)
    await Promise.all(Array.from({ length: conflicts }, () => store.transaction(async () => {})))
    vi.setSystemTime(Date.now() + ms)
    await store.transaction(async () => {})
    expect(kinds[kinds.length - 1]!.inTurn === true).toBe(waits)
    vi.useRealTimers()
  })

  it('report a collision that does not end, and nothing else is repeated', async () => {
    const { store, kinds } = collidingEngine(1_000)
    await expect(store.transaction(async () => {})).rejects.toMatchObject({ code: '40001' })
    expect(kinds.length).toBeLessThan(20)
    const calm = collidingEngine(0)
    await expect(calm.store.transaction(async () => { throw new Error('the handler\'s own') })).rejects.toThrow('the handler\'s own')
    expect(calm.kinds).toHaveLength(1)
  })
})

describe.each(sqlEngines)('on %s', (engine) => {
  it('a document of the same transaction is changed as often as it is asked for, and taken back with it', async () => {
    const store = await openAt(await newPlace(engine))
    await store.add('things', { _id: 'old', n: 1 })
    await store.transaction(async (tx) => {
      await tx.add('things', { _id: 'new', n: 1 })
      expect(await tx.update('things', { _id: 'new' }, { n: _.inc(1) })).toBe(1)
      expect(await tx.update('things', { _id: 'new' }, { n: _.inc(1), list: _.push(1) })).toBe(1)
      expect(await tx.update('things', { _id: 'new' }, { n: 3 })).toBe(0)
      expect(await tx.update('things', { n: 3 }, { found: true })).toBe(1)
      expect(await tx.update('things', { _id: 'new' }, { last: true })).toBe(1)
      expect(await tx.remove('things', { _id: 'old' })).toBe(1)
      expect(await tx.update('things', { _id: 'old' }, { n: 9 })).toBe(0)
    })
    expect(await store.find('things', {})).toEqual([{ _id: 'new', n: 3, list: [1], found: true, last: true }])
    await expect(store.transaction(async (tx) => {
      await tx.update('things', { _id: 'new' }, { n: 4 })
      throw new Error('no')
    })).rejects.toThrow('no')
    expect(await store.update('things', { _id: 'new' }, { n: _.inc(1) })).toBe(1)
    expect(await store.find('things', {})).toMatchObject([{ n: 4 }])
    await store.close()
  })

  it('what was seen of a document is no proof: another store may have changed it meanwhile', async () => {
    const { place, dispose } = await newSharedPlace(engine)
    const [here, there] = [await openAt(place), await openAt(place)]
    await here.add('things', { _id: 'a', n: 1, state: 'new' })
    for (const durable of [true, false]) {
      await here.update('things', { _id: 'a' }, { n: 1, state: 'new' })
      expect(await here.find('things', { _id: 'a' }, { limit: 1 })).toMatchObject([{ n: 1 }])
      expect(await there.update('things', { _id: 'a' }, { n: 5, state: 'taken' })).toBe(1)
      expect(await here.update('things', { _id: 'a', state: 'new' }, { state: 'mine' }, { durable })).toBe(0)
      expect(await here.update('things', { _id: 'a' }, { n: _.inc(1) }, { durable })).toBe(1)
      expect(await there.update('things', { _id: 'a' }, { n: _.inc(1) })).toBe(1)
      await here.transaction(async (tx) => {
        expect(await tx.update('things', { _id: 'a', n: 6 }, { state: 'mine' })).toBe(0)
        expect(await tx.update('things', { _id: 'a' }, { n: _.inc(1) })).toBe(1)
      })
      expect(await there.find('things', {})).toEqual([{ _id: 'a', n: 8, state: 'taken' }])
    }
    await Promise.all([here.close(), there.close()])
    await dispose()
  })

  it('a change that does not wait for the disk is seen at once, and what comes after it waits again', async () => {
    const store = await openAt(await newPlace(engine))
    await store.add('things', { _id: 'a', n: 0 })
    expect(await store.update('things', { _id: 'a', n: 0 }, { n: 1 }, { durable: false })).toBe(1)
    expect(await store.update('things', { _id: 'a', n: 0 }, { n: 2 }, { durable: false })).toBe(0)
    expect(await store.find('things', {})).toEqual([{ _id: 'a', n: 1 }])
    expect(await store.update('things', { _id: 'a' }, { n: 3 })).toBe(1)
    await store.close()
  })
})

function gate(): { reached: Promise<void>, reach: () => void } {
  let reach = (): void => {}
  const reached = new Promise<void>(resolve => reach = resolve)
  return { reached, reach: () => reach() }
}

describe('on PostgreSQL, transactions of payments that have nothing in common', () => {
  /** Runs two transactions that have both begun and done their first part before either does its second. */
  async function sideBySide(store: Store, first: (tx: StoreSession, n: number) => Promise<unknown>, second: (tx: StoreSession, n: number) => Promise<unknown>): Promise<void> {
    let waiting = 2
    const both = gate()
    await Promise.all([1, 2].map(n => store.transaction(async (tx) => {
      await first(tx, n)
      if (--waiting === 0)
        both.reach()
      await both.reached
      await second(tx, n)
    })))
  }

  it('do not collide where they add, and change what they have added, while others add', async () => {
    const { store, transactions, close } = await observe(await newPlace('PostgreSQL'), { small: true })
    await store.add('callback_logs', { callback_id: 'first' })
    await store.add('things', { _id: 'a' })
    const before = transactions()
    const changed = [0, 1, 2, 3].map(gate)
    const ended = [0, 1, 2, 3].map(gate)
    /** Each adds when the one before has changed its own, and ends before that one. */
    const payment = (n: number): Promise<void> => store.transaction(async (tx) => {
      await changed[n - 1]!.reached
      await tx.add('callback_logs', { _id: `log_${n}`, callback_id: `paid:${n}` })
      await tx.update('callback_logs', { _id: `log_${n}` }, { state: 'done' })
      // what need not be answered is sent with what must
      await tx.find('things', { _id: 'a' })
      changed[n]!.reach()
      if (n < 3)
        await ended[n + 1]!.reached
    }).finally(() => ended[n]!.reach())
    changed[0]!.reach()
    await Promise.all([1, 2, 3].map(payment))
    expect(transactions() - before).toBe(3)
    expect(await store.count('callback_logs', { state: 'done' })).toBe(3)
    await close()
  })

  it('do not collide where they change different documents of a collection that fits on one page', async () => {
    const { connection, query } = await newSchema()
    const { store, transactions, close } = await observe(connection, { small: true })
    for (let n = 1; n <= 5; n++)
      await store.add('goods', { _id: `goods_${n}`, stock: 10 })
    await query('analyze')
    const before = transactions()
    await sideBySide(store, (tx, n) => tx.update('goods', { _id: `goods_${n}` }, { stock: _.inc(-1) }), (tx, n) => tx.find('goods', { _id: `goods_${n}` }))
    expect(transactions() - before).toBe(2)
    await close()
  })
})

describe('on PostgreSQL, what is sent with the next statement', () => {
  it('is taken back with the transaction when it fails, however late that is heard', async () => {
    const { connection, query } = await newSchema()
    const store = await openAt(connection)
    await store.add('things', { _id: 'a', n: 1 })
    await query(`alter table "things" add check (("doc" ->> 'n')::int < 5)`)
    await expect(store.transaction(async (tx) => {
      await tx.update('things', { _id: 'a' }, { n: 2 })
      // answered before the database has seen it
      await tx.add('things', { n: 9 })
    })).rejects.toMatchObject({ code: '23514' })
    expect(await store.find('things', {})).toEqual([{ _id: 'a', n: 1 }])
    await store.transaction(async tx => void await tx.add('things', { n: 4 }))
    expect(await store.count('things', {})).toBe(2)
    await store.close()
  })

  it('is never begun where nothing is asked for, and leaves the connection as it was', async () => {
    const store = await openAt(await newPlace('PostgreSQL'))
    await expect(store.transaction(async () => { throw new Error('before the first statement') })).rejects.toThrow('before the first statement')
    expect(await store.transaction(async () => 'nothing')).toBe('nothing')
    await store.add('things', { _id: 'a' })
    expect(await store.count('things', {})).toBe(1)
    await store.close()
  })
})
