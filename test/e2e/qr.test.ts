import { describe, expect, it } from 'vitest'
import { payLine } from './support/network'
import { eventually, useShop } from './support/shop'

const shop = useShop()
const GOODS = '/pages/goods/goods'
const payButton = { name: '立即支付' } as const

describe('on the desktop, by QR code', () => {
  it('pays in the gateway\'s cashier in a second tab: success, status page, stock', async () => {
    const before = await shop.goods()
    const page = await shop.open(GOODS)
    await page.getByRole('button', payButton).click()
    await page.getByRole('dialog').waitFor()
    const cashier = await shop.cashier(page)
    await cashier.locator('[data-action=pay]').click()
    await page.waitForURL(/order\/success/)
    await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
    await page.getByText('39.90').filter({ visible: true }).first().waitFor()
    const after = await shop.goods()
    expect(after).toMatchObject({ stock: before.stock - 1, sales: before.sales + 1 })
  })

  it('stays unpaid when the payer refuses, and is a cancel when the code is closed', async () => {
    const before = await shop.goods()
    const page = await shop.open(GOODS)
    await page.getByRole('button', payButton).click()
    const cashier = await shop.cashier(page)
    await cashier.getByRole('button', { name: '拒绝' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '取消' }).click()
    await page.getByText('支付已取消').first().waitFor()
    expect(page.url()).toContain(GOODS)
    expect(await shop.goods()).toEqual(before)
  })

  it('learns of a payment that was never notified, by asking', async () => {
    const before = await shop.goods()
    const page = await shop.open(GOODS)
    await page.getByRole('button', payButton).click()
    const cashier = await shop.cashier(page)
    await cashier.getByRole('button', { name: '支付但不通知' }).click()
    await page.waitForURL(/order\/success/)
    await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
    expect((await shop.goods()).stock).toBe(before.stock - 1)
    const [order] = await shop.orders()
    expect(order!.notifications).toEqual([])
  })

  it('makes two fast taps one order upstream', async () => {
    const before = (await shop.orders()).length
    const page = await shop.open(GOODS)
    await page.getByRole('button', payButton).dblclick()
    await page.getByRole('dialog').waitFor()
    const orders = await shop.orders()
    expect(orders).toHaveLength(before + 1)
    expect(orders[0]!.creates).toBe(1)
  })

  it.each([
    ['通知两次', ['notify', 'repeat']],
    ['篡改通知', ['tampered', 'notify']],
  ])('changes the stock once: %s', async (button, kinds) => {
    const before = await shop.goods()
    const page = await shop.open(GOODS)
    await page.getByRole('button', payButton).click()
    const cashier = await shop.cashier(page)
    await cashier.getByRole('button', { name: button }).click()
    await page.waitForURL(/order\/success/)
    const { out_trade_no } = await shop.newest()
    const { notifications } = await eventually(() => shop.order(out_trade_no), found => kinds.every(kind => found.notifications.some(sent => sent.kind === kind)))
    for (const { kind, status } of notifications)
      expect([kind, status]).toEqual([kind, kind === 'tampered' || kind === 'probe' ? expect.toSatisfy((code: number) => code >= 400 && code < 500) : expect.toSatisfy((code: number) => code < 300)])
    expect(await shop.goods()).toMatchObject({ stock: before.stock - 1, sales: before.sales + 1 })
  })
})

it('one notification delivered 50 times at once changes the stock once', async () => {
  const before = await shop.goods()
  const page = await shop.open(GOODS)
  await page.getByRole('button', payButton).click()
  await page.getByRole('dialog').waitFor()
  const { out_trade_no } = await shop.newest()
  await shop.act(out_trade_no, 'pay-silent')
  const { statuses } = await shop.post<{ statuses: number[] }>(`${shop.gateway.url}/gateway/orders/${out_trade_no}/notify`, { count: 50, concurrent: true })
  expect(statuses).toHaveLength(50)
  expect(statuses.every(status => status >= 200 && status < 300)).toBe(true)
  const state = await shop.state()
  expect(state.goods[0]).toMatchObject({ stock: before.stock - 1, sales: before.sales + 1 })
  expect(state.orders.filter(order => order.out_trade_no === out_trade_no)).toHaveLength(1)
})

it('keeps what the network loses: pending, in the journal, and found by asking again', async () => {
  const page = await shop.open(GOODS)
  const line = await payLine(page)
  await page.getByRole('button', payButton).click()
  await page.getByRole('dialog').waitFor()
  const { out_trade_no } = await shop.newest()
  await line.cut()
  await shop.act(out_trade_no, 'pay')
  await page.getByRole('dialog').getByRole('button', { name: '取消' }).click()
  await page.waitForURL(/order\/success/)
  line.mend()
  await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
})
