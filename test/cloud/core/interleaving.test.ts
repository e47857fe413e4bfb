import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HandlerModule } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/handlers'
import type { Shop } from '../support/shop'
import { crashing } from '../support/crashing-store'
import { memoryStore } from '../support/memory-store'
import { counting, goodsOrder, openShop } from '../support/shop'

/** What may happen to one order, in any order and at once. */
type Step
  = | { kind: 'create' | 'notify' | 'query' | 'close' | 'pay' | 'duplicate' | 'reconcile' }
    | { kind: 'reprice', fee: number }
    | { kind: 'crash' | 'sweep-crash', at: number, after: boolean }
    | { kind: 'wait', ms: number }

const steps = fc.array(fc.oneof(
  fc.constantFrom<Step>({ kind: 'create' }, { kind: 'notify' }, { kind: 'query' }, { kind: 'pay' }, { kind: 'duplicate' }, { kind: 'close' }, { kind: 'reconcile' }),
  fc.record({ kind: fc.constant('reprice' as const), fee: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('crash' as const), at: fc.integer({ min: 1, max: 12 }), after: fc.boolean() }),
  fc.record({ kind: fc.constant('sweep-crash' as const), at: fc.integer({ min: 1, max: 16 }), after: fc.boolean() }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 30_000, 120_000, 1_900_000) }),
), { maxLength: 12 })

function notifyAll(shop: Shop, store?: Parameters<Shop['restart']>[0]): Promise<unknown>[] {
  const paid = [...shop.wechat.orders.values()].filter(order => order.state === 'SUCCESS')
  return paid.map(order => shop.restart(store).paymentNotify(shop.wechat.notificationFor(order.out_trade_no)))
}

function payOne(shop: Shop): void {
  const open = [...shop.wechat.orders.values()].find(order => order.state === 'NOTPAY')
  if (open)
    open.state = 'SUCCESS'
}

async function act(shop: Shop, step: Step): Promise<unknown> {
  switch (step.kind) {
    case 'create': return shop.pay.createPayment({ data: goodsOrder() })
    case 'reprice': return shop.pay.createPayment({ data: goodsOrder({ total_fee: step.fee }) })
    case 'query': return shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })
    case 'close': return shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })
    case 'pay': return payOne(shop)
    case 'notify': return Promise.all(notifyAll(shop))
    case 'duplicate': return Promise.all([...notifyAll(shop), ...notifyAll(shop), shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })])
    case 'crash': return Promise.all(notifyAll(shop, crashing(shop.memory, step).store))
    case 'reconcile': return Promise.all([shop.restart().reconcile(), shop.restart().reconcile()])
    case 'sweep-crash': return shop.restart(crashing(shop.memory, step).store).reconcile()
    case 'wait': shop.clock.now += step.ms
  }
}

/** Some steps one after the other, some at the same time. */
async function play(shop: Shop, groups: Step[][]): Promise<void> {
  for (const group of groups)
    await Promise.all(group.map(step => act(shop, step)))
  // at the end every paid order is notified until the channel is content, as it would be
  for (let round = 0; round < 3; round += 1) {
    shop.clock.now += 70_000
    await Promise.all(notifyAll(shop))
  }
}

const groups = steps.chain(list => fc.array(fc.integer({ min: 1, max: 3 }), { minLength: list.length, maxLength: list.length }).map((sizes) => {
  const rest = [...list]
  return sizes.map(size => rest.splice(0, size)).filter(group => group.length > 0)
}))

describe('whatever happens in whatever order', () => {
  it('a paid order has its effect exactly once, an unpaid one never (transactions)', async () => {
    await fc.assert(fc.asyncProperty(groups, async (played) => {
      const shop = await openShop()
      await play(shop, played)
      const paid = [...shop.wechat.orders.values()].some(order => order.state === 'SUCCESS')
      expect(shop.effects()).toEqual(paid ? { runs: 1, stock: 99 } : { runs: 0, stock: 100 })
      if (paid)
        expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
    }), { numRuns: 150 })
  })

  it('the same where the handler fails now and then', async () => {
    await fc.assert(fc.asyncProperty(groups, fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), async (played, luck) => {
      let run = 0
      const moody: HandlerModule = async (event, util) => {
        await (counting as { main: (event: unknown) => unknown }).main(event)
        run += 1
        return run > luck.length || luck[run - 1] === true || util === undefined
      }
      const shop = await openShop({ handlers: { goods: moody } })
      await play(shop, played)
      for (let round = 0; round < luck.length; round += 1)
        await Promise.all(notifyAll(shop))
      const paid = [...shop.wechat.orders.values()].some(order => order.state === 'SUCCESS')
      expect(shop.effects().runs).toBe(paid ? 1 : 0)
    }), { numRuns: 80 })
  })

  it('a channel that never notifies: reconciliation alone ends in the same', async () => {
    await fc.assert(fc.asyncProperty(groups, async (played) => {
      const shop = await openShop()
      const silent = played.map(group => group.filter(({ kind }) => !['notify', 'duplicate', 'crash'].includes(kind)))
      for (const group of silent)
        await Promise.all(group.map(step => act(shop, step)))
      for (let round = 0; round < 12; round += 1) {
        shop.clock.now += 300_000
        await Promise.all([shop.restart().reconcile(), shop.restart().reconcile()])
      }
      const upstream = [...shop.wechat.orders.values()]
      const paid = upstream.some(order => order.state === 'SUCCESS')
      expect(shop.effects()).toEqual(paid ? { runs: 1, stock: 99 } : { runs: 0, stock: 100 })
      expect(upstream.filter(order => order.state === 'NOTPAY')).toEqual([])
      expect(shop.memory.all('vk-pay-orders').filter(order => order.status === 0 || 'due_date' in order)).toEqual([])
    }), { numRuns: 100 })
  })

  it('with a lease the handler\'s key sees one effect', async () => {
    const keyed: HandlerModule = async ({ callback_id }, util) => {
      const { db } = util as unknown as { db: { collection: (name: string) => { add: (doc: object) => Promise<unknown>, where: (filter: object) => { count: () => Promise<{ total: number }> } } } }
      if ((await db.collection('effects').where({ key: callback_id }).count()).total === 0)
        await db.collection('effects').add({ key: callback_id })
      return true
    }
    await fc.assert(fc.asyncProperty(groups, async (played) => {
      const shop = await openShop({ memory: memoryStore({ transactional: false }), handlers: { goods: keyed } })
      await play(shop, played)
      const paid = [...shop.wechat.orders.values()].some(order => order.state === 'SUCCESS')
      expect(shop.memory.all('effects')).toHaveLength(paid ? 1 : 0)
    }), { numRuns: 80 })
  })

  it('at most one order upstream can be paid at a time', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }), async (fees) => {
      const shop = await openShop()
      await Promise.all(fees.map(total_fee => shop.pay.createPayment({ data: goodsOrder({ total_fee }) })))
      expect([...shop.wechat.orders.values()].filter(order => order.state === 'NOTPAY').length).toBeLessThanOrEqual(1)
    }), { numRuns: 50 })
  })
})
