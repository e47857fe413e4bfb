import { mount } from '@vue/test-utils'
import { defineComponent, h, nextTick, ref } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import VkPayButton from '../../components/vk-pay-button/vk-pay-button.vue'
import VkPayCashier from '../../components/vk-pay-cashier/vk-pay-cashier.vue'
import type { VkPayCashierExpose } from '../../components/vk-pay-cashier/types'
import VkPayChannels from '../../components/vk-pay-channels/vk-pay-channels.vue'
import type { LocaleId, PayProvider, PayResult, VkPayOptions } from '../../js_sdk/types'
import { anOrder } from '../support/pay-kit'
import { callHook } from '../support/stub-uni-app'
import { allByRole, byRole, installedKit, nameOf, pageText, platform, show } from './support'

const no = anOrder.out_trade_no

/** uni-popup, as far as anybody sees it. */
const UniPopup = defineComponent({
  emits: ['change'],
  setup(_, { emit, expose, slots }) {
    const shown = ref(false)
    const turn = (show: boolean) => {
      shown.value = show
      emit('change', { show })
    }
    expose({ open: () => turn(true), close: () => turn(false) })
    return () => shown.value ? h('div', { class: 'popup', onClick: (event: Event) => event.target === event.currentTarget && turn(false) }, slots.default?.()) : undefined
  },
})

/** The bus of `uni`. */
function bus() {
  const listeners = new Map<string, Set<(value: unknown) => void>>()
  const of = (name: string) => listeners.get(name) ?? listeners.set(name, new Set()).get(name)!
  return {
    listeners: of,
    $on: (name: string, run: (value: unknown) => void) => void of(name).add(run),
    $off: (name: string, run: (value: unknown) => void) => void of(name).delete(run),
    $emit: (name: string, value: unknown) => of(name).forEach(run => run(value)),
  }
}

const everywhere = ['mp-weixin', 'mp-alipay', 'mp-toutiao', 'app-plus', 'h5', 'h5-weixin', 'mweb'] as const

async function cashierPage(options: VkPayOptions & { offer?: unknown } = {}) {
  const kit = installedKit(options)
  const events = bus()
  Object.assign(kit.uni, events)
  const other: PayProvider = { ...kit.cashier.provider, id: 'alipay', platforms: everywhere }
  kit.vkPay.register(other)
  if (options.offer !== undefined)
    kit.server.answer('pay/listProviders', options.offer)
  const wrapper = mount(VkPayCashier, { attachTo: document.body, global: { stubs: { 'uni-popup': UniPopup } }, props: { providers: ['wxpay', 'alipay'] } })
  const cashier = wrapper.vm as unknown as VkPayCashierExpose
  return { ...kit, kit, events, wrapper, ref: cashier }
}

const radios = () => allByRole('radio').map(element => [nameOf(element), element.getAttribute('aria-checked')])
const created = (kit: { server: ReturnType<typeof installedKit>['server'] }) => kit.server.calls.filter(call => call.action === 'pay/createPayment')

