import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { devices, eventually, useShop } from './support/shop'

const shop = useShop()
const GOODS = '/pages/goods/goods'
const payButton = { name: '立即支付' } as const

const dialog = (page: Page) => page.getByRole('dialog')
const button = (page: Page, name: string) => dialog(page).getByRole('button', { name })

async function leave(page: Page) {
  await page.getByRole('button', payButton).click()
  await page.waitForURL(/\/cashier\/h5/)
}

describe('a phone that left for the channel\'s page', () => {
  it('comes back unpaid: is asked, and pays the same order again', async () => {
    const before = await shop.goods()
    const page = await shop.open(GOODS, devices.phone)
    await leave(page)
    const { out_trade_no } = await shop.newest()
    await page.locator('[data-action=refuse]').click()
    await page.waitForURL(/goods\/goods/)
    await page.getByRole('dialog', { name: '请确认支付是否完成' }).waitFor()
    await button(page, '已完成支付').waitFor()
    await button(page, '重新支付').click()
    await page.waitForURL(/\/cashier\/h5/)
    expect((await shop.newest()).out_trade_no).toContain(out_trade_no)
    await page.locator('[data-action=pay]').click()
    await page.waitForURL(/order\/success/)
    expect(page.url()).toContain(out_trade_no)
    await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
    expect((await shop.goods()).stock).toBe(before.stock - 1)
  })

  it('comes back by the back button: unpaid, and then paid behind its back', async () => {
    const before = await shop.goods()
    const page = await shop.open(GOODS, devices.phone)
    await leave(page)
    const { out_trade_no } = await shop.newest()
    await page.goBack()
    await page.getByRole('dialog', { name: '请确认支付是否完成' }).waitFor()
    await shop.act(out_trade_no, 'pay')
    await button(page, '已完成支付').click()
    await page.waitForURL(/order\/success/)
    await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
    expect((await shop.goods()).stock).toBe(before.stock - 1)
  })

  it('comes back by the back button, paid: knows it without being told', async () => {
    const page = await shop.open(GOODS, devices.phone)
    await leave(page)
    const { out_trade_no } = await shop.newest()
    await shop.act(out_trade_no, 'pay-silent')
    await page.goBack()
    await page.waitForURL(/order\/success/)
    expect(page.url()).toContain(out_trade_no)
    await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
  })

  it('is never told to pay again while the server cannot be reached', async () => {
    const page = await shop.open(GOODS, devices.phone)
    await leave(page)
    await page.route('**/vk-pay', route => route.abort())
    await page.goBack()
    await page.getByRole('dialog', { name: '正在确认支付结果' }).waitFor()
    await page.waitForTimeout(1500)
    expect(await button(page, '重新支付').count()).toBe(0)
    await page.unroute('**/vk-pay')
    await button(page, '重新支付').waitFor()
  })
})

describe('a QR code', () => {
  it('is renewed before it ends, and the new one pays the order', async () => {
    const page = await shop.open('/pages/index/index')
    let created = 0
    // a code of two hours, as if it had half a minute left
    await page.route('**/vk-pay', async (route) => {
      const response = await route.fetch()
      const answer = await response.json() as { orderInfo?: { code_url?: string, expires_at?: number } }
      if (answer.orderInfo?.code_url) {
        created++
        answer.orderInfo.expires_at = Date.now() + (created === 1 ? 18_000 : 600_000)
        if (created > 1)
          answer.orderInfo.code_url += '&again'
      }
      await route.fulfill({ response, json: answer })
    })
    await page.evaluate(path => void (location.hash = `#${path}`), GOODS)
    await page.getByRole('button', payButton).click()
    const drawn = () => dialog(page).locator('svg path').getAttribute('d')
    await dialog(page).getByRole('img').waitFor()
    const first = await drawn()
    await dialog(page).getByText(/剩余 0:1/).waitFor()
    const second = await eventually(drawn, path => path !== first)
    expect(second).not.toBe(first)
    expect(created).toBe(2)
    await dialog(page).getByText(/剩余 (?:10:00|9:5)/).waitFor()
    const { out_trade_no } = await shop.newest()
    await shop.act(out_trade_no, 'pay')
    await page.waitForURL(/order\/success/)
    await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  })

  it('that ends while the server is away is not shown for ever: the orders page goes on', async () => {
    const page = await shop.open('/pages/index/index')
    let away = false
    await page.route('**/vk-pay', async (route) => {
      if (away)
        return route.abort()
      const response = await route.fetch()
      const answer = await response.json() as { orderInfo?: { expires_at?: number } }
      if (answer.orderInfo)
        answer.orderInfo.expires_at = Date.now() + 6000
      await route.fulfill({ response, json: answer })
    })
    await page.evaluate(path => void (location.hash = `#${path}`), GOODS)
    page.on('response', response => void (away ||= response.url().endsWith('/vk-pay') && (response.request().postData() ?? '').includes('createPayment')))
    await page.getByRole('button', payButton).click()
    await dialog(page).waitFor()
    await page.waitForURL(/order\/success/)
    expect(await dialog(page).count()).toBe(0)
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  })
})

it('a page that is loaded anew in the middle learns that its order was paid', async () => {
  const before = await shop.goods()
  const page = await shop.open(GOODS)
  await page.getByRole('button', payButton).click()
  await dialog(page).waitFor()
  const { out_trade_no } = await shop.newest()
  await shop.act(out_trade_no, 'pay-silent')
  await page.reload()
  await page.waitForURL(/order\/success/)
  expect(page.url()).toContain(out_trade_no)
  await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
  expect((await shop.goods()).stock).toBe(before.stock - 1)
})

it('two tabs on one order: one order upstream, paid once, both know', async () => {
  const first = await shop.open('/pages/order/payment')
  await first.getByRole('button', { name: /^支付 ¥/ }).click()
  await first.getByText('请用微信扫码支付').waitFor()
  const before = (await shop.orders()).length
  const { out_trade_no } = await shop.newest()
  const second = await first.context().newPage()
  await second.goto(`${shop.server.url}/#/pages/order/payment?order_no=${out_trade_no}`)
  await second.getByRole('button', { name: /^支付 ¥/ }).click()
  await second.getByText('请用微信扫码支付').waitFor()
  expect(await shop.orders()).toHaveLength(before)
  const { user: { balance } } = await shop.state()
  await shop.act(out_trade_no, 'pay')
  await second.waitForURL(/order\/success/)
  await first.bringToFront()
  await first.waitForURL(/order\/success/)
  await first.getByText('支付成功').filter({ visible: true }).first().waitFor()
  const { user, recharge_logs } = await shop.state()
  expect(user.balance).toBeGreaterThan(balance)
  expect(recharge_logs.filter(log => log.out_trade_no === out_trade_no)).toHaveLength(1)
})
