import type { BrowserContext, Page, Route } from 'playwright-core'

/**
 * What WeChat puts into its pages: a `WeixinJSBridge` that comes late, as on a slow phone, and does
 * with the parameters what the gateway's WeChat does (`action`: `pay`, `refuse`).
 */
export function withBridge(gatewayUrl: string, action: 'pay' | 'refuse' = 'pay') {
  return (context: BrowserContext) => context.addInitScript(({ gatewayUrl, action }) => {
    const bridge = {
      async invoke(_name: string, params: object, done: (answer: object) => void) {
        const response = await fetch(`${gatewayUrl}/gateway/client/jsapi`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...params, action }) })
        const { errMsg } = await response.json() as { errMsg: string }
        done({ err_msg: /cancel/.test(errMsg) ? 'get_brand_wcpay_request:cancel' : errMsg.replace('requestPayment', 'get_brand_wcpay_request') })
      },
    }
    setTimeout(() => {
      Object.assign(window, { WeixinJSBridge: bridge })
      document.dispatchEvent(new Event('WeixinJSBridgeReady'))
    }, 1000)
  }, { gatewayUrl, action })
}

/** Sees the visits to the authorisation; `answer` stands in for WeChat until `letThrough()`. */
export async function watchAuthorize(page: Page, answer?: (asked: URL, back: URL) => void) {
  const visits: URL[] = []
  await page.route('**/connect/oauth2/authorize**', async (route: Route) => {
    const asked = new URL(route.request().url())
    visits.push(asked)
    if (!answer)
      return route.continue()
    const back = new URL(asked.searchParams.get('redirect_uri')!)
    answer(asked, back)
    await route.fulfill({ status: 302, headers: { location: back.href } })
  })
  return {
    visits,
    letThrough() { answer = undefined },
  }
}
