import { afterEach, describe, expect, it, vi } from 'vitest'
import type { PayPlatform } from '../../../../js_sdk/types'
import { browserPlatform } from '../../../../js_sdk/platform'
import { judge } from '../../../../js_sdk/outcome'
import { wxpay } from '../../../../js_sdk/providers/wxpay'
import { fakeUni } from '../../../support/fake-uni'
import { launchContext as context, loadProvider } from '../../../support/launch-context'

const build = process.env.UNI_PLATFORM
/** A suite for the build of one platform; the others do not carry what it tests. */
function onBuild(platform: string, title: string, suite: () => void) {
  if (platform === build)
    describe(title, suite)
}
const jsapi = { timeStamp: '1', nonceStr: 'n', package: 'prepay_id=1', signType: 'RSA', paySign: 's' }

afterEach(() => vi.unstubAllGlobals())

onBuild('mp-weixin', 'wxpay in a mini-program', () => {
  it('hands the five keys to uni.requestPayment, at top level and nothing else', async () => {
    const { uni } = fakeUni()
    void wxpay.launch(context('mp-weixin', { ...jsapi, appId: 'wx', out_trade_no: 'A00001' }))
    expect(uni.requestPayment.mock.calls[0]?.[0]).toEqual({ provider: 'wxpay', ...jsapi, success: expect.any(Function), fail: expect.any(Function) })
  })

  it('reports what came back, and where', async () => {
    const { uni } = fakeUni()
    const launched = wxpay.launch(context('mp-weixin', jsapi))
    uni.requestPayment.mock.calls[0]?.[0].fail({ errMsg: 'requestPayment:fail cancel' })
    expect(await launched).toEqual({ kind: 'reported', via: 'fail', raw: { errMsg: 'requestPayment:fail cancel' } })
  })

  it.each([
    ['requestPayment:ok', 'success', 'success', 'verify'],
    ['requestPayment:fail cancel', 'fail', 'cancel', 'user'],
    ['requestPayment:fail:cancel', 'fail', 'cancel', 'user'],
    ['requestPayment:fail banned', 'fail', 'fail', 'config'],
    ['requestPayment:fail banne', 'fail', 'fail', 'config'],
    ['requestPayment:fail something else', 'fail', 'fail', 'verify'],
    ['never seen before', 'fail', 'pending', 'unknown'],
  ] as const)('%s in %s means %s', (errMsg, via, outcome, reason) => {
    expect(judge('wxpay', { via, raw: { errMsg } })).toEqual({ outcome, reason })
  })

  it.each(['-1', -1])('an err_code of %j comes before the text', (err_code) => {
    expect(judge('wxpay', { via: 'fail', raw: { errMsg: 'requestPayment:fail', err_code } })).toEqual({ outcome: 'fail', reason: 'config' })
  })
})

onBuild('app', 'wxpay in an app', () => {
  const order = { appid: 'wx', partnerid: '1', prepayid: 'p', package: 'Sign=WXPay', noncestr: 'n', timestamp: '1', sign: 's' }

  it('hands the lower-case keys over as orderInfo', () => {
    const { uni } = fakeUni()
    void wxpay.launch(context('app-plus', { ...order, total_fee: 1 }))
    expect(uni.requestPayment.mock.calls[0]?.[0]).toMatchObject({ provider: 'wxpay', orderInfo: order })
  })

  it('refuses camel-case keys by name, with which iOS would call back nothing', async () => {
    fakeUni()
    const { partnerid, ...rest } = order
    await expect(wxpay.launch(context('app-plus', { ...rest, partnerId: partnerid }))).rejects.toMatchObject({ field: 'partnerid', message: expect.stringContaining('"partnerId"') })
  })

  it.each([
    ['requestPayment:fail [payment微信:-2]User canceled', 'cancel', 'user'],
    ['requestPayment:fail:[payment微信:-2]General errors', 'cancel', 'user'],
    ['requestPayment:fail [payment微信:-1]General errors', 'fail', 'config'],
    ['requestPayment:fail [payment微信:-8]', 'fail', 'not-installed'],
    ['requestPayment:fail service not found', 'fail', 'config'],
    ['requestPayment:fail [payment微信:-99]', 'pending', 'unknown'],
  ] as const)('%s means %s', (errMsg, outcome, reason) => {
    expect(judge('wxpay', { via: 'fail', raw: { errMsg, errCode: -100, code: -100 } })).toEqual({ outcome, reason })
  })
})

