import { mount } from '@vue/test-utils'
import { nextTick } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import VkPayButton from '../../components/vk-pay-button/vk-pay-button.vue'
import type { LocaleId, PayOrder } from '../../js_sdk/types'
import { anOrder } from '../support/pay-kit'
import { callHook } from '../support/stub-uni-app'
import { allByRole, byRole, installedKit, nameOf, pageText, platform, show } from './support'

const no = anOrder.out_trade_no
const creates = (kit: ReturnType<typeof installedKit>) => kit.server.calls.filter(call => call.action === 'pay/createPayment').length

const button = () => allByRole('button')[0]!

async function opened(props: Record<string, unknown> = {}, slots: Record<string, string> = {}) {
  const kit = installedKit()
  const wrapper = show(VkPayButton, { props: { order: anOrder, ...props }, slots })
  const tap = async () => {
    button().click()
    await kit.time.settle()
  }
  return { ...kit, kit, wrapper, tap }
}

describe('the label', () => {
  it.each([
    [1000, '支付 ¥10.00'],
    [1, '支付 ¥0.01'],
    [100000099, '支付 ¥1000000.99'],
  ])('says the amount of %i fen as %s', async (total_fee, label) => {
    await opened({ order: { ...anOrder, total_fee } })
    expect(nameOf(button())).toBe(label)
  })

  it.each([['zh-Hant', '支付 ¥10.00'], ['en', 'Pay ¥10.00']] as [LocaleId, string][])('speaks %s', (locale, label) => {
    installedKit({ locale })
    show(VkPayButton, { props: { order: anOrder } })
    expect(nameOf(button())).toBe(label)
  })

  it('is in the app\'s own words, where it has some', () => {
    installedKit({ messages: { 'zh-Hans': { pay: '付 ¥' } } })
    show(VkPayButton, { props: { order: anOrder } })
    expect(nameOf(button())).toBe('付 ¥10.00')
  })

  it('names no amount that it cannot know', async () => {
    await opened({ order: () => anOrder })
    expect(nameOf(button())).toBe('立即支付')
  })

  it('is the given text, or the slot', async () => {
    const { wrapper } = await opened({ text: '去付款' })
    expect(nameOf(button())).toBe('去付款')
    wrapper.unmount()
    await opened({ text: '去付款' }, { default: '买它', icon: '<i class="mine" />' })
    expect(nameOf(button())).toBe('买它')
    expect(button().querySelector('.mine')).not.toBeNull()
  })
})

it('has round ends when asked to', () => {
  installedKit()
  show(VkPayButton, { props: { order: anOrder, round: true } })
  expect([...button().classList]).toContain('vk-pay-button--round')
})

