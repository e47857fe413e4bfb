import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { atRest, axe, smallTargets, unreachable } from './support/axe'
import { devices, useShop } from './support/shop'

const shop = useShop()
const NO = 'ORDER_LOOKS_1'
const order = { out_trade_no: NO, total_fee: 3990, subject: '高山乌龙茶 × 1', type: 'goods', custom: { user_id: 'user_001', goods_id: 'goods_001', quantity: 1 }, placed_at: 1_772_000_000_000 }

const NEVER = 'never'
type Answers = Record<string, object | typeof NEVER>

/** The server's words, where a state is not to be had otherwise; all the rest goes through. */
function saying(answers: Answers) {
  return (context: BrowserContext) => context.route('**/vk-pay', (route) => {
    const { action = '' } = JSON.parse(route.request().postData() ?? '{}') as { action?: string }
    const answer = answers[action]
    return answer === NEVER ? undefined : answer ? route.fulfill({ json: answer }) : route.continue()
  })
}
const trade = (trade_state: string, more: object = {}) => saying({ 'pay/queryPayment': { code: 0, msg: '', data: { trade_state, total_fee: 3990 }, ...more } })

const stored = (key: string, data: unknown) => (context: BrowserContext) => context.addInitScript(([key, data]) => localStorage.setItem(key as string, JSON.stringify({ type: 'object', data })), [key, data])
const placed = stored('shop-orders', [order])

/** As a page that was left for the channel's own, and is there again. */
function returned(known: (context: BrowserContext) => unknown) {
  return async (context: BrowserContext) => {
    await stored('vk-pay-journal', { [NO]: { out_trade_no: NO, total_fee: 3990, provider: 'wxpay', platform: 'mweb', route: 'pages/goods/goods', created_at: Date.now(), redirected: true } })(context)
    await stored('vk-pay-left', order)(context)
    await known(context)
  }
}

interface View {
  path: string
  device?: BrowserContextOptions
  prepare?: (context: BrowserContext) => unknown
  /** What is done there; ends when all is to be seen. */
  until: (page: Page) => Promise<unknown>
}

const text = (words: string) => (page: Page) => page.getByText(words).filter({ visible: true }).first().waitFor()
const tap = (page: Page, name: string, role: 'button' | 'radio' | 'link' = 'button') => page.getByRole(role, { name }).first().click()
async function cashierOpen(page: Page) {
  await tap(page, '立即支付')
  await page.getByRole('button', { name: '确认支付' }).waitFor()
}
async function codeShown(page: Page) {
  await tap(page, '立即支付')
  await page.getByRole('dialog').getByRole('img').waitFor()
}
const result = `/pages/order/success?order_no=${NO}`
const written = `/pages/order/status?order_no=${NO}`

