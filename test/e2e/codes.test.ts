import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { payLine } from './support/network'
import { eventually, useShop } from './support/shop'

const shop = useShop()
const GOODS = '/pages/goods/goods'
const PAYMENT = '/pages/order/payment'

const dialog = (page: Page) => page.getByRole('dialog')
const drawn = (page: Page) => dialog(page).locator('svg path').getAttribute('d')

async function paid(page: Page) {
  await page.waitForURL(/order\/success/)
  await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
}

interface Code {
  /** So long the page may show it, by the page's own clock, ms. */
  lifeMs: number
  /** How far the page's clock has been put forward, ms. */
  aheadMs?: number
}

/** Codes of the server with another end; `away`: the server does not answer any more. */
function codes(...lives: Code[]) {
  const seen = { created: 0, away: false }
  const prepare = async (context: BrowserContext) => {
    await context.clock.install()
    await context.route('**/vk-pay', async (route) => {
      if (seen.away)
        return route.abort()
      const response = await route.fetch()
      const answer = await response.json() as { orderInfo?: { code_url?: string, expires_at?: number } }
      if (answer.orderInfo?.code_url) {
        const { lifeMs, aheadMs = 0 } = lives[seen.created] ?? lives.at(-1)!
        answer.orderInfo.expires_at = Date.now() + aheadMs + lifeMs
        answer.orderInfo.code_url += seen.created++ ? `&${seen.created}` : ''
      }
      await route.fulfill({ response, json: answer })
    })
  }
  return { seen, prepare }
}

/** As when another tab comes to the front, which a headless browser does not do by itself. */
async function setHidden(page: Page, hidden: boolean) {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => hidden ? 'hidden' : 'visible' })
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
}

async function scan(prepare: (context: BrowserContext) => unknown) {
  const page = await shop.open(GOODS, undefined, prepare)
  await page.getByRole('button', { name: '立即支付' }).click()
  await dialog(page).getByRole('img').waitFor()
  return page
}

describe('a QR code', () => {
  it('counts down, is renewed before it ends, and the new one pays the order', async () => {
    const { seen, prepare } = codes({ lifeMs: 60_000 }, { lifeMs: 600_000, aheadMs: 46_000 })
    const page = await scan(prepare)
    const first = await drawn(page)
    await dialog(page).getByText(/剩余 (?:1:00|0:5)/).waitFor()
    await page.clock.fastForward(46_000)
    await eventually(() => drawn(page), path => path !== first)
    expect(seen.created).toBe(2)
    await dialog(page).getByText(/剩余 (?:10:00|9:5)/).waitFor()
    expect(await dialog(page).count()).toBe(1)
    const { out_trade_no, creates } = await shop.newest()
    expect(creates).toBe(1)
    await shop.act(out_trade_no, 'pay')
    await paid(page)
    expect(page.url()).toContain(out_trade_no)
  })

  it('that ends while the server is away is not shown for ever: the orders page goes on', async () => {
    const { seen, prepare } = codes({ lifeMs: 60_000 })
    const page = await scan(prepare)
    seen.away = true
    await page.clock.fastForward(61_000)
    await page.waitForURL(/order\/success/)
    expect(await dialog(page).count()).toBe(0)
    const { out_trade_no } = await shop.newest()
    expect(page.url()).toContain(out_trade_no)
    seen.away = false
    await shop.act(out_trade_no, 'pay')
    await paid(page)
  })

  it('that ends while nobody looks asks for nothing, and is renewed when the page is shown', async () => {
    const { seen, prepare } = codes({ lifeMs: 60_000 }, { lifeMs: 600_000, aheadMs: 180_000 })
    const page = await scan(prepare)
    let asked = 0
    page.on('request', request => void (asked += request.url().endsWith('/vk-pay') ? 1 : 0))
    await setHidden(page, true)
    await page.clock.fastForward(180_000)
    expect(seen.created).toBe(1)
    // one that was on its way may still have been sent
    expect(asked).toBeLessThanOrEqual(1)
    await setHidden(page, false)
    await dialog(page).getByText(/剩余 (?:10:00|9:5)/).waitFor()
    expect(seen.created).toBe(2)
    const { out_trade_no } = await shop.newest()
    await shop.act(out_trade_no, 'pay')
    await paid(page)
  })

  it('that was paid while nobody looked is a success when the page is shown', async () => {
    const before = await shop.goods()
    const { prepare } = codes({ lifeMs: 60_000 })
    const page = await scan(prepare)
    await setHidden(page, true)
    const { out_trade_no } = await shop.newest()
    await shop.act(out_trade_no, 'pay-silent')
    await page.clock.fastForward(180_000)
    await setHidden(page, false)
    await paid(page)
    expect((await shop.goods()).stock).toBe(before.stock - 1)
  })

  it('that ended while nobody looked, with the server away, ends in pending', async () => {
    const { seen, prepare } = codes({ lifeMs: 60_000 })
    const page = await scan(prepare)
    await setHidden(page, true)
    seen.away = true
    await page.clock.fastForward(180_000)
    await setHidden(page, false)
    await page.waitForURL(/order\/success/)
    expect(await dialog(page).count()).toBe(0)
  })
})

