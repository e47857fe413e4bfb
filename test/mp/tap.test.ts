import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MpPage, Traffic } from './support/mini-program'
import { boot, settle } from './support/mini-program'
import { instant } from './support/instant'
import { createPhone, silent } from './support/phone'

const phone = createPhone()
const app = boot(join(import.meta.dirname, '../../.tmp/pay-pages/dist/build/mp-weixin'), phone.install)
let page: MpPage

/** What was sent to the renderer while something was done. */
async function traffic(of: () => Promise<unknown>): Promise<Pick<Traffic, 'calls' | 'bytes'>> {
  const before = app.traffic()
  await of()
  const { calls, bytes } = app.traffic()
  return { calls: calls - before.calls, bytes: bytes - before.bytes }
}

beforeEach(() => {
  phone.reset()
  phone.server = instant
  phone.cashier = silent
})
afterEach(() => page.close())

/** Today's figures and a little: what is redrawn for nothing shows here. */
describe('what mp-weixin is given to draw, with answers that come at once', () => {
  it('a button: once, when its page opens', async () => {
    const { calls, bytes } = await traffic(async () => page = await app.open('pages/tap/tap'))
    expect(calls).toBeLessThanOrEqual(2)
    expect(bytes).toBeLessThanOrEqual(220)
  })

  it('from the tap to the open cashier: nothing twice', async () => {
    page = await app.open('pages/tap/tap')
    const { calls, bytes } = await traffic(async () => {
      page.tap('.vk-pay-button')
      await settle()
    })
    expect(phone.payments).toHaveLength(1)
    expect(page.find('.vk-pay-button').textContent).toContain('等待支付')
    expect(calls).toBeLessThanOrEqual(2)
    expect(bytes).toBeLessThanOrEqual(80)
  })

  it('a status page: a skeleton and the truth', async () => {
    const { calls, bytes } = await traffic(async () => page = await app.open('pages/order-status/order-status'))
    expect(page.text()).toContain('支付成功')
    expect(calls).toBeLessThanOrEqual(6)
    expect(bytes).toBeLessThanOrEqual(700)
  })
})
