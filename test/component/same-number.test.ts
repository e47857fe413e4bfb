import { effectScope } from 'vue'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { usePayment } from '../../composables/usePayment'
import VkPayButton from '../../components/vk-pay-button/vk-pay-button.vue'
import type { Backend, PayOrder, PayResult, ProviderId } from '../../js_sdk/types'
import type * as AlipaySupport from '../cloud/providers/alipay-support'
import type * as ShopSupport from '../cloud/support/shop'
import { anOrder, payKit } from '../support/pay-kit'
import { platform, show } from './support'

const no = anOrder.out_trade_no
type Kit = ReturnType<typeof payKit>
type Pay = (order: PayOrder, provider?: ProviderId) => Promise<PayResult>

/** The ways a page pays. What they hear is what is asserted, not what the engine holds. */
const paths: Record<'button' | 'usePayment' | 'vkPay.pay', (kit: Kit) => Pay> = {
  'button': ({ vkPay }) => {
    vkPay.install()
    const wrapper = show(VkPayButton, { props: { order: anOrder } })
    return async (order, provider) => {
      await wrapper.setProps({ order, provider })
      const result = await (wrapper.vm as unknown as { pay: () => Promise<PayResult> }).pay()
      expect(wrapper.emitted(result.outcome)?.at(-1)).toEqual([result])
      return result
    }
  },
  'usePayment': ({ vkPay }) => {
    const payment = effectScope().run(() => usePayment({ client: vkPay }))!
    return (order, provider) => payment.pay(order, { provider })
  },
  // as a page in plain JavaScript does it, which hears of a refusal by itself
  'vkPay.pay': ({ vkPay }) => async ({ ...order }, provider = 'wxpay') => {
    const answer = await vkPay.createPayment({ ...order, provider })
    return answer.code ? answer as unknown as PayResult : vkPay.pay({ provider, orderInfo: answer.orderInfo })
  },
}

describe('a server that answers what the channel says of a number used before', () => {
  const said = ['201 商户订单号重复', '商户订单号重复', 'OUT_TRADE_NO_USED', 'ACQ.DUP_OUT_ORDER']

  describe.each(['button', 'usePayment'] as const)('by %s, with nothing known on this device', (path) => {
    async function refused(msg: string, prepare: (kit: Kit) => void) {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
      const kit = payKit({ locale: 'en' })
      await kit.server.backend.call('pay/createPayment', { ...anOrder, provider: 'alipay' })
      kit.server.answer('pay/createPayment', { code: 40001, msg })
      prepare(kit)
      const paid = paths[path](kit)(anOrder)
      await kit.time.advance(10_000)
      return { ...kit, warn, result: await paid, asked: kit.server.calls.filter(({ action }) => action === 'pay/queryPayment').length }
    }

    it.each(said)('%s: paid is a success', async (msg) => {
      const { result, journal, cashier } = await refused(msg, ({ server }) => server.pay(no))
      expect(result).toMatchObject({ outcome: 'success', code: 0, hint: undefined })
      expect(journal()).toEqual([])
      expect(cashier.opened).toEqual([])
    })

    it.each(said)('%s: unpaid is a fail with a sentence that can be read, its words and a hint, after one question', async (msg) => {
      const { result, asked, journal, warn } = await refused(msg, () => {})
      expect(result).toMatchObject({ outcome: 'fail', code: 40001, msg: /[商订]/.test(msg) ? 'Payment failed' : msg, error: { message: msg }, trade_state: 'NOTPAY', hint: expect.stringMatching(/close that order and derive a new number/) })
      expect(warn).toHaveBeenCalledWith(expect.stringContaining('derive a new number'))
      expect(asked).toBe(1)
      // it may be paid yet, by what was opened before
      expect(journal()).toEqual([no])
    })

    it.each(said)('%s: without an answer nobody knows', async (msg) => {
      const { result, asked, journal } = await refused(msg, ({ server }) => {
        for (let i = 0; i < 9; i++)
          server.lose('pay/queryPayment')
      })
      expect(result).toMatchObject({ outcome: 'pending', hint: expect.any(String) })
      expect(asked).toBe(3)
      expect(journal()).toEqual([no])
    })

    it('any other refusal of an order nobody knows is a fail at once', async () => {
      const { result, asked, journal } = await refused('openid 无效', ({ server }) => server.pay(no))
      expect(result).toMatchObject({ outcome: 'fail', code: 40001 })
      expect([asked, journal()]).toEqual([0, []])
    })
  })

  it.each([
    ['success', (kit: Kit) => kit.server.pay(no)],
    ['fail', () => {}],
    ['pending', (kit: Kit) => {
      for (let i = 0; i < 9; i++)
        kit.server.lose('pay/queryPayment')
    }],
  ] as const)('by vkPay.pay, whose cashier calls it a duplicate: %s, as the server says', async (outcome, prepare) => {
    const kit = payKit({ locale: 'en', providers: [{ id: 'other', platforms: [payKit().vkPay.platform], outcomes: [['fail', 'errCode', '==', [-15002], 'fail', 'duplicate']], launch: async () => ({ kind: 'reported', via: 'fail', raw: { errCode: '-15002' } }) }] })
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    await kit.server.backend.call('pay/createPayment', { ...anOrder, provider: 'other' })
    prepare(kit)
    const paid = kit.vkPay.pay({ provider: 'other', orderInfo: {}, out_trade_no: no, total_fee: 1000 })
    await kit.time.advance(10_000)
    expect(await paid).toMatchObject({ outcome, hint: outcome === 'success' ? undefined : expect.stringMatching(/query the order before using a new number/) })
    expect(kit.server.calls.some(({ action }) => action === 'pay/queryPayment')).toBe(true)
  })
})

