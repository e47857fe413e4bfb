import { describe, expect, it } from 'vitest'
import { atEveryStatement, crashing } from '../support/crashing-store'
import { memoryStore } from '../support/memory-store'
import { goodsOrder } from '../support/shop'
import type { AppleShop, Item } from '../providers/appleiap-support'
import { appleOrder, created, number, openAppleShop, productid, report } from '../providers/appleiap-support'

const rows = (shop: AppleShop): Record<string, unknown>[] => shop.memory.all('vk-pay-orders')
const row = (shop: AppleShop, no: string): Record<string, unknown> => rows(shop).find(order => order.out_trade_no === no) ?? {}
const verify = (shop: AppleShop, item: Item, over: Record<string, unknown> = {}, receipt = shop.apple.receipt([item])) => shop.pay.verifyAppleIapReceipt(report(item, receipt, over))

describe('a receipt pays for its order', () => {
  it('paid, handled once, and answered; again the same', async () => {
    const shop = await openAppleShop()
    await created(shop)
    const item = shop.apple.buy()
    const first = await verify(shop, item)
    expect(first).toEqual({ code: 0, msg: '订单已支付', valid: true, out_trade_no: number, transaction_id: item.transaction_id, orderPaid: true, user_order_success: true, status: 1 })
    expect(await verify(shop, item)).toEqual(first)
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
    expect(shop.order()).toMatchObject({ status: 1, total_fee: 100, transaction_id: item.transaction_id, pay_date: Number(item.purchase_date_ms), appleiap_info: { product_id: productid, quantity: 1 } })
    expect(await shop.pay.queryPayment({ out_trade_no: number })).toMatchObject({ orderPaid: true, user_order_success: true, data: { trade_state: 'SUCCESS' } })
    expect(await shop.pay.closePayment({ out_trade_no: number })).toMatchObject({ code: 40006 })
  })

  it('twenty at once: one effect', async () => {
    const shop = await openAppleShop()
    await created(shop)
    const item = shop.apple.buy()
    const answers = await Promise.all(Array.from({ length: 20 }, () => verify(shop, item)))
    expect(answers.every(({ code, valid }) => code === 0 && valid === true)).toBe(true)
    expect(shop.effects().runs).toBe(1)
  })

  it('a handler that fails: the payment is noted, and the sweep runs it again', async () => {
    let broken = true
    const shop = await openAppleShop({ handlers: { goods: { main: () => ({ code: broken ? -1 : 0, msg: '' }) } } })
    await created(shop)
    expect(await verify(shop, shop.apple.buy())).toMatchObject({ code: 0, valid: true, orderPaid: true, user_order_success: false })
    broken = false
    shop.clock.now += 70_000
    await shop.pay.reconcile()
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
  })

  it('several purchases of one receipt settle each its own order', async () => {
    const shop = await openAppleShop()
    const orders = ['ORDER_A001', 'ORDER_B001', 'ORDER_C001']
    for (const out_trade_no of orders)
      await created(shop, { out_trade_no, productid: out_trade_no === 'ORDER_C001' ? 'vip.year' : productid })
    const items = [shop.apple.buy(), shop.apple.buy(), shop.apple.buy({ product_id: 'vip.year' })]
    const receipt = shop.apple.receipt(items)
    const answers = await Promise.all(items.map((item, at) => verify(shop, item, { out_trade_no: orders[at] }, receipt)))
    expect(answers.map(({ code, out_trade_no }) => [code, out_trade_no])).toEqual(orders.map(no => [0, no]))
    expect(orders.map(no => row(shop, no).transaction_id)).toEqual(items.map(item => item.transaction_id))
    expect(shop.effects().runs).toBe(3)
  })

  it('without the purchase\'s id: the only one that fits, and never a guess', async () => {
    const shop = await openAppleShop()
    await created(shop)
    const [mine, twin, other] = [shop.apple.buy(), shop.apple.buy(), shop.apple.buy({ product_id: 'vip.year' })]
    const ask = (items: Item[]) => shop.pay.verifyAppleIapReceipt({ out_trade_no: number, receipt_data: shop.apple.receipt(items) })
    expect(await ask([mine!, twin!])).toMatchObject({ code: 40001, field: 'transaction_id' })
    expect(shop.order()).toMatchObject({ status: 0 })
    expect(await ask([mine!, other!])).toMatchObject({ code: 0, transaction_id: mine!.transaction_id })
  })
})

