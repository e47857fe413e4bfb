import type { Page, Route } from 'playwright-core'

/** What a page asks the server for: `pay/queryPayment` and its kind; `''` for what has no action. */
function actionOf(body: string | null): string {
  const { action = '' } = JSON.parse(body ?? '{}') as { action?: string }
  return action
}

/** What the page asks the pay function for from now on, in order. */
export function overhear(page: Page): string[] {
  const actions: string[] = []
  page.on('request', request => new URL(request.url()).pathname.endsWith('/vk-pay') && actions.push(actionOf(request.postData())))
  return actions
}

/**
 * The page's way to the pay function, to be cut and mended.
 *
 * The route stays for good and asks each time: taking one away while the page loads something can
 * leave that request hanging, and the page blank.
 */
export async function payLine(page: Page) {
  let isCut: (action: string) => boolean = () => false
  let lost = 0
  const underway = new Set<Promise<void>>()

  async function pass(route: Route) {
    await route.fulfill({ response: await route.fetch() })
  }

  await page.route('**/vk-pay', async (route) => {
    const action = actionOf(route.request().postData())
    if (isCut(action)) {
      lost++
      return route.abort()
    }
    const passing = pass(route).catch(() => {})
    underway.add(passing)
    await passing
    underway.delete(passing)
  })
  return {
    /** Requests that did not get through. */
    get lost() { return lost },
    /**
     * From now on the pay function is out of reach, for all actions or for those that `which` names.
     * Whatever had been asked before is answered when it resolves.
     */
    async cut(which: (action: string) => boolean = () => true) {
      isCut = which
      await Promise.all(underway)
    },
    mend() { isCut = () => false },
  }
}
