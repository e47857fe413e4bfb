import { describe, expect, it } from 'vitest'
import type { Shop } from '../support/shop'
import { configOf, goodsOrder, openShop, paidOrder } from '../support/shop'
import { parseBill } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v3/bill'
import { billLine as line, billOf } from '../support/bill'
import { account } from '../support/wechat'

const DAY = '2026-01-01'
const check = { provider: 'wxpay', day: DAY }

async function paid(shop: Shop, number: string, fee = 100): Promise<string> {
  await paidOrder(shop, { out_trade_no: number, total_fee: fee })
  await shop.pay.paymentNotify(shop.wechat.notificationFor(number))
  return shop.wechat.orders.get(number)!.transaction_id
}

async function refunded(shop: Shop, number: string, refund: string, fee: number): Promise<void> {
  await shop.pay.refund({ out_trade_no: number, out_refund_no: refund, refund_fee: fee })
  shop.wechat.refunds.get(refund)!.status = 'SUCCESS'
  await shop.pay.paymentNotify(shop.wechat.refundNotification(refund))
}

function tomorrow(shop: Shop): void {
  shop.clock.now += 86_400_000
}

describe('the bill of a day', () => {
  it('meets', async () => {
    const shop = await openShop()
    const one = await paid(shop, 'ORDER_1001')
    const two = await paid(shop, 'ORDER_1002', 250)
    await refunded(shop, 'ORDER_1002', 'R-1', 50)
    shop.wechat.bill = billOf([line({ number: 'ORDER_1001', transaction: one, fee: 100 }), line({ number: 'ORDER_1002', transaction: two, fee: 250 }), line({ number: 'ORDER_1002', transaction: two, fee: 250, state: 'REFUND', refund: 'R-1', refundFee: 50 })])
    tomorrow(shop)
    expect(await shop.pay.checkBill(check)).toMatchObject({ code: 0, msg: '账单一致', day: DAY, bill_payments: 2, bill_refunds: 1, orders: 2, difference_count: 0, differences: [] })
  })

  it('every kind of difference, with numbers and nothing else', async () => {
    const shop = await openShop()
    const [same, less, lost, twice, back] = [await paid(shop, 'SAME_1'), await paid(shop, 'LESS_1'), await paid(shop, 'LOST_1'), await paid(shop, 'TWICE_1'), await paid(shop, 'BACK_1')]
    await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: 'OPEN_1' }) })
    await refunded(shop, 'BACK_1', 'R-ours', 30)
    await refunded(shop, 'BACK_1', 'R-less', 20)
    shop.wechat.bill = billOf([
      line({ number: 'SAME_1', transaction: same, fee: 100 }),
      line({ number: 'LESS_1', transaction: less, fee: 99 }),
      line({ number: 'TWICE_1', transaction: twice, fee: 100 }),
      line({ number: 'TWICE_1', transaction: '4200000000999999', fee: 100 }),
      line({ number: 'BACK_1', transaction: back, fee: 100 }),
      line({ number: 'BACK_1', transaction: back, fee: 100, state: 'REFUND', refund: 'R-less', refundFee: 21 }),
      line({ number: 'BACK_1', transaction: back, fee: 100, state: 'REFUND', refund: 'R-theirs', refundFee: 5 }),
      line({ number: 'OPEN_1', transaction: '4200000000888888', fee: 100 }),
      line({ number: 'STRANGE_1', transaction: '4200000000777777', fee: 700 }),
    ])
    tomorrow(shop)
    const answer = await shop.pay.checkBill(check)
    const told = (answer.differences as { kind: string, out_trade_no: string, out_refund_no?: string, bill_fee?: number, order_fee?: number }[])
      .map(({ kind, out_trade_no, out_refund_no, bill_fee, order_fee }) => [kind, out_trade_no, out_refund_no, bill_fee, order_fee])
    expect(told.sort()).toEqual([
      ['amount_differs', 'LESS_1', undefined, 99, 100],
      ['missing_at_channel', 'LOST_1', undefined, undefined, 100],
      ['missing_with_us', 'STRANGE_1', undefined, 700, undefined],
      ['paid_twice', 'TWICE_1', undefined, 100, 100],
      ['refund_differs', 'BACK_1', 'R-less', 21, 20],
      ['refund_differs', 'BACK_1', 'R-ours', undefined, 30],
      ['refund_differs', 'BACK_1', 'R-theirs', 5, undefined],
      ['unpaid_with_us', 'OPEN_1', undefined, 100, 100],
    ].sort())
    expect(answer.difference_count).toBe(8)
    expect(JSON.stringify(answer)).not.toMatch(/oPayer|openid|wx0000/)
    expect(lost).toBeTruthy()
  })

  it('payments of later attempts, and surplus that went back, meet', async () => {
    const shop = await openShop({ config: { ...configOf(), refundLateMoney: true } })
    await shop.pay.createPayment({ data: goodsOrder() })
    await shop.pay.createPayment({ data: goodsOrder({ total_fee: 200 }) })
    const second = [...shop.wechat.orders.keys()][1]!
    shop.wechat.pay(second)
    await shop.pay.paymentNotify(shop.wechat.notificationFor(second))
    const order = shop.wechat.orders.get(second)!
    shop.wechat.bill = billOf([line({ number: second, transaction: order.transaction_id, fee: 200 })])
    tomorrow(shop)
    expect(await shop.pay.checkBill(check)).toMatchObject({ difference_count: 0, orders: 1 })
  })

  it('a charge that was taken back is no difference, and its money is not lost sight of when it was not', async () => {
    const shop = await openShop()
    shop.wechat.charged = 'USERPAYING'
    await shop.pay.createPayment({ data: goodsOrder({ vk_platform: undefined, auth_code: '134567890123456789' }) })
    shop.clock.now += 60_000
    await shop.pay.reconcile()
    const { transaction_id: transaction } = shop.wechat.orders.get('ORDER_1001')!
    const collected = line({ number: 'ORDER_1001', transaction, fee: 100 })
    shop.wechat.bill = billOf([collected, line({ number: 'ORDER_1001', transaction, fee: 100, state: 'REVOKED', refundFee: 100 })])
    tomorrow(shop)
    expect(await shop.pay.checkBill(check)).toMatchObject({ difference_count: 0 })
    shop.wechat.bill = billOf([collected])
    expect(await shop.pay.checkBill(check)).toMatchObject({ difference_count: 1, differences: [{ kind: 'unpaid_with_us', status: -1 }] })
  })

  it('other merchants\' orders and other days are left alone', async () => {
    const shop = await openShop()
    const one = await paid(shop, 'ORDER_1001')
    await paid(shop, 'OTHER_1')
    await shop.memory.update('vk-pay-orders', { out_trade_no: 'OTHER_1' }, { attempts: [{ provider: 'wxpay', mchid: '1900000002', out_trade_no: 'OTHER_1' }] })
    shop.wechat.bill = billOf([line({ number: 'ORDER_1001', transaction: one, fee: 100 })])
    tomorrow(shop)
    await paid(shop, 'LATER_1')
    tomorrow(shop)
    expect(await shop.pay.checkBill(check)).toMatchObject({ difference_count: 0, orders: 1 })
  })

  it('a day without trade has no bill', async () => {
    const shop = await openShop()
    tomorrow(shop)
    expect(await shop.pay.checkBill(check)).toMatchObject({ code: 0, bill_payments: 0, orders: 0, difference_count: 0 })
    const other = await openShop()
    await paid(other, 'ORDER_1001')
    tomorrow(other)
    expect(await other.pay.checkBill(check)).toMatchObject({ difference_count: 1, differences: [{ kind: 'missing_at_channel' }] })
  })
})

