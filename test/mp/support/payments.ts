import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modelServer } from '../../support/model-server'
import type { MpPage } from './mini-program'
import { settle } from './mini-program'
import type { Answer } from './phone'
import { silent } from './phone'
import { scripted } from './servers'
import type { Subject } from './subject'

/** A way to pay in the shop: its page, and what a payer does there. */
interface Door {
  name: string
  route: string
  query?: Record<string, string>
  pay: (page: MpPage) => Promise<void>
}

const order = { out_trade_no: 'ORDER_000001', total_fee: 3990, subject: '高山乌龙茶', type: 'goods' }

const doors: readonly Door[] = [
  {
    name: 'the goods page\'s button',
    route: 'pages/goods/goods',
    async pay(page) {
      page.tap('.vk-pay-button')
    },
  },
  {
    name: 'the cashier in a popup, by ref.open()',
    route: 'pages/order/cashier',
    async pay(page) {
      page.tap(page.all('.way')[0]!)
      await settle(500)
      page.tap('.vk-pay-tap--primary')
    },
  },
  {
    name: 'the cashier as a page',
    route: 'uni_modules/vk-uni-pay/pages/cashier/cashier',
    query: { order: encodeURIComponent(JSON.stringify(order)), result_url: encodeURIComponent('/pages/order/success') },
    async pay(page) {
      await settle(500)
      page.tap('.vk-pay-tap--primary')
    },
  },
]

/** Longer than it takes to ask once or twice, shorter than the deadline of a minute. */
const SOON_MS = 5000
const DEADLINE_MS = 80_000

/** Each way to pay through each way it can end, killed app included. The pages are the shop's, compiled. */
export function payments({ platform, phone, app, says }: Subject): void {
  let server: ReturnType<typeof modelServer>
  let page: MpPage

  const orderNo = () => String(phone.requests.find(({ action }) => action === 'pay/createPayment')?.data.out_trade_no)
  const asked = () => phone.requests.filter(({ action }) => action === 'pay/queryPayment').length
  const toStatus = () => expect.stringMatching(new RegExp(`^(?:navigate|redirect)To /pages/order/success\\?order_no=${orderNo()}$`))
  /** Whatever the page said to the payer: two of them by toast, one in its text. */
  const told = () => [...phone.toasts, page.has('.said') ? page.find('.said').textContent?.trim() : undefined].filter(Boolean)

  describe.each(doors)(`${platform}: $name`, ({ route, query, pay }) => {
    const open = () => app.open(route, query)
    beforeEach(async () => {
      phone.reset()
      server = modelServer()
      phone.server = scripted(server)
      page = await open()
    })
    afterEach(() => page.close())

    it('succeeds once the server said paid, and not before', async () => {
      const answer = phone.hold('pay/queryPayment')
      phone.cashier = () => {
        server.pay(orderNo())
        return says.paid
      }
      await pay(page)
      await settle(SOON_MS)
      expect(phone.payments).toHaveLength(1)
      expect(phone.visits).toEqual([])

      answer()
      await settle(SOON_MS)
      expect(phone.visits).toEqual([toStatus()])
      expect(told().filter(text => text !== '支付成功')).toEqual([])
    })

    it('is cancelled when the payer left, and the server was asked', async () => {
      phone.cashier = () => says.cancel
      await pay(page)
      await settle(SOON_MS)
      expect(asked()).toBeGreaterThan(0)
      expect(told()).toEqual(['支付已取消'])
      expect(phone.visits).toEqual([])
    })

    it('succeeds when the payer left, and had in truth paid', async () => {
      phone.cashier = () => {
        server.pay(orderNo())
        return says.cancel
      }
      await pay(page)
      await settle(SOON_MS)
      expect(phone.visits).toEqual([toStatus()])
      expect(told()).not.toContain('支付已取消')
    })

    it('fails with a sentence when the cashier failed, and the server says not paid', async () => {
      phone.cashier = () => says.fail
      await pay(page)
      await settle(SOON_MS)
      expect(asked()).toBeGreaterThan(0)
      expect(told()).toEqual(['支付失败'])
      expect(phone.visits).toEqual([])
    })

    it('is pending on an answer that nobody knows, and never failed', async () => {
      phone.cashier = () => says.unknown
      await pay(page)
      await settle(SOON_MS)
      expect(told()).toEqual([])
      expect(phone.visits).toEqual([])
      await settle(DEADLINE_MS)
      expect(told()).toEqual([])
      expect(phone.visits).toEqual([toStatus()])
    })

    it('notices a cashier that never calls back, once the page is shown again', async () => {
      phone.cashier = silent
      await pay(page)
      await settle(SOON_MS)
      expect(phone.payments).toHaveLength(1)
      expect(asked()).toBe(0)
      page.hide()
      server.pay(orderNo())
      page.show()
      await settle(SOON_MS)
      expect(phone.visits).toEqual([toStatus()])
    })

    it('knows after being killed in the cashier that it was paid', async () => {
      phone.cashier = silent
      await pay(page)
      await settle(SOON_MS)
      app.relaunch()
      server.pay(orderNo())
      page = await open()
      await settle(SOON_MS)
      expect(phone.payments).toHaveLength(1)
      expect(phone.visits).toEqual([toStatus()])
    })
  })

  it(`${platform}: killed while the order was on its way, told nothing, killed again, and paid in the end`, async () => {
    phone.reset()
    server = modelServer()
    phone.server = scripted(server)
    page = await app.open('pages/goods/goods')
    const answer = phone.hold('pay/createPayment')
    page.tap('.vk-pay-button')
    await settle(1000)
    app.relaunch()
    answer()
    page = await app.open('pages/goods/goods')
    await settle(SOON_MS)
    expect(phone.payments).toEqual([])
    expect([told(), phone.visits]).toEqual([[], []])

    app.relaunch()
    server.pay(orderNo())
    page = await app.open('pages/goods/goods')
    await settle(SOON_MS)
    expect(told()).toEqual(['支付成功'])
    expect(phone.visits).toEqual([toStatus()])
    page.close()
  })
}

