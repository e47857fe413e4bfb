import { Buffer } from 'node:buffer'
import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { channelConfig } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config/channel-config'
import { wxpayV2 } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2'
import { compactTime, parseTime } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2/china-time'
import { isSignedBy, signFields } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2/signing'
import { fenOf, tradeState } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2/trade'
import { providerContract } from '../support/provider-contract'
import type { Shop } from '../support/shop'
import { configOf, goodsOrder, openShop } from '../support/shop'
import { stranger } from '../support/wechat'
import type { Algorithm, Message } from '../support/wechat-v2'
import { account, request, sealInfo, signature, signed, xml } from '../support/wechat-v2'
import type { V2Shop } from './wxpay-v2-support'
import { notified, openV2Shop, paidAtV2, v2Section } from './wxpay-v2-support'

const algorithms: readonly Algorithm[] = ['MD5', 'HMAC-SHA256']
const shops = new WeakMap<Shop, V2Shop>()
const of = (shop: Shop): V2Shop => shops.get(shop)!
const OTHER_KEY = 'f'.repeat(32)
const SUCCESS = '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>'

for (const algorithm of algorithms) {
  providerContract(`wxpay v2, ${algorithm}`, {
    provider: wxpayV2,
    open: async () => {
      const shop = await openV2Shop(algorithm)
      shops.set(shop, shop)
      return shop
    },
    pay: shop => paidAtV2(of(shop)),
    good: shop => of(shop).v2.notification('ORDER_1001'),
    signedBy: shop => request(xml(signed(of(shop).v2.payment('ORDER_1001'), algorithm, OTHER_KEY))),
    stranger: stranger.privateKey,
    ignored: shop => of(shop).v2.notification('ORDER_1001', { result_code: 'FAIL', err_code: 'SYSTEMERROR' }),
    signedHeaders: [],
    success: { status: 200, body: SUCCESS },
    isFailure: ({ status, body }) => status >= 400 && /^<xml><return_code>FAIL<\/return_code>/.test(body),
  })
}

describe('v2 signatures', () => {
  const key = createSecretKey(Buffer.from('192006250b4c09247ec02edce69f6a2d'))
  /** The example of the document "签名算法" (chapter 4_3). */
  const example = new Map(Object.entries({ appid: 'wxd930ea5d5a258f4f', mch_id: '10000100', device_info: '1000', body: 'test', nonce_str: 'ibuaiVcKdpRxkhJA' }))

  it('are those of the document\'s example', () => {
    expect(signFields(example, { signType: 'MD5', key })).toBe('9A0A8659F005D6984697E2CA0A9CF3B7')
    expect(signFields(example, { signType: 'HMAC-SHA256', key })).toBe('6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6')
  })

  it('leave out what is empty, and `sign`', () => {
    expect(signFields(new Map([...example, ['attach', ''], ['sign', 'x']]), { signType: 'MD5', key })).toBe('9A0A8659F005D6984697E2CA0A9CF3B7')
  })

  it('fit whole, and in upper case', () => {
    const signer = { signType: 'MD5', key } as const
    for (const [sign, fits] of [['9A0A8659F005D6984697E2CA0A9CF3B7', true], ['9a0a8659f005d6984697e2ca0a9cf3b7', false], ['9A0A8659F005D6984697E2CA0A9CF3B', false], ['', false]] as const)
      expect(isSignedBy(new Map([...example, ['sign', sign]]), signer)).toBe(fits)
    expect(isSignedBy(example, signer)).toBe(false)
  })
})