describe('whatever does not belong to the order is refused', () => {
  async function refusal(over: Partial<Item>, order: Record<string, unknown> = {}): Promise<unknown[]> {
    const shop = await openAppleShop()
    await created(shop, order)
    const { code, field, valid } = await verify(shop, shop.apple.buy(over))
    expect(shop.order()).toMatchObject({ status: 0 })
    expect(shop.effects().runs).toBe(0)
    expect(shop.memory.all('callback_logs')).toEqual([])
    expect(JSON.stringify(shop.order().timeline)).toContain('receipt:')
    return [code, field, valid]
  }

  it('another product', async () => {
    expect(await refusal({ product_id: 'vip.cheap' })).toEqual([40009, 'productid', false])
  })

  it.each([['2', undefined], ['1', 2]])('another quantity: %s bought, %j ordered', async (quantity, ordered) => {
    expect(await refusal({ quantity }, { quantity: ordered })).toEqual([40009, 'quantity', false])
  })

  it('what the client says of the product is not asked', async () => {
    const shop = await openAppleShop()
    await created(shop)
    expect(await verify(shop, shop.apple.buy({ product_id: 'vip.cheap' }), { productid })).toMatchObject({ code: 40009, field: 'productid' })
  })

  it('what was bought before the order was made, but for the clocks', async () => {
    const before = (ms: number) => String(Date.parse('2026-01-01T00:00:00Z') - ms)
    expect(await refusal({ purchase_date_ms: before(300_001) })).toEqual([40009, 'transaction_id', false])
    const shop = await openAppleShop()
    await created(shop)
    expect(await verify(shop, shop.apple.buy({ purchase_date_ms: before(300_000) }))).toMatchObject({ code: 0 })
  })

  it('an order of another channel', async () => {
    const shop = await openAppleShop()
    await shop.pay.createPayment({ data: goodsOrder() })
    expect(await verify(shop, shop.apple.buy())).toMatchObject({ code: 40009, field: 'out_trade_no' })
    expect(shop.order()).toMatchObject({ status: 0 })
  })

  it('an order there is none of', async () => {
    const shop = await openAppleShop()
    expect(await verify(shop, shop.apple.buy())).toMatchObject({ code: 40005 })
    expect(await verify(shop, shop.apple.buy(), { out_trade_no: 'x'.repeat(1000), transaction_id: undefined })).toMatchObject({ code: 40005 })
    expect(shop.memory.all('vk-pay-orders')).toEqual([])
  })

  it('a purchase that is not in the receipt yet, for now', async () => {
    const shop = await openAppleShop()
    await created(shop)
    const item = shop.apple.buy()
    const answer = await verify(shop, item, {}, shop.apple.receipt([shop.apple.buy()]))
    expect(answer).toMatchObject({ code: 40010, field: 'transaction_id' })
    expect(answer).not.toHaveProperty('valid')
    expect(await verify(shop, item)).toMatchObject({ code: 0 })
  })

  it('a purchase that paid for another order, whoever sends it', async () => {
    const shop = await openAppleShop()
    await created(shop, { out_trade_no: 'ORDER_A001' })
    await created(shop, { out_trade_no: 'ORDER_B001', custom: { user_id: 'mallory' } })
    const item = shop.apple.buy()
    const receipt = shop.apple.receipt([item])
    expect(await verify(shop, item, { out_trade_no: 'ORDER_A001' }, receipt)).toMatchObject({ code: 0 })
    expect(await verify(shop, item, { out_trade_no: 'ORDER_B001' }, receipt)).toMatchObject({ code: 40009, field: 'transaction_id', valid: false })
    expect(row(shop, 'ORDER_B001')).toMatchObject({ status: 0 })
    expect(shop.effects().runs).toBe(1)
  })

  it('one purchase for ten orders at once: one of them', async () => {
    const shop = await openAppleShop()
    const orders = Array.from({ length: 10 }, (_, at) => `ORDER_N00${at}`)
    for (const out_trade_no of orders)
      await created(shop, { out_trade_no })
    const item = shop.apple.buy()
    const answers = await Promise.all(orders.map(out_trade_no => verify(shop, item, { out_trade_no })))
    expect(answers.map(({ code }) => code).sort()).toEqual([0, ...Array.from({ length: 9 }, () => 40009)].sort())
    expect(rows(shop).filter(order => order.status === 1)).toHaveLength(1)
    expect(shop.effects().runs).toBe(1)
  })

  it('a restored purchase is the one it restores', async () => {
    const shop = await openAppleShop()
    await created(shop, { out_trade_no: 'ORDER_A001' })
    const bought = shop.apple.buy()
    await verify(shop, bought, { out_trade_no: 'ORDER_A001' })
    shop.clock.now += 86_400_000
    await created(shop, { out_trade_no: 'ORDER_B001' })
    const restored = { ...shop.apple.buy(), original_transaction_id: bought.transaction_id, original_purchase_date_ms: bought.purchase_date_ms }
    expect(await verify(shop, restored, { out_trade_no: 'ORDER_B001' })).toMatchObject({ code: 40009, field: 'transaction_id' })
    // for its own order it is nothing new: the device may let go of it
    for (const out_trade_no of ['ORDER_A001', undefined])
      expect(await verify(shop, restored, { out_trade_no })).toMatchObject({ code: 0, out_trade_no: 'ORDER_A001' })
    expect(shop.effects().runs).toBe(1)
    expect(shop.memory.all('callback_logs').filter(log => String(log.callback_id).startsWith('surplus'))).toEqual([])
  })

  it('the renewal of a subscription is a payment of its own', async () => {
    const shop = await openAppleShop()
    await created(shop, { out_trade_no: 'ORDER_A001' })
    const first = shop.apple.buy({ expires_date_ms: '1' })
    await verify(shop, first, { out_trade_no: 'ORDER_A001' })
    await created(shop, { out_trade_no: 'ORDER_B001' })
    const renewal = shop.apple.buy({ expires_date_ms: '2', original_transaction_id: first.transaction_id })
    expect(await verify(shop, renewal, { out_trade_no: 'ORDER_B001' }, shop.apple.receipt([first], { latest_receipt_info: [first, renewal] }))).toMatchObject({ code: 0, transaction_id: renewal.transaction_id })
  })
})