onBuild('h5', 'wxpay in a browser', () => {
  it('shows a code on the desktop', async () => {
    expect(await wxpay.launch(context('h5', { code_url: 'weixin://x', expires_at: 5 }))).toEqual({ kind: 'qrcode', codeUrl: 'weixin://x', expiresAt: 5 })
  })

  it('leaves the page on a phone, and says where to come back to', async () => {
    expect(await wxpay.launch(context('mweb', { h5_url: 'https://wx.example/pay?prepay_id=1' }))).toEqual({
      kind: 'redirect',
      url: 'https://wx.example/pay?prepay_id=1&redirect_url=https%3A%2F%2Fshop.example%2Forder%3Fno%3D1%26x%3D%C3%A9',
    })
  })

  it.each(['mweb', 'h5-weixin'] as const)('shows a code that the order asked for, on %s too', async (platform) => {
    expect(await wxpay.launch(context(platform, { code_url: 'weixin://x', expires_at: 5 }))).toEqual({ kind: 'qrcode', codeUrl: 'weixin://x', expiresAt: 5 })
  })

  it.each([
    ['iPhone', '/pages/index/index', 1],
    ['iPhone', '/pages/goods/goods', 0],
    ['Linux; Android 14', '/pages/index/index', 0],
  ])('on %s, entered at %s: warns %i times of the address WeChat judges by', async (system, landing, times) => {
    vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue(`Mozilla/5.0 (${system}) Mobile MicroMessenger/8.0.50`)
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([{ name: `https://shop.example${landing}?from=1` }] as unknown as PerformanceEntryList)
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    history.replaceState(null, '', '/pages/goods/goods')
    vi.stubGlobal('WeixinJSBridge', { invoke: (_name: string, _params: object, done: (answer: object) => void) => done({ err_msg: 'get_brand_wcpay_request:ok' }) })
    await wxpay.launch(context('h5-weixin', { ...jsapi, appId: 'wx' }))
    expect(warned.mock.calls.map(([said]) => String(said))).toEqual(times ? [expect.stringContaining(`https://shop.example${landing}?from=1`)] : [])
    history.replaceState(null, '', '/')
  })

  it('waits for WeixinJSBridgeReady inside WeChat, then invokes it', async () => {
    const launched = wxpay.launch(context('h5-weixin', { ...jsapi, appId: 'wx' }))
    const invoke = vi.fn((_name: string, _params: object, done: (answer: object) => void) => done({ err_msg: 'get_brand_wcpay_request:ok' }))
    vi.stubGlobal('WeixinJSBridge', { invoke })
    document.dispatchEvent(new Event('WeixinJSBridgeReady'))
    expect(await launched).toEqual({ kind: 'reported', via: 'single', raw: { err_msg: 'get_brand_wcpay_request:ok' } })
    expect(invoke.mock.calls[0]?.slice(0, 2)).toEqual(['getBrandWCPayRequest', { ...jsapi, appId: 'wx' }])
  })

  it('passes on an ok that follows a cancel', async () => {
    vi.stubGlobal('WeixinJSBridge', { invoke: (_name: string, _params: object, done: (answer: object) => void) => {
      done({ err_msg: 'get_brand_wcpay_request:cancel' })
      done({ err_msg: 'get_brand_wcpay_request:ok' })
    } })
    const given = context('h5-weixin', { ...jsapi, appId: 'wx' })
    expect(await wxpay.launch(given)).toMatchObject({ raw: { err_msg: 'get_brand_wcpay_request:cancel' } })
    expect(given.again).toHaveBeenCalledWith({ via: 'single', raw: { err_msg: 'get_brand_wcpay_request:ok' } })
  })

  it('gives up on a bridge that never comes', async () => {
    vi.useFakeTimers()
    const launched = wxpay.launch(context('h5-weixin', { ...jsapi, appId: 'wx' }))
    await vi.advanceTimersByTimeAsync(5000)
    const report = await launched
    vi.useRealTimers()
    expect(report).toMatchObject({ via: 'fail', raw: { errMsg: 'WeixinJSBridge is undefined' } })
    expect(judge('wxpay', report as never)).toEqual({ outcome: 'fail', reason: 'not-installed' })
  })

  it.each([
    ['get_brand_wcpay_request:ok', 'success', 'verify'],
    ['get_brand_wcpay_request:cancel', 'cancel', 'user'],
    ['get_brand_wcpay_request:fail', 'fail', 'verify'],
    ['get_brand_wcpay_request:fail_no permission', 'fail', 'verify'],
    ['', 'pending', 'unknown'],
  ] as const)('%s means %s', (err_msg, outcome, reason) => {
    expect(judge('wxpay', { via: 'single', raw: { err_msg } })).toEqual({ outcome, reason })
  })

  it.each([
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.44', 'h5-weixin'],
    ['Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36', 'mweb'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/120 Safari/537.36', 'h5'],
    ['Mozilla/5.0 (Windows NT 10.0) Chrome/98 MicroMessenger/7.0.20 WindowsWechat(0x63090c11)', 'h5'],
    ['Mozilla/5.0 (Macintosh) AppleWebKit/605 MicroMessenger/6.8.0 MacWechat/3.8.6', 'h5'],
    ['', 'h5'],
  ] as const)('%s pays as %s', (userAgent, platform) => {
    expect(browserPlatform(userAgent)).toBe(platform)
  })
})

it('names the key that is missing', async () => {
  fakeUni()
  const platform = build === 'app' ? 'app-plus' : build === 'h5' ? 'h5' : build as PayPlatform
  await expect(wxpay.launch(context(platform, {}))).rejects.toMatchObject({ name: 'VkPayError' })
})

it('takes the order as JSON on HarmonyOS', async () => {
  const { uni } = fakeUni()
  const { provider, judge } = await loadProvider('app-harmony', 'wxpay')
  const order = { appid: 'wx', partnerid: '1', prepayid: 'p', package: 'Sign=WXPay', noncestr: 'n', timestamp: '1', sign: 's' }
  for (const given of [order, JSON.stringify(order)]) {
    const launched = provider.launch(context('app-harmony', given))
    const params = uni.requestPayment.mock.lastCall?.[0]
    expect(JSON.parse(params.orderInfo)).toEqual(order)
    params.fail({ errCode: 700601, errMsg: 'requestPayment:fail The user canceled midway.' })
    expect(judge('wxpay', await launched as never)).toEqual({ outcome: 'cancel', reason: 'user' })
  }
})
