import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Stack } from '../../../scripts/lib/local-stack.mjs'
import { startStack } from '../../../scripts/lib/local-stack.mjs'
import { launchBrowser } from './browser'

const shopFolder = fileURLToPath(new URL('../../../examples/shop/dist/build/h5', import.meta.url))

/** What the server's database says, through the page that shows it. */
export interface ShopState {
  goods: { _id: string, stock: number, sales: number }[]
  user: { balance: number, is_vip: boolean, vip_type?: string, vip_expire_date: number }
  orders: { out_trade_no: string }[]
  recharge_logs: { out_trade_no: string }[]
  vip_purchase_logs: { out_trade_no: string }[]
}

/** What the gateway knows of an order. */
export interface GatewayOrder {
  out_trade_no: string
  trade_state: string
  channel?: string
  creates: number
  notifications: { kind: string, status: number }[]
}

/** Ready-made kinds of browsers; each pays in its own way. */
export const devices = {
  desktop: { viewport: { width: 1280, height: 800 } },
  /** A desktop browser as narrow as a phone: pays by QR code, and shows what a phone shows. */
  narrow: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, userAgent: 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36' },
  wechat: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN' },
  /** WeChat on a desktop: its browser has no cashier of its own. */
  wechatDesktop: { viewport: { width: 1000, height: 800 }, userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0.0.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI MiniProgramEnv/Windows WindowsWechat/WMPF WindowsWechat(0x63090a13)' },
} satisfies Record<string, BrowserContextOptions>

async function json<T>(url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return await response.json() as T
}

/** The built shop, its server and the gateway, in a browser; one stack for a file of tests. */
export function useShop() {
  let stack: Stack
  let browser: Browser
  const contexts: BrowserContext[] = []
  let complaints: string[] = []

  beforeAll(async () => {
    [stack, browser] = await Promise.all([
      startStack({ gateway: { speed: 60 }, server: { shop: shopFolder, log: () => {} } }),
      launchBrowser(),
    ])
  })
  afterAll(async () => {
    await browser?.close()
    await stack?.close()
  })
  afterEach(async () => {
    const said = complaints
    complaints = []
    await Promise.all(contexts.splice(0).map(context => context.close()))
    expect(said, 'the page complains about nothing').toEqual([])
  })

  /** In a browser of its own; `prepare` comes before the first page is loaded. */
  async function open(path: string, device: BrowserContextOptions = devices.desktop, prepare?: (context: BrowserContext) => unknown): Promise<Page> {
    const context = await browser.newContext({ locale: 'zh-CN', ...device })
    contexts.push(context)
    await prepare?.(context)
    return openTab(context, path)
  }

  /** A further tab of that browser. */
  async function openTab(context: BrowserContext, path: string): Promise<Page> {
    const page = await context.newPage()
    page.on('pageerror', error => complaints.push(error.message))
    await page.goto(`${stack.server.url}/#${path}`)
    return page
  }

  const state = () => json<ShopState>(`${stack.server.url}/demo/state`)
  return {
    open,
    openTab,
    state,
    get gateway() { return stack.gateway },
    get server() { return stack.server },
    goods: async () => (await state()).goods[0]!,
    orders: async () => (await json<{ orders: GatewayOrder[] }>(`${stack.gateway.url}/gateway/orders`)).orders,
    newest: async () => (await json<{ orders: GatewayOrder[] }>(`${stack.gateway.url}/gateway/orders`)).orders[0]!,
    order: (no: string) => json<GatewayOrder>(`${stack.gateway.url}/gateway/orders/${no}`),
    act: (no: string, action: string, more: object = {}) => json(`${stack.gateway.url}/gateway/orders/${no}/act`, { action, ...more }),
    post: json,
    /** Opens the gateway's cashier in a second tab, as the demo's own link does. */
    async cashier(page: Page): Promise<Page> {
      const [tab] = await Promise.all([
        page.context().waitForEvent('page'),
        page.getByText('去本地网关收银台付款').click(),
      ])
      await tab.waitForLoadState()
      return tab
    },
  }
}

/** Asks until it is so; the test's own time limit ends it. */
export async function eventually<T>(ask: () => Promise<T>, isRight: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask()
    if (isRight(value))
      return value
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