describe('a tap', () => {
  it('pays the order once and tells the result', async () => {
    const { wrapper, tap, server, cashier, time } = await opened()
    await tap()
    expect(server.calls[0]).toMatchObject({ action: 'pay/createPayment', data: { out_trade_no: no, total_fee: 1000, custom: { goods_id: 'g1' } } })
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    expect(wrapper.emitted('success')).toEqual([[expect.objectContaining({ code: 0, outcome: 'success', out_trade_no: no, total_fee: 1000 })]])
    expect(wrapper.emitted('stateChange')!.map(([change]) => (change as { state: string }).state)).toEqual(['creating', 'invoking', 'confirming', 'succeeded'])
    expect(Object.keys(wrapper.emitted()).filter(event => ['fail', 'cancel', 'pending', 'tap'].includes(event))).toEqual([])
  })

  it('is nothing once its order is paid, which the label says; the next order can be paid', async () => {
    const { kit, tap, wrapper, server, cashier, time } = await opened()
    await tap()
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    expect(nameOf(button())).toBe('支付成功')
    expect(button().getAttribute('aria-disabled')).toBe('true')
    await tap()
    expect(creates(kit)).toBe(1)
    await wrapper.setProps({ order: { ...anOrder, out_trade_no: 'ORDER_NEXT' } })
    expect(nameOf(button())).toBe('支付 ¥10.00')
    await tap()
    expect(server.calls.filter(call => call.action === 'pay/createPayment').at(-1)!.data.out_trade_no).toBe('ORDER_NEXT')
  })

  it('is one payment however often it comes', async () => {
    const { kit, tap, wrapper, time } = await opened()
    button().click()
    button().click()
    await tap()
    const joined = (wrapper.vm as unknown as { pay: () => Promise<unknown> }).pay()
    kit.server.pay(no)
    kit.cashier.report('ok')
    await time.settle()
    await expect(joined).resolves.toMatchObject({ outcome: 'success' })
    expect(creates(kit)).toBe(1)
    expect(kit.cashier.opened).toHaveLength(1)
    expect(wrapper.emitted('success')).toHaveLength(1)
  })

  it('tells of a payer who left', async () => {
    const { wrapper, tap, cashier, time } = await opened()
    await tap()
    cashier.report('cancel')
    await time.settle()
    expect(wrapper.emitted('cancel')).toEqual([[expect.objectContaining({ outcome: 'cancel', msg: '支付已取消', trade_state: 'NOTPAY' })]])
    expect(nameOf(button())).toBe('支付 ¥10.00')
  })

  it('tells of a server that refuses, in its words', async () => {
    const { wrapper, tap, server } = await opened()
    server.answer('pay/createPayment', { code: 40001, msg: '商品已售罄' })
    await tap()
    expect(wrapper.emitted('fail')).toEqual([[expect.objectContaining({ code: 40001, msg: '商品已售罄' })]])
  })

  it('tells of a payment nobody can know of, and of the success that follows', async () => {
    const { wrapper, tap, cashier, server, time } = await opened()
    await tap()
    cashier.report('ok')
    await time.advance(61_000)
    await time.advance(10_000)
    expect(wrapper.emitted('pending')).toHaveLength(1)
    server.pay(no)
    callHook(wrapper, 'onShow')
    await time.settle()
    expect(wrapper.emitted('success')).toEqual([[expect.objectContaining({ late: true, out_trade_no: no })]])
  })

  it('takes the order from a function, awaited', async () => {
    const order = vi.fn(() => Promise.resolve<PayOrder>({ ...anOrder, out_trade_no: 'FROM_SERVER' }))
    const { tap, server } = await opened({ order })
    expect(order).not.toHaveBeenCalled()
    await tap()
    expect(order).toHaveBeenCalledTimes(1)
    expect(server.calls[0]!.data.out_trade_no).toBe('FROM_SERVER')
  })

  it('fails clearly when that function does', async () => {
    const { wrapper, tap } = await opened({ order: () => Promise.reject(new Error('no stock')) })
    await tap()
    expect(wrapper.emitted('fail')).toEqual([[expect.objectContaining({ outcome: 'fail', error: expect.objectContaining({ message: 'no stock' }) })]])
  })

  it('sends the named channel', async () => {
    const { wrapper, tap } = await opened({ provider: 'nobody' })
    await tap()
    expect(wrapper.emitted('fail')).toEqual([[expect.objectContaining({ code: 60006, provider: 'nobody' })]])
  })
})

describe('what a tap cannot start', () => {
  it.each([['disabled', { disabled: true }], ['without an order', { order: undefined }], ['with an order still to come', { order: null }]])('is shown: %s', async (_, props) => {
    const { kit, tap } = await opened(props)
    await tap()
    expect(button().getAttribute('aria-disabled')).toBe('true')
    expect(creates(kit)).toBe(0)
  })

  it('is told by pay() as a failure that names the cure', async () => {
    const { wrapper } = await opened({ order: null })
    const result = await (wrapper.vm as unknown as { pay: () => Promise<unknown> }).pay()
    expect(result).toMatchObject({ outcome: 'fail', error: { field: 'out_trade_no', message: expect.stringContaining('order') } })
  })
})