describe.each(algorithms)('v2 notifications, %s, beyond the contract', (algorithm) => {
  const other = algorithm === 'MD5' ? 'HMAC-SHA256' : 'MD5'
  const paid = async (over: Record<string, unknown> = {}): Promise<V2Shop> => {
    const shop = await openV2Shop(algorithm, over)
    await paidAtV2(shop)
    return shop
  }
  const message = (shop: V2Shop, over: Message = {}): Message => shop.v2.payment('ORDER_1001', over)

  it('signed with the other algorithm: refused, whether it says so or not', async () => {
    for (const over of [{}, { sign_type: other }] as Message[]) {
      const shop = await paid()
      expect(await notified(shop, request(xml(signed(message(shop, over), other))))).toEqual({ status: 401, reason: over.sign_type ? 'scheme' : 'signature' })
    }
  })

  it('says which algorithm it is, and is signed with it', async () => {
    const shop = await paid()
    expect((await notified(shop, shop.v2.notification('ORDER_1001', { sign_type: algorithm }))).status).toBe(200)
    const liar = await paid()
    expect(await notified(liar, liar.v2.notification('ORDER_1001', { sign_type: other }))).toEqual({ status: 401, reason: 'scheme' })
  })

  it('fields nobody told us about are part of the signature', async () => {
    const shop = await paid()
    expect((await notified(shop, shop.v2.notification('ORDER_1001', { coupon_fee_0: '10', brand_new: '新 字段' }))).status).toBe(200)
    const cut = await paid()
    const body = Buffer.from(cut.v2.notification('ORDER_1001', { brand_new: '1' }).body).toString().replace(/<brand_new>.*<\/brand_new>\n/, '')
    expect(await notified(cut, request(body))).toEqual({ status: 401, reason: 'signature' })
  })

  const wrong: [string, Message, number][] = [
    ['another amount', { total_fee: '1' }, 400],
    ['an amount that is no number of fen', { total_fee: '1e2' }, 400],
    ['an amount with a blank', { total_fee: '100 ' }, 400],
    ['another currency', { fee_type: 'USD' }, 400],
    ['another appid', { appid: 'wx0000000000000009' }, 400],
    ['another merchant', { mch_id: '1900000009' }, 400],
    ['a shop of a service provider', { sub_mch_id: '1900000009' }, 400],
    ['an order nobody made', { out_trade_no: 'ORDER_9999' }, 404],
    ['no transaction id', { transaction_id: '' }, 400],
    ['no time', { time_end: 'yesterday' }, 400],
  ]
  it.each(wrong)('%s, properly signed: refused', async (_, over, status) => {
    const shop = await paid()
    expect((await shop.pay.paymentNotify(shop.v2.notification('ORDER_1001', over))).status).toBe(status)
    expect(shop.order()).toMatchObject({ status: 0 })
  })

  it('return_code FAIL says nothing', async () => {
    const shop = await paid()
    expect(await notified(shop, shop.v2.notification('ORDER_1001', { return_code: 'FAIL' }))).toEqual({ status: 400, reason: 'malformed' })
  })

  it('a blank at the end of a value is part of it', async () => {
    const shop = await paid()
    const body = Buffer.from(shop.v2.notification('ORDER_1001').body).toString()
    expect((await notified(shop, request(body.replace('  两个空格 ', '两个空格')))).status).toBe(401)
    expect((await notified(shop, request(body))).status).toBe(200)
  })
})

