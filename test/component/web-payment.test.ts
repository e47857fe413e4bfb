import { describe, expect, it, vi } from 'vitest'
import VkPayButton from '../../components/vk-pay-button/vk-pay-button.vue'
import { useVkPay } from '../../js_sdk/client'
import type { PayResult, StateChange, VkPayOptions } from '../../js_sdk/types'
import { anOrder } from '../support/pay-kit'
import { callHook } from '../support/stub-uni-app'
import { allByRole, byRole, installedKit, nameOf, pageText, platform, show } from './support'

const no = anOrder.out_trade_no

function button(kit = installedKit()) {
  const wrapper = show(VkPayButton, { props: { order: anOrder } })
  const states = () => (wrapper.emitted('stateChange') ?? []).map(([change]) => (change as StateChange).state)
  const creates = () => kit.server.calls.filter(call => call.action === 'pay/createPayment').length
  return { ...kit, kit, wrapper, states, creates }
}

async function tapped(options: VkPayOptions = {}) {
  const all = button(installedKit(options))
  byRole('button', '支付 ¥10.00').click()
  await all.time.settle()
  return all
}

const other = { ...anOrder, out_trade_no: 'ORDER_0002' }

/** Another payment that was begun on this page, and whose button has gone. */
async function leaveUnfinished(time: ReturnType<typeof installedKit>['time']) {
  const gone = useVkPay().session()
  void gone.pay(other)
  await time.settle()
  gone.dispose()
}

