/**
 * `npm run docs:pictures`: every state of every component, in light and dark, on a phone and on a
 * desktop, in the three languages, from the demo as it was built. One sheet a component, theme, width
 * and language, into `docs/public/pictures`; `npm run docs:pictures status` for one component.
 *
 * Theme, width and language are changed while everything is open, as they are in an app.
 */
import { mkdirSync, statSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { findBrowser, launchBrowser } from '../lib/browser.mjs'
import { isThere, readJson } from '../lib/files.mjs'
import { inRoot } from '../lib/root.mjs'

const demo = inRoot('docs/public/demo')
const output = inRoot('docs/public/pictures')
export const table = readJson(inRoot('examples/demo/src/gallery/scenes.json'))

export const themes = ['light', 'dark']
export const languages = ['zh-Hans', 'zh-Hant', 'en']
/** How wide the page is, how many stand side by side, and how much smaller they are drawn. */
export const widths = {
  phone: { width: 390, columns: 4, scale: 1 },
  desktop: { width: 1280, columns: 2, scale: 0.6 },
}

export const pictureName = (component, theme, width, language) => `${component}-${theme}-${width}-${language}.jpg`

const ORIGIN = 'http://demo.local'
const TAKEN_AT = new Date('2026-03-08T10:00:00+08:00')
/** Until everything has come up; less than the cashier waits for the list of channels. */
const SETTLE_MS = 2000

function sheetOf({ scenes }) {
  const frames = Object.keys(scenes).map(id => `<figure id="${id}"><figcaption></figcaption><div><iframe src="demo/index.html?scene=${id}#/pages/gallery/gallery"></iframe></div></figure>`)
  return `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><style>
body { margin: 0; width: max-content; background: #dfe1e5; color: #1d2129; font: 15px/1.4 system-ui, 'WenQuanYi Micro Hei', sans-serif }
main { display: grid; gap: 20px; padding: 20px }
figure { margin: 0 }
figcaption { padding-bottom: 6px }
figure > div { overflow: hidden; border-radius: 8px; box-shadow: 0 0 0 1px rgb(128 128 128 / 30%) }
iframe { display: block; border: 0; transform-origin: 0 0 }
@media (prefers-color-scheme: dark) { body { background: #2b2c30; color: #f5f5f7 } }
</style><main>${frames.join('')}</main>`
}

/** The demo and the sheet, without a server. */
async function serve(page, component) {
  await page.route(`${ORIGIN}/**`, (route) => {
    const path = new URL(route.request().url()).pathname
    return path === '/sheet.html'
      ? route.fulfill({ contentType: 'text/html', body: sheetOf(component) })
      : route.fulfill({ path: `${demo}/${path.replace('/demo/', '')}` })
  })
}

/** In the page. */
function layOut({ width, columns, scale, height }) {
  const main = document.querySelector('main')
  main.style.gridTemplateColumns = `repeat(${Math.min(columns, main.children.length)}, ${width * scale}px)`
  for (const frame of document.querySelectorAll('iframe')) {
    frame.style.cssText = `width:${width}px;height:${height}px;transform:scale(${scale})`
    frame.parentElement.style.cssText = `width:${width * scale}px;height:${height * scale}px`
  }
}

/** In the page. */
function caption(words) {
  for (const [id, text] of Object.entries(words))
    document.querySelector(`#${id} figcaption`).textContent = text
}

async function take(browser, name) {
  const component = table[name]
  const context = await browser.newContext({ viewport: { width: 1700, height: 1000 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' })
  const page = await context.newPage()
  const complaints = []
  page.on('pageerror', error => complaints.push(String(error)))
  await page.clock.install({ time: TAKEN_AT })
  await page.clock.pauseAt(TAKEN_AT)
  await serve(page, component)
  await page.goto(`${ORIGIN}/sheet.html`)
  await page.evaluate(layOut, { ...widths.phone, height: component.phone })
  await page.clock.runFor(SETTLE_MS)
  await page.clock.runFor(SETTLE_MS / 4)
  let taken = 0
  for (const language of languages) {
    const tongue = language === 'en' ? 'en' : 'zh'
    await Promise.all(page.frames().slice(1).map(frame => frame.evaluate(to => window.speak(to), language)))
    await page.evaluate(caption, Object.fromEntries(Object.entries(component.scenes).map(([id, words]) => [id, words[tongue]])))
    for (const [width, plan] of Object.entries(widths)) {
      await page.evaluate(layOut, { ...plan, height: component[width] })
      for (const theme of themes) {
        await page.emulateMedia({ colorScheme: theme })
        await page.locator('main').screenshot({ path: `${output}/${pictureName(name, theme, width, language)}`, type: 'jpeg', quality: 85 })
        taken++
      }
    }
  }
  await context.close()
  if (complaints.length > 0)
    throw new Error(`${name}: ${complaints.join('\n')}`)
  return taken
}

/** @returns how many */
export async function takePictures(names = Object.keys(table)) {
  mkdirSync(output, { recursive: true })
  const browser = await launchBrowser()
  let taken = 0
  try {
    for (const name of names)
      taken += await take(browser, name)
  }
  finally {
    await browser.close()
  }
  return taken
}

const oldest = files => Math.min(...files.map(file => isThere(file) ? statSync(file).mtimeMs : 0))

/** Takes them when the demo is newer. A machine without a browser has none, and the page says so. @returns what was done */
export async function freshPictures() {
  const wanted = Object.keys(table).flatMap(name => themes.flatMap(theme => Object.keys(widths).flatMap(width => languages.map(language => `${output}/${pictureName(name, theme, width, language)}`))))
  if (statSync(`${demo}/index.html`).mtimeMs < oldest(wanted))
    return 'the pictures are newer than the demo'
  try {
    await findBrowser()
  }
  catch (error) {
    return `no pictures: ${error.message}`
  }
  const startedAt = Date.now()
  return `${await takePictures()} pictures, ${((Date.now() - startedAt) / 1000).toFixed(1)} s`
}

if (fileURLToPath(import.meta.url) === process.argv[1]) {
  const { buildDemo } = await import('./demo.mjs')
  await buildDemo()
  const startedAt = Date.now()
  const taken = await takePictures(process.argv.length > 2 ? process.argv.slice(2) : undefined)
  console.log(`${taken} pictures in docs/public/pictures, ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
}