/**
 * What the goods page makes of each raw answer of the channel, as it is delivered and in which
 * callback, while the server says not paid.
 */
export function readings({ platform, phone, app }: Subject, rows: Record<'cancelled' | 'failed' | 'pending', readonly Answer[]>): void {
  const words: Record<string, string[]> = { cancelled: ['支付已取消'], failed: ['支付失败'], pending: [] }
  const cases = Object.entries(rows).flatMap(([outcome, answers]) => answers.map(answer => [JSON.stringify(answer), outcome, answer] as const))

  it.each(cases)(`${platform}: %s is %s`, async (_, outcome, answer) => {
    phone.reset()
    phone.server = scripted(modelServer())
    phone.cashier = () => answer
    const page = await app.open('pages/goods/goods')
    page.tap('.vk-pay-button')
    await settle(SOON_MS)
    expect(phone.toasts).toEqual(words[outcome])
    expect(phone.visits).toEqual([])
    await settle(DEADLINE_MS)
    expect(phone.toasts).toEqual(words[outcome])
    expect(phone.visits).toHaveLength(outcome === 'pending' ? 1 : 0)
    page.close()
  })
}

/** Where the channel must know who pays: asked for once, and a payment that cannot be told fails before the cashier. */
export function openids({ platform, phone, app }: Subject, action: string): void {
  let server: ReturnType<typeof modelServer>
  let page: MpPage
  const actions = () => phone.requests.map(request => request.action).filter(one => one !== 'pay/queryPayment')
  const buy = async () => {
    page.tap('.vk-pay-button')
    await settle(SOON_MS)
  }

  describe(`${platform}: the payer's openid`, () => {
    beforeEach(async () => {
      phone.reset()
      server = modelServer()
      phone.server = scripted(server)
      phone.cashier = () => 'requestPayment:fail cancel'
      app.relaunch()
      page = await app.open('pages/goods/goods')
    })
    afterEach(() => page.close())

    it('is exchanged for the sign-in\'s code, once, and sent with each order', async () => {
      phone.cashier = () => {
        server.pay(String(phone.requests.filter(request => request.action === 'pay/createPayment').at(-1)?.data.out_trade_no))
        return { success: {} }
      }
      await buy()
      await buy()
      expect(actions()).toEqual([action, 'pay/createPayment', 'pay/createPayment'])
      expect(phone.requests[0]!.data).toEqual({ code: phone.loginCode })
      const creates = phone.requests.filter(request => request.action === 'pay/createPayment')
      expect(creates.map(({ data }) => data.openid)).toEqual(['openid-1', 'openid-1'])
      expect(new Set(creates.map(({ data }) => data.out_trade_no)).size).toBe(2)
      expect(phone.payments).toHaveLength(2)
    })

    it.each([
      ['the server refuses the code', { code: 40163, msg: 'code been used' }],
      ['its answer has no openid', { code: 0, msg: 'ok' }],
    ])('fails without a cashier when %s, and is fetched anew by the next tap', async (_, answer) => {
      server.answer(action, answer)
      await buy()
      expect(phone.toasts).toEqual(['支付失败'])
      expect(phone.payments).toEqual([])
      await buy()
      expect(actions()).toEqual([action, action, 'pay/createPayment'])
      expect(phone.payments).toHaveLength(1)
    })

    it('fails without a cashier when the payer cannot be signed in', async () => {
      phone.loginCode = undefined
      await buy()
      expect(phone.toasts).toEqual(['支付失败'])
      expect(actions()).toEqual([])
      expect(phone.payments).toEqual([])
    })
  })
}