describe('while it works', () => {
  it('says what it is doing and takes no tap', async () => {
    const { tap, wrapper, kit } = await opened()
    await tap()
    expect(nameOf(button())).toBe('等待支付')
    expect(button().getAttribute('aria-disabled')).toBe('true')
    expect(wrapper.find('.vk-pay-button__spinner').exists()).toBe(true)
    await tap()
    expect(creates(kit)).toBe(1)
  })

  it('draws the author\'s own spinner', async () => {
    const { tap, wrapper } = await opened({}, { loading: '<i class="busy" />', default: '买它' })
    expect(wrapper.find('.busy').exists()).toBe(false)
    await tap()
    expect(wrapper.find('.busy').exists()).toBe(true)
    expect(wrapper.find('.vk-pay-button__spinner').exists()).toBe(false)
    expect(nameOf(button())).toBe('买它')
  })

  it('is not disturbed by another order', async () => {
    const { tap, wrapper, server, cashier, time } = await opened()
    await tap()
    await wrapper.setProps({ order: { ...anOrder, out_trade_no: 'ORDER_0002', total_fee: 2 } })
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    expect(wrapper.emitted('success')).toEqual([[expect.objectContaining({ out_trade_no: no, total_fee: 1000 })]])
    expect(nameOf(button())).toBe('支付 ¥0.02')
  })

  it('ends with the component: no timer, no event', async () => {
    const { tap, wrapper, cashier, server, time } = await opened()
    await tap()
    cashier.report('ok')
    await time.settle()
    expect(time.pending()).toBeGreaterThan(0)
    wrapper.unmount()
    await time.settle()
    expect(time.pending()).toBe(0)
    server.pay(no)
    await time.advance(10_000)
    expect(wrapper.emitted('success')).toBeUndefined()
  })
})

it('asks the server once the page is back from a cashier that stays silent', async () => {
  const { tap, wrapper, server, time } = await opened()
  await tap()
  callHook(wrapper, 'onHide')
  server.pay(no)
  callHook(wrapper, 'onShow')
  await time.advance(3000)
  expect(wrapper.emitted('success')).toHaveLength(1)
})

it('is primary and of common size until told otherwise, and never both kinds of default', async () => {
  const { wrapper } = await opened()
  expect([...button().classList]).toEqual(['vk-pay-button', 'vk-pay-button--primary', 'vk-pay-button--size-default'])
  await wrapper.setProps({ type: 'default', size: 'mini', block: true, disabled: true })
  expect([...button().classList]).toEqual(['vk-pay-button', 'vk-pay-button--default', 'vk-pay-button--size-mini', 'vk-pay-button--block', 'vk-pay-button--disabled'])
})

it('has the role of a button as this platform reads it', async () => {
  await opened()
  expect(button().getAttribute('role')).toBe('button')
  expect(button().getAttribute('aria-role')).toBe(platform === 'h5' ? null : 'button')
})

it('knows nothing of the other button on its page', async () => {
  const { tap, wrapper, server, cashier, time } = await opened()
  const other = show(VkPayButton, { props: { order: { ...anOrder, out_trade_no: 'ORDER_0002' } } })
  await tap()
  server.pay(no)
  cashier.report('ok')
  await time.settle()
  expect(wrapper.emitted('success')).toHaveLength(1)
  expect(other.emitted('success')).toBeUndefined()
  expect(other.emitted('stateChange')).toBeUndefined()
})