describe('open(order)', () => {
  it('shows amount, subject and channels, and pays with the chosen one', async () => {
    const page = await cashierPage()
    const result = page.ref.open(anOrder)
    await page.time.settle()
    expect(nameOf(byRole('dialog'))).toBe('收银台')
    expect(pageText()).toContain('¥10.00')
    expect(pageText()).toContain('A fine thing')
    expect(radios()).toEqual([['微信支付', 'true'], ['支付宝', 'false']])
    byRole('radio', '支付宝').click()
    await nextTick()
    expect(radios()).toEqual([['微信支付', 'false'], ['支付宝', 'true']])
    byRole('button', '确认支付 ¥10.00').click()
    await page.time.settle()
    expect(allByRole('dialog')).toEqual([])
    expect(created(page)[0]!.data).toMatchObject({ out_trade_no: no, provider: 'alipay' })
    page.server.pay(no)
    page.cashier.report('ok')
    await page.time.settle()
    await expect(result).resolves.toMatchObject({ code: 0, outcome: 'success', out_trade_no: no })
    expect(page.wrapper.emitted('success')).toHaveLength(1)
    expect(page.wrapper.emitted('stateChange')).toHaveLength(4)
  })

  it('is one cashier and one payment however often it is called', async () => {
    const page = await cashierPage()
    const first = page.ref.open(anOrder)
    const second = page.ref.open({ ...anOrder, out_trade_no: 'ORDER_0002' })
    await page.time.settle()
    expect(allByRole('dialog')).toHaveLength(1)
    byRole('button', '确认支付 ¥10.00').click()
    await page.time.settle()
    const third = page.ref.open(anOrder)
    await page.time.settle()
    expect(allByRole('radio')).toEqual([])
    page.server.pay(no)
    page.cashier.report('ok')
    await page.time.settle()
    for (const one of [first, second, third])
      await expect(one).resolves.toMatchObject({ outcome: 'success', out_trade_no: no })
    expect(created(page)).toHaveLength(1)
  })

  it.each([
    ['关闭', () => byRole('button', '关闭').click()],
    ['the mask', () => document.querySelector<HTMLElement>('.popup')!.click()],
  ])('is a cancel, told once, when the payer leaves by %s', async (_, leave) => {
    const page = await cashierPage()
    const result = page.ref.open(anOrder)
    await page.time.settle()
    leave()
    await page.time.settle()
    await expect(result).resolves.toMatchObject({ outcome: 'cancel', code: 60001, out_trade_no: no, trade_state: 'UNKNOWN', msg: '支付已取消' })
    expect(page.wrapper.emitted('cancel')).toHaveLength(1)
    expect(created(page)).toEqual([])
    expect(allByRole('dialog')).toEqual([])
  })

  it('ends its wait when its page goes', async () => {
    const page = await cashierPage()
    const result = page.ref.open(anOrder)
    await page.time.settle()
    page.wrapper.unmount()
    await expect(result).resolves.toMatchObject({ outcome: 'cancel' })
    expect(page.events.listeners('vkPayCashier').size).toBe(0)
  })

  it('fails clearly without an order', async () => {
    const page = await cashierPage()
    await expect(page.ref.open()).resolves.toMatchObject({ outcome: 'fail', error: { message: expect.stringContaining('order') } })
  })

  it('takes no payment once the order\'s time is over', async () => {
    const page = await cashierPage()
    void page.ref.open({ ...anOrder, time_expire: Date.now() - 1 })
    await page.time.settle()
    expect(nameOf(byRole('alert'))).toBe('订单已过支付时间，请重新下单')
    expect(allByRole('button').map(nameOf)).toEqual(['关闭'])
  })

  it('counts down to it', async () => {
    const page = await cashierPage()
    void page.ref.open({ ...anOrder, time_expire: Date.now() + 90_000 })
    await page.time.settle()
    expect(nameOf(byRole('timer'))).toMatch(/^支付剩余时间 1:(?:30|29)$/)
  })

  it.each([['zh-Hant', '收銀台', '微信支付', '確認付款 ¥10.00'], ['en', 'Checkout', 'WeChat Pay', 'Pay ¥10.00']] as [LocaleId, string, string, string][])('speaks %s', async (locale, title, channel, label) => {
    const page = await cashierPage({ locale })
    void page.ref.open(anOrder)
    await page.time.settle()
    expect(nameOf(byRole('dialog'))).toBe(title)
    byRole('radio', channel)
    byRole('button', label)
  })
})