describe.each(algorithms)('v2 requests, %s', (algorithm) => {
  it('are signed, and repeat themselves but for the nonce', async () => {
    const shop = await openV2Shop(algorithm)
    shop.v2.loseAnswers = true
    expect(await shop.pay.createPayment({ data: goodsOrder() })).toMatchObject({ code: 40004 })
    shop.v2.loseAnswers = false
    shop.clock.now += 60_000
    expect(await shop.pay.createPayment({ data: goodsOrder() })).toMatchObject({ code: 0 })
    expect(shop.v2.orders.get('ORDER_1001')).toMatchObject({ creates: 2 })
    const { fields, request: sent } = shop.v2.calls[0]!
    expect(fields).toMatchObject({ appid: account.appid, mch_id: account.mchid, body: '测试商品', total_fee: '100', trade_type: 'JSAPI', openid: 'oPayer0000000000000000000000', spbill_create_ip: '127.0.0.1', notify_url: 'https://shop.example.test/http/vk-pay/vk-pay-notify/wxpay_mp-weixin' })
    expect(fields.sign_type).toBe(algorithm === 'MD5' ? undefined : algorithm)
    expect(sent).toMatchObject({ method: 'POST', url: 'https://pay.example.test/pay/unifiedorder', timeoutMs: 6_000 })
    expect(sent.tls?.key).toBeUndefined()
  })

  const platforms: [string, Message, string[]][] = [
    ['mp-weixin', { trade_type: 'JSAPI' }, ['timeStamp', 'nonceStr', 'package', 'signType', 'paySign']],
    ['h5-weixin', { trade_type: 'JSAPI' }, ['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign']],
    ['app-plus', { trade_type: 'APP' }, ['appid', 'partnerid', 'prepayid', 'package', 'noncestr', 'timestamp', 'sign']],
    ['h5', { trade_type: 'NATIVE', product_id: 'ORDER_1001' }, ['code_url', 'expires_at']],
    ['mweb', { trade_type: 'MWEB', spbill_create_ip: '203.0.113.9' }, ['h5_url', 'mweb_url', 'expires_at']],
  ]
  it.each(platforms)('%s: the order and what its cashier is opened with', async (platform, fields, names) => {
    const shop = await openV2Shop(algorithm)
    const answer = await shop.pay.createPayment({ data: goodsOrder({ vk_platform: platform }), context: { CLIENTIP: '203.0.113.9' } }) as unknown as { code: number, pay_type: string, orderInfo: Message }
    expect(answer).toMatchObject({ code: 0, pay_type: `wxpay_${platform}` })
    expect(shop.v2.calls[0]?.fields).toMatchObject(fields)
    expect(Object.keys(answer.orderInfo)).toEqual(expect.arrayContaining(names))
    const { out_trade_no: _no, total_fee: _fee, expires_at: _end, paySign, sign, ...info } = answer.orderInfo
    // written from the document: the five fields with appId, or the app's lower-case ones
    if (paySign)
      expect(paySign).toBe(signature({ ...info, appId: account.appid }, algorithm))
    if (sign)
      expect(sign).toBe(signature(info, algorithm))
    if (paySign)
      expect(info.signType).toBe(algorithm)
  })

  it('mweb says what kind of page it is; other fields go along, what has parts as JSON', async () => {
    const shop = await openV2Shop(algorithm)
    await shop.pay.createPayment({ data: goodsOrder({ vk_platform: 'mweb', other: { attach: 'a]]>b&c<d>\'"', detail: { goods_detail: [{ goods_id: 'g1' }] }, limit_pay: 'no_credit' } }) })
    const { fields } = shop.v2.calls[0]!
    expect(JSON.parse(fields.scene_info!)).toEqual({ h5_info: { type: 'Wap', wap_url: 'https://shop.example.test', wap_name: '商城' } })
    expect(fields).toMatchObject({ attach: 'a]]>b&c<d>\'"', detail: '{"goods_detail":[{"goods_id":"g1"}]}', limit_pay: 'no_credit' })
  })

  it('time_expire is China\'s time', async () => {
    const shop = await openV2Shop(algorithm)
    await shop.pay.createPayment({ data: goodsOrder({ time_expire: Date.parse('2026-01-01T16:00:00Z') }) })
    expect(shop.v2.calls[0]?.fields.time_expire).toBe('20260102000000')
  })
})

describe('v2 refuses before anything is sent', () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ['no openid', { openid: undefined }, 'openid'],
    ['128 characters', { subject: '商'.repeat(128) }, 'subject'],
    ['a character XML cannot hold', { subject: '商品\uFFFE' }, 'subject'],
    ['a field that is ours', { other: { total_fee: 1 } }, 'other.total_fee'],
    ['a field name that is none', { other: { 'a b': 1 } }, 'other'],
    ['a value XML cannot hold', { other: { attach: '\u0000' } }, 'other'],
    ['4 minutes', { time_expire: Date.parse('2026-01-01T00:04:00Z') }, 'time_expire'],
  ]
  it.each(cases)('%s', async (_, over, field) => {
    const shop = await openV2Shop()
    expect(await shop.pay.createPayment({ data: goodsOrder(over) })).toMatchObject({ code: 40001, field })
    expect(shop.v2.calls).toEqual([])
    expect(shop.memory.all('vk-pay-orders')).toEqual([])
  })

  const sections: [string, Record<string, unknown>, number, string][] = [
    ['no key', { key: undefined }, 40003, 'key'],
    ['a key of 31 bytes', { key: 'k'.repeat(31) }, 40003, 'key'],
    ['a key of 32 characters and more bytes', { key: '钥'.repeat(32) }, 40003, 'key'],
    ['another algorithm', { signType: 'SHA1' }, 40001, 'signType'],
    ['an algorithm in lower case', { signType: 'md5' }, 40001, 'signType'],
    ['subAppId alone', { subAppId: 'wx1' }, 40001, 'subMchId'],
    ['no appId', { appId: '' }, 40001, 'appId'],
    ['no mchId', { mchId: undefined }, 40001, 'mchId'],
  ]
  it.each(sections)('%s', async (_, over, code, name) => {
    const shop = await openV2Shop('MD5', over)
    const answer = await shop.pay.createPayment({ data: goodsOrder() })
    expect(answer).toMatchObject({ code, field: `wxpay.mp-weixin.${name}` })
    expect(answer.msg).toContain(`wxpay.mp-weixin.${name}`)
    expect(shop.v2.calls).toEqual([])
  })

  it('mweb without sceneInfo', async () => {
    const shop = await openShop({ config: { ...configOf(), wxpay: { mweb: v2Section() } } })
    expect(await shop.pay.createPayment({ data: goodsOrder({ vk_platform: 'mweb' }) })).toMatchObject({ code: 40001, field: 'wxpay.mweb.sceneInfo' })
  })
})

