/** What the cloud side may cost, as far as it can be counted: `scripts/cloud-budget.json` only ever goes down. */
import { readFileSync, rmSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { bundle } from '../../scripts/build/bundle.mjs'
import { inRoot } from '../../scripts/lib/root.mjs'
import { observe } from './stores/support/observed'
import { goodsOrder, openShop, paidOrder } from './support/shop'
import { newSharedPlace, sqlEngines } from './support/sql-engines'

interface Budget { function: { bytes: number, gzip: number }, statements: Record<string, number> }
const budget = JSON.parse(readFileSync(inRoot('scripts/cloud-budget.json'), 'utf8')) as Budget

describe('the cloud function', () => {
  const file = '.tmp/cloud-budget/index.js'
  afterAll(() => rmSync(inRoot('.tmp/cloud-budget'), { recursive: true, force: true }))

  it('is not larger than it may be', async () => {
    await bundle({ entry: 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/index.ts', outfile: file, format: 'cjs', target: 'node12', external: ['uni-config-center'], cloud: true })
    const code = readFileSync(inRoot(file))
    expect(code.length).toBeLessThanOrEqual(budget.function.bytes)
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(budget.function.gzip)
  })
})

describe.each(sqlEngines)('on %s', (engine) => {
  it('a payment takes no more statements than it may', async () => {
    const { place, dispose } = await newSharedPlace(engine)
    const { store, statements, transactions, close } = await observe(place, { small: true })
    const shop = await openShop({ store })
    const { pay, wechat, clock } = shop
    // tables are looked for, and made, by the first payment
    await store.add('goods', { _id: 'g1', stock: 10 })
    await paidOrder(shop, { out_trade_no: 'FIRST_1' })
    await pay.paymentNotify(wechat.notificationFor('FIRST_1'))
    await pay.reconcile()

    const counts: Record<string, number> = {}
    const count = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      const before = statements.length + 2 * transactions()
      await work()
      // BEGIN and COMMIT are statements, too
      counts[name] = statements.length + 2 * transactions() - before
    }
    await count('createPayment', () => pay.createPayment({ data: goodsOrder() }))
    wechat.pay('ORDER_1001')
    await count('notification', () => pay.paymentNotify(wechat.notificationFor('ORDER_1001')))
    await count('the same notification again', () => pay.paymentNotify(wechat.notificationFor('ORDER_1001')))
    await count('queryPayment', () => pay.queryPayment({ out_trade_no: 'ORDER_1001' }))
    clock.now += 1
    await count('a sweep with nothing due', () => pay.reconcile())
    expect(await store.find('vk-pay-orders', { out_trade_no: 'ORDER_1001' })).toMatchObject([{ status: 1, user_order_success: true }])
    for (const [name, spent] of Object.entries(counts))
      expect(spent, name).toBeLessThanOrEqual(budget.statements[name]!)
    expect(Object.keys(counts)).toEqual(Object.keys(budget.statements))
    await close()
    await dispose()
  })
})
