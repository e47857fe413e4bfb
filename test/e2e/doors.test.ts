import { describe, expect, it } from 'vitest'
import { useShop } from './support/shop'

const shop = useShop()
const GOODS = '/pages/goods/goods'
const payButton = { name: '立即支付' } as const

describe('the other pages of the shop', () => {
  it('the hand-drawn cashier tops up the balance', async () => {
    const { user: { balance } } = await shop.state()
    const page = await shop.open('/pages/order/payment')
    await page.getByRole('button', { name: /^支付 ¥/ }).click()
    const cashier = await shop.cashier(page)
    await cashier.locator('[data-action=pay]').click()
    await page.waitForURL(/order\/success/)
    await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
    expect((await shop.state()).user.balance).toBeGreaterThan(balance)
  })

  it('the seed\'s plain JavaScript opens a membership', async () => {
    const page = await shop.open('/pages/vip/vip')
    await page.getByRole('button', { name: /^开通/ }).click()
    const sheet = page.getByRole('dialog', { name: '请用微信扫码支付' })
    await sheet.getByRole('img').waitFor()
    await sheet.getByRole('button', { name: '已完成支付' }).waitFor()
    const cashier = await shop.cashier(page)
    await cashier.locator('[data-action=pay]').click()
    await page.waitForURL(/order\/success/)
    await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
    const { user, vip_purchase_logs } = await shop.state()
    expect(user.is_vip).toBe(true)
    expect(vip_purchase_logs).toHaveLength(1)
  })

  it('the plugin\'s ready page and the seed\'s own page tell the state of an order', async () => {
    const page = await shop.open(GOODS)
    await page.getByRole('button', payButton).click()
    await page.getByRole('dialog').waitFor()
    const { out_trade_no } = await shop.newest()
    const ready = await shop.open(`/uni_modules/vk-uni-pay/pages/status/status?order_no=${out_trade_no}`)
    await ready.getByText('尚未收到付款').waitFor()
    const own = await shop.open(`/pages/order/status?order_no=${out_trade_no}`)
    await own.getByText('未支付').waitFor()
    await shop.act(out_trade_no, 'pay')
    await ready.getByRole('button', { name: '我已支付' }).click()
    await ready.getByText('支付成功').waitFor()
  })
})
