import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { staticFiles } from '../../examples/server/src/static-files'
import { signCallback } from 'vk-uni-pay/node'
import { launchBrowser } from '../e2e/support/browser'
import { buildExample, installServer } from './support/examples.mjs'
import type { Program } from './support/program'
import { freePorts, startProgram } from './support/program'

/** The examples as their readmes start them: two servers, the gateway of the command, two apps in a browser. */
const programs: Program[] = []
const data = mkdtempSync(join(tmpdir(), 'vk-pay-examples-'))
let browser: Browser
let backend: string
let gateway: string
let tickets: string
let notifyKey: string

async function json<T>(url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return await response.json() as T
}
const call = <T>(action: string, fields: object) => json<T>(backend, { action, data: fields })
const act = (orderNo: string, action: string) => json(`${gateway}/gateway/orders/${orderNo}/act`, { action })
const newestOrder = async () => (await json<{ orders: { out_trade_no: string, total_fee?: number, amount?: number }[] }>(`${gateway}/gateway/orders`)).orders[0]!

beforeAll(async () => {
  const [port, gatewayPort, ticketPort] = await freePorts(3)
  backend = `http://127.0.0.1:${port}/vk-pay`
  gateway = `http://127.0.0.1:${gatewayPort}`
  tickets = `http://127.0.0.1:${ticketPort}/paid`
  const host = installServer('http-backend')
  programs.push(await startProgram(host, ['node_modules/vk-uni-pay/cli/vk-uni-pay.mjs', 'gateway', '--port', String(gatewayPort), '--merchant-dir', '.', '--notify-url', backend], 'Merchant configuration written'))
  notifyKey = (createRequire(import.meta.url)(join(host, 'uni-pay/config.js')) as { notifyKey: string }).notifyKey
  programs.push(
    await startProgram(host, ['server.mjs'], 'Pay function at', { PORT: String(port), DATABASE: join(data, 'shop.db'), TICKET_URL: tickets }),
    await startProgram(installServer('remote-handler'), ['receiver.mjs'], 'Receiver at', { PORT: String(ticketPort), DATABASE: join(data, 'tickets.db'), NOTIFY_KEY: notifyKey }),
  )
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await Promise.all(programs.reverse().map(program => program.stop()))
  rmSync(data, { recursive: true, force: true, maxRetries: 5 })
})

/** Opens a built app at phone width, with a desktop's user agent: it is paid by QR code. */
async function open(folder: string, work: (page: Page) => Promise<void>) {
  const files = staticFiles(folder)
  const server = createServer((request, response) => files(new URL(request.url ?? '/', 'http://app').pathname, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 390, height: 844 } })
  try {
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await work(page)
  }
  finally {
    await context.close()
    server.close()
    server.closeAllConnections()
  }
}

describe('the examples', () => {
  it('minimal: buys at the price of the server, and says so on the status page', async () => {
    await open(await buildExample('minimal', 'h5', backend), async (page) => {
      await page.getByRole('button', { name: '支付 ¥39.90' }).click()
      await page.getByRole('dialog').getByRole('img').waitFor()
      const { out_trade_no } = await newestOrder()
      await act(out_trade_no, 'pay')
      await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
      expect(page.url()).toContain(`out_trade_no=${out_trade_no}`)
      expect(await call('pay/queryPayment', { out_trade_no, await_notify: true })).toMatchObject({ code: 0, user_order_success: true, data: { trade_state: 'SUCCESS', total_fee: 3990 } })
    })
  })

  it('own-cashier: a channel and an amount are chosen, dismissed, and paid under the same number', async () => {
    await open(await buildExample('own-cashier', 'h5', backend), async (page) => {
      // uni-app's own button has no role in a browser
      const button = (label: string) => page.locator('uni-button', { hasText: label })
      await page.getByText('1 元', { exact: true }).click()
      await button('支付 1 元').click()
      await page.getByText('请扫码支付 1 元').waitFor()
      const first = await newestOrder()
      await button('取消').click()
      await page.getByText('支付已取消').waitFor()
      await button('支付 1 元').click()
      await page.getByText('请扫码支付 1 元').waitFor()
      const { out_trade_no } = await newestOrder()
      expect(out_trade_no).toBe(first.out_trade_no)
      await act(out_trade_no, 'pay')
      await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
      expect(await call('pay/queryPayment', { out_trade_no, await_notify: true })).toMatchObject({ code: 0, user_order_success: true, data: { total_fee: 100 } })
    })
  })

  it('remote-handler: one ticket for one payment, notified twice', async () => {
    const out_trade_no = `TICKET_${Date.now()}`
    expect(await call('pay/createPayment', { provider: 'wxpay', vk_platform: 'h5', out_trade_no, total_fee: 12000, subject: '话剧', type: 'ticket', custom: { show: 'Teahouse' } })).toMatchObject({ code: 0 })
    await act(out_trade_no, 'pay-twice')
    await vi.waitFor(async () => expect(await call('pay/queryPayment', { out_trade_no })).toMatchObject({ user_order_success: true }), { timeout: 10_000, interval: 100 })
    expect(await json<object>(tickets)).toEqual({ tickets: [expect.objectContaining({ out_trade_no, show: 'Teahouse' })] })
  })

  it('remote-handler: one ticket, too, when our answer was lost and it is sent once more; and an envelope counts once', async () => {
    const paid = { callback_id: 'paid:TICKET_1', out_trade_no: 'TICKET_1', show: 'Teahouse' }
    const [first, second] = [signCallback(paid, notifyKey), signCallback(paid, notifyKey)]
    expect(await json(tickets, first)).toEqual({ code: 0, msg: 'sent' })
    expect(await json(tickets, second)).toEqual({ code: 0, msg: 'sent before' })
    expect(await json(tickets, first)).toMatchObject({ code: 400 })
    expect((await json<{ tickets: typeof paid[] }>(tickets)).tickets.filter(ticket => ticket.out_trade_no === 'TICKET_1')).toHaveLength(1)
  })

  it('remote-handler: believes nobody else', async () => {
    expect(await json(tickets, { data: { callback_id: 'forged', out_trade_no: 'TICKET_0' }, timestamp: Date.now(), nonce: 'a'.repeat(24), signature: 'f'.repeat(64) })).toMatchObject({ code: 400 })
  })
})
