import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PayPlatform } from '../../../../js_sdk/types'
import type { UniTarget } from '../../../support/compile-for'
import { fakeUni } from '../../../support/fake-uni'
import { launchContext, loadProvider } from '../../../support/launch-context'

/** Every form in which a channel gets its order, and the keys it cannot do without. */
interface Form {
  name: string
  target: UniTarget
  id: string
  platform: PayPlatform
  orderInfo: Record<string, unknown>
  /** @default all of `orderInfo` */
  keys?: readonly string[]
  /** The order may come as its JSON. */
  json?: boolean
}

const jsapi = { timeStamp: '1', nonceStr: 'n', package: 'prepay_id=1', signType: 'RSA', paySign: 's' }
const app = { appid: 'wx', partnerid: '1', prepayid: 'p', package: 'Sign=WXPay', noncestr: 'n', timestamp: '1', sign: 's' }
const huawei = { merc_no: '1', prepay_id: 'p', timestamp: '1', noncestr: 'n', sign: 's', auth_id: 'a' }
const baidu = { dealId: '1', appKey: 'k', totalAmount: '100', tpOrderId: 'T1', dealTitle: 'x', signFieldsRange: '1', rsaSign: 's' }
const expires_at = 1_700_000_000_000

const forms: readonly Form[] = [
  { name: 'wxpay, mini-program', target: 'mp-weixin', id: 'wxpay', platform: 'mp-weixin', orderInfo: jsapi },
  { name: 'wxpay, official account', target: 'h5', id: 'wxpay', platform: 'h5-weixin', orderInfo: { appId: 'wx', ...jsapi } },
  { name: 'wxpay, app', target: 'app', id: 'wxpay', platform: 'app-plus', orderInfo: app, json: true },
  { name: 'wxpay, HarmonyOS', target: 'app-harmony', id: 'wxpay', platform: 'app-harmony', orderInfo: app, json: true },
  { name: 'wxpay, phone browser', target: 'h5', id: 'wxpay', platform: 'mweb', orderInfo: { h5_url: 'https://wx.example/h5' } },
  { name: 'wxpay, QR code', target: 'h5', id: 'wxpay', platform: 'h5', orderInfo: { code_url: 'weixin://x', expires_at }, keys: ['code_url'] },
  { name: 'wxpay-virtual', target: 'mp-weixin', id: 'wxpay-virtual', platform: 'mp-weixin', orderInfo: { signData: '{}', mode: 'short_series_coin', paySig: 'p', signature: 's' } },
  { name: 'alipay, mini-program', target: 'mp-alipay', id: 'alipay', platform: 'mp-alipay', orderInfo: { tradeNO: '1' } },
  { name: 'alipay, app', target: 'app', id: 'alipay', platform: 'app-plus', orderInfo: { orderStr: 'app_id=1' } },
  { name: 'alipay, HarmonyOS', target: 'app-harmony', id: 'alipay', platform: 'app-harmony', orderInfo: { orderStr: 'app_id=1' } },
  { name: 'alipay, page', target: 'h5', id: 'alipay', platform: 'mweb', orderInfo: { url: 'https://openapi.example/gateway.do?sign=1' } },
  { name: 'appleiap', target: 'app', id: 'appleiap', platform: 'app-plus', orderInfo: { productid: 'vip.month' } },
  { name: 'douyin', target: 'mp-toutiao', id: 'douyin', platform: 'mp-toutiao', orderInfo: { order_id: '1', order_token: 't' } },
  { name: 'huawei, app', target: 'app-harmony', id: 'huawei', platform: 'app-harmony', orderInfo: huawei, json: true },
  { name: 'huawei, atomic service', target: 'mp-harmony', id: 'huawei', platform: 'mp-harmony', orderInfo: huawei, json: true },
  { name: 'baidu', target: 'mp-baidu', id: 'baidu', platform: 'mp-baidu', orderInfo: baidu, json: true },
  { name: 'qq', target: 'mp-qq', id: 'qq', platform: 'mp-qq', orderInfo: { package: 'prepay_id=1' } },
  { name: 'kuaishou', target: 'mp-kuaishou', id: 'kuaishou', platform: 'mp-kuaishou', orderInfo: { order_no: '1', order_info_token: 't' } },
  { name: 'xhs', target: 'mp-xhs', id: 'xhs', platform: 'mp-xhs', orderInfo: { orderId: '1', payToken: 't' } },
]

let native: ReturnType<typeof vi.fn>
beforeEach(() => {
  native = vi.fn()
  const { uni } = fakeUni()
  const channel = { id: 'appleiap', requestProduct: (_: unknown, success: (found: unknown[]) => void) => success([{}]) }
  Object.assign(uni, { requestPayment: native, requestVirtualPayment: native, getProvider: ({ success }: { success: (answer: object) => void }) => success({ providers: [channel] }) })
  vi.stubGlobal('WeixinJSBridge', { invoke: native })
})
afterEach(() => vi.unstubAllGlobals())

async function launch({ target, id, platform }: Pick<Form, 'target' | 'id' | 'platform'>, orderInfo: unknown) {
  const { provider } = await loadProvider(target, id)
  let launched: unknown
  let error: unknown
  provider.launch(launchContext(platform, orderInfo)).then(kind => launched = kind, thrown => error = thrown)
  for (let i = 0; i < 20; i++)
    await Promise.resolve()
  return { launched, error, opened: native.mock.calls.length > 0 || launched !== undefined }
}

