import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../e2e/support/browser'
import { serveSite } from './support/serve'

let site: Awaited<ReturnType<typeof serveSite>>
let browser: Browser

beforeAll(async () => {
  site = await serveSite()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  site?.close()
})

interface Visit { size?: [width: number, height: number], colorScheme?: 'light' | 'dark' | null }

/** Opens a page, and collects what it complains about and whom it asks besides this site. */
async function visit(path: string, work: (page: Page) => Promise<void>, { size: [width, height] = [1280, 900], colorScheme = 'light' }: Visit = {}) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme })
  const complaints: string[] = []
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('response', response => response.status() >= 400 && complaints.push(`${response.status()} ${response.url()}`))
  page.on('request', request => !request.url().startsWith(site.url) && !/^(?:data|blob):/.test(request.url()) && complaints.push(`asks ${request.url()}`))
  try {
    await page.goto(site.url + path)
    await work(page)
    expect(complaints).toEqual([])
  }
  finally {
    await page.close()
  }
}

const demo = (page: Page) => page.frameLocator('iframe').first()

describe.concurrent('the phone in the documentation', () => {
  it.each([
    ['付款', ['success']],
    ['付款，然后按返回', ['success']],
    ['付款，通知晚到', ['success']],
    ['取消', ['cancel']],
  ])('%s ends in %j', async (action, events) => {
    await visit('/components/button.html', async (page) => {
      await demo(page).getByRole('button', { name: '支付 ¥39.90' }).click()
      await demo(page).locator('.label', { hasText: new RegExp(`^\\s*${action}\\s*$`) }).click()
      for (const event of events)
        await demo(page).locator('.event', { hasText: new RegExp(`^${event}$`) }).waitFor({ timeout: 15_000 })
    })
  })

  it('is pending while the server is gone, and paid after the app was killed and opened again', async () => {
    await visit('/components/button.html', async (page) => {
      await demo(page).getByRole('button', { name: '支付 ¥39.90' }).click()
      await demo(page).locator('.action', { hasText: '服务端断线' }).click()
      await demo(page).locator('.event', { hasText: /^pending$/ }).waitFor({ timeout: 30_000 })
      await page.goto(`${site.url}/composables/use-payment-store.html`)
      await demo(page).getByText('笔正在确认').waitFor()
    })
  })

  it('hears of a payment that was made elsewhere', async () => {
    await visit('/composables/use-payment-status.html', async (page) => {
      await demo(page).locator('.value', { hasText: /^unpaid$/ }).waitFor()
      await demo(page).getByText('在别处付款').click()
      await demo(page).locator('.value', { hasText: /^paid$/ }).waitFor({ timeout: 15_000 })
    })
  })

  it('lists the channels of the server, and pays with the chosen one', async () => {
    await visit('/en/composables/use-channels.html', async (page) => {
      await demo(page).getByText('alipay', { exact: true }).click()
      await demo(page).getByText('Pay with it').click()
      await demo(page).locator('.sheet', { hasText: 'Alipay' }).locator('.action').first().click()
      await demo(page).locator('.detail', { hasText: 'alipay' }).waitFor({ timeout: 15_000 })
    })
  })

  it('speaks English, and is dark where the page is', async ({ expect }) => {
    await visit('/en/components/status.html', async (page) => {
      await demo(page).getByText('The server says').waitFor()
      await page.locator('.VPNavBar .VPSwitchAppearance').first().click()
      await expect.poll(() => demo(page).locator('body').evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true)
      // an emulated preference would hold for the frame, too
    }, { colorScheme: null })
  })
})

describe('the pictures', () => {
  it('are there in both themes and widths and all languages', async () => {
    await visit('/components/pictures.html', async (page) => {
      const [theme, width, language] = [page.locator('.choices select').nth(0), page.locator('.choices select').nth(1), page.locator('.choices select').nth(2)]
      const lost = await page.evaluate(async () => {
        const sources = [...document.querySelectorAll<HTMLImageElement>('.picture img')].map(({ src }) => src)
        const all = sources.flatMap(src => ['light', 'dark'].flatMap(theme => ['phone', 'desktop'].flatMap(width => ['zh-Hans', 'zh-Hant', 'en'].map(language => src.replace(/-light-phone-zh-Hans/, `-${theme}-${width}-${language}`)))))
        const answers = await Promise.all(all.map(async src => [src, (await fetch(src, { method: 'HEAD' })).status] as const))
        return { asked: new Set(all).size, lost: answers.filter(([, status]) => status !== 200) }
      })
      expect(lost).toEqual({ asked: 60, lost: [] })
      await theme.selectOption('dark')
      await width.selectOption('desktop')
      await language.selectOption('en')
      const last = page.locator('.picture img').last()
      await last.scrollIntoViewIfNeeded()
      expect(await last.getAttribute('src')).toMatch(/return-dark-desktop-en\.jpg$/)
      await expect.poll(() => last.evaluate(image => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(1000)
    })
  })
})

describe('search', () => {
  it.each([
    ['/guide/', '对账', '对账'],
    ['/guide/', '唯一索引', '从空的服务空间开始'],
    ['/guide/', '按钮点不动', '按症状排查'],
    ['/guide/', 'user_order_success', '结果从哪里来'],
    ['/en/guide/', 'reconciliation', 'Reconciliation'],
  ])('%s finds %s', async (path, query, title) => {
    await visit(path, async (page) => {
      await page.locator('.DocSearch-Button').first().click()
      await page.locator('.search-input').fill(query)
      await page.locator('.result', { hasText: title }).first().waitFor()
    })
  })
})

describe('pages', () => {
  const pages = ['/', '/guide/', '/components/button.html', '/components/pictures.html', '/reference/outcomes.html', '/reference/errors.html', '/cloud/setup.html', '/troubleshooting.html']

  it.each(pages.flatMap(path => [path, `/en${path}`]))('%s fits a phone, and complains of nothing', async (path) => {
    await visit(path, async (page) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    }, { size: [375, 812], colorScheme: 'dark' })
  })
})
