import { describe, expect, it } from 'vitest'
import type { Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { uniCloudStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/uni-cloud'
import { FakeUniCloud } from '../stores/support/fake-uni-cloud'
import { newPlace, sqlEngines } from '../support/sql-engines'
import { openAt } from '../support/sql-place'
import { configOf, goodsOrder, openShop, paidOrder } from '../support/shop'

const stores: [string, () => Promise<Store>][] = [
  ...sqlEngines.map((engine): [string, () => Promise<Store>] => [engine, async () => openAt(await newPlace(engine))]),
  ['uniCloud', async () => uniCloudStore(new FakeUniCloud({ unique: { 'vk-pay-orders': ['out_trade_no'], 'callback_logs': ['callback_id'] } }) as unknown as Parameters<typeof uniCloudStore>[0])],
]

/** Orders, refunds and surplus money, seen to by sweeps alone: what the fake in memory allows, the stores must be able to. */
describe.each(stores)('what is unfinished, over %s', (_, openStore) => {
  it('is asked for, closed, refunded, deleted, and then forgotten', async () => {
    const store = await openStore()
    const shop = await openShop({ store, handlers: { goods: () => true }, config: { ...configOf(), refundLateMoney: true, autoDeleteExpiredOrders: 1 } })
    await paidOrder(shop, { out_trade_no: 'PAID_1' })
    await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: 'LEFT_1' }) })
    await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: 'LATE_1' }) })
    shop.clock.now += 5_000
    expect(await shop.pay.reconcile()).toMatchObject({ code: 0, paid: 1, waiting: 2, failed: 0 })
    shop.clock.now += 30 * 60_000
    expect((await Promise.all([shop.restart().reconcile(), shop.restart().reconcile()])).reduce((sum, { closed }) => sum + Number(closed), 0)).toBe(2)

    shop.wechat.refundStatus = 'SUCCESS'
    const answers = await Promise.all([60, 60, 40].map((refund_fee, index) => shop.restart().refund({ out_trade_no: 'PAID_1', out_refund_no: `R-${index}`, refund_fee })))
    expect(answers.filter(({ code }) => code === 0).reduce((sum, { data }) => sum + (data as { refund_fee: number }).refund_fee, 0)).toBe(100)
    const [paid] = await store.find('vk-pay-orders', { out_trade_no: 'PAID_1' })
    expect(paid).toMatchObject({ status: 3, refund_fee: 100, refund_num: 2 })

    shop.wechat.orders.get('LATE_1')!.state = 'SUCCESS'
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('LATE_1'))).status).toBe(200)
    shop.clock.now += 60_000
    expect(await shop.pay.reconcile()).toMatchObject({ refunds: 2 })
    expect(shop.wechat.refunds.get(`surplus_${shop.wechat.orders.get('LATE_1')!.transaction_id}`)).toMatchObject({ status: 'SUCCESS', amount: { refund: 100 } })
    expect((await shop.pay.timeline('LATE_1')).timeline).toMatchObject([{ event: 'created' }, { event: 'invoked' }, { event: 'closed', detail: 'expired' }, { event: 'surplus' }])

    shop.clock.now += 2 * 86_400_000
    expect(await shop.pay.reconcile()).toMatchObject({ deleted: 1, refunds: 0 })
    expect(await shop.pay.reconcile()).toMatchObject({ paid: 0, waiting: 0, closed: 0, handled: 0, failed: 0, refunds: 0, deleted: 0, more: false })
    // nothing was paid for it; money that came late keeps its order
    expect((await store.find('vk-pay-orders', {})).map(order => order.out_trade_no).sort()).toEqual(['LATE_1', 'PAID_1'])
    await store.close()
  })
})