describe('a bill that is not to be believed', () => {
  async function spoilt(change: (shop: Shop) => void): Promise<Record<string, unknown>> {
    const shop = await openShop()
    const one = await paid(shop, 'ORDER_1001')
    shop.wechat.bill = billOf([line({ number: 'ORDER_1001', transaction: one, fee: 100 })])
    change(shop)
    tomorrow(shop)
    return shop.pay.checkBill(check)
  }

  it('another digest', async () => {
    const { gzipSync } = await import('node:zlib')
    expect(await spoilt((shop) => { shop.wechat.spoilBill = () => gzipSync(billOf([])) })).toMatchObject({ code: 50000, msg: expect.stringContaining('摘要') })
  })

  it('a file that cannot be unpacked', async () => {
    expect(await spoilt((shop) => { shop.wechat.spoilBill = file => file.subarray(0, 40) })).toMatchObject({ code: 50000 })
  })

  it('an answer nobody signed, or "no bill" nobody signed', async () => {
    expect(await spoilt((shop) => { shop.wechat.signAnswers = false })).toMatchObject({ code: 40002 })
    const shop = await openShop()
    await paid(shop, 'ORDER_1001')
    shop.wechat.signAnswers = false
    tomorrow(shop)
    const answer = await shop.pay.checkBill(check)
    expect(answer.code).not.toBe(0)
    expect(answer).not.toHaveProperty('differences')
  })

  it('one that is still being made', async () => {
    expect(await spoilt((shop) => { shop.wechat.onCall = () => ({ status: 400, json: { code: 'STATEMENT_CREATING', message: '账单生成中' } }) })).toMatchObject({ code: 40010 })
  })

  it('the file is fetched from our base address only, with a signed request', async () => {
    const shop = await openShop()
    shop.wechat.onCall = request => request.url.includes('/tradebill') ? { status: 200, json: { download_url: 'https://elsewhere.test/v3/billdownload/file?token=t1', hash_type: 'SHA1', hash_value: 'x' } } : undefined
    tomorrow(shop)
    await shop.pay.checkBill(check)
    expect(shop.wechat.calls[1]).toMatchObject({ url: 'https://pay.example.test/v3/billdownload/file?token=t1', file: true, headers: { authorization: expect.stringContaining(account.mchid) } })
  })

  it.each(['2026-02-30', '2026-1-1', 'yesterday', undefined, '2026-01-02', '2099-01-01'])('day %s', async (day) => {
    const shop = await openShop()
    shop.clock.now = Date.parse('2026-01-02T12:00:00Z')
    expect(await shop.pay.checkBill({ ...check, day })).toMatchObject({ code: 40001, field: 'day' })
    expect(shop.wechat.calls).toEqual([])
  })
})

describe('parseBill', () => {
  it('reads by the names of the columns, and past a subject that looks like cells', () => {
    const text = billOf([line({ number: 'A_1', transaction: '1', fee: 12_345, subject: '茶,`9.99,`0.00' }), line({ number: 'A_1', transaction: '1', fee: 1, state: 'REFUND', refund: 'R,1', refundFee: 7 })])
    expect(parseBill(`\uFEFF${text}`)).toEqual([
      { kind: 'payment', outTradeNo: 'A_1', transactionId: '1', totalFee: 12_345 },
      { kind: 'refund', outTradeNo: 'A_1', transactionId: '1', totalFee: 0, outRefundNo: 'R,1', refundFee: 7 },
    ])
  })

  it.each([['an empty file', ''], ['no summary', billOf([]).split('\r\n')[0]!], ['other columns', billOf([]).replace('微信订单号', '订单')], ['no amount', billOf([line({ number: 'A_1', transaction: '1', fee: 100 }).replaceAll('1.00', 'abc')])], ['half a line', billOf(['`2026-01-01'])]])('%s is refused', (_, text) => {
    expect(() => parseBill(text)).toThrow('账单')
  })
})