describe('v2 answers', () => {
  const create = (shop: V2Shop) => shop.pay.createPayment({ data: goodsOrder() })
  const spoilt: [string, (answer: Message) => Message | string, number][] = [
    ['signed by somebody else', answer => xml(signed(answer, 'MD5', OTHER_KEY)), 40002],
    ['not signed', answer => xml(answer), 40002],
    ['signed with the other algorithm', answer => xml(signed(answer, 'HMAC-SHA256')), 40002],
    ['about another merchant', answer => ({ ...answer, mch_id: '1900000009' }), 40002],
    ['about another appid', answer => ({ ...answer, appid: 'wx9' }), 40002],
    ['of another kind of trade', answer => ({ ...answer, trade_type: 'NATIVE' }), 50000],
    ['without prepay_id', answer => ({ ...answer, prepay_id: '' }), 50000],
    ['no XML', () => '{"prepay_id":"x"}', 50000],
    ['a page of a proxy', () => '<html><body>Bad Gateway</body></html>', 50000],
    ['with a DOCTYPE', answer => `<!DOCTYPE xml [<!ENTITY a "b">]>${xml(signed(answer, 'MD5'))}`, 50000],
    ['return_code FAIL', () => xml({ return_code: 'FAIL', return_msg: '签名错误' }), 40002],
    ['return_code FAIL about a parameter', () => xml({ return_code: 'FAIL', return_msg: 'mch_id参数格式错误' }), 40001],
  ]
  it.each(spoilt)('%s: not believed, and the order stays open', async (_, change, code) => {
    const shop = await openV2Shop()
    shop.v2.onAnswer = (_path, answer) => change(answer)
    expect(await create(shop)).toMatchObject({ code })
    // nobody knows what became of the call: the number is kept and used again
    expect(shop.order()).toMatchObject({ status: 0, attempts: [{ state: 'creating' }] })
    shop.v2.onAnswer = undefined
    expect(await create(shop)).toMatchObject({ code: 0 })
    expect(shop.v2.orders.size).toBe(1)
  })

  it('another status than 200', async () => {
    const shop = await openV2Shop()
    shop.v2.status = 502
    expect(await create(shop)).toMatchObject({ code: 40010 })
  })

  const codes: [string, number][] = [
    ['NOAUTH', 40009],
    ['SIGNERROR', 40002],
    ['APPID_MCHID_NOT_MATCH', 40001],
    ['FREQUENCY_LIMITED', 40008],
    ['SYSTEMERROR', 40010],
    ['BANKERROR', 40010],
    ['SOMETHING_NEW', 40010],
    ['toString', 40010],
  ]
  it.each(codes)('%s is told as %i', async (err_code, code) => {
    const shop = await openV2Shop()
    shop.v2.onAnswer = (_path, answer) => ({ ...answer, result_code: 'FAIL', err_code, err_code_des: '说明' })
    expect(await create(shop)).toMatchObject({ code, channel_code: err_code })
  })

  it('a number in use for something else gets another one', async () => {
    for (const [err_code, err_code_des] of [['OUT_TRADE_NO_USED', ''], ['ORDERCLOSED', ''], ['INVALID_REQUEST', '201 商户订单号重复']] as const) {
      const shop = await openV2Shop()
      let once = true
      shop.v2.onAnswer = (path, answer) => {
        const refuse = once && path === '/pay/unifiedorder'
        once = false
        return refuse ? { ...answer, result_code: 'FAIL', err_code, err_code_des } : undefined
      }
      expect(await create(shop)).toMatchObject({ code: 0, out_trade_no: 'ORDER_1001' })
      expect(shop.v2.calls.filter(({ path }) => path === '/pay/unifiedorder').map(({ fields }) => fields.out_trade_no)).toEqual(['ORDER_1001', expect.not.stringMatching(/^ORDER_1001$/)])
    }
  })
})

