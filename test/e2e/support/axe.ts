import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Everything axe-core knows: WCAG A and AA up to 2.2, and its best practices. */
const ALL = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface Violation { id: string, nodes: { html: string, failureSummary?: string }[] }

/** What axe-core finds wrong, one line each. `colours`: only what a theme can change. */
export async function axe(page: Page, colours = false): Promise<string[]> {
  await page.evaluate(`window.axe || (() => { ${source} })()`)
  const violations = await page.evaluate(
    async runOnly => (await (window as unknown as { axe: { run: (context: Document, options: object) => Promise<{ violations: Violation[] }> } }).axe.run(document, { runOnly, resultTypes: ['violations'] })).violations,
    colours ? { type: 'rule', values: ['color-contrast'] } : { type: 'tag', values: ALL },
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary.split('\n').slice(1).join(' ').trim().slice(0, 240)}`))
}

/** Until a sheet that is coming up has arrived. */
export async function atRest(page: Page): Promise<void> {
  const place = () => page.evaluate(() => JSON.stringify([...document.querySelectorAll('[role=dialog]')].map(dialog => dialog.getBoundingClientRect().toJSON() as DOMRect)))
  for (let before = ''; ;) {
    const now = await place()
    if (now === before)
      return
    before = now
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

/** Whatever can be tapped and is smaller than 44 px, in what a finger hits. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const LEAST = 44
    const targets = [...document.querySelectorAll<HTMLElement>('[role=button], [role=link], [role=radio], button, a[href], input')]
    const seen = (element: HTMLElement) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden'
    // a dialog makes what is behind it unreachable
    const dialog = [...document.querySelectorAll('[role=dialog]')].find(one => seen(one as HTMLElement))
    return targets.filter(target => seen(target) && (!dialog || dialog.contains(target))).filter((target) => {
      target.scrollIntoView({ block: 'center' })
      const { left, top, width, height } = target.getBoundingClientRect()
      const [x, y, reach] = [left + width / 2, top + height / 2, LEAST / 2 - 0.5]
      return [[0, -reach], [0, reach], [-reach, 0], [reach, 0]].some(([dx, dy]) => {
        const hit = document.elementFromPoint(x + dx!, y + dy!)
        return !hit || !target.contains(hit)
      })
    }).map(target => `${target.outerHTML.slice(0, 160)} ${Math.round(target.offsetWidth)} × ${Math.round(target.offsetHeight)}`)
  })
}

/** Whatever can be tapped and has no place in the order of Tab. */
export function unreachable(page: Page): Promise<string[]> {
  return page.evaluate(() => [...document.querySelectorAll<HTMLElement>('[role=button], [role=link], [role=radio]')]
    .filter(target => target.getClientRects().length > 0 && target.tabIndex < 0 && target.ariaDisabled !== 'true')
    .map(target => target.outerHTML.slice(0, 160)))
}
