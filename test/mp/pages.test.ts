import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { modelServer } from '../support/model-server'
import { boot, settle } from './support/mini-program'
import { createPhone } from './support/phone'
import { scripted } from './support/servers'

const phone = createPhone()
const app = boot(join(import.meta.dirname, '../../examples/shop/dist/build/mp-weixin'), phone.install)
const order = { out_trade_no: 'ORDER_000001', total_fee: 3990, subject: '高山乌龙茶', type: 'goods', provider: 'wxpay' }

let server: ReturnType<typeof modelServer>
beforeEach(() => {
  phone.reset()
  server = modelServer()
  phone.server = scripted(server)
})

async function placed(paid: boolean) {
  await server.backend.call('pay/createPayment', order)
  if (paid)
    server.pay(order.out_trade_no)
}

describe('status pages, compiled for mp-weixin', () => {
  const own = 'pages/order/success'
  const ready = 'uni_modules/vk-uni-pay/pages/status/status'

  it.each([
    [own, { order_no: order.out_trade_no }],
    [ready, { out_trade_no: order.out_trade_no }],
    [ready, { order_no: order.out_trade_no }],
  ])('%s shows %o as paid, and its amount', async (route, query) => {
    await placed(true)
    const page = await app.open(route, query)
    await settle(500)
    expect(page.text()).toContain('支付成功')
    expect(page.text()).toContain('39.90')
    page.close()
  })
})

describe('a status page written by hand', () => {
  const route = 'pages/order/status'

  it('shows its <uni-loading> while it asks, and then the answer', async () => {
    await placed(true)
    const answer = phone.hold('pay/queryPayment')
    const page = await app.open(route, { order_no: order.out_trade_no })
    expect(page.has('uni-loading .vk-uni-loading')).toBe(true)
    expect(page.text()).toContain('查询支付状态中...')

    answer()
    await settle()
    expect(page.has('uni-loading')).toBe(false)
    expect(page.text()).toContain('支付成功')
    page.close()
  })

  it('says so when nothing was paid, and when the server cannot be reached', async () => {
    await placed(false)
    const unpaid = await app.open(route, { order_no: order.out_trade_no })
    expect(unpaid.text()).toContain('未支付')
    unpaid.close()

    const complaint = vi.spyOn(console, 'error').mockReturnValue()
    phone.server = async () => { throw new Error('timeout') }
    const unknown = await app.open(route, { order_no: order.out_trade_no })
    expect(unknown.text()).toContain('支付状态未知')
    expect(complaint).toHaveBeenCalledOnce()
    unknown.close()
  })
})

describe('the cashier drawn by hand', () => {
  it('tops up the balance', async () => {
    const page = await app.open('pages/order/payment')
    phone.cashier = () => {
      server.pay(String(phone.requests.at(-1)?.data.out_trade_no))
      return 'requestPayment:ok'
    }
    page.tap('.pay')
    await settle(1000)
    const [create] = phone.requests.filter(({ action }) => action === 'pay/createPayment')
    expect(create?.data).toMatchObject({ type: 'recharge', total_fee: 10000, custom: { recharge_balance: 10500 } })
    expect(phone.visits).toEqual([`redirectTo /pages/order/success?order_no=${create?.data.out_trade_no}`])
    page.close()
  })
})

describe('the membership page, in plain JavaScript', () => {
  it('creates with uni.vk, pays with vkPay, and asks before it goes on', async () => {
    const page = await app.open('pages/vip/vip')
    phone.cashier = () => {
      const { data } = phone.requests.find(({ action }) => action === 'pay/createPayment')!
      server.pay(String(data.out_trade_no))
      return 'requestPayment:ok'
    }
    page.tap('.open')
    await settle(2000)
    const [create] = phone.requests.filter(({ action }) => action === 'pay/createPayment')
    expect(create?.data).toMatchObject({ type: 'vip', vk_platform: 'mp-weixin', openid: 'openid-1', custom: { vip_type: 'month', vip_days: 31 } })
    expect(phone.payments).toHaveLength(1)
    expect(phone.visits).toEqual([`redirectTo /pages/order/success?order_no=${create?.data.out_trade_no}`])
    page.close()
  })

  it('says why, when the server refuses the order', async () => {
    server.answer('pay/createPayment', { code: 40009, msg: '今日不售会员' })
    const page = await app.open('pages/vip/vip')
    page.tap('.open')
    await settle()
    expect(phone.toasts).toEqual(['今日不售会员'])
    expect(phone.payments).toEqual([])
    page.close()
  })
})