describe('a page that is loaded anew in the middle', () => {
  it('learns that its order was paid', async () => {
    const before = await shop.goods()
    const page = await shop.open(GOODS)
    await page.getByRole('button', { name: '立即支付' }).click()
    await dialog(page).waitFor()
    const { out_trade_no } = await shop.newest()
    await shop.act(out_trade_no, 'pay-silent')
    await page.reload()
    await paid(page)
    expect(page.url()).toContain(out_trade_no)
    expect((await shop.goods()).stock).toBe(before.stock - 1)
  })

  it('says nothing of one that was not, and pays it by the same number', async () => {
    const page = await shop.open(PAYMENT)
    await page.getByRole('button', { name: /^支付 ¥/ }).click()
    await page.getByText('请用微信扫码支付').waitFor()
    const { out_trade_no } = await shop.newest()
    const known = (await shop.orders()).length
    await page.goto(`${shop.server.url}/#${PAYMENT}?order_no=${out_trade_no}`)
    await page.reload()
    await page.getByRole('button', { name: /^支付 ¥/ }).click()
    await page.getByText('请用微信扫码支付').waitFor()
    expect(await shop.orders()).toHaveLength(known)
    await shop.act(out_trade_no, 'pay')
    await paid(page)
    const { recharge_logs } = await shop.state()
    expect(recharge_logs.filter(log => log.out_trade_no === out_trade_no)).toHaveLength(1)
  })
})

describe('two tabs on one order', () => {
  async function twoTabs() {
    const first = await shop.open(PAYMENT)
    await first.getByRole('button', { name: /^支付 ¥/ }).click()
    await first.getByText('请用微信扫码支付').waitFor()
    const { out_trade_no } = await shop.newest()
    const known = (await shop.orders()).length
    const second = await shop.openTab(first.context(), `${PAYMENT}?order_no=${out_trade_no}`)
    await second.getByRole('button', { name: /^支付 ¥/ }).click()
    await second.getByText('请用微信扫码支付').waitFor()
    expect(await shop.orders()).toHaveLength(known)
    const { user: { balance } } = await shop.state()
    return { first, second, out_trade_no, balance }
  }

  it('one order upstream, paid once, both know', async () => {
    const { first, second, out_trade_no, balance } = await twoTabs()
    await shop.act(out_trade_no, 'pay')
    await paid(second)
    await first.bringToFront()
    await paid(first)
    const { user, recharge_logs } = await shop.state()
    expect(recharge_logs.filter(log => log.out_trade_no === out_trade_no)).toHaveLength(1)
    expect(user.balance).toBeGreaterThan(balance)
    expect((await shop.order(out_trade_no)).notifications.filter(sent => sent.status === 200)).toHaveLength(1)
  })

  it('a cancel in one is no end of the other; to pay there afterwards is a success, and no second order', async () => {
    const { first, second, out_trade_no } = await twoTabs()
    const line = await payLine(second)
    await second.getByRole('button', { name: '取消' }).click()
    await second.getByText('支付已取消').waitFor()
    // a page in view learns of a payment by itself: this one hears nothing before the payer presses
    let pressed = false
    await line.cut((action) => {
      pressed ||= action === 'pay/createPayment'
      return !pressed
    })
    await first.getByText('请用微信扫码支付').waitFor()
    await shop.act(out_trade_no, 'pay-twice')
    await paid(first)
    const known = (await shop.orders()).length
    await second.getByRole('button', { name: /^支付 ¥/ }).click()
    await paid(second)
    expect(await shop.orders()).toHaveLength(known)
    expect((await shop.order(out_trade_no)).creates).toBe(1)
    const { recharge_logs } = await shop.state()
    expect(recharge_logs.filter(log => log.out_trade_no === out_trade_no)).toHaveLength(1)
  })
})
