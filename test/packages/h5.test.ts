import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startStack } from '../../scripts/lib/local-stack.mjs'
import { launchBrowser } from '../e2e/support/browser'
import { buildFreshApp } from './support/fresh-app.mjs'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

it.each(['zip', 'npm'] as const)('a new app with the plugin from %s is built for H5, and paid in a browser', async (way) => {
  const shop = await buildFreshApp(way, 'h5', '/vk-pay')
  const { gateway, server, close } = await startStack({ gateway: { speed: 60 }, server: { shop, log: () => {} } })
  const context = await browser.newContext({ locale: 'zh-CN' })
  try {
    const page = await context.newPage()
    await page.goto(server.url)
    await page.getByRole('button', { name: 'pay' }).click()
    await page.getByRole('dialog').getByRole('img').waitFor()
    const { orders: [order] } = await (await fetch(`${gateway.url}/gateway/orders`)).json() as { orders: { out_trade_no: string }[] }
    await fetch(`${gateway.url}/gateway/orders/${order!.out_trade_no}/act`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"action":"pay"}' })
    await page.getByText('支付成功').filter({ visible: true }).first().waitFor()
    expect(await page.locator('.said').textContent()).toBe('success idle')
  }
  finally {
    await context.close()
    await close()
  }
})