/** One platform is enough for the server, which has keys to make. */
if (platform === 'h5') {
  describe.each(Object.keys(paths) as (keyof typeof paths)[])('our own server, the same number again, by %s', (path) => {
    let cloud: typeof AlipaySupport & typeof ShopSupport
    beforeAll(async () => {
      cloud = { ...await import('../cloud/providers/alipay-support'), ...await import('../cloud/support/shop') }
    }, 60_000)

    /** The payment core with WeChat and Alipay in memory behind it; both by code, which needs no openid. */
    async function shop() {
      const { Alipay, alipayConfig, configOf, openShop } = cloud
      const alipay = new Alipay()
      const own: ShopSupport.Shop = await openShop({
        config: { ...configOf(), ...alipayConfig() },
        http: request => (request.url.startsWith('https://alipay.') ? alipay : own.wechat).http(request),
      })
      const backend: Backend = {
        call: async <T>(action: string, data: Record<string, unknown>) =>
          await (action === 'pay/createPayment' ? own.pay.createPayment({ data }) : own.pay.queryPayment(data as { out_trade_no: string })) as T,
      }
      const kit = payKit({ backend })
      const pay = paths[path](kit)
      const ofGoods = { ...anOrder, custom: { goods_id: 'g1' } }

      /** Goes on, by half seconds, until it is so. */
      async function until(isSo: () => boolean) {
        while (!isSo()) {
          await new Promise(resolve => setImmediate(resolve))
          own.clock.now += 500
          await kit.time.advance(500)
        }
      }
      /** Tapped, and the cashier is open. */
      async function opened(order: PayOrder, provider?: ProviderId) {
        const count = kit.cashier.opened.length
        const end = pay(order, provider)
        await until(() => kit.cashier.opened.length > count)
        return async (says: 'ok' | 'cancel') => {
          kit.cashier.report(says)
          return ended(end)
        }
      }
      async function ended(end: Promise<PayResult>) {
        let result: PayResult | undefined
        void end.then(got => result = got)
        await until(() => result !== undefined)
        return result!
      }
      return { ...kit, own, alipay, pay, opened, ended, ofGoods }
    }
    const sums = { 'with another amount': { total_fee: 900 }, 'on another channel': {}, 'on another channel with another amount': { total_fee: 900 } } as const
    const cases = Object.entries(sums).map(([name, changed]) => [name, changed, name.includes('channel') ? 'alipay' : 'wxpay'] as const)

    it.each(cases)('%s can be paid, once', async (_, changed, provider) => {
      const { own, alipay, opened, ofGoods } = await shop()
      const first = await opened(ofGoods, 'wxpay')
      expect(await first('cancel')).toMatchObject({ outcome: 'cancel', trade_state: 'NOTPAY' })
      const again = await opened({ ...ofGoods, ...changed }, provider)
      // what was there before takes no money any more
      expect(own.wechat.orders.get(no)!.state).toBe('CLOSED')
      if (provider === 'alipay')
        alipay.pay([...alipay.orders.keys()].at(-1)!)
      else
        own.wechat.pay([...own.wechat.orders.keys()].at(-1)!)
      expect(await again('ok')).toMatchObject({ outcome: 'success', code: 0, out_trade_no: no, provider, total_fee: 1000, ...changed })
      expect(own.effects()).toEqual({ runs: 1, stock: 99 })
    })

    it.each(cases)('%s is paid already, where the first was paid behind everybody\'s back', async (_, changed, provider) => {
      const { own, alipay, opened, pay, ended, cashier, ofGoods } = await shop()
      const first = await opened(ofGoods, 'wxpay')
      expect(await first('cancel')).toMatchObject({ outcome: 'cancel' })
      own.wechat.pay(no)
      const told = path === 'vkPay.pay' ? { code: 40006 } : { outcome: 'success', code: 0 }
      expect(await ended(pay({ ...ofGoods, ...changed }, provider))).toMatchObject({ ...told, out_trade_no: no, total_fee: 1000 })
      expect(cashier.opened).toHaveLength(1)
      expect(alipay.orders.size).toBe(0)
      expect(own.effects()).toEqual({ runs: 1, stock: 99 })
    })
  })
}
