import { expect, it, vi } from 'vitest'
import { startStack } from '../../../scripts/lib/local-stack.mjs'
import { boot } from '../../mp/support/mini-program'
import { createPhone } from '../../mp/support/phone'
import { overHttp } from '../../mp/support/servers'
import { buildFreshApp } from './fresh-app.mjs'

/** One app for a process: the simulator has one global scope. */
export function payInFreshMiniProgram(way: 'zip' | 'npm'): void {
  it(`a new app with the plugin from ${way} is built for mp-weixin, tapped, and paid at the gateway`, async () => {
    const output = await buildFreshApp(way, 'mp-weixin', 'http://shop.example/vk-pay')
    const { gateway, server, close } = await startStack({ server: { log: () => {} } })
    try {
      const phone = createPhone()
      const app = boot(output, phone.install)
      phone.server = overHttp(server.url)
      phone.cashier = async ({ provider, ...signed }) => {
        const answer = await fetch(`${gateway.url}/gateway/client/jsapi`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ appId: gateway.account.appid, ...signed, action: 'pay' }),
        })
        return (await answer.json() as { errMsg: string }).errMsg
      }
      const page = await app.open('pages/index/index')
      page.tap('.vk-pay-button')
      await vi.waitFor(() => expect(page.text()).toContain('success idle'), { timeout: 10_000, interval: 100 })
      await vi.waitFor(() => expect(page.text()).toContain('支付成功'), { timeout: 10_000, interval: 100 })
      expect(phone.payments).toHaveLength(1)
      page.close()
    }
    finally {
      vi.useRealTimers()
      await close()
    }
  })
}
