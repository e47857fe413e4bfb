import { describe, expect, it } from 'vitest'
import type { Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { openSqlStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql'
import { uniCloudStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/uni-cloud'
import { FakeUniCloud } from '../stores/support/fake-uni-cloud'
import { billLine, billOf } from '../support/bill'
import { configOf, goodsOrder, openShop } from '../support/shop'
import { account } from '../support/wechat'

const unique = { 'vk-pay-orders': ['out_trade_no'], 'callback_logs': ['callback_id'], 'vk-pay-transfers': ['out_bill_no'], 'vk-pay-limits': ['key'] }
const stores: [string, () => Promise<Store>][] = [
  ['libsql', () => openSqlStore({ file: ':memory:' })],
  ['uniCloud', async () => uniCloudStore(new FakeUniCloud({ unique }) as unknown as Parameters<typeof uniCloudStore>[0])],
]
const DAY_MS = 86_400_000
const config = configOf({ transferSceneId: '1000', transferSceneReportInfos: [{ info_type: '活动名称', info_content: '奖励' }] })

/** What the fake in memory allows, the stores must be able to. */
describe.each(stores)('at the desk, over %s', (_, openStore) => {
  it('charges, takes back, transfers, and compares the day', async () => {
    const store = await openStore()
    const shop = await openShop({ store, config, handlers: { goods: () => true } })
    const charge = (out_trade_no: string) => shop.restart().createPayment({ data: goodsOrder({ vk_platform: undefined, openid: undefined, out_trade_no, auth_code: '134567890123456789' }) })
    const answers = await Promise.all([1, 2, 3].map(() => charge('PAID_1')))
    expect(answers.every(({ code }) => code === 0)).toBe(true)
    expect(shop.wechat.countCalls(/codepay$/)).toBe(1)
    shop.clock.now += 2_000
    expect(await shop.pay.queryPayment({ out_trade_no: 'PAID_1' })).toMatchObject({ orderPaid: true, user_order_success: true })
    shop.wechat.charged = 'USERPAYING'
    await charge('AWAY_1')
    shop.clock.now += 60_000
    expect(await shop.pay.reconcile()).toMatchObject({ closed: 1, failed: 0 })
    const [away] = await store.find('vk-pay-orders', { out_trade_no: 'AWAY_1' })
    expect(away).toMatchObject({ status: -1, reverse_date: shop.clock.now })

    const transfer = () => shop.restart().transfer({ out_bill_no: 'T1', total_fee: 100, openid: 'oPayee', re_user_name: '张三', desc: '奖励' })
    expect((await Promise.all([transfer(), transfer()])).map(({ state }) => state)).toEqual(['WAIT_USER_CONFIRM', 'WAIT_USER_CONFIRM'])
    shop.wechat.transfers.get('T1')!.state = 'SUCCESS'
    shop.clock.now += 60_000
    expect(await shop.pay.reconcile()).toMatchObject({ transfers: 1 })
    const [row] = await store.find('vk-pay-transfers', {})
    expect(row).toMatchObject({ state: 'SUCCESS', out_bill_no: 'T1' })
    for (const column of ['payee_real_name', 'confirm', 'due_date'])
      expect(row).not.toHaveProperty(column)

    const [paid, reversed] = ['PAID_1', 'AWAY_1'].map(number => shop.wechat.orders.get(number)!.transaction_id)
    shop.wechat.bill = billOf([
      billLine({ number: 'PAID_1', transaction: paid!, fee: 99 }),
      billLine({ number: 'AWAY_1', transaction: reversed!, fee: 100 }),
      billLine({ number: 'AWAY_1', transaction: reversed!, fee: 100, state: 'REVOKED', refundFee: 100 }),
      billLine({ number: 'NOBODY_1', transaction: '42', fee: 5 }),
    ])
    shop.clock.now += DAY_MS
    expect(await shop.pay.checkBill({ day: '2026-01-01' })).toMatchObject({ code: 0, orders: 1, differences: [{ kind: 'amount_differs', out_trade_no: 'PAID_1' }, { kind: 'missing_with_us', out_trade_no: 'NOBODY_1' }] })
    await store.close()
  })
})

describe('a large bill', () => {
  it('ten thousand lines against ten thousand orders', async () => {
    const store = await openSqlStore({ file: ':memory:' })
    const shop = await openShop({ store, config })
    const lines: string[] = []
    await store.transaction(async (tx) => {
      for (let no = 0; no < 10_000; no += 1) {
        const number = `BULK_${String(no).padStart(6, '0')}`
        const transaction = `4200${String(no).padStart(12, '0')}`
        lines.push(billLine({ number, transaction, fee: 100 }))
        if (no !== 5_000)
          await tx.add('vk-pay-orders', { _id: number, out_trade_no: number, provider: 'wxpay', status: 1, transaction_id: transaction, total_fee: 100, pay_date: shop.clock.now + no, attempts: [{ provider: 'wxpay', mchid: account.mchid, out_trade_no: number }] })
      }
    })
    shop.wechat.bill = billOf(lines)
    shop.clock.now += DAY_MS
    expect(await shop.pay.checkBill({ day: '2026-01-01' })).toMatchObject({ bill_payments: 10_000, orders: 9_999, difference_count: 1, differences: [{ kind: 'missing_with_us', out_trade_no: 'BULK_005000' }] })
    await store.close()
  }, 60_000)
})
