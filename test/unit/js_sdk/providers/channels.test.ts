import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as Providers from '../../../../js_sdk/providers'
import type { CashierReport, OutcomeReason, PayOutcome, PayPlatform } from '../../../../js_sdk/types'
import type { UniTarget } from '../../../support/compile-for'
import { bundleFor, compileFor } from '../../../support/compile-for'
import { fakeUni } from '../../../support/fake-uni'
import { launchContext, loadProvider } from '../../../support/launch-context'

afterEach(() => vi.unstubAllGlobals())

type Report = readonly [via: CashierReport['via'], raw: Record<string, unknown>, outcome: PayOutcome, reason: OutcomeReason]

/** What every channel with one native call has to show. */
interface Channel {
  target: UniTarget
  id: string
  platform: PayPlatform
  /** As the server gives it, and with something the cashier has no use for. */
  orderInfo: Record<string, unknown>
  /** What the native call gets, beside the callbacks. */
  params: Record<string, unknown>
  /** A key that must be there. */
  key: string
  method?: string
  reports: readonly Report[]
}

const unknown: Report = ['fail', { errMsg: 'never seen before', errCode: 123456 }, 'pending', 'unknown']
const virtual = { signData: '{"offerId":"1"}', mode: 'short_series_goods', paySig: 'p', signature: 's' }
const huaweiOrder = { merc_no: '1', prepay_id: 'p', timestamp: '1680259863114', noncestr: 'n', sign: 's', auth_id: 'a' }
const baiduOrder = { dealId: '1', appKey: 'k', totalAmount: '100', tpOrderId: 'T1', dealTitle: 'x', signFieldsRange: '1', rsaSign: 's' }

