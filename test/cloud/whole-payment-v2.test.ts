import { createRequire } from 'node:module'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account, RunningGateway } from '../../examples/gateway/src/index'
import { createAccount, createGateway, writeMerchantFiles } from '../../examples/gateway/src/index'
import type { Pay, Store } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { createNodeListener, createPay, openSqlStore } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'

const services = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service'
const platforms = ['mp-weixin', 'h5-weixin', 'app-plus', 'h5', 'mweb'] as const

interface Answer { code: number, msg: string, orderInfo: Record<string, string> }
interface View { version: number, creates: number, notifications: { kind: string, status: number, answer: string }[], refunds: { status: string, notifications: { status: number, answer: string }[] }[] }

let account: Account
beforeAll(async () => { account = await createAccount(Date.now()) })

/** With the configuration and the files the gateway writes, over TLS, as a merchant would. */
describe.each(['MD5', 'HMAC-SHA256'] as const)('merchant and gateway over v2, %s', (signType) => {
  const dir = mkdtempSync(join(tmpdir(), 'vk-pay-v2-'))
  let gateway: RunningGateway
  let store: Store
  let pay: Pay
  let close: () => Promise<void>
  let withoutCertificate: Pay
  let withPair: Pay
  let withoutTrust: Pay
  let provider: Pay

  beforeAll(async () => {
    // a probe with a wrong signature before every notification: it must not get in the way
    gateway = await createGateway({ account, probeEvery: 1, tls: true, speed: 60 })
    store = await openSqlStore({ file: ':memory:' })
    const server = createServer((request, response) => createNodeListener(pay)(request, response))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vk-pay`
    const { configFileV2 } = await writeMerchantFiles(account, dir, gateway.url, url, gateway.tlsUrl)
    const config = createRequire(import.meta.url)(configFileV2) as { wxpay: Record<string, Record<string, unknown>> }
    for (const section of Object.values(config.wxpay))
      section.signType = signType
    pay = createPay({ config: { object: config }, store, handlers: `${services}/pay-notify`, actions: services, log: () => {} })
    const changed = (over: Record<string, unknown>): Pay => {
      const wxpay = Object.fromEntries(Object.entries(config.wxpay).map(([name, section]) => [name, { ...section, ...over }]))
      return createPay({ config: { object: { ...config, wxpay } }, store, handlers: `${services}/pay-notify`, log: () => {} })
    }
    withoutCertificate = changed({ pfx: undefined })
    withPair = changed({ pfx: undefined, appCertContent: account.merchantCertPem, appPrivateKeyContent: account.merchantPrivateKeyPem })
    withoutTrust = changed({ gatewayCaPath: undefined })
    provider = changed({ subMchId: account.shop.mchid, subAppId: account.shop.appid })
    await store.add('goods', { _id: 'goods_001', stock: 100, sales: 0 })
    close = async () => {
      await gateway.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      await store.close()
    }
  })
  afterAll(async () => {
    await close()
    rmSync(dir, { recursive: true })
  })

  const number = (name: string): string => `V2_${signType === 'MD5' ? 'M' : 'H'}_${name}`.replace(/-/g, '_')
  const post = async <T>(path: string, body: object) =>
    await (await fetch(`${gateway.url}${path}`, { method: 'POST', body: JSON.stringify(body) })).json() as T
  const view = async (no: string) => await (await fetch(`${gateway.url}/gateway/orders/${no}`)).json() as View

  function create(no: string, platform: string): Promise<Answer> {
    return pay.call({
      action: 'pay/createPayment',
      data: { provider: 'wxpay', vk_platform: platform, out_trade_no: no, total_fee: 100, subject: '整笔支付 <&]]>', type: 'goods', openid: 'openid_of_a_tester_0123456789', custom: { user_id: 'u1', goods_id: 'goods_001', quantity: 2 } },
    }, { clientIp: '203.0.113.9' }) as unknown as Promise<Answer>
  }

  /** What the payer's side of each platform does with `orderInfo`. */
  async function payAs(platform: typeof platforms[number], no: string, orderInfo: Record<string, string>): Promise<string> {
    if (platform === 'h5' || platform === 'mweb') {
      const page = await fetch(platform === 'h5' ? `${gateway.url}/cashier?code_url=${encodeURIComponent(orderInfo.code_url!)}` : orderInfo.h5_url!)
      expect(await page.text()).toContain('整笔支付 &lt;&amp;]]&gt;')
      await post(`/gateway/orders/${no}/act`, { action: 'pay' })
      return 'requestPayment:ok'
    }
    const door = platform === 'app-plus' ? 'app' : 'jsapi'
    return (await post<{ errMsg: string }>(`/gateway/client/${door}`, { appId: account.appids[platform], ...orderInfo })).errMsg
  }

  it.each(platforms)('%s: created, paid, notified, handled once, answered', async (platform) => {
    const no = number(platform)
    const [before] = await store.find('goods', { _id: 'goods_001' })
    const created = await create(no, platform)
    expect(created).toMatchObject({ code: 0 })
    expect(await payAs(platform, no, created.orderInfo)).toBe('requestPayment:ok')
    await gateway.idle()
    const upstream = await view(no)
    expect(upstream).toMatchObject({ version: 2, creates: 1 })
    const heard = upstream.notifications.map(({ kind, status, answer }) => [kind, status < 300, answer.includes('SUCCESS')])
    expect(heard).toEqual(expect.arrayContaining([['probe', false, false], ['notify', true, true]]))
    expect(await pay.queryPayment({ out_trade_no: no })).toMatchObject({ code: 0, orderPaid: true, user_order_success: true, data: { trade_state: 'SUCCESS', total_fee: 100 } })
    const [after] = await store.find('goods', { _id: 'goods_001' })
    expect(after).toMatchObject({ stock: Number(before?.stock) - 2, sales: Number(before?.sales) + 2 })
  })

  it('signs in', async () => {
    expect(await pay.code2SessionWeixin({ code: 'code-of-a-tester' })).toMatchObject({ code: 0, openid: expect.stringMatching(/^o/) as string })
  })

  it('a changed byte on the way is refused, the true notification after it is not', async () => {
    const no = number('tampered')
    await create(no, 'h5')
    await post(`/gateway/orders/${no}/act`, { action: 'pay-tampered' })
    await gateway.idle()
    expect((await view(no)).notifications.filter(({ kind }) => kind === 'tampered')).toMatchObject([{ status: 401, answer: expect.stringContaining('FAIL') as string }])
    expect(await pay.queryPayment({ out_trade_no: no })).toMatchObject({ orderPaid: true, user_order_success: true })
  })

  it.each(['mp-weixin', 'app-plus'] as const)('%s: a signature with one changed character cannot pay', async (platform) => {
    const no = number(`wrong_${platform}`)
    const { orderInfo } = await create(no, platform)
    const name = platform === 'app-plus' ? 'sign' : 'paySign'
    const changed = (orderInfo[name]!.startsWith('A') ? 'B' : 'A') + orderInfo[name]!.slice(1)
    expect(await payAs(platform, no, { ...orderInfo, [name]: changed })).not.toBe('requestPayment:ok')
    expect(await pay.queryPayment({ out_trade_no: no })).toMatchObject({ orderPaid: false, data: { trade_state: 'NOTPAY' } })
    expect(await payAs(platform, no, orderInfo)).toBe('requestPayment:ok')
  })

  it('paid without a word: the query finds it; closing comes too late', async () => {
    const no = number('silent')
    await create(no, 'h5')
    await post(`/gateway/orders/${no}/act`, { action: 'pay-silent' })
    expect(await pay.closePayment({ out_trade_no: no })).toMatchObject({ code: 40006 })
    expect(await pay.queryPayment({ out_trade_no: no })).toMatchObject({ orderPaid: true, user_order_success: true })
  })

  it('an answer spoiled on the way is not believed', async () => {
    const no = number('spoilt')
    await post('/gateway/faults', { next: [{ path: '/pay/unifiedorder', status: 'badsign' }, { path: '/pay/unifiedorder', status: 500 }] })
    expect(await create(no, 'h5')).toMatchObject({ code: 40002 })
    expect(await create(no, 'h5')).toMatchObject({ code: 40010 })
    expect(await create(no, 'h5')).toMatchObject({ code: 0 })
    // the one that was spoilt had been made
    expect(await view(no)).toMatchObject({ creates: 2 })
  })

  it('collected by payment code at the desk: at once, after a confirmation, not at all', async () => {
    const charge = async (no: string, kind: string) => {
      const { auth_code } = await post<{ auth_code: string }>('/gateway/codes', { kind })
      return pay.createPayment({ provider: 'wxpay', data: { auth_code, out_trade_no: no, total_fee: 100, subject: '面对面', type: 'goods', custom: { user_id: 'u1', goods_id: 'goods_001', quantity: 1 } } })
    }
    expect(await charge(number('desk_1'), 'paid')).toMatchObject({ code: 0, pay_type: 'wxpay_codepay', orderPaid: true, user_order_success: true, data: { trade_state: 'SUCCESS' } })
    const no = number('desk_2')
    expect(await charge(no, 'confirm')).toMatchObject({ code: 0, orderPaid: false, data: { trade_state: 'USERPAYING' } })
    await post(`/gateway/orders/${no}/act`, { action: 'pay' })
    expect(await pay.queryPayment({ out_trade_no: no })).toMatchObject({ orderPaid: true, user_order_success: true })
    expect(await charge(number('desk_3'), 'poor')).toMatchObject({ code: 40007 })
  })

  it('paid to a shop a service provider collects for, told and refunded', async () => {
    const no = number('shop')
    const created = await provider.createPayment({ provider: 'wxpay', data: { vk_platform: 'mp-weixin', out_trade_no: no, total_fee: 100, subject: '整笔支付', type: 'goods', openid: 'openid_of_a_tester_0123456789', custom: { user_id: 'u1', goods_id: 'goods_001', quantity: 1 } } }) as unknown as Answer
    expect(created).toMatchObject({ code: 0 })
    const { errMsg } = await post<{ errMsg: string }>('/gateway/client/jsapi', { appId: account.shop.appid, ...created.orderInfo })
    expect(errMsg).toBe('requestPayment:ok')
    await gateway.idle()
    // our server listens with the other configuration: a shop's payment is none of that merchant's
    expect((await view(no)).notifications.filter(({ kind }) => kind === 'notify')).toMatchObject([{ status: 400 }])
    expect(await provider.queryPayment({ out_trade_no: no })).toMatchObject({ orderPaid: true, user_order_success: true })
    expect(await provider.refund({ out_trade_no: no, out_refund_no: `${no}_R`, refund_fee: 100 })).toMatchObject({ code: 0 })
    await post(`/gateway/orders/${no}/refunds/${no}_R`, {})
    await gateway.idle()
    expect(await provider.queryRefund({ out_trade_no: no, out_refund_no: `${no}_R` })).toMatchObject({ data: { refund_status: 'SUCCESS' } })
  })

  it('refunded in parts under the merchant\'s certificate, in either form, and told', async () => {
    const no = number('refund')
    const { orderInfo } = await create(no, 'mp-weixin')
    await payAs('mp-weixin', no, orderInfo)
    await gateway.idle()
    const ask = (service: Pay, out_refund_no: string, refund_fee: number) => service.refund({ out_trade_no: no, out_refund_no, refund_fee, refund_desc: '商品已售完' })
    expect(await ask(withoutCertificate, `${no}_10`, 10)).toMatchObject({ code: 40003, field: 'wxpay.mp-weixin.pfx' })
    // an authority nobody knows: not a word is said
    expect(await withoutTrust.queryRefund({ out_trade_no: no, out_refund_no: `${no}_10` })).toMatchObject({ code: 0, data: { refund_status: 'REFUSED' } })
    expect(await ask(withoutTrust, `${no}_10`, 10)).toMatchObject({ code: 40004 })
    for (const [service, part, status] of [[pay, 10, 2], [pay, 20, 2], [withPair, 70, 3]] as const) {
      expect(await ask(service, `${no}_${part}`, part)).toMatchObject({ code: 0, data: { refund_fee: part, refund_status: 'PROCESSING' } })
      await post(`/gateway/orders/${no}/refunds/${no}_${part}`, { status: 'SUCCESS' })
      await gateway.idle()
      expect(await store.find('vk-pay-orders', { out_trade_no: no })).toMatchObject([{ status }])
    }
    const told = (await view(no)).refunds.map(refund => refund.notifications.map(({ status, answer }) => [status, answer.includes('SUCCESS')]))
    expect(told).toEqual([[[200, true]], [[200, true]], [[200, true]]])
    expect(await pay.queryRefund({ out_trade_no: no, out_refund_no: `${no}_20` })).toMatchObject({ code: 0, data: { refund_status: 'SUCCESS' } })
  })
})