const otherCase = (key: string) => key === key.toLowerCase() ? key.replace(/[a-z]$/, last => last.toUpperCase()) : key.toLowerCase()

describe.each(forms)('$name', (form) => {
  const { orderInfo, keys = Object.keys(orderInfo), json } = form

  it('opens with all its keys', async () => {
    expect(await launch(form, orderInfo)).toMatchObject({ opened: true, error: undefined })
    if (json)
      expect(await launch(form, JSON.stringify(orderInfo))).toMatchObject({ opened: true, error: undefined })
  })

  it.each(keys)('names %s when it is missing, empty, no text, or spelled in another case, and opens nothing', async (key) => {
    const { [key]: value, ...rest } = orderInfo
    for (const wrong of [undefined, null, '', 0, 1, true, {}, ['x']]) {
      const given = { ...rest, [key]: wrong }
      expect(await launch(form, given), JSON.stringify(given)).toMatchObject({ opened: false, error: { name: 'VkPayError', code: 60007, field: key, message: expect.stringContaining(`orderInfo.${key} must be a non-empty string`) } })
      if (json)
        expect(await launch(form, JSON.stringify(given))).toMatchObject({ opened: false, error: { code: 60007, field: key } })
    }
    const spelled = otherCase(key)
    expect(await launch(form, { ...rest, [spelled]: value })).toMatchObject({ opened: false, error: { field: key, message: expect.stringContaining(`it is spelled "${spelled}"`) } })
  })

  it.each([undefined, null, 5, [], true])('names its first key when the order is %j', async (given) => {
    expect(await launch(form, given)).toMatchObject({ opened: false, error: { code: 60007, field: keys[0] } })
  })

  if (json) {
    it.each(['', '{', 'text'])('names orderInfo when it is the text %j', async (given) => {
      expect(await launch(form, given)).toMatchObject({ opened: false, error: { code: 60007, field: 'orderInfo' } })
    })
  }
})

describe('what is more than a text', () => {
  const h5 = { target: 'h5', id: 'wxpay', platform: 'h5' } as const
  const alipayH5 = { target: 'h5', id: 'alipay', platform: 'mweb' } as const
  const virtual = { target: 'mp-weixin', id: 'wxpay-virtual', platform: 'mp-weixin' } as const
  const apple = { target: 'app', id: 'appleiap', platform: 'app-plus' } as const
  const form = (action: string) => `<form action="${action}"><input name="a" value="1"></form>`

  it.each<[string, Pick<Form, 'target' | 'id' | 'platform'>, unknown, string]>([
    ['the end of a code of WeChat', h5, { code_url: 'weixin://x', expires_at: '2026-01-01T00:00:00+08:00' }, 'expires_at'],
    ['the end of a code of WeChat that was asked for', { ...h5, platform: 'h5-weixin' }, { code_url: 'weixin://x', expires_at: '1700000000000' }, 'expires_at'],
    ['a code that was asked for and is no text', { ...h5, platform: 'mweb' }, { code_url: {} }, 'code_url'],
    ['the end of a code of Alipay', alipayH5, { qr_code: 'https://qr.example/1', expires_at: Number.NaN }, 'expires_at'],
    ['a code of Alipay that is no text', alipayH5, { qr_code: 5 }, 'qr_code'],
    ['a form without an action', alipayH5, { form: '<form></form>' }, 'form'],
    ['a form whose action is no address', alipayH5, { form: form('gateway.do') }, 'form'],
    ['a form that is no text', alipayH5, { form: {} }, 'form'],
    ['a mode that WeChat has not', virtual, { signData: '{}', mode: 'goods', paySig: 'p', signature: 's' }, 'mode'],
    ['funds to freeze that are no text', { target: 'mp-alipay', id: 'alipay', platform: 'mp-alipay' }, { orderStr: {} }, 'orderStr'],
    ['no pieces', apple, { productid: 'p', quantity: 0 }, 'quantity'],
    ['half a piece', apple, { productid: 'p', quantity: 1.5 }, 'quantity'],
    ['pieces as text', apple, { productid: 'p', quantity: '2' }, 'quantity'],
    ['more than the store sells at once', apple, { productid: 'p', quantity: 11 }, 'quantity'],
    ['JD, a text', { target: 'mp-jd', id: 'jd', platform: 'mp-jd' }, 'text', 'orderInfo'],
    ['JD, nothing', { target: 'mp-jd', id: 'jd', platform: 'mp-jd' }, null, 'orderInfo'],
  ])('%s is named, and nothing is opened', async (_, where, orderInfo, field) => {
    expect(await launch(where, orderInfo)).toMatchObject({ opened: false, error: { name: 'VkPayError', code: 60007, field } })
  })

  it.each<[string, Pick<Form, 'target' | 'id' | 'platform'>, unknown]>([
    ['a code without an end', h5, { code_url: 'weixin://x' }],
    ['a code whose end is null', h5, { code_url: 'weixin://x', expires_at: null }],
    ['a form with an address', alipayH5, { form: form('https://openapi.example/gateway.do') }],
    ['funds to freeze', { target: 'mp-alipay', id: 'alipay', platform: 'mp-alipay' }, { orderStr: 'freeze' }],
    ['ten pieces', apple, { productid: 'p', quantity: 10 }],
    ['JD, an order', { target: 'mp-jd', id: 'jd', platform: 'mp-jd' }, { orderId: '1' }],
  ])('%s opens', async (_, where, orderInfo) => {
    expect(await launch(where, orderInfo)).toMatchObject({ opened: true, error: undefined })
  })
})
