import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { devices, useShop } from './support/shop'

const shop = useShop()
const CASHIER = '/pages/order/cashier'

const cashier = (page: Page) => page.getByRole('dialog', { name: '收银台' })
const way = (page: Page, name: string) => page.getByRole('radio', { name })
const confirm = (page: Page) => page.getByRole('button', { name: '确认支付 ¥39.90' })

async function opened(page: Page, by: '立即支付' | '打开收银台' = '立即支付') {
  await page.getByRole('button', { name: by }).click()
  await way(page, '微信支付').waitFor()
}

async function paid(page: Page) {
  await page.waitForURL(/order\/success/)
  await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
}

describe('the cashier', () => {
  it.each([
    ['立即支付', '微信支付', '请用微信扫码支付', 'wxpay'],
    ['打开收银台', '支付宝', '请扫码支付', 'alipay'],
  ] as const)('opened by %s, pays with %s', async (by, name, title, channel) => {
    const before = await shop.goods()
    const page = await shop.open(CASHIER)
    await opened(page, by)
    await cashier(page).getByText(/支付剩余时间 1[45]:/).waitFor()
    await way(page, name).click()
    await confirm(page).click()
    await page.getByRole('dialog', { name: title }).getByRole('img').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(1)
    const { out_trade_no, channel: paidBy } = await shop.newest()
    expect(paidBy).toBe(channel)
    await shop.act(out_trade_no, 'pay')
    await paid(page)
    expect(page.url()).toContain(out_trade_no)
    expect((await shop.goods()).stock).toBe(before.stock - 1)
  })

  it('remembers how the payer paid, and a code that is closed is a cancel', async () => {
    const page = await shop.open(CASHIER)
    await opened(page)
    expect(await way(page, '微信支付').getAttribute('aria-checked')).toBe('true')
    await way(page, '支付宝').click()
    await confirm(page).click()
    await page.getByRole('dialog', { name: '请扫码支付' }).getByRole('button', { name: '取消' }).click()
    await page.getByRole('status').getByText('支付已取消').first().waitFor()
    await page.reload()
    await opened(page)
    await expect.poll(() => way(page, '支付宝').getAttribute('aria-checked')).toBe('true')
  })

  it('closed by Esc is a cancel, and asks for no payment', async () => {
    const before = (await shop.orders()).length
    const page = await shop.open(CASHIER)
    await opened(page, '打开收银台')
    await page.keyboard.press('Escape')
    await page.getByRole('status').getByText('支付已取消').waitFor()
    await cashier(page).waitFor({ state: 'detached' })
    expect(await shop.orders()).toHaveLength(before)
  })

  it('holds the keyboard, is worked by it, and gives it back', async () => {
    const page = await shop.open(CASHIER)
    await page.getByRole('button', { name: '立即支付' }).focus()
    await page.keyboard.press('Enter')
    await way(page, '支付宝').waitFor()
    const inside = () => page.evaluate(() => !!document.activeElement?.closest('[role=dialog]'))
    await expect.poll(inside).toBe(true)
    const stops: string[] = []
    for (let press = 0; press < 6; press++) {
      await page.keyboard.press('Tab')
      expect(await inside()).toBe(true)
      stops.push(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? ''))
    }
    expect(stops).toEqual(['微信支付', '支付宝', '确认支付 ¥39.90', '关闭', '微信支付', '支付宝'])
    await page.keyboard.press('Space')
    expect(await way(page, '支付宝').getAttribute('aria-checked')).toBe('true')
    await page.keyboard.press('Escape')
    await cashier(page).waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('立即支付')
  })

  it('takes no payment once the time of the order is over', async () => {
    const before = (await shop.orders()).length
    const page = await shop.open(CASHIER, undefined, context => context.clock.install())
    await opened(page)
    await page.clock.fastForward(15 * 60_000)
    await page.getByRole('alert').waitFor()
    expect(await confirm(page).count()).toBe(0)
    await page.keyboard.press('Escape')
    await cashier(page).waitFor({ state: 'detached' })
    expect(await shop.orders()).toHaveLength(before)
  })
})

describe('lists what is there', () => {
  const names = (page: Page) => page.getByRole('radio').evaluateAll(radios => radios.map(radio => radio.getAttribute('aria-label')))

  it('inside WeChat, only WeChat Pay: the page of the plugin', async () => {
    const page = await shop.open(CASHIER, devices.wechat)
    await page.getByRole('link', { name: '收银台页面' }).click()
    await way(page, '微信支付').waitFor()
    expect(await names(page)).toEqual(['微信支付'])
  })

  it.each([
    ['what the server is configured for', { code: 0, providers: [{ provider: 'alipay', platform: 'h5' }] }, ['支付宝']],
    ['all that can be opened, when the server cannot tell', { code: 404, msg: 'no such action' }, ['微信支付', '支付宝']],
    ['nothing, when the server offers nothing', { code: 0, providers: [] }, []],
  ])('%s', async (_, answer, expected) => {
    const page = await shop.open(CASHIER, undefined, context => context.route('**/vk-pay', route =>
      (route.request().postData() ?? '').includes('listProviders') ? route.fulfill({ json: answer }) : route.continue()))
    await page.getByRole('button', { name: '打开收银台' }).click()
    await cashier(page).waitFor()
    await expect.poll(() => names(page)).toEqual(expected)
    expect(await confirm(page).count()).toBe(expected.length ? 1 : 0)
  })
})

describe('as a page, on a phone', () => {
  it.each([
    ['微信支付', /\/cashier\/h5/],
    ['支付宝', /\/cashier\?prepay_id=/],
  ])('leaves for %s, returns, and leads to the result', async (name, there) => {
    const page = await shop.open(CASHIER, devices.phone)
    await page.getByRole('link', { name: '收银台页面' }).click()
    await way(page, name).click()
    await confirm(page).click()
    await page.waitForURL(there)
    await page.locator('[data-action=pay]').click()
    await paid(page)
  })

  it('refused there: comes back to the same order, which the short address still names', async () => {
    const page = await shop.open(CASHIER, devices.phone)
    await page.getByRole('link', { name: '收银台页面' }).click()
    await way(page, '支付宝').click()
    expect(page.url()).not.toContain('order=%7B')
    await confirm(page).click()
    await page.waitForURL(/\/cashier\?prepay_id=/)
    const { out_trade_no } = await shop.newest()
    await page.locator('[data-action=refuse]').click()
    const asked = page.getByRole('dialog', { name: '请确认支付是否完成' })
    await asked.getByRole('button', { name: '重新支付' }).waitFor()
    await asked.getByRole('button', { name: '关闭' }).click()
    await page.getByText('支付已取消').first().waitFor()
    await confirm(page).click()
    await page.waitForURL(/\/cashier\?prepay_id=/)
    expect((await shop.newest()).out_trade_no).toContain(out_trade_no)
    await page.locator('[data-action=pay]').click()
    await paid(page)
    expect(page.url()).toContain(out_trade_no)
  })
})