describe('a purchase that comes back without its order\'s number', () => {
  const signedIn = (shop: AppleShop, token: string | undefined, data: Record<string, unknown>) => shop.pay.call({ action: 'pay/appleiap/verifyReceipt', data, token })
  const withUsers = () => openAppleShop({ userOf: async token => token })

  async function createdBy(shop: AppleShop, token: string, over: Record<string, unknown>): Promise<void> {
    expect(await shop.pay.call({ action: 'pay/createPayment', data: appleOrder(over), token })).toMatchObject({ code: 0 })
  }

  it('by the username it carries: the number of the very attempt', async () => {
    const shop = await openAppleShop()
    const first = await created(shop)
    const second = await created(shop, { total_fee: 300, quantity: 3 })
    const third = await created(shop, { total_fee: 100 })
    expect(new Set([first, second, third].map(({ username }) => username)).size).toBe(3)
    const item = shop.apple.buy({ quantity: '3' })
    expect(await verify(shop, item, { out_trade_no: third.username })).toMatchObject({ code: 40009, field: 'quantity' })
    expect(await verify(shop, item, { out_trade_no: second.username })).toMatchObject({ code: 0, out_trade_no: number })
    // what was paid for decides, not what was asked for last
    expect(shop.order()).toMatchObject({ status: 1, total_fee: 300 })
  })

  it('by the order\'s number: the attempt that fits', async () => {
    const shop = await openAppleShop()
    await created(shop, { total_fee: 300, quantity: 3 })
    await created(shop)
    expect(await verify(shop, shop.apple.buy({ quantity: '3' }))).toMatchObject({ code: 0 })
    expect(shop.order()).toMatchObject({ status: 1, total_fee: 300 })
  })

  it('the only order of this user that it fits', async () => {
    const shop = await withUsers()
    await createdBy(shop, 'alice', { out_trade_no: 'ORDER_A001' })
    await createdBy(shop, 'alice', { out_trade_no: 'ORDER_A002', productid: 'vip.year' })
    await createdBy(shop, 'bob', { out_trade_no: 'ORDER_B001' })
    const item = shop.apple.buy()
    const data = report(item, shop.apple.receipt([item]), { out_trade_no: undefined })
    expect(await signedIn(shop, 'carol', data)).toMatchObject({ code: 40005 })
    expect(await signedIn(shop, undefined, data)).toMatchObject({ code: 40005 })
    expect(await signedIn(shop, 'alice', data)).toMatchObject({ code: 0, out_trade_no: 'ORDER_A001' })
    // known from now on, whoever asks
    expect(await signedIn(shop, undefined, data)).toMatchObject({ code: 0, out_trade_no: 'ORDER_A001' })
    expect(rows(shop).filter(order => order.status === 1)).toHaveLength(1)
  })

  it.each(['alice@example.test', 'ORDER_GONE', 'A8098C1A-F86E-11DA-BD1A-00112444BE1E'])('also when what it carries is no order\'s number: %s', async (out_trade_no) => {
    const shop = await withUsers()
    await createdBy(shop, 'alice', {})
    const item = shop.apple.buy()
    const data = report(item, shop.apple.receipt([item]), { out_trade_no })
    expect(await signedIn(shop, undefined, data)).toMatchObject({ code: 40005 })
    expect(await signedIn(shop, 'alice', data)).toMatchObject({ code: 0, out_trade_no: number })
  })

  it('of two that it fits, neither', async () => {
    const shop = await withUsers()
    await createdBy(shop, 'alice', { out_trade_no: 'ORDER_A001' })
    await createdBy(shop, 'alice', { out_trade_no: 'ORDER_A002' })
    const item = shop.apple.buy()
    expect(await signedIn(shop, 'alice', report(item, shop.apple.receipt([item]), { out_trade_no: undefined }))).toMatchObject({ code: 40005 })
    expect(rows(shop).map(order => order.status)).toEqual([0, 0])
    expect(shop.logs.some(({ event, level }) => level === 'error' && event === 'purchase without an order')).toBe(true)
  })

  it('a client must say at least which purchase', async () => {
    const shop = await openAppleShop()
    expect(await signedIn(shop, undefined, { receipt_data: shop.apple.receipt([]) })).toMatchObject({ code: 40001, field: 'transaction_id' })
    expect(shop.apple.calls).toEqual([])
  })

  it('somebody else\'s sign-in on the same device does not keep an order unpaid', async () => {
    const shop = await withUsers()
    await createdBy(shop, 'alice', {})
    const item = shop.apple.buy()
    expect(await signedIn(shop, 'bob', report(item, shop.apple.receipt([item])))).toMatchObject({ code: 0, out_trade_no: number })
    expect(shop.order()).toMatchObject({ status: 1, user_id: 'alice' })
  })
})