const channels: readonly Channel[] = [
  {
    target: 'mp-weixin',
    id: 'wxpay-virtual',
    platform: 'mp-weixin',
    method: 'requestVirtualPayment',
    orderInfo: { ...virtual, out_trade_no: 'A1' },
    params: virtual,
    key: 'paySig',
    reports: [
      ['success', { errMsg: 'requestVirtualPayment:ok' }, 'success', 'verify'],
      ['fail', { errMsg: 'requestVirtualPayment:fail cancel', errCode: -2 }, 'cancel', 'user'],
      ['fail', { errMsg: 'requestVirtualPayment:fail', errCode: -15005 }, 'fail', 'config'],
      unknown,
    ],
  },
  {
    target: 'mp-alipay',
    id: 'alipay',
    platform: 'mp-alipay',
    orderInfo: { tradeNO: '2024', out_trade_no: 'A1' },
    params: { provider: 'alipay', orderInfo: '2024' },
    key: 'tradeNO',
    reports: [
      ['success', { resultCode: '9000', errMsg: 'requestPayment:ok' }, 'success', 'verify'],
      ['success', { resultCode: '6001', errMsg: 'requestPayment:ok' }, 'cancel', 'user'],
      ['success', { resultCode: 4000, errMsg: 'requestPayment:ok' }, 'fail', 'verify'],
      ['success', { resultCode: '12345', errMsg: 'requestPayment:ok' }, 'pending', 'unknown'],
    ],
  },
  {
    target: 'app',
    id: 'alipay',
    platform: 'app-plus',
    orderInfo: { orderStr: 'app_id=1&sign=s', out_trade_no: 'A1' },
    params: { provider: 'alipay', orderInfo: 'app_id=1&sign=s' },
    key: 'orderStr',
    reports: [
      ['success', { errMsg: 'requestPayment:ok' }, 'success', 'verify'],
      ['fail', { errMsg: 'requestPayment:fail:[payment支付宝:62001]用户中途取消支付操作', errCode: -100 }, 'cancel', 'user'],
      ['fail', { errMsg: 'requestPayment:fail [payment支付宝:62005]x', errCode: -100 }, 'fail', 'config'],
      ['fail', { errMsg: 'requestPayment:fail [payment支付宝:99999]x', errCode: -100 }, 'pending', 'unknown'],
    ],
  },
  {
    target: 'app-harmony',
    id: 'alipay',
    platform: 'app-harmony',
    orderInfo: { orderStr: 'app_id=1&sign=s' },
    params: { provider: 'alipay', orderInfo: 'app_id=1&sign=s' },
    key: 'orderStr',
    reports: [
      ['success', { errMsg: 'requestPayment:ok' }, 'success', 'verify'],
      ['fail', { errCode: 700601 }, 'cancel', 'user'],
      ['fail', { errCode: 701100 }, 'fail', 'verify'],
      ['fail', { errCode: 700000, errMsg: 'requestPayment:fail Other payment errors.' }, 'pending', 'unknown'],
    ],
  },
  {
    target: 'mp-toutiao',
    id: 'douyin',
    platform: 'mp-toutiao',
    orderInfo: { order_id: '1', order_token: 't', out_trade_no: 'A1' },
    params: { provider: 'douyin', service: 5, orderInfo: { order_id: '1', order_token: 't' } },
    key: 'order_token',
    reports: [
      ['success', { code: 0, errMsg: 'pay:ok' }, 'success', 'verify'],
      ['success', { code: 4, errMsg: 'pay:ok' }, 'cancel', 'user'],
      ['success', { code: '2', errMsg: 'pay:ok' }, 'fail', 'verify'],
      ['success', { code: 77, errMsg: 'pay:ok' }, 'pending', 'unknown'],
      unknown,
    ],
  },
  ...(['app-harmony', 'mp-harmony'] as const).map((target): Channel => ({
    target,
    id: 'huawei',
    platform: target,
    orderInfo: { ...huaweiOrder, out_trade_no: 'A1' },
    params: { provider: 'huawei', orderInfo: JSON.stringify(huaweiOrder) },
    key: 'merc_no',
    reports: target === 'mp-harmony'
      ? [unknown]
      : [
          ['success', {}, 'success', 'verify'],
          ['fail', { errCode: 700601 }, 'cancel', 'user'],
          ['fail', { code: '1001930000' }, 'cancel', 'user'],
          ['fail', { code: 401 }, 'fail', 'config'],
          unknown,
        ],
  })),
  {
    target: 'mp-baidu',
    id: 'baidu',
    platform: 'mp-baidu',
    orderInfo: { ...baiduOrder, bizInfo: '{}', out_trade_no: 'A1' },
    params: { provider: 'baidu', orderInfo: { ...baiduOrder, bizInfo: '{}' } },
    key: 'totalAmount',
    reports: [
      ['success', { errMsg: 'requestPayment:ok' }, 'success', 'verify'],
      ['fail', { errCode: 2, errMsg: 'requestPayment:fail', data: { subErrCode: '20014' } }, 'fail', 'not-installed'],
      ['fail', { errMsg: 'requestPayment:fail cancel' }, 'fail', 'verify'],
    ],
  },
  {
    target: 'mp-kuaishou',
    id: 'kuaishou',
    platform: 'mp-kuaishou',
    orderInfo: { order_no: '1', order_info_token: 't', paymentChannel: { provider: 'WECHAT', provider_channel_type: 'NORMAL' }, out_trade_no: 'A1' },
    params: { provider: 'kuaishou', serviceId: '1', orderInfo: { order_no: '1', order_info_token: 't' }, paymentChannel: { provider: 'WECHAT', provider_channel_type: 'NORMAL' } },
    key: 'order_info_token',
    reports: [['success', {}, 'success', 'verify'], ['fail', { errMsg: 'pay:fail cancel' }, 'fail', 'verify']],
  },
  {
    target: 'mp-qq',
    id: 'qq',
    platform: 'mp-qq',
    orderInfo: { package: 'prepay_id=1', bargainor_id: '2', out_trade_no: 'A1' },
    params: { provider: 'qqpay', package: 'prepay_id=1', bargainor_id: '2' },
    key: 'package',
    reports: [
      ['success', { errMsg: 'requestPayment:ok' }, 'success', 'verify'],
      ['fail', { errMsg: 'requestPayment:fail cancel' }, 'cancel', 'user'],
      ['fail', { errMsg: 'requestPayment:fail x' }, 'fail', 'verify'],
      unknown,
    ],
  },
  {
    target: 'mp-xhs',
    id: 'xhs',
    platform: 'mp-xhs',
    orderInfo: { orderId: '1', payToken: 't', out_trade_no: 'A1' },
    params: { provider: 'xhs', orderInfo: { orderId: '1', payToken: 't' } },
    key: 'payToken',
    reports: [
      ['fail', { errMsg: 'requestGuaranteeOrderPayment:fail cancel' }, 'cancel', 'user'],
      ['success', { errMsg: 'requestGuaranteeOrderPayment:ok' }, 'pending', 'unknown'],
      unknown,
    ],
  },
]

