import { randomUUID } from 'node:crypto'
import type { BrowserContext, BrowserContextOptions } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { overhear } from './support/network'
import { devices, eventually, useShop } from './support/shop'

const shop = useShop()
const MINE = '/pages/mine/mine'

/** Two orders placed and not paid, of 39.90 and 79.80, each with a button on the page of the user. */
async function twoButtons(device: BrowserContextOptions) {
  const run = randomUUID().slice(0, 8)
  const orders = [1, 2].map(quantity => ({
    out_trade_no: `ORDER_${run}_${quantity}`,
    total_fee: 3990 * quantity,
    subject: `高山乌龙茶 × ${quantity}`,
    type: 'goods',
    custom: { user_id: 'user_001', goods_id: 'goods_001', quantity },
    placed_at: Date.now(),
  }))
  const prepare = (context: BrowserContext) => context.addInitScript(data => localStorage.setItem('shop-orders', JSON.stringify({ type: 'object', data })), orders)
  const page = await shop.open(MINE, device, prepare)
  const [one, two] = orders.map(order => order.out_trade_no) as [string, string]
  const button = (amount: string) => page.getByRole('button', { name: `支付 ¥${amount}`, exact: true })
  await button('39.90').waitFor()
  await button('79.80').waitFor()
  return { page, one, two, button }
}

const known = async () => new Set((await shop.orders()).map(order => order.out_trade_no))

describe('two buttons on one page', () => {
  it('pay each its own order: the other one is not even asked for', async () => {
    const before = await shop.goods()
    const { page, one, two, button } = await twoButtons(devices.desktop)
    await button('79.80').click()
    await page.getByRole('dialog').getByText('¥79.80').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(1)
    await shop.act(two, 'pay')
    await button('79.80').waitFor({ state: 'detached' })
    await button('39.90').waitFor()
    expect((await known()).has(one)).toBe(false)
    expect((await shop.goods()).stock).toBe(before.stock - 2)
  })

  it('a cancel of one leaves the other as it is, and each can be paid afterwards', async () => {
    const before = await shop.goods()
    const { page, one, two, button } = await twoButtons(devices.desktop)
    await button('39.90').click()
    await page.getByRole('dialog').getByRole('button', { name: '取消' }).click()
    await page.getByText('支付已取消').first().waitFor()
    expect((await known()).has(two)).toBe(false)
    await button('79.80').click()
    await page.getByRole('dialog').getByText('¥79.80').waitFor()
    await shop.act(two, 'pay')
    await button('79.80').waitFor({ state: 'detached' })
    await button('39.90').click()
    await page.getByRole('dialog').getByText('¥39.90').waitFor()
    await shop.act(one, 'pay')
    await button('39.90').waitFor({ state: 'detached' })
    expect((await shop.order(one)).creates).toBe(1)
    expect((await shop.goods()).stock).toBe(before.stock - 3)
  })

  it('a phone that comes back is asked once, about the order it left for', async () => {
    const { page, one, two, button } = await twoButtons(devices.phone)
    await button('79.80').click()
    await page.waitForURL(/\/cashier\/h5/)
    await page.locator('[data-action=refuse]').click()
    const asked = page.getByRole('dialog', { name: '请确认支付是否完成' })
    await asked.getByText('¥79.80').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(1)
    await asked.getByRole('button', { name: '已完成支付' }).click()
    await shop.act(two, 'pay')
    await button('79.80').waitFor({ state: 'detached' })
    await button('39.90').waitFor()
    expect((await known()).has(one)).toBe(false)
  })
})

describe('a double click', () => {
  it('is one order upstream, and one sale', async () => {
    const before = await shop.goods()
    const { page, one, button } = await twoButtons(devices.desktop)
    const actions = overhear(page)
    await button('39.90').dblclick()
    await page.getByRole('dialog').waitFor()
    expect(actions.filter(action => action === 'pay/createPayment')).toHaveLength(1)
    expect((await shop.order(one)).creates).toBe(1)
    await shop.act(one, 'pay')
    await eventually(() => shop.goods(), goods => goods.stock === before.stock - 1)
    await button('39.90').waitFor({ state: 'detached' })
  })

  it('and a cancel is one cancel', async () => {
    const { page, one, button } = await twoButtons(devices.desktop)
    await button('39.90').dblclick()
    await page.getByRole('dialog').getByRole('button', { name: '取消' }).dblclick()
    await page.getByText('支付已取消').first().waitFor()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect((await shop.order(one)).creates).toBe(1)
    expect((await shop.order(one)).trade_state).toBe('NOTPAY')
  })
})