describe('an order nobody upstream can be asked about', () => {
  it('is unpaid when asked, waits in sweeps, and closes when it expires, without a call', async () => {
    const shop = await openAppleShop()
    await created(shop)
    expect(await shop.pay.queryPayment({ out_trade_no: number })).toMatchObject({ code: 0, orderPaid: false, status: 0, data: { trade_state: 'NOTPAY' } })
    shop.clock.now += 5_000
    expect(await shop.pay.reconcile()).toMatchObject({ waiting: 1, failed: 0 })
    shop.clock.now += 1_795_000
    expect(await shop.pay.reconcile()).toMatchObject({ closed: 1 })
    expect(shop.order()).toMatchObject({ status: -1 })
    expect(await shop.pay.queryPayment({ out_trade_no: number })).toMatchObject({ status: -1, data: { trade_state: 'CLOSED' } })
    expect([shop.apple.calls, shop.wechat.orders.size]).toEqual([[], 0])
  })

  it.each([false, true])('paid after it closed: it is paid all the same, for Apple\'s money cannot be sent back (refundLateMoney %s)', async (refundLateMoney) => {
    const shop = await openAppleShop({ general: { refundLateMoney } })
    await created(shop)
    expect(await shop.pay.closePayment({ out_trade_no: number })).toMatchObject({ code: 0 })
    shop.clock.now += 86_400_000
    expect(await verify(shop, shop.apple.buy())).toMatchObject({ code: 0, orderPaid: true, user_order_success: true })
    expect(shop.order()).toMatchObject({ status: 1 })
    expect(shop.effects().runs).toBe(1)
  })

  it.each([false, true])('paid twice: the second payment is recorded, not delivered and not owed (refundLateMoney %s)', async (refundLateMoney) => {
    const shop = await openAppleShop({ general: { refundLateMoney } })
    await created(shop)
    await verify(shop, shop.apple.buy())
    const second = shop.apple.buy()
    expect(await verify(shop, second)).toMatchObject({ code: 0, valid: true, msg: expect.stringContaining('已登记') })
    expect(shop.effects().runs).toBe(1)
    expect(shop.memory.all('callback_logs')).toContainEqual(expect.objectContaining({ callback_id: `surplus:${second.transaction_id}`, reason: 'twice', refund_status: 'RECORDED' }))
    expect(shop.order()).not.toHaveProperty('refund_due_date')
  })

  it('paid elsewhere meanwhile: Apple\'s payment is recorded', async () => {
    const shop = await openAppleShop()
    await created(shop)
    await shop.pay.createPayment({ data: goodsOrder() })
    const [, wxpay] = shop.order().attempts as { out_trade_no: string }[]
    shop.wechat.pay(wxpay!.out_trade_no)
    await shop.pay.paymentNotify(shop.wechat.notificationFor(wxpay!.out_trade_no))
    expect(await verify(shop, shop.apple.buy())).toMatchObject({ code: 0, msg: expect.stringContaining('已登记') })
    expect(shop.order()).toMatchObject({ status: 1, provider: 'wxpay' })
    expect(shop.effects().runs).toBe(1)
  })

  it('is refunded by Apple only', async () => {
    const shop = await openAppleShop()
    await created(shop)
    await verify(shop, shop.apple.buy())
    expect(await shop.pay.refund({ out_trade_no: number, out_refund_no: 'R1', refund_fee: 100 })).toMatchObject({ code: 40009 })
  })

  it('is offered where it is configured, and not to the same app on Android', async () => {
    const shop = await openAppleShop()
    const offered = async (userAgent?: string) => JSON.stringify(await shop.pay.call({ action: 'pay/listProviders', data: { vk_platform: 'app-plus' } }, { userAgent }))
    expect(await offered()).toContain('appleiap')
    expect(await offered('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Html5Plus/1.0 (Immersed/20) uni-app')).toContain('appleiap')
    expect(await offered('Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Html5Plus/1.0 uni-app')).not.toContain('appleiap')
  })
})