describe('v2 orders', () => {
  it('the state of the trade is the truth, whatever the two codes say', async () => {
    for (const [trade_state, told] of [['NOTPAY', 'NOTPAY'], ['USERPAYING', 'USERPAYING'], ['PAYERROR', 'PAYERROR'], ['REVOKED', 'CLOSED'], ['SOMETHING', 'UNKNOWN']] as const) {
      const shop = await openV2Shop()
      await shop.pay.createPayment({ data: goodsOrder() })
      shop.v2.onAnswer = (path, answer) => path === '/pay/orderquery' ? { ...answer, trade_state } : undefined
      expect(tradeState(trade_state)).toBe(told)
      expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 0, orderPaid: false })
      expect(shop.order()).toMatchObject({ status: 0 })
    }
  })

  it('a query that finds the payment settles the order', async () => {
    const shop = await openV2Shop('HMAC-SHA256')
    await paidAtV2(shop)
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 0, orderPaid: true, user_order_success: true, data: { trade_state: 'SUCCESS', total_fee: 100 } })
    expect(shop.effects().runs).toBe(1)
  })

  const lies: [string, Message][] = [
    ['another order', { out_trade_no: 'ORDER_1002' }],
    ['another amount', { total_fee: '1' }],
    ['half of it', { transaction_id: '' }],
  ]
  it.each(lies)('an answer about %s is none', async (_, over) => {
    const shop = await openV2Shop()
    await paidAtV2(shop)
    shop.v2.onAnswer = (path, answer) => path === '/pay/orderquery' ? { ...answer, ...over } : undefined
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ orderPaid: false })
    expect(shop.order()).toMatchObject({ status: 0 })
  })

  it('close; paid in between; closed already; never heard of', async () => {
    const shop = await openV2Shop()
    await shop.pay.createPayment({ data: goodsOrder() })
    expect(await shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 0 })
    expect(shop.v2.orders.get('ORDER_1001')?.state).toBe('CLOSED')

    const late = await openV2Shop()
    await paidAtV2(late)
    expect(await late.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 40006 })
    expect(late.order()).toMatchObject({ status: 1, user_order_success: true })

    for (const state of ['CLOSED', 'gone'] as const) {
      const other = await openV2Shop()
      await other.pay.createPayment({ data: goodsOrder() })
      if (state === 'gone')
        other.v2.orders.delete('ORDER_1001')
      else
        other.v2.orders.get('ORDER_1001')!.state = state
      expect(await other.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 0 })
    }
  })
})

