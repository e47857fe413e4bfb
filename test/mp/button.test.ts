import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modelServer } from '../support/model-server'
import type { MpPage } from './support/mini-program'
import { boot, settle } from './support/mini-program'
import { createPhone } from './support/phone'
import { scripted } from './support/servers'

const phone = createPhone()
const app = boot(join(import.meta.dirname, '../../examples/shop/dist/build/mp-weixin'), phone.install)

let server: ReturnType<typeof modelServer>
let page: MpPage
const orderNo = () => String(phone.requests.find(({ action }) => action === 'pay/createPayment')?.data.out_trade_no)
const asked = (action: string) => phone.requests.filter(request => request.action === action).length
const statusPage = () => `navigateTo /pages/order/success?order_no=${orderNo()}`

beforeEach(async () => {
  phone.reset()
  server = modelServer()
  phone.server = scripted(server)
  page = await app.open('pages/goods/goods')
})
afterEach(() => page.close())

describe('the shop\'s goods page, compiled for mp-weixin', () => {
  it('shows goods, stock and the button', () => {
    expect(page.text()).toContain('高山乌龙茶')
    expect(page.text()).toContain('库存 100 罐')
    expect(page.find('.vk-pay-button').textContent?.trim()).toBe('立即支付')
  })

  it('succeeds only after the server said paid', async () => {
    const answer = phone.hold('pay/queryPayment')
    phone.cashier = () => {
      server.pay(orderNo())
      return 'requestPayment:ok'
    }
    page.tap('.vk-pay-button')
    await settle(1000)
    expect(phone.payments).toHaveLength(1)
    expect(asked('pay/queryPayment')).toBeGreaterThan(0)
    expect(phone.visits).toEqual([])

    answer()
    await settle()
    expect(phone.toasts).toEqual(['支付成功'])
    expect(phone.visits).toEqual([statusPage()])
  })

  it('hands the cashier the channel\'s parameters, and the server who pays', async () => {
    page.tap('.vk-pay-button')
    await settle()
    expect(phone.payments).toEqual([{ provider: 'wxpay', timeStamp: '1', nonceStr: 'n', package: 'prepay_id=1', signType: 'RSA', paySign: 's' }])
    expect(phone.requests.find(({ action }) => action === 'pay/createPayment')?.data).toMatchObject({
      provider: 'wxpay',
      vk_platform: 'mp-weixin',
      openid: 'openid-1',
      user_id: 'user_001',
      total_fee: 3990,
      type: 'goods',
      custom: { user_id: 'user_001', goods_id: 'goods_001', quantity: 1 },
    })
  })

  it('is cancelled when the payer left and the server says not paid', async () => {
    phone.cashier = () => 'requestPayment:fail cancel'
    page.tap('.vk-pay-button')
    await settle(3000)
    expect(phone.toasts).toEqual(['支付已取消'])
    expect(phone.visits).toEqual([])
  })

  it('succeeds when the payer left, and had in truth paid', async () => {
    phone.cashier = () => {
      server.pay(orderNo())
      return 'requestPayment:fail cancel'
    }
    page.tap('.vk-pay-button')
    await settle(3000)
    expect(phone.toasts).toEqual(['支付成功'])
    expect(phone.visits).toEqual([statusPage()])
  })

  it('fails with a sentence when the cashier refused and the server says not paid', async () => {
    phone.cashier = () => 'requestPayment:fail jsapi has no permission'
    page.tap('.vk-pay-button')
    await settle(3000)
    expect(phone.toasts).toEqual(['支付失败'])
    expect(phone.visits).toEqual([])
  })

  it('makes one order and opens one cashier for two fast taps', async () => {
    page.tap('.vk-pay-button')
    page.tap('.vk-pay-button')
    await settle()
    expect(asked('pay/createPayment')).toBe(1)
    expect(phone.payments).toHaveLength(1)
  })

  it('is pending, never failed, while the server cannot be reached', async () => {
    phone.cashier = () => {
      phone.server = async () => { throw new Error('timeout') }
      return 'requestPayment:ok'
    }
    page.tap('.vk-pay-button')
    await settle(90_000)
    expect(phone.toasts).toEqual([])
    expect(phone.visits).toEqual([statusPage()])
  })

  it('notices a cashier that never calls back, once the page is shown again', async () => {
    phone.cashier = () => new Promise(() => {})
    page.tap('.vk-pay-button')
    await settle()
    page.hide()
    server.pay(orderNo())
    page.show()
    await settle(4000)
    expect(phone.toasts).toEqual(['支付成功'])
  })

  it('learns of a payment whose page was closed in the cashier, when it is opened again', async () => {
    phone.cashier = () => new Promise(() => {})
    page.tap('.vk-pay-button')
    await settle()
    page.close()
    server.pay(orderNo())
    page = await app.open('pages/goods/goods')
    await settle(1000)
    expect(phone.visits).toEqual([statusPage()])
  })

  it('shows the payment going on with few redraws', async () => {
    phone.cashier = () => new Promise(() => {})
    const before = app.redraws()
    page.tap('.vk-pay-button')
    await settle()
    expect(phone.payments).toHaveLength(1)
    expect(page.has('.vk-pay-button__spinner')).toBe(true)
    expect(app.redraws() - before).toBeLessThanOrEqual(3)
  })
})