describe('a process that dies at any statement of a receipt', () => {
  it.each([[true, 'transactions'], [false, 'a lease']])('the device sends it again, and it ends in one effect (transactions: %s)', async (transactional) => {
    const statements = await atEveryStatement(async (plan) => {
      const shop = await openAppleShop({ memory: memoryStore({ transactional }), handlers: { goods: {
        main: async ({ callback_id, util }) => {
          const { db } = util as { db: { collection: (name: string) => { add: (doc: object) => Promise<unknown>, where: (filter: object) => { count: () => Promise<{ total: number }> } } } }
          if ((await db.collection('effects').where({ key: callback_id }).count()).total === 0)
            await db.collection('effects').add({ key: callback_id })
          return { code: 0, msg: 'ok' }
        },
      } } })
      await created(shop)
      const item = shop.apple.buy()
      const data = report(item, shop.apple.receipt([item]))
      const dying = crashing(shop.memory, plan)
      const first = await shop.restart(dying.store).verifyAppleIapReceipt(data)
      const calls = dying.calls()
      // what the device may let go of is durable
      if (first.code === 0)
        expect(shop.order()).toMatchObject({ status: 1 })
      shop.clock.now += 70_000
      // the device may have forgotten the number meanwhile
      const bound = shop.memory.all('callback_logs').some(log => String(log.callback_id).startsWith('receipt:'))
      expect(await shop.restart().verifyAppleIapReceipt({ ...data, ...(bound ? { out_trade_no: undefined } : {}) })).toMatchObject({ code: 0, valid: true, out_trade_no: number })
      expect(shop.memory.all('effects')).toHaveLength(1)
      expect(shop.order()).toMatchObject({ status: 1, user_order_success: true, transaction_id: item.transaction_id })
      return calls
    })
    expect(statements).toBeGreaterThanOrEqual(8)
  })

  it('and when the device never sends it again, what was noted as paid is delivered by a sweep', async () => {
    await atEveryStatement(async (plan) => {
      const shop = await openAppleShop()
      await created(shop)
      const item = shop.apple.buy()
      const dying = crashing(shop.memory, plan)
      const answer = await shop.restart(dying.store).verifyAppleIapReceipt(report(item, shop.apple.receipt([item])))
      const calls = dying.calls()
      shop.clock.now += 75_000
      await shop.restart().reconcile()
      if (answer.code === 0 || shop.order().status === 1)
        expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
      return calls
    })
  })
})