if (platform === 'h5') {
  describe('after the channel\'s page', () => {
    /** The page was left; what the browser keeps is what there is. */
    async function left() {
      const all = await tapped()
      all.cashier.launchAs({ kind: 'redirect', url: '#left' })
      await all.time.settle()
      return all
    }

    async function loadedAnew(prepare: (kit: Awaited<ReturnType<typeof left>>) => void = () => {}) {
      const before = await left()
      prepare(before)
      before.wrapper.unmount()
      // as a page that is loaded anew: another client over the same storage
      before.make().install()
      await before.time.settle()
      const after = button(before.kit)
      await after.time.settle()
      return after
    }

    it('confirms what was paid by itself', async () => {
      const { wrapper, time } = await loadedAnew(({ server }) => server.pay(no))
      await time.advance(1000)
      expect(wrapper.emitted('success')).toEqual([[expect.objectContaining({ outcome: 'success', out_trade_no: no }) as PayResult]])
      expect(allByRole('dialog')).toEqual([])
    })

    it('asks the payer once the server said that nothing was paid, and pays the same order again', async () => {
      const { wrapper, time, server, cashier, creates } = await loadedAnew()
      expect(nameOf(byRole('dialog'))).toBe('请确认支付是否完成')
      const before = creates()
      byRole('button', '重新支付').click()
      await time.settle()
      expect(allByRole('dialog')).toEqual([])
      expect(creates()).toBe(before + 1)
      expect(server.calls.filter(call => call.action === 'pay/createPayment').at(-1)!.data).toMatchObject({ out_trade_no: no, custom: { goods_id: 'g1' } })
      server.pay(no)
      cashier.report('ok')
      await time.settle()
      expect(wrapper.emitted('success')).toHaveLength(1)
      expect(wrapper.emitted('pending')).toBeUndefined()
    })

    it('hears of what was left unfinished on its page while the same order is paid again', async () => {
      const { wrapper, time, server } = await loadedAnew()
      byRole('button', '重新支付').click()
      await time.settle()
      await leaveUnfinished(time)
      server.pay(other.out_trade_no)
      await useVkPay().resume()
      expect(wrapper.emitted('success')).toEqual([[expect.objectContaining({ out_trade_no: other.out_trade_no })]])
    })

    it('never offers to pay again before the server was heard', async () => {
      const { time, server } = await loadedAnew(({ server }) => {
        for (let i = 0; i < 40; i++)
          server.lose('pay/queryPayment')
      })
      await time.advance(5000)
      expect(nameOf(byRole('dialog'))).toBe('正在确认支付结果')
      expect(allByRole('button', '重新支付')).toEqual([])
      server.heal()
      await time.advance(5000)
      expect(allByRole('button', '重新支付')).toHaveLength(1)
    })

    it('sends a payer who says to have paid to the orders, not back to the cashier', async () => {
      const { time, server } = await loadedAnew()
      const asked = server.orders.get(no)!.queries
      byRole('button', '已完成支付').click()
      await time.settle()
      expect(server.orders.get(no)!.queries).toBeGreaterThan(asked)
      expect(allByRole('button', '重新支付')).toEqual([])
      expect(pageText()).toContain('请勿重复付款')
    })

    it('does not offer an order that this browser no longer has', async () => {
      const { kept } = await loadedAnew(({ kept }) => kept.delete('vk-pay-left'))
      expect(allByRole('button', '重新支付')).toEqual([])
      expect(nameOf(byRole('dialog'))).toBe('请确认支付是否完成')
      expect(kept.get('vk-pay-left')).toBeUndefined()
    })

    it('is a cancel when the question is closed unpaid, asks no more, and learns of money that comes later', async () => {
      const first = await loadedAnew()
      byRole('button', '关闭').click()
      await first.time.settle()
      expect(allByRole('dialog')).toEqual([])
      expect(first.wrapper.emitted('cancel')).toHaveLength(1)
      expect(nameOf(byRole('button'))).toBe('支付 ¥10.00')
      first.wrapper.unmount()
      first.make().install()
      const { wrapper, time, server } = button(first.kit)
      await time.advance(5000)
      expect(allByRole('dialog')).toEqual([])
      server.pay(no)
      callHook(wrapper, 'onShow')
      await time.settle()
      expect(wrapper.emitted('success')).toHaveLength(1)
    })

    it('goes on asking when the question is closed by who says to have paid, or before an answer', async () => {
      const { time, wrapper, server } = await loadedAnew()
      byRole('button', '已完成支付').click()
      byRole('button', '关闭').click()
      await time.settle()
      expect(allByRole('dialog')).toEqual([])
      expect(wrapper.emitted('cancel')).toBeUndefined()
      server.pay(no)
      await time.advance(5000)
      expect(wrapper.emitted('success')).toHaveLength(1)
    })

    it('notices the back button on a page that was kept as it was', async () => {
      const { time, states, server, wrapper, kit } = await left()
      expect(states()).toEqual(['creating', 'invoking'])
      window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
      await time.advance(3000)
      expect(states()).toEqual(['creating', 'invoking', 'confirming'])
      expect(nameOf(byRole('dialog'))).toBe('请确认支付是否完成')
      server.pay(no)
      await time.advance(5000)
      expect(wrapper.emitted('success')).toHaveLength(1)
      expect(kit.kept.get('vk-pay-left')).toBeUndefined()
    })

    it('keeps no order of a payment that ended', async () => {
      const { kept, cashier, time } = await tapped()
      expect(kept.get('vk-pay-left')).toMatchObject({ out_trade_no: no })
      cashier.report('cancel')
      await time.settle()
      expect(kept.get('vk-pay-left')).toBeUndefined()
    })
  })

  describe('a QR code that is about to end', () => {
    const code = (name: string) => `weixin://wxpay/bizpayurl?pr=${name}`

    async function scanning(lifeMs = 60_000, options: VkPayOptions = {}) {
      const all = await tapped(options)
      const pay = (all.wrapper.vm as unknown as { pay: () => Promise<PayResult> }).pay()
      const launch = (name: string) => all.cashier.launchAs({ kind: 'qrcode', codeUrl: code(name), expiresAt: all.time.clock.now() + lifeMs })
      launch('first')
      await all.time.settle()
      const shown = () => (all.wrapper.emitted('stateChange')!.at(-1)![0] as StateChange).code_url
      return { ...all, launch, shown, pay }
    }

    it('is renewed for the same order, and the payment goes on', async () => {
      const { time, wrapper, server, launch, shown, creates, states, pay } = await scanning()
      await time.advance(44_000)
      expect(creates()).toBe(1)
      await time.advance(1500)
      expect(creates()).toBe(2)
      expect(server.calls.filter(call => call.action === 'pay/createPayment').at(-1)!.data).toMatchObject({ out_trade_no: no, subject: anOrder.subject })
      launch('second')
      await time.settle()
      expect(shown()).toBe(code('second'))
      expect(states()).toEqual(['creating', 'invoking', 'confirming', 'confirming'])
      expect(allByRole('dialog')).toHaveLength(1)
      await time.advance(30_000)
      expect(wrapper.emitted('pending')).toBeUndefined()
      server.pay(no)
      await time.advance(5000)
      expect(wrapper.emitted('success')).toHaveLength(1)
      await expect(pay).resolves.toMatchObject({ outcome: 'success', out_trade_no: no })
      expect(time.pending()).toBe(0)
    })

    it('still hears of what was left unfinished on its page', async () => {
      const { time, wrapper, server, launch, journal } = await scanning()
      await leaveUnfinished(time)
      await time.advance(46_000)
      launch('second')
      await time.settle()
      server.pay(other.out_trade_no)
      callHook(wrapper, 'onHide')
      callHook(wrapper, 'onShow')
      await time.settle()
      expect(wrapper.emitted('success')).toEqual([[expect.objectContaining({ out_trade_no: other.out_trade_no, late: true })]])
      server.pay(no)
      await time.advance(5000)
      expect((wrapper.emitted('success') as [PayResult][]).map(([result]) => result.out_trade_no)).toEqual([other.out_trade_no, no])
      expect(journal()).toEqual([])
    })

    it('and is told of it by the app, should the app learn of it first', async () => {
      const onPaid = vi.fn()
      const { time, wrapper, server, launch, vkPay } = await scanning(60_000, { onPaid })
      await time.advance(46_000)
      launch('second')
      await time.settle()
      await leaveUnfinished(time)
      server.pay(other.out_trade_no)
      await vkPay.resume()
      expect(wrapper.emitted('success')).toEqual([[expect.objectContaining({ out_trade_no: other.out_trade_no })]])
      expect(onPaid).toHaveBeenCalledTimes(1)
    })

    it('is asked for again when the answer is lost, and ends in pending when none comes', async () => {
      const { time, wrapper, server, creates, pay } = await scanning()
      for (let i = 0; i < 4; i++)
        server.lose('pay/createPayment')
      await time.advance(51_000)
      expect(creates()).toBe(3)
      await time.advance(20_000)
      expect(wrapper.emitted('pending')).toHaveLength(1)
      await expect(pay).resolves.toMatchObject({ outcome: 'pending' })
      expect(allByRole('dialog')).toEqual([])
      expect(time.pending()).toBe(0)
    })

    it('that the server keeps, its clock being behind, is asked for every few seconds', async () => {
      const { time, wrapper, cashier, creates } = await scanning()
      const expiresAt = time.clock.now() + 60_000
      for (let second = 0; second < 59; second++) {
        await time.advance(1000)
        cashier.launchAs({ kind: 'qrcode', codeUrl: code('first'), expiresAt })
        await time.settle()
      }
      expect(creates()).toBe(4)
      expect(wrapper.emitted('pending')).toBeUndefined()
    })

    it('is not renewed while nobody looks, but before the page goes on', async () => {
      const { time, wrapper, creates, launch, shown } = await scanning()
      callHook(wrapper, 'onHide')
      await time.advance(120_000)
      expect(creates()).toBe(1)
      callHook(wrapper, 'onShow')
      await time.settle()
      expect(creates()).toBe(2)
      launch('second')
      await time.settle()
      expect(shown()).toBe(code('second'))
      expect(wrapper.emitted('pending')).toBeUndefined()
    })

    it('is success when the server says that it was paid meanwhile', async () => {
      const { time, wrapper, server } = await scanning()
      server.answer('pay/createPayment', { code: 40006, msg: 'paid already', out_trade_no: no })
      callHook(wrapper, 'onHide')
      await time.advance(50_000)
      server.pay(no)
      callHook(wrapper, 'onShow')
      await time.advance(1000)
      expect(wrapper.emitted('success')).toHaveLength(1)
    })

    it('is success at once when the server, asked for a new one, says that it was paid', async () => {
      const { time, wrapper, server } = await scanning()
      await time.advance(44_900)
      server.answer('pay/createPayment', { code: 40006, msg: 'paid already', out_trade_no: no })
      server.pay(no)
      await time.advance(100)
      expect(wrapper.emitted('success')).toHaveLength(1)
    })

    it('is renewed for its own order, whatever a further tap would have paid', async () => {
      const { time, wrapper, server } = await scanning()
      await wrapper.setProps({ order: other })
      void (wrapper.vm as unknown as { pay: () => Promise<PayResult> }).pay()
      await time.advance(46_000)
      expect(server.calls.filter(call => call.action === 'pay/createPayment').map(call => call.data.out_trade_no)).toEqual([no, no])
    })

    it.each([
      ['inside WeChat', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Mobile MicroMessenger/8.0.50', '长按识别二维码付款', true],
      ['on a phone', 'Mozilla/5.0 (Linux; Android 14) Chrome/131 Mobile Safari/537.36', '请用微信扫码支付', true],
      ['on a desktop', 'Mozilla/5.0 (Windows NT 10.0) Chrome/131 Safari/537.36', '请用微信扫码支付', false],
    ])('%s: says what to do with it, and offers WeChat where a phone has it', async (_, userAgent, title, link) => {
      const spied = vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue(userAgent)
      await scanning()
      expect(nameOf(byRole('dialog'))).toBe(title)
      expect(allByRole('button', '打开微信支付').length).toBe(link ? 1 : 0)
      spied.mockRestore()
    })

    it('is left alone after the payer closed it, or the page went', async () => {
      const { time, wrapper, creates } = await scanning()
      byRole('button', '取消').click()
      await time.advance(60_000)
      expect(creates()).toBe(1)
      wrapper.unmount()
      expect(time.pending()).toBe(0)
    })

    it('joins a tap during the renewal', async () => {
      const { time, wrapper, launch, server, creates } = await scanning()
      await time.advance(46_000)
      const joined = (wrapper.vm as unknown as { pay: () => Promise<PayResult> }).pay()
      launch('second')
      await time.settle()
      server.pay(no)
      await time.advance(5000)
      await expect(joined).resolves.toMatchObject({ outcome: 'success' })
      expect(creates()).toBe(2)
    })
  })
}
else {
  it('is for browsers: elsewhere the channel has a cashier of its own', async () => {
    const { creates, wrapper } = await tapped()
    expect(creates()).toBe(1)
    expect(wrapper.html()).not.toContain('dialog')
  })
}
