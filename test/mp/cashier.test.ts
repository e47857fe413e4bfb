import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modelServer } from '../support/model-server'
import type { MpPage } from './support/mini-program'
import { boot, settle } from './support/mini-program'
import { createPhone, silent } from './support/phone'
import type { Server } from './support/phone'
import { scripted } from './support/servers'

const phone = createPhone()
const app = boot(join(import.meta.dirname, '../../.tmp/pay-pages/dist/build/mp-weixin'), phone.install)
const NO = 'ORDER_000001'

let server: ReturnType<typeof modelServer>
let page: MpPage
const created = () => phone.requests.filter(({ action }) => action === 'pay/createPayment').map(({ data }) => data.provider)
const told = () => (page.find('.told').textContent ?? '').trim()
const rows = () => page.all('.vk-pay-cashier__way').length
const chosen = () => page.all('.vk-pay-cashier__way').map(row => !!row.querySelector('[class*="__dot--on"]'))
const close = () => page.tap(page.all('.vk-pay-tap').at(-1)!)

/** The server's list of what is configured; without a list it answers as one that has no such action. */
function offering(list: readonly string[] | undefined, orderInfo?: object): Server {
  const base = scripted(server)
  return async (request) => {
    if (request.body?.action === 'pay/listProviders')
      return list ? { code: 0, msg: 'ok', providers: list.map(provider => ({ provider })) } : { code: 404, msg: 'no such action' }
    const answer = await base(request) as { orderInfo?: object }
    return orderInfo && answer.orderInfo ? { ...answer, orderInfo: { ...answer.orderInfo, ...orderInfo } } : answer
  }
}
const virtual = { signData: '{}', mode: 'short_series_goods', paySig: 'p', signature: 's' }

beforeEach(async () => {
  phone.reset()
  server = modelServer()
  phone.server = offering(['wxpay', 'wxpay-virtual'], virtual)
  page = await app.open('pages/choice/choice')
})
afterEach(() => page.close())

async function press(selector = '.vk-pay-button') {
  page.tap(selector)
  await settle(500)
}

describe('the cashier of a button with providers, compiled for mp-weixin', () => {
  it('comes up with order, amount and channels, before anything is ordered', async () => {
    await press()
    expect(page.text()).toMatch(/高山乌龙茶 ¥39\.90.*确认支付 ¥39\.90\s*关闭/)
    expect(rows()).toBe(2)
    expect(chosen()).toEqual([true, false])
    expect(created()).toEqual([])
  })

  it('pays with the channel that was tapped, and remembers it', async () => {
    await press()
    page.tap(page.all('.vk-pay-cashier__way')[1]!)
    await settle()
    expect(chosen()).toEqual([false, true])
    phone.cashier = () => {
      server.pay(NO)
      return { success: { errMsg: 'requestVirtualPayment:ok' } }
    }
    await press('.vk-pay-tap--primary')
    await settle(2000)
    expect(created()).toEqual(['wxpay-virtual'])
    expect(phone.payments).toMatchObject([virtual])
    expect(told()).toBe('button success wxpay-virtual')
    expect(rows()).toBe(0)

    page.close()
    page = await app.open('pages/choice/choice')
    await press()
    expect(chosen()).toEqual([false, true])
  })

  it('offers only what the server has, and what the page names while it cannot say', async () => {
    phone.server = offering(['wxpay', 'alipay'])
    await press()
    expect(rows()).toBe(1)
    close()
    await settle(500)
    phone.server = offering(undefined)
    await press()
    expect(rows()).toBe(2)
  })

  it('ends as a cancel when it is closed, and nothing was ordered', async () => {
    await press()
    close()
    await settle(500)
    expect(told()).toBe('button cancel')
    expect(rows()).toBe(0)
    expect(created()).toEqual([])
    expect(page.has('.vk-pay-button__spinner')).toBe(false)
  })

  it('is opened once by two fast taps', async () => {
    page.tap('.vk-pay-button')
    page.tap('.vk-pay-button')
    await settle(500)
    expect(rows()).toBe(2)
    page.tap('.vk-pay-tap--primary')
    page.tap('.vk-pay-tap--primary')
    await settle(500)
    expect(created()).toEqual(['wxpay'])
    expect(phone.payments).toHaveLength(1)
  })

  it('lets the payer who left choose again, and the button and not the cashier tells the end', async () => {
    phone.cashier = () => 'requestPayment:fail cancel'
    await press()
    await press('.vk-pay-tap--primary')
    await settle(3000)
    expect(told()).toBe('button cancel wxpay')
    await press()
    expect(rows()).toBe(2)
  })
})

describe('the same cashier by ref.open()', () => {
  it.each<[string, Server, number]>([
    ['has no such action', request => offering(undefined)(request), 1],
    ['cannot be reached', async () => { throw new Error('timeout') }, 1],
    ['names the channel of virtual goods', request => offering(['wxpay', 'wxpay-virtual'])(request), 2],
    ['names nothing but it', request => offering(['wxpay-virtual'])(request), 1],
  ])('lists WeChat Pay once where the server %s', async (_, answer, count) => {
    phone.server = answer
    await press('.open')
    expect(rows()).toBe(count)
  })

  it('pays, and tells the end itself', async () => {
    phone.cashier = () => {
      server.pay(NO)
      return 'requestPayment:ok'
    }
    await press('.open')
    expect(rows()).toBe(2)
    await press('.vk-pay-tap--primary')
    await settle(2000)
    expect(told()).toBe('cashier success wxpay')
  })

  it('tells a cancel when it is closed', async () => {
    await press('.open')
    close()
    await settle(500)
    expect(told()).toBe('cashier cancel')
  })

  it('joins the payment under way instead of opening again', async () => {
    phone.cashier = silent
    await press('.open')
    await press('.vk-pay-tap--primary')
    await press('.open')
    expect(rows()).toBe(0)
    expect(phone.payments).toHaveLength(1)
  })
})
