import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { command as _, DuplicateError } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { uniCloudStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/uni-cloud'
import { isConflict, isDuplicate } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/uni-cloud-errors'
import { conflict, DatabaseError } from './support/fake-storage'
import { FakeUniCloud } from './support/fake-uni-cloud'

async function noPause(): Promise<void> {}

const plain = new FakeUniCloud()

describe('errors of the uniCloud database', () => {
  it.each([
    ['MongoDB\'s code', { code: 11000, message: 'insert failed' }, true],
    ['its sentence alone', new Error('E11000 duplicate key error collection: a.b index: c_1 dup key: { c: "1" }'), true],
    ['its sentence in errMsg', { errCode: -502001, errMsg: '[100003] E11000 duplicate key error collection: a.b' }, true],
    ['a code of its own', { code: 'DATABASE_DUPLICATE_WRITE', message: 'x' }, true],
    ['as the cause of another', new Error('add failed', { cause: { code: 11000 } }), true],
    ['a request that failed for another reason', { code: 'DATABASE_REQUEST_FAILED', errCode: -502001, message: 'Cannot create field' }, false],
    ['no object', 'E11000', false],
  ])('duplicate: %s', (_name, error, expected) => {
    expect(isDuplicate(error)).toBe(expected)
    expect(isConflict(error)).toBe(false)
  })

  it.each([
    ['Tencent', conflict()],
    ['MongoDB', { code: 112, message: 'WriteConflict error: this operation conflicted with another operation.' }],
    ['the words alone', new Error('Write conflict during plan execution')],
  ])('conflict: %s', (_name, error) => {
    expect(isConflict(error)).toBe(true)
    expect(isDuplicate(error)).toBe(false)
  })
})

describe('the uniCloud store', () => {
  it('runs a transaction again when it collides, and gives up in the end', async () => {
    const db = new FakeUniCloud()
    const store = uniCloudStore(db, { sleep: noPause })
    let runs = 0
    expect(await store.transaction(async () => {
      if (++runs < 3)
        throw conflict()
      return 'done'
    })).toBe('done')
    expect([runs, db.transactions]).toEqual([3, 3])
    await expect(store.transaction(async () => {
      throw conflict()
    })).rejects.toMatchObject({ code: 'DATABASE_TRANSACTION_CONFLICT' })
    expect(db.transactions).toBe(13)
  })

  it('does not run a transaction again for any other reason', async () => {
    const db = new FakeUniCloud({ unique: { logs: ['k'] } })
    const store = uniCloudStore(db, { sleep: noPause })
    await store.add('logs', { k: 1 })
    await expect(store.transaction(tx => tx.add('logs', { k: 1 }))).rejects.toBeInstanceOf(DuplicateError)
    expect(db.transactions).toBe(1)
  })

  it('takes everything back when a transaction outlives its ten seconds', async () => {
    let time = 0
    const store = uniCloudStore(new FakeUniCloud({ now: () => time }), { sleep: noPause })
    await expect(store.transaction(async (tx) => {
      await tx.add('t', { _id: 'a' })
      time += 10_001
      return 'too late'
    })).rejects.toThrow(/10 s/)
    expect(await store.count('t', {})).toBe(0)
  })

  it.each([
    ['switched off', uniCloudStore(new FakeUniCloud(), { transactions: false })],
    ['missing', uniCloudStore({ command: new FakeUniCloud().command, collection: name => plain.collection(name) })],
  ])('without transactions says so and works statement by statement: %s', async (_name, store) => {
    expect(store.transactional).toBe(false)
    await expect(store.transaction(async (tx) => {
      await tx.add('t', { _id: 'a', n: 1 })
      await tx.update('t', { n: 1 }, { n: _.inc(1) })
      throw new Error('half-way')
    })).rejects.toThrow('half-way')
    expect(await store.find('t', {})).toEqual([{ _id: 'a', n: 2 }])
  })

  it('names a command the space does not have', async () => {
    const store = uniCloudStore({ command: {}, collection: name => plain.collection(name) })
    await expect(store.update('t', { _id: 'a' }, { n: _.inc(1) })).rejects.toThrow('db.command.inc does not exist')
  })

  it('runs on Node 12 with no package beside it', async () => {
    const entry = fileURLToPath(new URL('../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/uni-cloud.ts', import.meta.url))
    const { outputFiles, metafile } = await build({ entryPoints: [entry], bundle: true, write: false, metafile: true, format: 'cjs', target: 'node12', platform: 'node', logLevel: 'error' })
    expect(Object.values(metafile.outputs).flatMap(output => output.imports)).toEqual([])
    const text = outputFiles[0]?.text ?? ''
    expect(text).not.toMatch(/\brequire\(|Object\.hasOwn\(|structuredClone|\.replaceAll\(|\.at\(/)
  })
})

describe('the stand-in keeps uniCloud\'s limits', () => {
  it('in a transaction only doc(id) changes, one document is added, nothing is counted', async () => {
    for (const forbidden of [
      (tx: Awaited<ReturnType<FakeUniCloud['startTransaction']>>) => tx.collection('t').where({ a: 1 }).update({ a: 2 }),
      (tx: Awaited<ReturnType<FakeUniCloud['startTransaction']>>) => tx.collection('t').where({ a: 1 }).remove(),
      (tx: Awaited<ReturnType<FakeUniCloud['startTransaction']>>) => tx.collection('t').add([{ a: 1 }]),
      (tx: Awaited<ReturnType<FakeUniCloud['startTransaction']>>) => tx.collection('t').count(),
    ])
      await expect(forbidden(await plain.startTransaction())).rejects.toBeInstanceOf(DatabaseError)
  })

  it('doc().get() answers the document in a transaction, a list outside', async () => {
    const db = new FakeUniCloud()
    await db.collection('t').add({ _id: 'a' })
    expect(await db.collection('t').doc('a').get()).toEqual({ data: [{ _id: 'a' }] })
    expect(await (await db.startTransaction()).collection('t').doc('a').get()).toEqual({ data: { _id: 'a' } })
  })

  it('of two transactions that write one document the second fails, also after the first has committed', async () => {
    const db = new FakeUniCloud()
    await db.collection('t').add({ _id: 'a', n: 0 })
    const [first, second, third] = [await db.startTransaction(), await db.startTransaction(), await db.startTransaction()]
    await first.collection('t').doc('a').update({ n: 1 })
    await expect(second.collection('t').doc('a').update({ n: 2 })).rejects.toThrow(/conflict/i)
    await first.commit()
    await expect(third.collection('t').doc('a').update({ n: 3 })).rejects.toThrow(/conflict/i)
    await expect(third.commit()).rejects.toThrow(/aborted/)
    expect(await db.collection('t').doc('a').get()).toEqual({ data: [{ _id: 'a', n: 1 }] })
  })

  it('answers 100 documents by default, and no more than 500', async () => {
    const db = new FakeUniCloud()
    for (let i = 0; i < 101; i++)
      await db.collection('t').add({ i })
    expect((await db.collection('t').get()).data).toHaveLength(100)
    expect(() => db.collection('t').limit(501)).toThrow(/500/)
  })
})