describe('the list', () => {
  const only = (...ids: string[]) => ({ code: 0, msg: 'ok', providers: ids.map(provider => ({ provider, platform: 'h5' })) })

  it('leaves out what the server has no config for', async () => {
    const page = await cashierPage({ offer: only('alipay', 'paypal') })
    void page.ref.open(anOrder)
    await page.time.settle()
    expect(page.server.calls.find(call => call.action === 'pay/listProviders')!.data).toEqual({ vk_platform: page.vkPay.platform })
    expect(radios()).toEqual([['支付宝', 'true']])
  })

  it('says so when nothing is left', async () => {
    const page = await cashierPage({ offer: only() })
    void page.ref.open(anOrder)
    await page.time.settle()
    expect(nameOf(byRole('status'))).toBe('当前没有可用的支付方式')
    expect(allByRole('button').map(nameOf)).toEqual(['关闭'])
  })

  it.each([
    ['does not know the question', { code: 404, msg: '没有这个云函数路径' }],
    ['answers something else', { code: 0, providers: 'all' }],
  ])('is the platform\'s own when the server %s', async (_, offer) => {
    const page = await cashierPage({ offer })
    void page.ref.open(anOrder)
    await page.time.settle()
    expect(radios().map(([name]) => name)).toEqual(['微信支付', '支付宝'])
  })

  it('does not wait for a server that is silent', async () => {
    const page = await cashierPage()
    page.server.lose('pay/listProviders')
    void page.ref.open(anOrder)
    await page.time.settle()
    expect(radios()).toHaveLength(2)
  })

  describe('of virtual goods', () => {
    /** Beside what every build has: a channel that sells virtual goods only, as wxpay-virtual does. */
    async function listed(offer: unknown, providers?: string[]) {
      const page = await cashierPage(offer === 'silent' ? {} : { offer })
      page.vkPay.register({ ...page.cashier.provider, id: 'coins', virtual: true })
      if (offer === 'silent')
        page.server.backend.call = () => new Promise(() => {})
      await page.wrapper.setProps({ providers })
      void page.ref.open(anOrder)
      await page.time.advance(3000)
      return radios().map(([name]) => name).filter(name => ['coins', '微信支付'].includes(name!))
    }
    const unable = { code: 404, msg: '没有这个云函数路径' }

    it.each([
      ['is not there when the server cannot list', unable, undefined, ['微信支付']],
      ['is not there when the server is silent', 'silent', undefined, ['微信支付']],
      ['is there when the page names it', unable, ['coins', 'wxpay'], ['coins', '微信支付']],
      ['is there when the server names it', only('wxpay', 'coins'), undefined, ['微信支付', 'coins']],
      ['is there alone when the server names nothing else', only('coins'), undefined, ['coins']],
      ['is not there when the page names it and the server does not', only('wxpay'), ['coins', 'wxpay'], ['微信支付']],
    ] as const)('%s', async (_, offer, providers, expected) => {
      expect(await listed(offer, providers && [...providers])).toEqual(expected)
    })

    it('is what WeChat\'s and Apple\'s are, and nothing else', async () => {
      const { builtInProviders } = await import('../../js_sdk/providers')
      expect(builtInProviders.filter(provider => provider.virtual).map(({ id }) => id)).toEqual({ 'mp-weixin': ['wxpay-virtual'], 'app': ['appleiap'] }[platform] ?? [])
    })
  })

  it('remembers the choice', async () => {
    const page = await cashierPage()
    void page.ref.open(anOrder)
    await page.time.settle()
    byRole('radio', '支付宝').click()
    await nextTick()
    byRole('button', '确认支付 ¥10.00').click()
    await page.time.settle()
    page.cashier.report('cancel')
    await page.time.settle()
    void page.ref.open(anOrder)
    await page.time.settle()
    expect(radios()).toEqual([['微信支付', 'false'], ['支付宝', 'true']])
  })

  it('never offers what this platform cannot open', async () => {
    const page = await cashierPage()
    void page.ref.open(anOrder, { providers: ['nobody', 'alipay', 'alipay'] })
    await page.time.settle()
    expect(radios()).toEqual([['支付宝', 'true']])
  })
})

