import { expect, it } from 'vitest'
import { devices, useShop } from './support/shop'

const shop = useShop()
const CASHIER = '/pages/order/cashier'

it('the button opens the cashier, which lists what the server is configured for', async () => {
  const page = await shop.open(CASHIER)
  await page.getByRole('button', { name: '立即支付' }).click()
  const cashier = page.getByRole('dialog', { name: '收银台' })
  await cashier.getByRole('radio', { name: '微信支付' }).waitFor()
  await cashier.getByText(/支付剩余时间 1[45]:/).waitFor()
  await cashier.getByRole('button', { name: '确认支付 ¥39.90' }).click()
  const sheet = page.getByRole('dialog', { name: '请用微信扫码支付' })
  await sheet.waitFor()
  expect(await page.getByRole('dialog').count()).toBe(1)
  const { out_trade_no } = await shop.newest()
  await shop.act(out_trade_no, 'pay')
  await page.waitForURL(/order\/success/)
  await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
})

it('opens by ref, closes by Esc as a cancel, and asks for no payment', async () => {
  const before = (await shop.orders()).length
  const page = await shop.open(CASHIER)
  await page.getByRole('button', { name: '打开收银台' }).click()
  const cashier = page.getByRole('dialog', { name: '收银台' })
  await cashier.getByRole('radio', { name: '微信支付' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('status').getByText('支付已取消').waitFor()
  await cashier.waitFor({ state: 'detached' })
  expect(await shop.orders()).toHaveLength(before)
})

it('as a page, on a phone: leaves, returns, and leads to the result', async () => {
  const page = await shop.open(CASHIER, devices.phone)
  await page.getByRole('link', { name: '收银台页面' }).click()
  await page.getByRole('radio', { name: '微信支付' }).waitFor()
  await page.getByRole('button', { name: '确认支付 ¥39.90' }).click()
  await page.waitForURL(/\/cashier\/h5/)
  await page.locator('[data-action=pay]').click()
  await page.waitForURL(/order\/success/)
  await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
})
