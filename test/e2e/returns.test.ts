import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { payLine } from './support/network'
import { devices, eventually, useShop } from './support/shop'

const shop = useShop()
const GOODS = '/pages/goods/goods'
const CASHIER = '/pages/order/cashier'

const dialog = (page: Page) => page.getByRole('dialog')
const button = (page: Page, name: string) => dialog(page).getByRole('button', { name })
const asked = (page: Page) => page.getByRole('dialog', { name: '请确认支付是否完成' })

async function paid(page: Page) {
  await page.waitForURL(/order\/success/)
  await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
}

/** Leaves by MWEB, from the button of the goods. */
async function leaveForWechat(page: Page) {
  await page.getByRole('button', { name: '立即支付' }).click()
  await page.waitForURL(/\/cashier\/h5/)
}

/** Leaves by alipay.trade.wap.pay, from the cashier a button opened. */
async function leaveForAlipay(page: Page) {
  await page.getByRole('button', { name: '立即支付' }).click()
  await dialog(page).getByRole('radio', { name: '支付宝' }).click()
  await button(page, '确认支付 ¥39.90').click()
  await page.waitForURL(/\/cashier\?prepay_id=/)
  await page.getByText('支付宝收银台').waitFor()
}

describe.each([
  ['wechat, by MWEB', 'wxpay', GOODS, leaveForWechat],
  ['alipay, by WAP', 'alipay', CASHIER, leaveForAlipay],
] as const)('a phone that left for %s', (_, channel, path, leave) => {
  async function left() {
    const before = await shop.goods()
    const page = await shop.open(path, devices.phone)
    await leave(page)
    const order = await shop.newest()
    expect(order).toMatchObject({ channel, trade_state: 'NOTPAY' })
    return { page, no: order.out_trade_no, before }
  }

  it('pays there, and knows it when it is back; buys again', async () => {
    const { page, no, before } = await left()
    await page.locator('[data-action=pay]').click()
    await paid(page)
    expect(page.url()).toContain(no)
    expect((await shop.goods()).stock).toBe(before.stock - 1)
    // the address may hold the channel's words by now
    await page.evaluate(path => void (location.hash = `#${path}`), path)
    await leave(page)
    expect((await shop.newest()).out_trade_no).not.toBe(no)
    await page.locator('[data-action=pay]').click()
    await page.waitForURL(url => url.href.includes('order/success') && !url.hash.includes(no))
    expect((await shop.goods()).stock).toBe(before.stock - 2)
  })

  it('refuses there: is asked, and pays the same order again', async () => {
    const { page, no, before } = await left()
    await page.locator('[data-action=refuse]').click()
    await asked(page).waitFor()
    await button(page, '已完成支付').waitFor()
    await button(page, '重新支付').click()
    await page.waitForURL(/\/cashier/)
    expect((await shop.newest()).out_trade_no).toContain(no)
    await page.locator('[data-action=pay]').click()
    await paid(page)
    expect(page.url()).toContain(no)
    expect((await shop.goods()).stock).toBe(before.stock - 1)
  })

  it('comes back by the back button: unpaid, and then paid behind its back', async () => {
    const { page, no, before } = await left()
    await page.goBack()
    await asked(page).waitFor()
    await button(page, '已完成支付').click()
    await dialog(page).getByText('请勿重复付款').waitFor()
    await shop.act(no, 'pay')
    await paid(page)
    expect((await shop.goods()).stock).toBe(before.stock - 1)
  })

  it('comes back by the back button, paid: knows it without being told', async () => {
    const { page, no } = await left()
    await shop.act(no, 'pay-silent')
    await page.goBack()
    await paid(page)
    expect(page.url()).toContain(no)
  })

  it('closes its tab: the shop that is opened anew knows what was paid, and asks about what was not', async () => {
    const { page, no, before } = await left()
    const context = page.context()
    await page.close()
    const again = await shop.openTab(context, path)
    await asked(again).waitFor()
    await button(again, '重新支付').waitFor()
    await again.close()
    await shop.act(no, 'pay-silent')
    const third = await shop.openTab(context, path)
    await paid(third)
    expect(third.url()).toContain(no)
    expect((await shop.goods()).stock).toBe(before.stock - 1)
  })
})

it('the status page sends who says to have paid to the orders, and knows what was paid at the channel', async () => {
  const page = await shop.open(GOODS, devices.phone)
  await leaveForWechat(page)
  const { out_trade_no } = await shop.newest()
  const status = await shop.openTab(page.context(), `/pages/order/success?order_no=${out_trade_no}`)
  await status.getByText('尚未收到付款').waitFor()
  await status.getByRole('button', { name: '我已支付' }).click()
  await status.getByText('请稍后在订单中查看').waitFor()
  await status.getByRole('button', { name: '重新支付' }).waitFor()
  expect(await status.getByRole('button').allInnerTexts()).toEqual(['刷新', '返回', '重新支付'])
  expect(await status.locator('.vk-pay-tap--primary').allInnerTexts()).toEqual(['刷新'])
  await shop.act(out_trade_no, 'pay-silent')
  await status.getByText('支付成功').filter({ visible: true }).first().waitFor()
})

it('a phone that cannot reach the server is never told to pay again', async () => {
  const page = await shop.open(GOODS, devices.phone)
  const line = await payLine(page)
  await leaveForWechat(page)
  await line.cut()
  await page.goBack()
  await page.getByRole('dialog', { name: '正在确认支付结果' }).waitFor()
  await eventually(async () => line.lost, count => count >= 4)
  expect(await button(page, '重新支付').count()).toBe(0)
  line.mend()
  await button(page, '重新支付').waitFor()
})