describe.each(channels)('$id on $platform', ({ target, id, platform, orderInfo, params, key, method = 'requestPayment', reports }) => {
  async function open(given: unknown = orderInfo) {
    const native = vi.fn()
    const { uni } = fakeUni()
    Object.assign(uni, { [method]: native })
    const loaded = await loadProvider(target, id)
    const launched = loaded.provider.launch(launchContext(platform, given))
    return { ...loaded, launched, native }
  }

  it('can be chosen there', async () => {
    const { provider } = await loadProvider(target, id)
    expect(provider.platforms).toContain(platform)
  })

  it('hands over what the cashier takes, and nothing else', async () => {
    const { native } = await open()
    const { success, fail, ...given } = native.mock.calls[0]?.[0] ?? {}
    expect(given).toEqual(params)
    expect([typeof success, typeof fail]).toEqual(['function', 'function'])
  })

  it.each(reports)('%s %j means %s', async (via, raw, outcome, reason) => {
    const { judge, launched, native } = await open()
    native.mock.calls[0]?.[0][via](raw)
    const report = await launched
    expect(report).toEqual({ kind: 'reported', via, raw })
    expect(judge(id, { via, raw })).toEqual({ outcome, reason })
  })

  it(`names "${key}" when it is missing, and how it is spelled`, async () => {
    const { [key]: value, ...rest } = orderInfo
    const missing = await open(rest)
    await expect(missing.launched).rejects.toMatchObject({ name: 'VkPayError', code: 60007, field: key })
    const wrong = key === key.toUpperCase() ? key.toLowerCase() : key.toUpperCase()
    const cased = await open({ ...rest, [wrong]: value })
    await expect(cased.launched).rejects.toMatchObject({ field: key, message: expect.stringContaining(`"${wrong}"`) })
    expect(cased.native).not.toHaveBeenCalled()
  })
})