describe('a button with providers', () => {
  async function withButton(providers: string[]) {
    const page = await cashierPage()
    const button = show(VkPayButton, { props: { order: anOrder, providers } })
    const tap = async () => {
      byRole('button', '支付 ¥10.00').click()
      await page.time.settle()
    }
    return { ...page, button, tap }
  }

  it('lets the payer choose first; the payment and its events are the button\'s', async () => {
    const page = await withButton(['wxpay', 'alipay'])
    await page.tap()
    expect(created(page)).toEqual([])
    byRole('radio', '支付宝').click()
    await nextTick()
    byRole('button', '确认支付 ¥10.00').click()
    await page.time.settle()
    expect(created(page)[0]!.data.provider).toBe('alipay')
    page.server.pay(no)
    page.cashier.report('ok')
    await page.time.settle()
    expect(page.button.emitted('success')).toHaveLength(1)
    expect(page.wrapper.emitted('success')).toBeUndefined()
  })

  it('tells a payer who closes the cashier as a cancel of the button', async () => {
    const page = await withButton(['wxpay', 'alipay'])
    await page.tap()
    byRole('button', '关闭').click()
    await page.time.settle()
    expect(page.button.emitted('cancel')).toEqual([[expect.objectContaining({ outcome: 'cancel', out_trade_no: no }) as PayResult]])
    expect(page.wrapper.emitted('cancel')).toBeUndefined()
    expect(created(page)).toEqual([])
  })

  it.each([[['alipay']], [['nobody', 'alipay'].slice(1)]])('pays at once when there is one: %j', async (providers) => {
    const page = await withButton(providers)
    await page.tap()
    expect(allByRole('dialog')).toEqual([])
    expect(created(page)[0]!.data.provider).toBe('alipay')
  })

  it('pays with the first where the page has no cashier', async () => {
    const page = await withButton(['alipay', 'wxpay'])
    page.wrapper.unmount()
    await page.tap()
    expect(created(page)[0]!.data.provider).toBe('alipay')
  })

  it('is not answered by the cashier of a page below', async () => {
    const page = await withButton(['wxpay', 'alipay'])
    callHook(page.wrapper, 'onHide')
    await page.tap()
    expect(allByRole('dialog')).toEqual([])
    expect(created(page)).toHaveLength(1)
  })
})

describe('as a part of a page', () => {
  it('pays where it stands, and takes no tap while it does', async () => {
    const kit = installedKit()
    const wrapper = show(VkPayChannels, { props: { order: anOrder, providers: ['wxpay'] } })
    await kit.time.settle()
    byRole('button', '确认支付 ¥10.00').click()
    await kit.time.settle()
    const button = byRole('button', '等待支付')
    expect(button.getAttribute('aria-disabled')).toBe('true')
    button.click()
    await kit.time.settle()
    expect(created(kit)).toHaveLength(1)
    kit.server.pay(no)
    kit.cashier.report('ok')
    await kit.time.settle()
    expect(wrapper.emitted('success')).toHaveLength(1)
  })
})

if (platform === 'h5') {
  describe('in a browser', () => {
    it('is worked by keyboard, and gives the focus back', async () => {
      const page = await cashierPage()
      const before = document.body.appendChild(document.createElement('button'))
      before.focus()
      void page.ref.open(anOrder)
      await page.time.settle()
      expect(document.activeElement).toBe(byRole('dialog'))
      byRole('radio', '支付宝').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))
      await nextTick()
      expect(radios()[1]).toEqual(['支付宝', 'true'])
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
      await page.time.settle()
      expect(page.wrapper.emitted('cancel')).toHaveLength(1)
      expect(document.activeElement).toBe(before)
      before.remove()
    })
  })
}

it('warns about nothing', async () => {
  const warned = vi.spyOn(console, 'warn')
  const page = await cashierPage()
  void page.ref.open(anOrder)
  await page.time.settle()
  expect(warned.mock.calls.map(([text]) => String(text)).filter(text => text.includes('[Vue warn]'))).toEqual([])
})