const views: Record<string, View> = {
  'home': { path: '/pages/index/index', until: text('罐') },
  'goods': { path: '/pages/goods/goods', until: text('库存') },
  'goods, on a desktop': { path: '/pages/goods/goods', device: devices.desktop, until: text('库存') },
  'goods, code': { path: '/pages/goods/goods', until: codeShown },
  'goods, code, asked about': { path: '/pages/goods/goods', until: async (page) => {
    await codeShown(page)
    await page.getByRole('dialog').getByRole('button', { name: '已完成支付' }).click()
    await text('正在确认')(page)
  } },
  'back, being asked': { path: '/pages/goods/goods', prepare: returned(saying({ 'pay/queryPayment': NEVER })), until: text('正在确认支付结果') },
  'back, unpaid': { path: '/pages/goods/goods', prepare: returned(trade('NOTPAY')), until: text('重新支付') },
  'back, said to be paid': { path: '/pages/goods/goods', prepare: returned(trade('NOTPAY')), until: async (page) => {
    await text('重新支付')(page)
    await page.getByRole('button', { name: '已完成支付' }).click()
    await text('请勿重复付款')(page)
  } },
  'top up': { path: '/pages/order/payment', until: text('支付方式') },
  'top up, code': { path: '/pages/order/payment', until: async (page) => {
    await tap(page, '支付 ¥')
    await page.getByRole('img').first().waitFor()
  } },
  'an order to be paid': { path: `/pages/order/payment?order_no=${NO}`, prepare: placed, until: text(NO) },
  'cashier, closed': { path: '/pages/order/cashier', until: text('打开收银台') },
  'cashier': { path: '/pages/order/cashier', until: cashierOpen },
  'cashier, on a desktop': { path: '/pages/order/cashier', device: devices.desktop, until: cashierOpen },
  'cashier, loading': { path: '/pages/order/cashier', prepare: saying({ 'pay/listProviders': NEVER }), until: async (page) => {
    await tap(page, '立即支付')
    await page.getByLabel('正在加载支付方式').waitFor()
  } },
  'cashier, nothing offered': { path: '/pages/order/cashier', prepare: saying({ 'pay/listProviders': { code: 0, providers: [] } }), until: async (page) => {
    await tap(page, '立即支付')
    await text('当前没有可用的支付方式')(page)
  } },
  'cashier, too late': { path: '/pages/order/cashier', prepare: context => context.clock.install(), until: async (page) => {
    await cashierOpen(page)
    await page.clock.fastForward(15 * 60_000)
    await page.getByRole('alert').waitFor()
  } },
  'cashier page': { path: '/pages/order/cashier', until: async (page) => {
    await tap(page, '收银台页面', 'link')
    await page.getByRole('button', { name: '确认支付' }).waitFor()
  } },
  'vip': { path: '/pages/vip/vip', until: text('会员礼遇') },
  'vip, code of vkPay.pay()': { path: '/pages/vip/vip', until: async (page) => {
    await tap(page, '开通')
    await page.getByRole('dialog').waitFor()
  } },
  'result, loading': { path: result, prepare: saying({ 'pay/queryPayment': NEVER }), until: page => page.getByLabel('正在查询').waitFor() },
  'result, paid': { path: result, prepare: trade('SUCCESS'), until: text('支付成功') },
  'result, processing': { path: result, prepare: trade('SUCCESS', { user_order_success: false }), until: text('权益正在处理中') },
  'result, unpaid': { path: result, prepare: trade('NOTPAY'), until: text('我已支付') },
  'result, said to be paid': { path: result, prepare: trade('NOTPAY'), until: async (page) => {
    await tap(page, '我已支付')
    await text('请稍后在订单中查看')(page)
  } },
  'result, confirming': { path: result, prepare: saying({ 'pay/queryPayment': { code: 50000, msg: '' } }), until: text('正在确认') },
  'result, closed': { path: result, prepare: trade('CLOSED'), until: text('订单已关闭') },
  'result, refunded': { path: result, prepare: trade('REFUND'), until: text('已退款') },
  'result, no such order': { path: result, until: text('没有找到订单') },
  'result page': { path: `/uni_modules/vk-uni-pay/pages/status/status?order_no=${NO}`, prepare: trade('SUCCESS'), until: text('支付成功') },
  'hand-written result, loading': { path: written, prepare: saying({ 'pay/queryPayment': NEVER }), until: text('查询支付状态中') },
  'hand-written result, paid': { path: written, prepare: trade('SUCCESS'), until: text('支付成功') },
  'hand-written result, unpaid': { path: written, prepare: trade('NOTPAY'), until: text('未支付') },
  'hand-written result, unknown': { path: written, until: text('支付状态未知') },
  'mine': { path: '/pages/mine/mine', prepare: placed, until: text('在本机下的单') },
  'mine, offline': { path: '/pages/mine/mine', prepare: context => context.route('**/demo/state', route => route.abort()), until: text('连不上商城的服务') },
}

