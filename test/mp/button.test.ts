import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modelServer } from '../support/model-server'
import type { MpPage, Traffic } from './support/mini-program'
import { boot, settle } from './support/mini-program'
import { createPhone, silent } from './support/phone'
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

  it('learns of a payment whose page was closed in the cashier, when it is opened again', async () => {
    phone.cashier = silent
    page.tap('.vk-pay-button')
    await settle()
    page.close()
    server.pay(orderNo())
    page = await app.open('pages/goods/goods')
    await settle(1000)
    expect(phone.visits).toEqual([statusPage()])
  })

  it('shows the payment going on with at most three redraws on the way to the cashier', async () => {
    let opened: Traffic | undefined
    phone.cashier = (params) => {
      opened = app.traffic()
      return silent(params)
    }
    const before = app.traffic()
    // answers take their time, as from a server: what was to be drawn meanwhile, is drawn
    const answers = ['pay/code2SessionWeixin', 'pay/createPayment'].map(phone.hold)
    page.tap('.vk-pay-button')
    for (const answer of answers) {
      await settle(100)
      expect(page.has('.vk-pay-button__spinner')).toBe(true)
      expect(phone.payments).toEqual([])
      answer()
    }
    await settle()
    expect(phone.payments).toHaveLength(1)
    const [calls, bytes] = [opened!.calls - before.calls, opened!.bytes - before.bytes]
    console.info(`from the tap to wx.requestPayment: ${calls} setData, ${bytes} bytes`)
    expect(calls).toBeGreaterThan(0)
    expect(calls).toBeLessThanOrEqual(3)
  })
})