describe('what the cashier takes in more than one shape', () => {
  it.each([
    ['mp-alipay', 'alipay', 'mp-alipay', '2024', { orderInfo: '2024' }],
    ['mp-alipay', 'alipay', 'mp-alipay', { orderStr: 'freeze' }, { orderStr: 'freeze' }],
    ['app', 'alipay', 'app-plus', 'app_id=1', { orderInfo: 'app_id=1' }],
    ['app-harmony', 'huawei', 'app-harmony', JSON.stringify({ ...huaweiOrder, app_id: '9' }), { orderInfo: JSON.stringify({ ...huaweiOrder, app_id: '9' }) }],
    ['mp-baidu', 'baidu', 'mp-baidu', JSON.stringify(baiduOrder), { orderInfo: baiduOrder }],
    ['mp-qq', 'qq', 'mp-qq', { package: 'prepay_id=1' }, { package: 'prepay_id=1' }],
    ['mp-jd', 'jd', 'mp-jd', { orderId: '1', sign: 's' }, { orderId: '1', sign: 's' }],
  ] as const)('%s: %s on %s with %j', async (target, id, platform, orderInfo, params) => {
    const { uni } = fakeUni()
    const { provider } = await loadProvider(target, id)
    void provider.launch(launchContext(platform, orderInfo))
    const { provider: _, success, fail, ...given } = uni.requestPayment.mock.calls[0]?.[0] ?? {}
    expect(given).toEqual(params)
  })

  it.each([
    ['mp-baidu', 'baidu', 'mp-baidu', '{not json', 'orderInfo'],
    ['mp-jd', 'jd', 'mp-jd', 'text', 'orderInfo'],
    ['mp-jd', 'jd', 'mp-jd', undefined, 'orderInfo'],
    ['mp-weixin', 'wxpay-virtual', 'mp-weixin', { ...virtual, mode: 'goods' }, 'mode'],
    ['mp-weixin', 'wxpay-virtual', 'mp-weixin', { ...virtual, signData: { offerId: '1' } }, 'signData'],
    ['mp-alipay', 'alipay', 'mp-alipay', '', 'tradeNO'],
  ] as const)('%s: %s on %s refuses %j', async (target, id, platform, orderInfo, field) => {
    fakeUni()
    const { provider } = await loadProvider(target, id)
    await expect(provider.launch(launchContext(platform, orderInfo))).rejects.toMatchObject({ code: 60007, field })
  })
})

describe('what a build carries', () => {
  const carried: Record<UniTarget, readonly string[]> = {
    'h5': ['wxpay', 'alipay'],
    'mp-weixin': ['wxpay', 'wxpay-virtual'],
    'mp-alipay': ['alipay'],
    'mp-toutiao': ['douyin'],
    'app': ['wxpay', 'alipay', 'appleiap'],
    'app-harmony': ['wxpay', 'alipay', 'huawei'],
    'mp-baidu': ['baidu'],
    'mp-kuaishou': ['kuaishou'],
    'mp-qq': ['qq'],
    'mp-jd': ['jd'],
    'mp-xhs': ['xhs'],
    'mp-harmony': ['huawei'],
    'quickapp-webview-huawei': [],
  }
  /** Words of one channel's file. */
  const words: Record<string, string> = {
    'wxpay': 'prepay',
    'wxpay-virtual': 'short_series',
    'alipay': 'orderStr',
    'appleiap': 'finishTransaction',
    'douyin': 'order_token',
    'huawei': 'merc_no',
    'baidu': 'rsaSign',
    'kuaishou': 'order_info_token',
    'qq': 'qqpay',
    'jd': 'jdpay',
    'xhs': 'payToken',
  }

  it.each(Object.entries(carried))('%s: %j', async (target, ids) => {
    const { builtInProviders, platformProvider } = await compileFor<typeof Providers>(target as UniTarget, 'providers/index.ts')
    expect(builtInProviders.map(({ id }) => id)).toEqual(ids)
    expect(platformProvider()).toBe(ids[0] ?? 'wxpay')
    const code = await bundleFor(target as UniTarget, 'providers/index.ts')
    for (const [id, word] of Object.entries(words)) {
      if (!ids.includes(id) && id !== 'wxpay')
        expect(code.includes(word), `${id} in a build for ${target}`).toBe(false)
    }
    expect(code.includes('getBrandWCPayRequest')).toBe(target === 'h5')
    expect(code.includes('DOMParser')).toBe(target === 'h5')
  })

  it.each([
    ['mp-weixin', 'wxpay', 'weixin', 'pay/code2SessionWeixin'],
    ['mp-weixin', 'wxpay-virtual', 'weixin', 'pay/code2SessionWeixin'],
    ['mp-alipay', 'alipay', 'alipay', 'pay/code2SessionAlipay'],
    ['mp-toutiao', 'douyin', 'toutiao', 'pay/code2SessionDouyin'],
  ] as const)('%s: %s gets the openid by uni.login of %s and %s', async (target, id, loginProvider, action) => {
    const { provider } = await loadProvider(target, id)
    expect(provider.openid).toEqual({ [target]: { loginProvider, action } })
  })
})