describe('axe-core has nothing to say, in the light and in the dark, and 44 px are there to tap', () => {
  it.each(Object.entries(views))('%s', async (_, { path, device = devices.narrow, prepare, until }) => {
    const page = await shop.open(path, { reducedMotion: 'reduce', ...device }, prepare)
    await until(page)
    await atRest(page)
    const said = { light: await axe(page), small: await smallTargets(page), unreachable: await unreachable(page), dark: [] as string[] }
    await page.emulateMedia({ colorScheme: 'dark' })
    said.dark = await axe(page, true)
    expect(said).toEqual({ light: [], small: [], unreachable: [], dark: [] })
  })
})

const sheets = ['goods, code', 'back, unpaid', 'cashier'] as const

describe('a phone held across', () => {
  it.each(sheets)('%s: all of it is to be seen', async (name) => {
    const { path, prepare, until } = views[name]!
    const page = await shop.open(path, { viewport: { width: 844, height: 390 } }, prepare)
    await until(page)
    await atRest(page)
    const hidden = await page.getByRole('dialog').evaluate(dialog => [...dialog.querySelectorAll('[role=button], [role=radio], [role=img]')].map(one => one.getBoundingClientRect()).filter(({ top, bottom }) => top < 0 || bottom > innerHeight).length)
    expect(hidden).toBe(0)
  })
})

describe('fonts of twice the size on 320 px', () => {
  it.each([...sheets, 'result, unpaid', 'cashier page'] as const)('%s: nothing sticks out', async (name) => {
    const { path, prepare, until } = views[name]!
    const page = await shop.open(path, { viewport: { width: 320, height: 640 } }, prepare)
    await page.addStyleTag({ content: ':root { --vk-pay-font-scale: 2 }' })
    await until(page)
    await atRest(page)
    const out = await page.evaluate(() => [...document.querySelectorAll<HTMLElement>('[class*=vk-pay]')]
      .map(one => [one.className, one.getBoundingClientRect(), one.getAttribute('role') === 'dialog' ? one.scrollWidth - one.clientWidth : 0] as const)
      .filter(([, { left, right }, hidden]) => left < -1 || right > innerWidth + 1 || hidden > 0)
      .map(([name]) => name))
    expect(out).toEqual([])
  })
})

describe('where the system asks for reduced motion', () => {
  it.each([...sheets, 'result, loading', 'cashier, loading'] as const)('%s: nothing moves', async (name) => {
    const { path, prepare, until } = views[name]!
    const page = await shop.open(path, { ...devices.narrow, reducedMotion: 'reduce' }, prepare)
    await page.evaluate(() => {
      const moved = (window as unknown as { moved: string[] }).moved = []
      for (const event of ['animationstart', 'transitionrun'])
        document.addEventListener(event, ({ target }) => (moved as string[]).push(`${event} ${(target as Element).className}`))
    })
    await until(page)
    await atRest(page)
    expect(await page.evaluate(() => (window as unknown as { moved: string[] }).moved.filter(one => /vk-pay|uni-popup/.test(one)))).toEqual([])
  })
})

const focused = (page: Page) => page.evaluate(() => (document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim())
const inside = (page: Page) => page.evaluate(() => !!document.activeElement?.closest('[role=dialog]'))

async function tabTo(page: Page, name: string) {
  for (let press = 0; press < 20 && await focused(page) !== name; press++)
    await page.keyboard.press('Tab')
  expect(await focused(page)).toBe(name)
}

describe('from the keyboard', () => {
  it('opens a code, is held there, and Esc gives the focus back', async () => {
    const page = await shop.open('/pages/goods/goods')
    await text('库存')(page)
    await tabTo(page, '立即支付')
    expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)).toBe('solid')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('img').waitFor()
    await expect.poll(() => inside(page)).toBe(true)
    const stops: string[] = []
    for (const key of ['Tab', 'Tab', 'Tab', 'Shift+Tab']) {
      await page.keyboard.press(key)
      stops.push(await focused(page))
    }
    expect(stops).toEqual(['已完成支付', '取消', '已完成支付', '取消'])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('立即支付')
  })

  it('chooses a channel by the arrow keys, and pays', async () => {
    const page = await shop.open('/pages/order/cashier')
    await tabTo(page, '打开收银台')
    await page.keyboard.press('Enter')
    await page.getByRole('radio', { name: '微信支付' }).waitFor()
    await expect.poll(() => inside(page)).toBe(true)
    await page.keyboard.press('Tab')
    const seen: string[] = []
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp']) {
      await page.keyboard.press(key)
      seen.push(await focused(page))
    }
    expect(seen).toEqual(['支付宝', '微信支付', '支付宝'])
    expect(await page.getByRole('radio', { name: '支付宝' }).getAttribute('aria-checked')).toBe('true')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: '请扫码支付' }).getByRole('img').waitFor()
    const { out_trade_no, channel } = await shop.newest()
    expect(channel).toBe('alipay')
    await shop.act(out_trade_no, 'pay')
    await page.waitForURL(/order\/success/)
  })
})