describe('v2 refunds', () => {
  const ask = (shop: V2Shop, over: Record<string, unknown> = {}) => shop.pay.refund({ out_trade_no: 'ORDER_1001', out_refund_no: 'R-1', refund_fee: 40, refund_desc: '不想要了', ...over })
  async function settled(algorithm: Algorithm = 'MD5', over: Record<string, unknown> = {}): Promise<V2Shop> {
    const shop = await openV2Shop(algorithm, over)
    await paidAtV2(shop)
    await shop.pay.paymentNotify(shop.v2.notification('ORDER_1001'))
    return shop
  }

  it.each(algorithms)('are asked for with the certificate, told by a sealed notice, and believed when the query says so: %s', async (algorithm) => {
    const shop = await settled(algorithm)
    expect(await ask(shop)).toMatchObject({ code: 0, data: { refund_status: 'PROCESSING', refund_fee: 40 } })
    const call = shop.v2.calls.find(({ path }) => path === '/secapi/pay/refund')!
    expect(call.fields).toMatchObject({ total_fee: '100', refund_fee: '40', refund_desc: '不想要了', transaction_id: '4200000000000001' })
    expect(call.request.tls).toMatchObject({ cert: expect.stringContaining('CERTIFICATE'), key: expect.stringContaining('PRIVATE KEY') })
    const notice = shop.v2.refundNotification('R-1', { refund_status: 'SUCCESS' })
    // sealed under our key, and yet not what the channel says when asked
    expect((await shop.pay.paymentNotify(notice)).status).toBe(200)
    expect(shop.order()).toMatchObject({ status: 1 })
    shop.v2.refunds.get('R-1')!.status = 'SUCCESS'
    expect(await shop.pay.paymentNotify(notice)).toMatchObject({ status: 200, body: SUCCESS })
    expect(shop.order()).toMatchObject({ status: 2, refund_fee: 40 })
    expect(await shop.pay.queryRefund({ out_trade_no: 'ORDER_1001', out_refund_no: 'R-1' })).toMatchObject({ code: 0, data: { refund_status: 'SUCCESS' } })
    expect(shop.effects().runs).toBe(1)
  })

  it.each([['CHANGE', 'ABNORMAL'], ['REFUNDCLOSE', 'CLOSED']] as const)('%s is told as %s', async (status, told) => {
    const shop = await settled()
    await ask(shop)
    shop.v2.refunds.get('R-1')!.status = status
    await shop.pay.paymentNotify(shop.v2.refundNotification('R-1'))
    expect(await shop.pay.queryRefund({ out_trade_no: 'ORDER_1001', out_refund_no: 'R-1' })).toMatchObject({ data: { refund_status: told } })
  })

  it('the same number again is the same refund; the rest is known by its error code', async () => {
    const shop = await settled()
    await ask(shop)
    await ask(shop)
    expect(shop.v2.refunds.size).toBe(1)
    shop.v2.onAnswer = (path, answer) => path === '/secapi/pay/refund' ? { ...answer, result_code: 'FAIL', err_code: 'NOTENOUGH' } : undefined
    expect(await ask(shop, { out_refund_no: 'R-2' })).toMatchObject({ code: 40007 })
  })

  const broken: [string, (shop: V2Shop) => Message, number, string | undefined][] = [
    ['sealed with another key', shop => ({ req_info: sealInfo(xml({ out_refund_no: 'R-1', transaction_id: shop.order().transaction_id as string }, 'root'), OTHER_KEY) }), 400, 'decrypt'],
    ['not sealed', () => ({ req_info: Buffer.from(xml({ out_refund_no: 'R-1' }, 'root')).toString('base64') }), 400, 'decrypt'],
    ['empty', () => ({ req_info: '' }), 400, 'decrypt'],
    ['another root', () => ({ req_info: sealInfo(xml({ out_refund_no: 'R-1' })) }), 400, 'decrypt'],
    ['incomplete', () => ({ req_info: sealInfo(xml({ out_refund_no: 'R-1' }, 'root')) }), 400, 'malformed'],
    ['of another merchant', shop => ({ mch_id: '1900000009', req_info: sealInfo(xml({ out_refund_no: 'R-1', transaction_id: shop.order().transaction_id as string }, 'root')) }), 400, 'mchid'],
  ]
  it.each(broken)('a notice %s is refused', async (_, message, status, reason) => {
    const shop = await settled()
    await ask(shop)
    shop.v2.refunds.get('R-1')!.status = 'SUCCESS'
    const body = xml({ return_code: 'SUCCESS', appid: account.appid, mch_id: account.mchid, nonce_str: 'n', ...message(shop) })
    expect(await notified(shop, request(body))).toEqual({ status, reason })
    expect(shop.order()).toMatchObject({ status: 1 })
  })

  it('a notice about a refund the channel does not know, or cannot be asked about, is to be repeated', async () => {
    const shop = await settled()
    await ask(shop)
    const notice = shop.v2.refundNotification('R-1')
    shop.v2.loseAnswers = true
    expect((await shop.pay.paymentNotify(notice)).status).toBe(500)
    expect(shop.v2.calls[shop.v2.calls.length - 1]?.request.timeoutMs).toBeLessThan(5_000)
    shop.v2.loseAnswers = false
    shop.v2.refunds.delete('R-1')
    expect((await shop.pay.paymentNotify(notice)).status).toBe(500)
    expect(shop.order()).toMatchObject({ status: 1 })
  })
})

