import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { staticFiles } from '../../../examples/server/src/static-files'
import { launchBrowser } from '../../e2e/support/browser'
import { devices } from '../../e2e/support/shop'
import type { Figures } from './figures'
import { report, rounds } from './figures'

const ROUNDS = 15
/** A phone of the middle: the processor is slowed down so much. */
const SLOWER = 4

/** What the page notes about itself. */
interface Notes {
  tappedAt?: number
  calledAt?: number
  drawnAt?: number
  longTasks: number[]
  redraws: string[]
}
declare global {
  interface Window { notes: Notes, counting: boolean, sought: string }
}

const serve = staticFiles(join(import.meta.dirname, '../../../.tmp/bench-tap/dist/build/h5'))
const server = createServer((request, response) => serve(new URL(request.url ?? '/', 'http://app').pathname, response))
let browser: Browser
let url: string

beforeAll(async () => {
  browser = await launchBrowser()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await browser?.close()
  server.close()
  server.closeAllConnections()
})

/** Runs in the page before anything else: a backend that answers at once, WeChat's bridge, and notes. */
function prepare({ sought, counting }: { sought: string, counting: boolean }) {
  const notes: Notes = { longTasks: [], redraws: [] }
  const order = { code: 0, msg: '', out_trade_no: 'ORDER_000001', provider: 'wxpay', total_fee: 100 }
  const answers: Record<string, object> = {
    'pay/createPayment': { ...order, orderInfo: { appId: 'wx', timeStamp: '1', nonceStr: 'n', package: 'prepay_id=1', signType: 'RSA', paySign: 's' } },
    'pay/queryPayment': { ...order, orderPaid: true, status: 1, user_order_success: true, data: { trade_state: 'SUCCESS', total_fee: 100 } },
  }
  Object.assign(window, {
    notes,
    counting,
    instantBackend: { call: async (action: string) => answers[action] },
    WeixinJSBridge: { invoke: () => void (notes.calledAt = performance.now()) },
  })
  document.addEventListener('click', () => notes.tappedAt ??= performance.now(), true)
  new PerformanceObserver(list => notes.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask', buffered: true })
  new MutationObserver((_, observer) => {
    if (!document.body?.textContent?.includes(sought))
      return
    observer.disconnect()
    // the frame after the one that draws it
    requestAnimationFrame(() => requestAnimationFrame(() => notes.drawnAt = performance.now()))
  }).observe(document, { childList: true, subtree: true, characterData: true })
}

async function open(name: string, sought: string, { counting = false, slower = SLOWER } = {}): Promise<{ page: Page, cdp: CDPSession, close: () => Promise<void> }> {
  const context = await browser.newContext({ locale: 'zh-CN', ...devices.wechat })
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await page.addInitScript(prepare, { sought, counting })
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slower })
  await cdp.send('Performance.enable')
  await page.goto(`${url}/#/pages/${name}/${name}`)
  await page.waitForFunction(() => window.notes.drawnAt !== undefined)
  return { page, cdp, close: () => context.close() }
}

async function metrics(cdp: CDPSession): Promise<Record<string, number>> {
  const { metrics: all } = await cdp.send('Performance.getMetrics')
  return Object.fromEntries(all.map(({ name, value }) => [name, value]))
}

async function tapOnce(name: string, selector: string): Promise<Figures> {
  const quick = await tapQuickly(name, selector)
  const { page, cdp, close } = await open(name, '支付')
  const { longTasks: before, drawnAt } = await page.evaluate(() => window.notes)
  const origin = await metrics(cdp)
  await page.click(selector)
  await page.waitForFunction(() => window.notes.calledAt !== undefined)
  await page.waitForTimeout(200)
  const after = await metrics(cdp)
  const { tappedAt, calledAt, longTasks } = await page.evaluate(() => window.notes)
  await close()
  return {
    'own ms, not slowed down': quick,
    'own ms, tap → bridge': calledAt! - tappedAt!,
    'script ms, 200 ms on': ((after.ScriptDuration ?? 0) - (origin.ScriptDuration ?? 0)) * 1000,
    'layouts': (after.LayoutCount ?? 0) - (origin.LayoutCount ?? 0),
    'long tasks': longTasks.length - before.length,
    'first drawn, ms': drawnAt!,
  }
}

async function openOnce(name: string): Promise<Figures> {
  const { page, close } = await open(name, '支付成功')
  await page.waitForTimeout(100)
  const { drawnAt, longTasks } = await page.evaluate(() => window.notes)
  await close()
  return { 'truth drawn, ms': drawnAt!, 'long tasks': longTasks.length, 'longest, ms': Math.max(0, ...longTasks) }
}

/** On a processor that is not slowed down. */
async function tapQuickly(name: string, selector: string): Promise<number> {
  const { page, close } = await open(name, '支付', { slower: 1 })
  await page.click(selector)
  await page.waitForFunction(() => window.notes.calledAt !== undefined)
  const { tappedAt, calledAt } = await page.evaluate(() => window.notes)
  await close()
  return calledAt! - tappedAt!
}

/** Which components were drawn anew between the tap and the open cashier. */
async function redraws(name: string, selector: string): Promise<string[]> {
  const { page, close } = await open(name, '支付', { counting: true })
  await page.evaluate(() => void (window.notes.redraws.length = 0))
  await page.click(selector)
  await page.waitForFunction(() => window.notes.calledAt !== undefined)
  await page.waitForTimeout(200)
  const { redraws: drawn } = await page.evaluate(() => window.notes)
  await close()
  return drawn
}

it('tap', async () => {
  const drawn = await redraws('tap', '.vk-pay-button')
  expect(drawn.length).toBeGreaterThan(0)
  console.log(`H5, drawn anew from the tap to the open cashier: ${drawn.join(', ')}`)
  const others = await redraws('by-hand', '.by-hand')
  const figures = await rounds(ROUNDS, {
    'vk-pay-button': () => tapOnce('tap', '.vk-pay-button'),
    'by hand': () => tapOnce('by-hand', '.by-hand'),
  })
  report('h5, tap', {
    'vk-pay-button': { ...figures['vk-pay-button'], redraws: drawn.length },
    'by hand': { ...figures['by hand'], redraws: others.length },
  })
})

it('status page', async () => {
  report('h5, status page', await rounds(ROUNDS, {
    'vk-pay-status': () => openOnce('order-status'),
    'by hand': () => openOnce('status-by-hand'),
  }))
})