describe('another language, while something is open', () => {
  /** What `uni.setLocale()` does, which the build leaves out of a shop that does not call it. */
  const into = (page: Page, locale: string) => page.evaluate((to) => {
    (document.querySelector('#app') as unknown as { _vnode: { component: { proxy: { $locale: string } } } })._vnode.component.proxy.$locale = to
  }, locale)

  it('the cashier and its amount', async () => {
    const page = await shop.open('/pages/order/cashier')
    await cashierOpen(page)
    for (const [locale, title, time, label] of [['en', 'Checkout', / left to pay$/, 'Pay ¥39.90'], ['zh-Hant', '收銀台', /^付款剩餘時間 1\d:\d\d$/, '確認付款 ¥39.90'], ['zh-Hans', '收银台', /^支付剩余时间 /, '确认支付 ¥39.90']] as const) {
      await into(page, locale)
      const dialog = page.getByRole('dialog', { name: title })
      await dialog.getByRole('button', { name: label }).waitFor()
      await dialog.getByText(time).waitFor()
    }
  })

  it('the code', async () => {
    const page = await shop.open('/pages/goods/goods')
    await codeShown(page)
    await into(page, 'en')
    const dialog = page.getByRole('dialog', { name: 'Scan with WeChat to pay' })
    await dialog.getByText('¥39.90').waitFor()
    await dialog.getByText(/^\d:\d\d:\d\d left$/).waitFor()
    expect(await dialog.getByRole('button').allInnerTexts()).toEqual(['I have paid', 'Cancel'])
    await into(page, 'zh-Hant')
    await page.getByRole('dialog', { name: '請用微信掃碼支付' }).getByRole('button', { name: '已完成支付' }).waitFor()
  })

  it('the code of vkPay.pay()', async () => {
    const page = await shop.open('/pages/vip/vip')
    await tap(page, '开通')
    await page.getByRole('dialog', { name: '请用微信扫码支付' }).waitFor()
    await into(page, 'en')
    const dialog = page.getByRole('dialog', { name: 'Scan with WeChat to pay' })
    await dialog.waitFor()
    expect(await dialog.getByRole('button').allInnerTexts()).toEqual(['I have paid', 'Cancel'])
  })

  it('the status page', async () => {
    const page = await shop.open(result, undefined, trade('NOTPAY'))
    await text('尚未收到付款')(page)
    await into(page, 'en')
    await text('No payment received yet')(page)
    await text(`Order ${NO}`)(page)
    await into(page, 'zh-Hant')
    await text(`訂單號 ${NO}`)(page)
  })

  it('a channel that speaks Chinese only is not what a reader of English is told', async () => {
    const page = await shop.open('/pages/order/cashier', undefined, saying({ 'pay/createPayment': { code: 40010, msg: '商户号该产品权限未开通' } }))
    await into(page, 'en')
    await tap(page, '打开收银台')
    await page.getByRole('button', { name: 'Pay ¥39.90' }).click()
    await page.getByRole('status').getByText('Payment failed').first().waitFor()
    expect(await page.getByText('商户号').count()).toBe(0)
  })
})