describe('v2 charges', () => {
  const context = (shop: V2Shop) => ({
    config: channelConfig('wxpay.codepay', v2Section(), path => path),
    platform: 'codepay',
    env: { now: () => shop.clock.now, sleep: async () => {}, randomId: (length: number) => 'r'.repeat(length), http: shop.v2.http, log: () => {} },
  })
  const charge = (shop: V2Shop, authCode: string, over: object = {}) => wxpayV2.charge!(context(shop), { outTradeNo: 'CHARGE_1', subject: '测试商品', totalFee: 100, notifyUrl: 'https://shop.example.test', authCode, ...over })

  it('paid at once; the payer must type; nobody knows; the code is too old', async () => {
    const shop = await openV2Shop()
    expect(await charge(shop, '130000000000000001')).toMatchObject({ state: 'SUCCESS', payment: { outTradeNo: 'CHARGE_1', totalFee: 100, appid: account.appid, mchid: account.mchid } })
    expect(shop.v2.calls[0]?.fields).toMatchObject({ auth_code: '130000000000000001', body: '测试商品' })
    expect(shop.v2.calls[0]?.fields).not.toHaveProperty('notify_url')
    expect(await charge(shop, '130000000000000002')).toEqual({ state: 'USERPAYING' })
    await expect(charge(shop, '130000000000000003')).rejects.toMatchObject({ verdict: 'unknown', code: 40010 })
    await expect(charge(shop, '130000000000000004')).rejects.toMatchObject({ verdict: 'refused', code: 40001 })
  })

  it('an answer about another order is none', async () => {
    const shop = await openV2Shop()
    shop.v2.onAnswer = (_path, answer) => ({ ...answer, out_trade_no: 'CHARGE_2' })
    expect(await charge(shop, '130000000000000001')).toEqual({ state: 'UNKNOWN' })
  })

  it('are taken back with the certificate; recall means again', async () => {
    const shop = await openV2Shop()
    await charge(shop, '130000000000000002')
    shop.v2.onAnswer = (path, answer) => path === '/secapi/pay/reverse' ? { ...answer, recall: 'Y' } : undefined
    await expect(wxpayV2.reverse!(context(shop), 'CHARGE_1')).rejects.toMatchObject({ verdict: 'unknown' })
    shop.v2.onAnswer = undefined
    await wxpayV2.reverse!(context(shop), 'CHARGE_1')
    expect(shop.v2.orders.get('CHARGE_1')?.state).toBe('REVOKED')
    expect(shop.v2.calls[shop.v2.calls.length - 1]?.request.tls?.cert).toContain('CERTIFICATE')
  })
})

describe('v2 as a service provider', () => {
  it('names the shop in every request, pays under its appid, and believes nothing about another shop', async () => {
    const shop = await openV2Shop('MD5', { subMchId: '1900000100', subAppId: 'wx00000000000000aa' })
    const created = await shop.pay.createPayment({ data: goodsOrder() }) as unknown as { code: number, orderInfo: Message }
    expect(created.code).toBe(0)
    expect(shop.v2.calls[0]?.fields).toMatchObject({ appid: account.appid, mch_id: account.mchid, sub_appid: 'wx00000000000000aa', sub_mch_id: '1900000100', sub_openid: 'oPayer0000000000000000000000' })
    expect(shop.v2.calls[0]?.fields).not.toHaveProperty('openid')
    const { out_trade_no: _no, total_fee: _fee, paySign, ...info } = created.orderInfo
    expect(paySign).toBe(signature({ ...info, appId: 'wx00000000000000aa' }, 'MD5'))
    shop.v2.pay('ORDER_1001')
    const sub = { sub_mch_id: '1900000100', sub_appid: 'wx00000000000000aa', sub_openid: 'oSub' }
    expect((await shop.pay.paymentNotify(shop.v2.notification('ORDER_1001'))).status).toBe(400)
    expect((await shop.pay.paymentNotify(shop.v2.notification('ORDER_1001', { ...sub, sub_mch_id: '1900000101' }))).status).toBe(400)
    expect((await shop.pay.paymentNotify(shop.v2.notification('ORDER_1001', { ...sub, sub_appid: 'wx00000000000000bb' }))).status).toBe(400)
    expect((await shop.pay.paymentNotify(shop.v2.notification('ORDER_1001', sub))).status).toBe(200)
    expect(shop.order()).toMatchObject({ status: 1 })
  })
})

describe('small parts', () => {
  it('times are China\'s', () => {
    expect(compactTime(Date.parse('2026-12-31T16:00:00.999Z'))).toBe('20270101000000')
    expect(parseTime('20270101000000')).toBe(Date.parse('2026-12-31T16:00:00Z'))
    expect(parseTime('2017-12-15 09:46:01')).toBe(Date.parse('2017-12-15T01:46:01Z'))
    for (const text of ['', '2017', '20271301000000', '2017-12-15T09:46:01'])
      expect(parseTime(text)).toBeNaN()
  })

  it('money is digits', () => {
    expect(['0', '100', '007'].map(fenOf)).toEqual([0, 100, 7])
    for (const text of [undefined, '', ' 1', '1 ', '-1', '+1', '1.0', '1e2', '0x1', '１', '9999999999999999'])
      expect(fenOf(text)).toBeUndefined()
  })
})
