import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modelServer } from '../support/model-server'
import type { MpPage, Traffic } from './support/mini-program'
import { boot, settle } from './support/mini-program'
import type { Answer } from './support/phone'
import { createPhone, silent } from './support/phone'
import { scripted } from './support/servers'

const phone = createPhone()
const app = boot(join(import.meta.dirname, '../../.tmp/pay-pages/dist/build/mp-weixin'), phone.install)
const [A, B] = ['ORDER_000001', 'ORDER_000002']

let server: ReturnType<typeof modelServer>
let page: MpPage
const created = () => phone.requests.filter(({ action }) => action === 'pay/createPayment').map(({ data }) => data.out_trade_no)
const told = () => (page.find('.told').textContent ?? '').trim()
const busy = (button: string) => page.has(`.${button} .vk-pay-button__spinner`)
const tap = (button: string) => page.tap(`.${button} .vk-pay-button`)

async function open(a: string, b: string) {
  page = await app.open('pages/two-buttons/two-buttons', { a, b })
}
beforeEach(() => {
  phone.reset()
  server = modelServer()
  phone.server = scripted(server)
})
afterEach(() => page.close())

describe('two buttons on one page, compiled for mp-weixin', () => {
  it('one pays, and the other knows nothing of it', async () => {
    await open(A, B)
    phone.cashier = silent
    tap('first')
    await settle(500)
    expect([busy('first'), busy('second')]).toEqual([true, false])
    page.hide()
    server.pay(A)
    page.show()
    await settle(5000)
    expect(told()).toBe(`first success ${A}`)
    expect(created()).toEqual([A])
    expect([busy('first'), busy('second')]).toEqual([false, false])
  })

  it('both pay orders of their own, side by side, and each hears of its own', async () => {
    app.relaunch()
    await open(A, B)
    const answers: ((answer: Answer) => void)[] = []
    phone.cashier = () => new Promise(resolve => answers.push(resolve))
    tap('first')
    tap('second')
    await settle(500)
    expect(created().sort()).toEqual([A, B])
    expect(answers).toHaveLength(2)
    // one sign-in is enough for both
    expect(phone.requests.filter(({ action }) => action === 'pay/code2SessionWeixin')).toHaveLength(1)

    answers[1]!('requestPayment:fail cancel')
    await settle(3000)
    expect(told()).toBe(`second cancel ${B}`)
    expect([busy('first'), busy('second')]).toEqual([true, false])
    server.pay(A)
    answers[0]!('requestPayment:ok')
    await settle(3000)
    expect(told()).toBe(`second cancel ${B}, first success ${A}`)
  })

  it('draws only the button that was tapped, at most three times on the way to the cashier', async () => {
    await open(A, B)
    let opened: Traffic | undefined
    phone.cashier = (params) => {
      opened = app.traffic()
      return silent(params)
    }
    const before = app.traffic()
    const answer = phone.hold('pay/createPayment')
    tap('first')
    await settle(100)
    expect(page.find('.first').textContent).toContain('正在下单')
    answer()
    await settle(100)
    expect(page.find('.first').textContent).toContain('等待支付')
    expect(page.find('.second').textContent).toContain('支付 ¥1.00')
    const [calls, bytes] = [opened!.calls - before.calls, opened!.bytes - before.bytes]
    console.info(`from the tap to wx.requestPayment, with the button's own label: ${calls} setData, ${bytes} bytes`)
    expect(calls).toBeGreaterThan(0)
    expect(calls).toBeLessThanOrEqual(3)
  })

  it('the same order tapped on both: each ends, and its success is true for both', async () => {
    await open(A, A)
    const answers: ((answer: Answer) => void)[] = []
    phone.cashier = () => new Promise(resolve => answers.push(resolve))
    tap('first')
    await settle(500)
    tap('second')
    await settle(500)
    server.pay(A)
    answers[0]!('requestPayment:ok')
    answers[1]!('requestPayment:fail cancel')
    await settle(5000)
    expect(told()).toBe(`first success ${A}, second success ${A}`)
    expect([busy('first'), busy('second')]).toEqual([false, false])
  })

  it('the same order, paid by the first and then tapped on the second: no second cashier', async () => {
    await open(A, A)
    phone.cashier = () => {
      server.pay(A)
      return 'requestPayment:ok'
    }
    tap('first')
    await settle(3000)
    tap('second')
    await settle(3000)
    expect(phone.payments).toHaveLength(1)
    expect(told()).toBe(`first success ${A}, second success ${A}`)
  })

  it('knows of both after the app was killed in the middle of both', async () => {
    await open(A, B)
    phone.cashier = silent
    tap('first')
    tap('second')
    await settle(500)
    app.relaunch()
    server.pay(A)
    await open(A, B)
    await settle(5000)
    // the page is told once; B stays written down until its end is known
    expect(told()).toMatch(new RegExp(`^\\w+ success ${A}$`))
    page.hide()
    server.pay(B)
    page.show()
    await settle(5000)
    expect(told()).toMatch(new RegExp(`^\\w+ success ${A}, \\w+ success ${B}$`))
  })
})
