/** What the cloud side may cost, as far as it can be counted: `scripts/cloud-budget.json` only ever goes down. */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { bundle } from '../../scripts/build/bundle.mjs'
import { inRoot } from '../../scripts/lib/root.mjs'
import type { Store } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { uniCloudStore } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/uni-cloud'
import type { UniCloudDatabase } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/uni-cloud-db'
import { FakeUniCloud } from './stores/support/fake-uni-cloud'
import { observe } from './stores/support/observed'
import { goodsOrder, openShop, paidOrder } from './support/shop'
import { newSharedPlace, sqlEngines } from './support/sql-engines'
import { openAt } from './support/sql-place'

interface Budget { function: { bytes: number, gzip: number }, statements: Record<string, number>, writes: Record<string, number>, requests: Record<string, number> }
const budget = JSON.parse(readFileSync(inRoot('scripts/cloud-budget.json'), 'utf8')) as Budget

describe('the cloud function', () => {
  const file = '.tmp/cloud-budget/index.js'
  beforeAll(() => bundle({ entry: 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/index.ts', outfile: file, format: 'cjs', target: 'node12', external: ['uni-config-center'], cloud: true }))
  afterAll(() => rmSync(inRoot('.tmp/cloud-budget'), { recursive: true, force: true }))

  it('is not larger than it may be', () => {
    const code = readFileSync(inRoot(file))
    expect(code.length).toBeLessThanOrEqual(budget.function.bytes)
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(budget.function.gzip)
  })

  it('loads of Node only crypto and zlib before it is asked for more', () => {
    const loads = (code: string): string[] => JSON.parse(execFileSync(process.execPath, ['-e', `${code}; console.log(JSON.stringify(process.moduleLoadList.filter(name => /^NativeModule [a-z_]+$/.test(name)).map(name => name.slice(13))))`], { encoding: 'utf8' })) as string[]
    const without = loads('require("crypto"); require("zlib")')
    expect(loads(`require(${JSON.stringify(inRoot(file))})`).filter(name => !without.includes(name))).toEqual([])
  })
})

/** What each call of a payment's life costs, in what `spent` counts. */
async function costs(store: Store, spent: () => number): Promise<Record<string, number>> {
  const shop = await openShop({ store })
  const { pay, wechat } = shop
  await store.add('goods', { _id: 'g1', stock: 10 })
  // tables are looked for, and made, by the first payment
  await paidOrder(shop, { out_trade_no: 'FIRST_1' })
  await pay.paymentNotify(wechat.notificationFor('FIRST_1'))
  await pay.reconcile()

  const counts: Record<string, number> = {}
  const count = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    const before = spent()
    await work()
    counts[name] = spent() - before
  }
  await count('createPayment', () => pay.createPayment({ data: goodsOrder() }))
  wechat.pay('ORDER_1001')
  await count('notification', () => pay.paymentNotify(wechat.notificationFor('ORDER_1001')))
  await count('the same notification again', () => pay.paymentNotify(wechat.notificationFor('ORDER_1001')))
  await count('queryPayment', () => pay.queryPayment({ out_trade_no: 'ORDER_1001' }))
  await count('a sweep with nothing due', () => pay.reconcile())
  expect(await store.find('vk-pay-orders', { out_trade_no: 'ORDER_1001' })).toMatchObject([{ status: 1, user_order_success: true }])
  return counts
}

function expectWithin(counts: Record<string, number>, most: Record<string, number>): void {
  expect(Object.keys(counts)).toEqual(Object.keys(most))
  for (const [name, spent] of Object.entries(counts))
    expect(spent, name).toBeLessThanOrEqual(most[name]!)
}

describe.each(sqlEngines)('on %s', (engine) => {
  it('a payment takes no more statements than it may', async () => {
    const { place, dispose } = await newSharedPlace(engine)
    const { store, statements, transactions, close } = await observe(place, { small: true })
    // BEGIN and COMMIT are statements, too
    expectWithin(await costs(store, () => statements.length + 2 * transactions()), budget.statements)
    await close()
    await dispose()
  })
})

describe('on PostgreSQL', () => {
  it('a payment hands no more to the socket than it may', async () => {
    const { place, dispose } = await newSharedPlace('PostgreSQL')
    const store = await openAt(place)
    let writes = 0
    // what is written in one piece comes through here once
    const socket = Socket.prototype as unknown as { _writeGeneric: (...args: unknown[]) => void }
    const original = socket._writeGeneric
    const spy = vi.spyOn(socket, '_writeGeneric').mockImplementation(function (this: Socket, ...args: unknown[]) {
      writes += 1
      return original.apply(this, args)
    })
    expectWithin(await costs(store, () => writes), budget.writes)
    spy.mockRestore()
    await store.close()
    await dispose()
  })
})

describe('on uniCloud', () => {
  const requests: readonly unknown[] = ['get', 'add', 'update', 'remove', 'count', 'startTransaction', 'commit', 'rollback']

  /** Counts what goes to the database, however it was put together. */
  function counted<T extends object>(target: T, tick: () => void): T {
    return new Proxy(target, {
      get(object, name) {
        const member: unknown = Reflect.get(object, name)
        if (typeof member !== 'function')
          return member
        return (...args: unknown[]) => {
          if (requests.includes(name))
            tick()
          const answer: unknown = Reflect.apply(member, object, args)
          if (name === 'startTransaction')
            return (answer as Promise<object>).then(transaction => counted(transaction, tick))
          return typeof answer === 'object' && answer !== null && !(answer instanceof Promise) ? counted(answer, tick) : answer
        }
      },
    })
  }

  it('a payment asks the database no more often than it may', async () => {
    let spent = 0
    const database = new FakeUniCloud({ unique: { 'vk-pay-orders': ['out_trade_no'], 'callback_logs': ['callback_id'], 'vk-pay-limits': ['key'] } })
    const store = uniCloudStore(counted(database, () => spent += 1) as unknown as UniCloudDatabase)
    expectWithin(await costs(store, () => spent), budget.requests)
  })
})
