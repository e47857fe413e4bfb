import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { command as _, DuplicateError } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import type { Doc, Filter, Patch, Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import type { IndexMap } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/indexes'
import { canonical, docs, filters, patches } from './support/model'

/** Indexes of a collection the property test uses, so that both ways of searching are walked. */
export const contractIndexes: IndexMap = {
  things: { fields: { 'n': 'number', 's': 'string', 'o.x': 'number' }, indexes: [{ on: ['n'] }, { on: ['s', 'o.x'] }] },
}

/** For tests of many writes, in ms: disks of build machines differ. */
const SLOW = 30_000

/** A database to test: `open` may be called several times and gives stores over the same data. */
export interface StoreHarness {
  open: () => Promise<Store>
  /** Whether two calls of `open` see the same data. */
  shared: boolean
  dispose?: () => Promise<void>
}

const ids = (found: Doc[]): unknown[] => found.map(doc => doc._id)
const times = <T>(count: number, work: (i: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: count }, (_value, i) => work(i)))

/** What every store must do. */
export function storeContract(name: string, harness: () => Promise<StoreHarness>): void {
  describe(`store contract: ${name}`, () => {
    let place: StoreHarness
    let store: Store

    beforeEach(async () => {
      place = await harness()
      store = await place.open()
    })

    afterEach(async () => {
      await store.close()
      await place.dispose?.()
    })

    describe('documents', () => {
      it('come back as they were added, whatever text they hold', async () => {
        const doc = { _id: 'one', text: '支付成功 😀 " \' \\ \n \u2028', deep: { list: [1, 'a', null, { b: [true] }] }, big: Number.MAX_SAFE_INTEGER, less: -0.5, empty: {}, 中文: 1 }
        expect(await store.add('vk_things', doc)).toBe('one')
        expect(await store.find('vk_things', { _id: 'one' })).toEqual([doc])
      })

      it('get an _id of their own when they have none', async () => {
        const [a, b] = [await store.add('t', { x: 1 }), await store.add('t', { x: 1 })]
        expect(a).not.toBe(b)
        expect(await store.find('t', { _id: a })).toEqual([{ _id: a, x: 1 }])
      })

      it('leave out what is undefined, and refuse what JSON would lose', async () => {
        const id = await store.add('t', { a: undefined, b: [1] })
        expect(await store.find('t', { _id: id })).toEqual([{ _id: id, b: [1] }])
        await expect(store.add('t', { money: Number.NaN })).rejects.toThrow(/money.*finite/)
        await expect(store.add('t', { a: { b: _.inc(1) } })).rejects.toThrow(/b: command\.inc/)
      })

      it('of a collection nobody has written to are none', async () => {
        expect(await store.find('nowhere', {})).toEqual([])
        expect(await store.count('nowhere', { a: 1 })).toBe(0)
        expect(await store.update('nowhere', {}, { a: 1 })).toBe(0)
        expect(await store.remove('nowhere', {})).toBe(0)
      })

      it('keep apart collections whose names differ in case or punctuation', async () => {
        await times(3, i => store.add(['Goods', 'goods', 'goods-1'][i] ?? '', { _id: 'a', i }))
        expect([await store.find('Goods', {}), await store.find('goods', {}), await store.find('goods-1', {})])
          .toEqual([[{ _id: 'a', i: 0 }], [{ _id: 'a', i: 1 }], [{ _id: 'a', i: 2 }]])
      })

      it('are removed, and counted', async () => {
        await times(5, i => store.add('t', { _id: `${i}`, even: i % 2 === 0 }))
        expect(await store.remove('t', { even: true })).toBe(3)
        expect(await store.remove('t', { _id: '0' })).toBe(0)
        expect(await store.count('t', {})).toBe(2)
        expect(await store.remove('t', {})).toBe(2)
      })
    })

    describe('unique keys', () => {
      it('refuse a second _id, and a second value of a unique index', async () => {
        await store.add('vk-pay-orders', { _id: 'a', out_trade_no: 'NO1' })
        await expect(store.add('vk-pay-orders', { _id: 'a', out_trade_no: 'NO2' })).rejects.toBeInstanceOf(DuplicateError)
        await expect(store.add('vk-pay-orders', { out_trade_no: 'NO1' })).rejects.toMatchObject({ name: 'DuplicateError', collection: 'vk-pay-orders' })
        expect(await store.count('vk-pay-orders', {})).toBe(1)
      })

      it('let one of many callers claim', async () => {
        const results = await times(12, () => store.add('callback_logs', { callback_id: 'paid:NO1' }).then(() => 'won', (error: unknown) => error))
        expect(results.filter(result => result === 'won')).toHaveLength(1)
        expect(results.filter(result => result instanceof DuplicateError)).toHaveLength(11)
      })

      it('hold for updates too', async () => {
        await store.add('callback_logs', { _id: 'a', callback_id: '1' })
        await store.add('callback_logs', { _id: 'b', callback_id: '2' })
        await expect(store.update('callback_logs', { _id: 'b' }, { callback_id: '1' })).rejects.toBeInstanceOf(DuplicateError)
        expect(await store.find('callback_logs', { _id: 'b' })).toEqual([{ _id: 'b', callback_id: '2' }])
      })

      it('are free again after the document is gone', async () => {
        await store.add('callback_logs', { _id: 'a', callback_id: '1' })
        await store.remove('callback_logs', { callback_id: '1' })
        expect(await store.add('callback_logs', { _id: 'a', callback_id: '1' })).toBe('a')
      })
    })

    describe('query commands', () => {
      const rows: Doc[] = [
        { _id: 'a', n: 1, s: 'x', o: { k: 1, z: 1 }, list: [1, 2] },
        { _id: 'b', n: 2, s: 'y', o: { k: 2 }, list: [] },
        { _id: 'c', n: 3, s: null, people: [{ name: 'li' }, { name: 'wang' }] },
        { _id: 'd', s: '支付', n: '2' },
      ]
      const cases: readonly [string, Filter, string][] = [
        ['a bare value', { n: 2 }, 'b'],
        ['eq', { s: _.eq('支付') }, 'd'],
        ['eq null, also when missing', { o: null }, 'cd'],
        ['neq, also when missing', { s: _.neq('x') }, 'bcd'],
        ['gt, of the same type only', { n: _.gt(1) }, 'bc'],
        ['gte', { n: _.gte(2) }, 'bc'],
        ['lt', { n: _.lt(2) }, 'a'],
        ['lte, on text', { s: _.lte('x') }, 'a'],
        ['in', { n: _.in([1, 3, 9]) }, 'ac'],
        ['in nothing', { n: _.in([]) }, ''],
        ['nin', { n: _.nin([1, 3]) }, 'bd'],
        ['exists', { n: _.exists(true), o: _.exists(false) }, 'cd'],
        ['and on a field', { n: _.gt(1).and(_.lt(3)) }, 'b'],
        ['or on a field', { n: _.lt(2).or(_.gt(2)) }, 'ac'],
        ['and in front', { n: _.and(_.gte(1), _.lte(2)) }, 'ab'],
        ['or of filters', _.or({ n: 1 }, { s: '支付' }), 'ad'],
        ['and of filters', _.and([{ n: _.gt(0) }, { n: _.lt(3) }, _.or([{ s: 'x' }, { s: 'z' }])]), 'a'],
        ['or beside a field', _.and({ _id: _.in(['a', 'b']) }, _.or({ n: 2 }, { n: 3 })), 'b'],
        ['an object literal, by the fields it names', { o: { k: 1 } }, 'a'],
        ['commands inside an object literal', { o: { k: _.gt(1) } }, 'b'],
        ['a whole object', { o: _.eq({ k: 1 }) }, ''],
        ['a dotted name', { 'o.k': _.in([1, 2]) }, 'ab'],
        ['a value in a list', { list: 2 }, 'a'],
        ['a position of a list', { 'list.0': 1 }, 'a'],
        ['a field of objects in a list', { 'people.name': 'wang' }, 'c'],
        ['a pattern', { s: /^[xy]$/ }, 'ab'],
        ['or with an empty filter', _.or([{ _id: 'a' }, {}]), 'abcd'],
        ['or of nothing', _.or([]), ''],
        ['several fields', { n: 1, s: 'y' }, ''],
        ['no condition', {}, 'abcd'],
      ]
      it.each(cases)('%s', async (_name, filter, expected) => {
        await times(rows.length, i => store.add('t', rows[i] ?? {}))
        expect(ids(await store.find('t', filter)).sort().join('')).toBe(expected)
        expect(await store.count('t', filter)).toBe(expected.length)
      })

      it('undefined is refused: leaving it out would match everything', async () => {
        await store.add('t', { _id: 'a' })
        await expect(store.remove('t', { _id: undefined })).rejects.toThrow(/_id: undefined/)
        await expect(store.find('t', { a: _.gt(undefined) })).rejects.toThrow(/a: command\.gt/)
        await expect(store.update('t', { a: _.inc(1) }, { b: 1 })).rejects.toThrow(/a: command\.inc changes/)
        expect(await store.count('t', {})).toBe(1)
      })
    })

    describe('update commands', () => {
      const before: Doc = { _id: 'a', n: 2, s: 'x', o: { k: 1, z: { q: 1 } }, list: [1, 2, 2], people: [{ name: 'li', age: 1 }, { name: 'wang', age: 2 }] }
      const cases: readonly [string, Patch, Doc][] = [
        ['a bare value', { s: '支付' }, { s: '支付' }],
        ['null', { s: null }, { s: null }],
        ['a list replaces', { list: [9] }, { list: [9] }],
        ['an object literal merges', { o: { k: 5 } }, { o: { k: 5, z: { q: 1 } } }],
        ['an object literal merges at any depth', { o: { z: { r: 2 } } }, { o: { k: 1, z: { q: 1, r: 2 } } }],
        ['set replaces', { o: _.set({ k: 5 }) }, { o: { k: 5 } }],
        ['an empty object replaces', { o: {} }, { o: {} }],
        ['a dotted name', { 'o.z.q': 7 }, { o: { k: 1, z: { q: 7 } } }],
        ['a dotted name makes its way', { 'new.a.b': 1 }, { new: { a: { b: 1 } } }],
        ['a position of a list', { 'list.1': 8 }, { list: [1, 8, 2] }],
        ['a field at a position', { 'people.1.age': _.inc(3) }, { people: [{ name: 'li', age: 1 }, { name: 'wang', age: 5 }] }],
        ['inc', { n: _.inc(-5) }, { n: -3 }],
        ['inc of nothing starts at 0', { balance: _.inc(100), o: { k: _.inc(1) } }, { balance: 100, o: { k: 2, z: { q: 1 } } }],
        ['mul', { n: _.mul(3), none: _.mul(3) }, { n: 6, none: 0 }],
        ['remove', { s: _.remove(), none: _.remove() }, { s: undefined }],
        ['remove inside', { 'o.z': _.remove() }, { o: { k: 1 } }],
        ['push one', { list: _.push(3) }, { list: [1, 2, 2, 3] }],
        ['push several', { list: _.push([3, 4]) }, { list: [1, 2, 2, 3, 4] }],
        ['push onto nothing', { logs: _.push({ a: 1 }) }, { logs: [{ a: 1 }] }],
        ['pull', { list: _.pull(2) }, { list: [1] }],
        ['pull by command', { list: _.pull(_.gt(1)) }, { list: [1] }],
        ['pull by fields', { people: _.pull({ name: 'li' }) }, { people: [{ name: 'wang', age: 2 }] }],
        ['pull by commands on fields', { people: _.pull({ age: _.in([2, 3]) }) }, { people: [{ name: 'li', age: 1 }] }],
        ['undefined is not mentioned', { s: undefined, n: 3 }, { n: 3 }],
      ]
      it.each(cases)('%s', async (_name, patch, after) => {
        await store.add('t', before)
        expect(await store.update('t', { _id: 'a' }, patch)).toBe(1)
        expect(await store.find('t', {})).toEqual([JSON.parse(JSON.stringify({ ...before, ...after }))])
      })

      it('change every match, and count what is different now', async () => {
        await times(4, i => store.add('t', { _id: `${i}`, n: i }))
        expect(await store.update('t', { n: _.gte(1) }, { n: 1, seen: true })).toBe(3)
        expect(await store.update('t', { n: 1 }, { seen: true })).toBe(0)
        expect(await store.update('t', { n: 1 }, {})).toBe(0)
        expect(await store.count('t', { seen: true })).toBe(3)
      })

      it('refuse what cannot be meant', async () => {
        await store.add('t', { _id: 'a', none: null })
        await expect(store.update('t', {}, { _id: 'b' })).rejects.toThrow(/_id cannot be changed/)
        await expect(store.update('t', {}, { n: _.gt(1) })).rejects.toThrow(/n: command\.gt/)
        await expect(store.update('t', {}, { n: _.inc('1') })).rejects.toThrow(/n: command\.inc needs a finite number/)
        await expect(store.update('t', {}, { 'a': 1, 'a.b': 2 })).rejects.toThrow(/a is changed twice/)
        await expect(store.update('t', {}, { '__proto__.x': 1 })).rejects.toThrow(/not a field name/)
        await expect(store.update('t', {}, { 'none.b': 1 })).rejects.toThrow()
        expect(await store.find('t', {})).toEqual([{ _id: 'a', none: null }])
        expect(({} as Record<string, unknown>).x).toBeUndefined()
      })
    })

    describe('order and range', () => {
      it('answers at most 100 unless asked for more, also beyond one page', async () => {
        for (let i = 0; i < 620; i += 62)
          await store.transaction(tx => times(62, j => tx.add('t', { _id: `${i + j}`.padStart(3, '0') })))
        expect(await store.find('t', {})).toHaveLength(100)
        const many = await store.find('t', {}, { orderBy: [['_id', 'asc']], skip: 10, limit: 605 })
        expect(ids(many)).toEqual(Array.from({ length: 605 }, (_value, i) => `${i + 10}`.padStart(3, '0')))
        expect(new Set(ids(await store.find('t', { x: null }, { limit: 2000 }))).size).toBe(620)
        expect(await store.find('t', {}, { limit: 0 })).toEqual([])
      }, SLOW)

      it.each(['plain', 'vk-pay-orders'])('sorts by several fields, missing first (%s)', async (collection) => {
        const rows = [['a', 1, 9], ['b', 0, 3], ['c', 1, 2], ['d', undefined, 5], ['e', 0, 30]] as const
        await times(rows.length, i => store.add(collection, { _id: rows[i]?.[0], status: rows[i]?.[1], create_date: rows[i]?.[2], out_trade_no: `NO${i}` }))
        expect(ids(await store.find(collection, {}, { orderBy: [['status', 'asc'], ['create_date', 'desc']] })).join('')).toBe('debac')
        expect(ids(await store.find(collection, {}, { orderBy: [['status', 'desc'], ['create_date', 'asc']], skip: 1, limit: 3 })).join('')).toBe('abe')
      })

      it('refuses a range that is none', async () => {
        await expect(store.find('t', {}, { limit: -1 })).rejects.toThrow(/limit/)
        await expect(store.find('t', {}, { skip: 0.5 })).rejects.toThrow(/skip/)
      })
    })

    describe('many at once', () => {
      it('compare-and-set is won once', async () => {
        await store.add('vk-pay-orders', { _id: 'o', out_trade_no: 'NO1', status: 0 })
        const won = await times(16, i => store.update('vk-pay-orders', { out_trade_no: 'NO1', status: 0 }, { status: 1, by: i }))
        expect(won.sort()).toEqual([...Array.from({ length: 15 }).fill(0), 1])
      })

      it('compare-and-set is won once inside transactions as well', async () => {
        await store.add('t', { _id: 'o', status: 0 })
        const won = await times(5, i => store.transaction(tx => tx.update('t', { _id: 'o', status: 0 }, { status: 1, by: i })))
        expect(won.sort()).toEqual([0, 0, 0, 0, 1])
      })

      it('increments add up', async () => {
        await store.add('t', { _id: 'a' })
        await times(25, () => store.update('t', { _id: 'a' }, { n: _.inc(2), o: { k: _.inc(1) } }))
        expect(await store.find('t', {})).toEqual([{ _id: 'a', n: 50, o: { k: 25 } }])
      })

      it('transactions that read, decide and write take effect one after the other', async () => {
        await store.add('t', { _id: 'a', n: 0 })
        await times(5, () => store.transaction(async (tx) => {
          const [doc] = await tx.find('t', { _id: 'a' })
          await tx.update('t', { _id: 'a' }, { n: Number(doc?.n) + 1 })
        }))
        expect(await store.find('t', {})).toEqual([{ _id: 'a', n: 5 }])
      })
    })

    describe('transactions', () => {
      it('are promised', () => {
        expect(store.transactional).toBe(true)
      })

      it('answer what the work answers, and keep everything', async () => {
        const answer = await store.transaction(async (tx) => {
          const id = await tx.add('t', { _id: 'a', n: 1 })
          await tx.update('t', { n: 1 }, { n: _.inc(4) })
          await tx.add('t', { _id: 'gone' })
          expect(await tx.remove('t', { _id: 'gone' })).toBe(1)
          expect(await tx.find('t', { _id: id })).toEqual([{ _id: 'a', n: 5 }])
          expect(await tx.find('t', { _id: 'gone' })).toEqual([])
          expect(await tx.find('t', { n: _.gt(1) })).toHaveLength(1)
          expect(await tx.count('t', {})).toBe(1)
          return { id }
        })
        expect(answer).toEqual({ id: 'a' })
        expect(await store.find('t', {})).toEqual([{ _id: 'a', n: 5 }])
      })

      it('leave nothing when the work rejects, and reject with its own error', async () => {
        await store.add('t', { _id: 'a', n: 1 })
        await store.add('t', { _id: 'b' })
        const reason = new Error('handler failed')
        await expect(store.transaction(async (tx) => {
          await tx.update('t', { _id: 'a' }, { n: 9 })
          await tx.remove('t', { _id: 'b' })
          await tx.add('fresh', { x: 1 })
          throw reason
        })).rejects.toBe(reason)
        expect(await store.find('t', {}, { orderBy: [['_id', 'asc']] })).toEqual([{ _id: 'a', n: 1 }, { _id: 'b' }])
        expect(await store.count('fresh', {})).toBe(0)
        expect(await store.add('fresh', { _id: 'x' })).toBe('x')
      })

      it('claim, write and record together: of many, one does the work', async () => {
        await store.add('users', { _id: 'u', balance: 0 })
        const results = await times(5, () => store.transaction(async (tx) => {
          await tx.add('callback_logs', { callback_id: 'paid:NO1' })
          await tx.update('users', { _id: 'u' }, { balance: _.inc(100) })
          return 'ran'
        }).catch((error: unknown) => error))
        expect(results.filter(result => result === 'ran')).toHaveLength(1)
        expect(results.filter(result => result instanceof DuplicateError)).toHaveLength(4)
        expect(await store.find('users', {})).toEqual([{ _id: 'u', balance: 100 }])
      })

      it('cannot be saved after a duplicate, even when the work goes on', async () => {
        await store.add('callback_logs', { callback_id: '1' })
        const swallowing = store.transaction(async (tx) => {
          await tx.add('t', { _id: 'a' })
          await tx.add('callback_logs', { callback_id: '1' }).catch(() => {})
          await expect(tx.add('t', { _id: 'b' })).rejects.toBeInstanceOf(DuplicateError)
          return 'done'
        })
        await expect(swallowing).rejects.toBeInstanceOf(DuplicateError)
        expect(await store.count('t', {})).toBe(0)
      })

      it('are not seen from outside before they commit', async () => {
        await store.add('t', { _id: 'a', n: 1 })
        let tell = (): void => {}
        const written = new Promise<void>(resolve => (tell = resolve))
        // a reader that was not called from the transaction; in memory it may have to wait for the end
        const outside = written.then(() => store.find('t', { _id: 'a' }))
        await expect(store.transaction(async (tx) => {
          await tx.update('t', { _id: 'a' }, { n: 2 })
          tell()
          await new Promise(resolve => setImmediate(resolve))
          throw new Error('taken back')
        })).rejects.toThrow('taken back')
        expect(await outside).toEqual([{ _id: 'a', n: 1 }])
      })

      it('do not hang when the store itself is read inside', async () => {
        await store.add('t', { _id: 'a', n: 1 })
        const found = await store.transaction(async (tx) => {
          await tx.add('t', { _id: 'b' })
          return [...await store.find('t', { _id: 'a' }), await store.count('t', { n: 1 })]
        })
        expect(found).toEqual([{ _id: 'a', n: 1 }, 1])
      })

      it('notice statements that come after the end', async () => {
        const late = await store.transaction(async tx => tx)
        await expect(late.add('t', { _id: 'a' })).rejects.toThrow(/transaction is over/)
        await expect(late.find('t', {})).rejects.toThrow(/transaction is over/)
        expect(await store.count('t', {})).toBe(0)
      })

      it('include statements nobody awaited, and run several at once in turn', async () => {
        await store.add('t', { _id: 'a' })
        await store.transaction(async (tx) => {
          await times(4, () => tx.update('t', { _id: 'a' }, { n: _.inc(1) }))
          void tx.update('t', { _id: 'a' }, { n: _.inc(1) })
        })
        expect(await store.find('t', {})).toEqual([{ _id: 'a', n: 5 }])
      })
    })

    it('two stores over the same data agree', async () => {
      if (!place.shared)
        return
      const other = await place.open()
      try {
        const won = await times(10, i => (i % 2 ? store : other).add('callback_logs', { callback_id: 'x' }).then(() => 1, () => 0))
        expect(won.filter(Boolean)).toHaveLength(1)
        await store.add('t', { _id: 'a', n: 0 })
        await times(10, i => (i % 2 ? store : other).transaction(async (tx) => {
          const [doc] = await tx.find('t', { _id: 'a' })
          await tx.update('t', { _id: 'a' }, { n: Number(doc?.n) + 1 })
        }))
        expect(await other.find('t', {})).toEqual([{ _id: 'a', n: 10 }])
      }
      finally {
        await other.close()
      }
    })

    it('does what a plain model does', async () => {
      let round = 0
      await fc.assert(fc.asyncProperty(
        fc.array(docs, { maxLength: 8 }),
        fc.array(fc.tuple(filters, patches), { maxLength: 4 }),
        filters,
        fc.constantFrom('things', 'stuff'),
        // `things` is indexed where the store can; `stuff` never is
        async (start, steps, last, collection) => {
          const tag = `r${round++}`
          const model = start.map((doc, i): Doc => ({ ...structuredClone(doc), _id: `${tag}-${i}` }))
          await store.transaction(async (tx) => {
            await tx.remove(collection, {})
            for (const doc of model)
              await tx.add(collection, doc)
          })
          for (const [{ filter, matches }, { patch, apply }] of steps) {
            let changed = 0
            for (const doc of model.filter(matches)) {
              const old = canonical(doc)
              apply(doc)
              changed += canonical(doc) === old ? 0 : 1
            }
            expect(await store.update(collection, filter, patch)).toBe(changed)
          }
          const found = await store.find(collection, last.filter, { orderBy: [['_id', 'asc']] })
          expect(found.map(canonical)).toEqual(model.filter(last.matches).map(canonical))
          expect(await store.count(collection, last.filter)).toBe(found.length)
        },
      ), { numRuns: 100 })
    }, SLOW)
  })
}