if (platform === 'h5') {
  describe('in a browser', () => {
    async function scanning() {
      const all = await opened()
      await all.tap()
      all.cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://wxpay/bizpayurl?pr=abc', expiresAt: Date.now() + 600_000 })
      await all.time.settle()
      await nextTick()
      return all
    }

    it('can be worked by keyboard', async () => {
      const { kit, time } = await opened()
      expect(button().tabIndex).toBe(0)
      button().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))
      await time.settle()
      expect(creates(kit)).toBe(1)
    })

    it('reads out what happens', async () => {
      const { tap, cashier, time } = await opened()
      await tap()
      expect(nameOf(byRole('status'))).toBe('等待支付')
      cashier.report('cancel')
      await time.settle()
      expect(nameOf(byRole('status'))).toBe('支付已取消')
    })

    it('gives class and listeners of the page to the button itself', () => {
      installedKit()
      const touched = vi.fn()
      show(VkPayButton, { props: { order: anOrder }, attrs: { class: 'mine', onTouchstart: touched } })
      button().dispatchEvent(new Event('touchstart'))
      expect(button().classList.contains('mine')).toBe(true)
      expect(touched).toHaveBeenCalledTimes(1)
    })

    it('shows a QR code with the amount, and success when the server says paid', async () => {
      const { wrapper, server, time } = await scanning()
      expect(byRole('dialog', '请用微信扫码支付').contains(byRole('img', '支付二维码'))).toBe(true)
      expect(byRole('dialog').textContent).toContain('10.00')
      server.pay(no)
      await time.advance(2000)
      expect(wrapper.emitted('success')).toHaveLength(1)
      expect(allByRole('dialog')).toEqual([])
    })

    it('asks at once when the payer says it is done', async () => {
      const { wrapper, server, time } = await scanning()
      server.pay(no)
      byRole('button', '已完成支付').click()
      await time.settle()
      expect(wrapper.emitted('success')).toHaveLength(1)
    })

    it('answers 已完成支付 with what is going on, not with a no', async () => {
      const { time } = await scanning()
      byRole('button', '已完成支付').click()
      await time.settle()
      expect(byRole('button', '正在确认').getAttribute('aria-busy')).toBe('true')
      expect(allByRole('dialog')).toHaveLength(1)
    })

    it('says that nothing has come in yet to who was too early, and asks again when told to', async () => {
      const { server, time, wrapper } = await scanning()
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      byRole('button', '已完成支付').click()
      await time.settle()
      expect(pageText()).not.toContain('暂未收到付款')
      vi.advanceTimersByTime(5000)
      await nextTick()
      expect(pageText()).toContain('暂未收到付款')
      server.pay(no)
      byRole('button', '已完成支付').click()
      await time.settle()
      vi.useRealTimers()
      expect(wrapper.emitted('success')).toHaveLength(1)
    })

    it.each([
      ['取消', () => byRole('button', '取消').click()],
      ['Esc', () => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))],
      ['the page beside it', () => document.querySelector<HTMLElement>('.vk-pay-sheet__mask')!.click()],
    ])('closes at once by %s, and asks before it says cancelled', async (_, leave) => {
      const { wrapper, server, time } = await scanning()
      const before = server.orders.get(no)!.queries
      leave()
      await nextTick()
      expect(allByRole('dialog')).toEqual([])
      await time.settle()
      expect(server.orders.get(no)!.queries).toBe(before + 1)
      expect(wrapper.emitted('cancel')).toHaveLength(1)
    })

    it('says success to a payer who paid and then closed it', async () => {
      const { wrapper, server, time } = await scanning()
      server.pay(no)
      byRole('button', '取消').click()
      await time.settle()
      expect(wrapper.emitted('success')).toHaveLength(1)
      expect(wrapper.emitted('cancel')).toBeUndefined()
    })

    it('keeps the keyboard inside, and gives the focus back', async () => {
      const { time } = await opened().then(async (all) => {
        button().focus()
        await all.tap()
        all.cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://wxpay/bizpayurl?pr=abc' })
        await all.time.settle()
        return all
      })
      expect(document.activeElement).toBe(byRole('dialog'))
      const first = byRole('button', '已完成支付')
      const last = byRole('button', '取消')
      last.focus()
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab' }))
      expect(document.activeElement).toBe(first)
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', shiftKey: true }))
      expect(document.activeElement).toBe(last)
      last.click()
      await time.settle()
      expect(document.activeElement).toBe(button())
    })

    it('takes the sheet with it when it goes', async () => {
      const { wrapper } = await scanning()
      wrapper.unmount()
      expect(pageText()).toBe('')
    })

    it('puts the sheet into its page, so that the page\'s variables reach it', async () => {
      const page = document.body.appendChild(document.createElement('uni-page-body'))
      const kit = installedKit()
      mount(VkPayButton, { props: { order: anOrder }, attachTo: page.appendChild(document.createElement('div')) })
      button().click()
      await kit.time.settle()
      kit.cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://wxpay/bizpayurl?pr=abc' })
      await kit.time.settle()
      expect(byRole('dialog').closest('uni-page-body')).toBe(page)
      page.remove()
    })
  })
}
