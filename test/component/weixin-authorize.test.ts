import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import VkPayButton from '../../components/vk-pay-button/vk-pay-button.vue'
import type { PayResult, VkPayOptions } from '../../js_sdk/types'
import { anOrder, scriptedCashier } from '../support/pay-kit'
import { byRole, installedKit, platform, show } from './support'

const ACTION = 'pay/code2SessionWeixinH5'
const wechat = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50'

if (platform === 'h5') {
  describe('inside WeChat, without an openid', () => {
    let left: string[]

    beforeEach(() => {
      left = []
      sessionStorage.clear()
      history.replaceState({ position: 3 }, '', '/m/?a=1#/pages/goods/goods')
      vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue(wechat)
      vi.spyOn(location, 'replace').mockImplementation(url => void left.push(String(url)))
      vi.spyOn(console, 'warn').mockImplementation(() => {})
    })
    afterEach(() => {
      vi.restoreAllMocks()
      history.replaceState(null, '', '/')
    })

    function open(options: VkPayOptions = {}) {
      const cashier = scriptedCashier()
      const provider = { ...cashier.provider, openid: { 'h5-weixin': { action: ACTION } } } as const
      return { ...installedKit({ providers: [provider], ...options }), cashier }
    }
    type Kit = ReturnType<typeof open>

    function button(kit: Kit, order: object = anOrder) {
      const wrapper = show(VkPayButton, { props: { order } })
      const results = () => ['success', 'fail', 'cancel', 'pending'].flatMap(event => (wrapper.emitted(event) ?? []).map(([result]) => result as PayResult))
      const calls = (action: string) => kit.server.calls.filter(call => call.action === action)
      return { ...kit, wrapper, results, calls }
    }

    /** Tapped, and the page is being left; answers the state it was left with. */
    async function leave(kit: Kit, order?: object) {
      const all = button(kit, order)
      kit.server.answer(ACTION, { code: 0, msg: 'ok', authorize_url: 'https://open.weixin.qq.com/connect/oauth2/authorize?x=1#wechat_redirect' })
      byRole('button', '支付 ¥10.00').click()
      await kit.time.settle()
      const [asked] = all.calls(ACTION)
      return { ...all, asked: asked!.data, state: String(asked!.data.state) }
    }

    /** The page is loaded anew at this address: another client over the same storage. */
    async function comeBack(before: Awaited<ReturnType<typeof leave>>, address: string, answer?: object) {
      before.wrapper.unmount()
      before.server.calls.length = 0
      left.length = 0
      // as vue-router keeps it, which leaves out what hash routing is not about
      history.replaceState({ position: 4, current: address.replace(/^.*#/, '') }, '', address)
      if (answer)
        before.server.answer(ACTION, answer)
      const kit = { ...before, vkPay: before.make() }
      kit.vkPay.install()
      const after = button(kit)
      await kit.time.settle()
      return after
    }

    it('leaves for WeChat in the place of this page, and asks for nothing yet', async () => {
      const { asked, calls, journal, wrapper } = await leave(open())
      expect(left).toEqual(['https://open.weixin.qq.com/connect/oauth2/authorize?x=1#wechat_redirect'])
      expect(asked).toEqual({ redirect_uri: location.href, state: expect.stringMatching(/^[a-z0-9]{10,128}$/), pid: undefined })
      expect(calls('pay/createPayment')).toEqual([])
      expect(journal()).toEqual([])
      expect(wrapper.emitted('fail')).toBeUndefined()
    })

    it.each([
      ['hash routing', '/m/?a=1&code=C1&state=STATE#/pages/goods/goods', '/m/?a=1#/pages/goods/goods'],
      ['history routing', '/pages/goods/goods?id=2&code=C1&state=STATE', '/pages/goods/goods?a=1'],
    ])('comes back, cleans the address, and pays once (%s)', async (_, address, clean) => {
      const before = await leave(open())
      const { calls, server, cashier, time, results } = await comeBack(before, address.replace('STATE', before.state), { code: 0, msg: 'ok', openid: 'oPayer' })
      expect(location.pathname + location.search + location.hash).toBe(clean)
      expect(history.state).toEqual({ position: 4, current: clean.replace(/^.*#/, '') })
      expect(calls(ACTION).map(call => call.data)).toEqual([{ code: 'C1', pid: undefined }])
      expect(calls('pay/createPayment').map(call => call.data)).toEqual([expect.objectContaining({ out_trade_no: anOrder.out_trade_no, openid: 'oPayer', custom: { goods_id: 'g1' } })])
      server.pay(anOrder.out_trade_no)
      cashier.report('ok')
      await time.settle()
      expect(results()).toEqual([expect.objectContaining({ outcome: 'success', code: 0 })])
      await time.advance(20_000)
      expect(calls('pay/createPayment')).toHaveLength(1)
      expect(left).toEqual([])
    })

    it('keeps the openid for the visit: the next payment leaves nothing', async () => {
      const before = await leave(open())
      const after = await comeBack(before, `/m/?code=C1&state=${before.state}#/pages/goods/goods`, { code: 0, msg: 'ok', openid: 'oPayer' })
      after.cashier.report('cancel')
      await after.time.settle()
      expect(after.results().map(result => result.outcome)).toEqual(['cancel'])
      byRole('button', '支付 ¥10.00').click()
      await after.time.settle()
      expect(after.calls('pay/createPayment').map(call => call.data.openid)).toEqual(['oPayer', 'oPayer'])
      expect(after.calls(ACTION)).toHaveLength(1)
      expect(JSON.stringify([...after.kept])).not.toContain('oPayer')
    })

    it.each([
      ['the payer refused', () => '/m/?a=1&state=STATE#/pages/goods/goods', '/m/?a=1#/pages/goods/goods'],
      ['another state', () => '/m/?a=1&code=EVIL&state=forged#/pages/goods/goods', '/m/?a=1&code=EVIL&state=forged#/pages/goods/goods'],
      ['a state without code of ours', () => '/m/?a=1#/pages/goods/goods', '/m/?a=1#/pages/goods/goods'],
    ])('%s: a fail with a hint, no code is used, and the page does not leave again by itself', async (_, address, then) => {
      const before = await leave(open())
      const { results, calls, time } = await comeBack(before, address().replace('STATE', before.state))
      expect(results()).toEqual([expect.objectContaining({ outcome: 'fail', code: 60008, hint: expect.stringContaining('网页授权域名') as string })])
      await time.advance(20_000)
      expect(calls(ACTION)).toEqual([])
      expect(left).toEqual([])
      expect(location.pathname + location.search + location.hash).toBe(then)
      // a tap is another try
      before.server.answer(ACTION, { code: 0, msg: 'ok', authorize_url: 'https://open.weixin.qq.com/again' })
      byRole('button', '支付 ¥10.00').click()
      await time.settle()
      expect(left).toEqual(['https://open.weixin.qq.com/again'])
    })

    it('a failed exchange: a fail with a hint, and the code is not tried twice', async () => {
      const before = await leave(open())
      const { results, calls, time } = await comeBack(before, `/m/?code=C1&state=${before.state}#/pages/goods/goods`, { code: 40001, msg: '网页授权 code 无效或已使用' })
      await time.advance(20_000)
      expect(results()).toEqual([expect.objectContaining({ outcome: 'fail', code: 60008, hint: expect.stringContaining('wxpay.h5-weixin') as string })])
      expect(results()[0]!.error?.message).toContain('网页授权 code 无效或已使用')
      expect(calls(ACTION)).toHaveLength(1)
      expect(calls('pay/createPayment')).toEqual([])
    })

    it('a server that knows no official account: a fail at once', async () => {
      const kit = open()
      const { results } = button(kit)
      kit.server.answer(ACTION, { code: 40001, msg: '支付配置中没有 wxpay.h5-weixin' })
      byRole('button', '支付 ¥10.00').click()
      await kit.time.settle()
      expect(results()).toEqual([expect.objectContaining({ outcome: 'fail', code: 60008 })])
      expect(left).toEqual([])
    })

    it('a page that is not left, or restored by the back button, ends in fail', async () => {
      const kit = open()
      const { results, time } = await leave(kit)
      await time.advance(16_000)
      expect(results()).toEqual([expect.objectContaining({ outcome: 'fail', hint: expect.stringContaining('10003') as string })])
      kit.server.answer(ACTION, { code: 0, msg: 'ok', authorize_url: 'https://open.weixin.qq.com/again' })
      byRole('button', '支付 ¥10.00').click()
      await time.settle()
      window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
      await time.settle()
      expect(results()).toHaveLength(2)
      expect(sessionStorage.getItem('vk-pay-weixin')).toBeNull()
    })

    it('a page that comes up long after the return does not pay by itself', async () => {
      const before = await leave(open())
      before.wrapper.unmount()
      history.replaceState(null, '', `/m/?code=C1&state=${before.state}#/pages/index/index`)
      before.make().install()
      await before.time.advance(60_000)
      before.server.calls.length = 0
      const { calls, time } = button(before)
      await time.settle()
      expect(calls(ACTION)).toEqual([])
      // a tap uses the code that is there
      before.server.answer(ACTION, { code: 0, msg: 'ok', openid: 'oPayer' })
      byRole('button', '支付 ¥10.00').click()
      await time.settle()
      expect(calls('pay/createPayment').map(call => call.data.openid)).toEqual(['oPayer'])
    })

    it('a page that comes up on another route does not pay by itself', async () => {
      const before = await leave(open())
      vi.stubGlobal('getCurrentPages', () => [{ route: 'pages/mine/mine' }])
      const { calls, results } = await comeBack(before, `/m/?code=C1&state=${before.state}#/pages/mine/mine`)
      expect(calls(ACTION)).toEqual([])
      expect(calls('pay/createPayment')).toEqual([])
      expect(results()).toEqual([])
    })

    it('a code that is too old is not tried: a tap leaves for another one', async () => {
      const before = await leave(open())
      before.wrapper.unmount()
      history.replaceState(null, '', `/m/?code=C1&state=${before.state}#/pages/index/index`)
      before.make().install()
      await before.time.advance(5 * 60_000)
      before.server.calls.length = 0
      left.length = 0
      const { calls, time } = button(before)
      before.server.answer(ACTION, { code: 0, msg: 'ok', authorize_url: 'https://open.weixin.qq.com/again' })
      byRole('button', '支付 ¥10.00').click()
      await time.settle()
      expect(calls(ACTION).map(call => call.data.code)).toEqual([undefined])
      expect(left).toEqual(['https://open.weixin.qq.com/again'])
    })

    it('leaves nothing behind for an order that has an openid, or is to be scanned', async () => {
      for (const order of [{ ...anOrder, openid: 'oGiven' }, { ...anOrder, out_trade_no: 'ORDER_0002', needQRcode: true }]) {
        const kit = open()
        const { calls, wrapper } = button(kit, order)
        byRole('button', '支付 ¥10.00').click()
        await kit.time.settle()
        expect(calls(ACTION)).toEqual([])
        expect(calls('pay/createPayment')).toHaveLength(1)
        wrapper.unmount()
      }
    })

    it('vkPay.createPayment takes the openid of the defaults, and leaves no order to go on with', async () => {
      const known = open({ defaults: { openid: 'oDefault' } })
      await known.vkPay.createPayment(anOrder)
      expect(known.server.calls.map(call => [call.action, call.data.openid])).toEqual([['pay/createPayment', 'oDefault']])
      const kit = open()
      kit.server.answer(ACTION, { code: 0, msg: 'ok', authorize_url: 'https://open.weixin.qq.com/plain' })
      void kit.vkPay.createPayment({ ...anOrder, pid: 'm2' }).catch(() => {})
      await kit.time.settle()
      expect(kit.server.calls[0]!.data.pid).toBe('m2')
      const back = { ...button(kit), asked: {}, state: String(kit.server.calls[0]!.data.state) }
      const { calls, results } = await comeBack(back, `/m/?code=C1&state=${back.state}#/pages/goods/goods`)
      expect(calls('pay/createPayment')).toEqual([])
      expect(results()).toEqual([])
    })
  })
}
else {
  describe('the web authorisation', () => {
    it('is of browsers', () => expect(platform).not.toBe('h5'))
  })
}
