/** wechatpay-axios-plugin as the judge: of the gateway as its merchant, and of our provider over the same messages. */
import type { RunningGateway } from '../../examples/gateway/src/index'
import type { HttpRequest, RawRequest } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { ChannelContext } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/provider'
import type { Receiver } from './support/receiver'
import { Buffer } from 'node:buffer'
import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import { createGateway } from '../../examples/gateway/src/index'
import { channelConfig } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config/channel-config'
import { wxpayV3 } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v3'
import { nodeHttp } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/node-http'
import { testAccount } from './support/account'
import { startReceiver } from './support/receiver'

type Mode = 'public-key' | 'certificate'
const modes: readonly Mode[] = ['public-key', 'certificate']
const DAY_MS = 86_400_000

let gateways: Record<Mode, RunningGateway>
let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver()
  const account = await testAccount()
  const open = (notifySigner: Mode) => createGateway({ account, probeEvery: 0, notifySigner, speed: 1_000 })
  gateways = { 'public-key': await open('public-key'), 'certificate': await open('certificate') }
})
afterAll(async () => {
  await Promise.all(modes.map(mode => gateways[mode].close()))
  await receiver.close()
})

const serialOf = (mode: Mode): string => mode === 'public-key' ? gateways[mode].account.platformPublicKeyId : gateways[mode].account.platformSerial

interface Response { status: number, data: Record<string, unknown> }
interface Client {
  post: (body: object, options?: object) => Promise<Response>
  get: (options?: object) => Promise<Response>
}

/** The plugin as a merchant that knows one of the platform's keys. */
function pluginOf(mode: Mode, over: { privateKey?: string, baseURL?: string } = {}): (path: string) => Client {
  const { account, url } = gateways[mode]
  const key = mode === 'public-key' ? account.platformPublicKeyPem : account.platformCertPem
  const plugin = new Wechatpay({
    mchid: account.mchid,
    serial: account.merchantSerial,
    privateKey: over.privateKey ?? account.merchantPrivateKeyPem,
    certs: { [serialOf(mode)]: key },
    baseURL: over.baseURL ?? `${url}/`,
    headers: { 'Wechatpay-Serial': serialOf(mode) },
    validateStatus: () => true,
  } as never)
  return path => (plugin as unknown as { chain: (path: string) => Client }).chain(path)
}

/** Our provider with the same account and the same key. */
function contextOf(mode: Mode, over: { now?: () => number, http?: ChannelContext['env']['http'] } = {}): ChannelContext {
  const { account, url } = gateways[mode]
  const keys = mode === 'public-key' ? { wxpayPublicKeyContent: account.platformPublicKeyPem, wxpayPublicKeyId: account.platformPublicKeyId } : {}
  const section = { appId: account.appid, mchId: account.mchid, v3Key: account.apiV3Key, appCertContent: account.merchantCertPem, appPrivateKeyContent: account.merchantPrivateKeyPem, gateway: url, version: 3, transferSceneId: '1000', transferSceneReportInfos: [{ info_type: '活动名称', info_content: '奖励' }], ...keys }
  return {
    config: channelConfig('wxpay.mp-weixin', section, path => path),
    platform: 'mp-weixin',
    env: { now: over.now ?? Date.now, sleep: async () => {}, randomId: length => 'r'.repeat(length), http: over.http ?? nodeHttp, log: () => {} },
  }
}

let numbers = 0
const nextNumber = (): string => `ORACLE_${++numbers}`
async function door(mode: Mode, path: string, body: object): Promise<Record<string, unknown>> {
  return await (await fetch(gateways[mode].url + path, { method: 'POST', body: JSON.stringify(body) })).json() as Record<string, unknown>
}
const act = (mode: Mode, number: string, action = 'pay-silent') => door(mode, `/gateway/orders/${number}/act`, { action })

function orderBody(mode: Mode, out_trade_no: string): Record<string, unknown> {
  const { account } = gateways[mode]
  return { appid: account.appid, mchid: account.mchid, description: '测试 100% / 商品', out_trade_no, notify_url: receiver.url, amount: { total: 1234, currency: 'CNY' }, payer: { openid: 'oTestPayer' } }
}

describe.each(modes)('the plugin as merchant of the gateway, %s mode', (mode) => {
  it('create, query, close, refund, ask about the refund', async () => {
    const wxpay = pluginOf(mode)
    const number = nextNumber()
    expect((await wxpay('v3/pay/transactions/jsapi').post(orderBody(mode, number))).data).toEqual({ prepay_id: expect.any(String) })
    const query = () => wxpay(`v3/pay/transactions/out-trade-no/${number}`).get({ params: { mchid: gateways[mode].account.mchid } })
    expect((await query()).data).toMatchObject({ trade_state: 'NOTPAY' })
    await act(mode, number)
    expect((await query()).data).toMatchObject({ trade_state: 'SUCCESS', amount: { total: 1234 } })
    expect(await wxpay(`v3/pay/transactions/out-trade-no/${number}/close`).post({ mchid: gateways[mode].account.mchid })).toMatchObject({ status: 400, data: { code: 'ORDERPAID' } })
    const refund = { out_trade_no: number, out_refund_no: `R-${number}`, amount: { refund: 34, total: 1234, currency: 'CNY' } }
    expect((await wxpay('v3/refund/domestic/refunds').post(refund)).data).toMatchObject({ out_refund_no: `R-${number}` })
    expect((await wxpay(`v3/refund/domestic/refunds/R-${number}`).get()).data).toMatchObject({ amount: { refund: 34 } })
  })

  it('a charge by payment code, and taking it back', async () => {
    const wxpay = pluginOf(mode)
    const number = nextNumber()
    const { account } = gateways[mode]
    const { auth_code } = await door(mode, '/gateway/codes', { kind: 'confirm' })
    const body = { ...orderBody(mode, number), payer: { auth_code }, scene_info: { store_info: { id: '0001' } } }
    expect((await wxpay('v3/pay/transactions/codepay').post(body)).data).toEqual({ trade_state: 'USERPAYING' })
    expect((await wxpay(`v3/pay/transactions/out-trade-no/${number}/reverse`).post({ appid: account.appid, mchid: account.mchid })).status).toBe(204)
    expect((await wxpay(`v3/pay/transactions/out-trade-no/${number}`).get({ params: { mchid: account.mchid } })).data).toMatchObject({ trade_state: 'REVOKED' })
  })

  it('a transfer, with the name the plugin encrypted', async () => {
    const { account } = gateways[mode]
    const platformKey = Rsa.from(mode === 'public-key' ? account.platformPublicKeyPem : new X509Certificate(account.platformCertPem).publicKey.export({ type: 'spki', format: 'pem' }), 'public')
    const out_bill_no = `T${mode.length}${Date.now()}`
    const { data } = await pluginOf(mode)('v3/fund-app/mch-transfer/transfer-bills').post({ appid: account.appid, out_bill_no, transfer_scene_id: '1000', openid: 'oPayee', user_name: Rsa.encrypt('张三', platformKey as never), transfer_amount: 300_000, transfer_remark: '报销', transfer_scene_report_infos: [{ info_type: '活动名称', info_content: '奖励' }] })
    expect(data).toMatchObject({ state: 'WAIT_USER_CONFIRM', package_info: expect.any(String) })
    expect(await (await fetch(`${gateways[mode].url}/gateway/transfers/${out_bill_no}`)).json()).toMatchObject({ user_name: '张三' })
    expect((await pluginOf(mode)(`v3/fund-app/mch-transfer/transfer-bills/out-bill-no/${out_bill_no}`).get()).data).toMatchObject({ out_bill_no, transfer_amount: 300_000 })
  })

  it('a shop of a service provider', async () => {
    const { account } = gateways[mode]
    const number = nextNumber()
    const wxpay = pluginOf(mode)
    const { appid, mchid, payer: _, ...rest } = orderBody(mode, number)
    expect((await wxpay('v3/pay/partner/transactions/native').post({ ...rest, sp_appid: appid, sp_mchid: mchid, sub_mchid: account.shop.mchid })).data).toEqual({ code_url: expect.any(String) })
    await act(mode, number)
    expect((await wxpay(`v3/pay/partner/transactions/out-trade-no/${number}`).get({ params: { sp_mchid: account.mchid, sub_mchid: account.shop.mchid } })).data).toMatchObject({ trade_state: 'SUCCESS', sp_mchid: account.mchid, sub_mchid: account.shop.mchid, payer: { sp_openid: expect.any(String) } })
    expect((await wxpay(`v3/pay/transactions/out-trade-no/${number}`).get({ params: { mchid: account.mchid } })).status).toBe(404)
  })

  it('a stranger\'s key is refused', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } })
    expect(await pluginOf(mode, { privateKey })('v3/pay/transactions/jsapi').post(orderBody(mode, nextNumber()))).toMatchObject({ status: 401, data: { code: 'SIGN_ERROR' } })
  })

  it('an answer spoiled on the way: the plugin throws, we do not believe it', async () => {
    const number = nextNumber()
    await pluginOf(mode)('v3/pay/transactions/jsapi').post(orderBody(mode, number))
    await act(mode, number)
    // our certificates are there before the line is bad
    const context = contextOf(mode)
    expect(await wxpayV3.query(context, number)).toMatchObject({ state: 'SUCCESS' })
    await door(mode, '/gateway/faults', { next: { path: '/v3/pay/*', status: 'badsign', count: 2 } })
    await expect(pluginOf(mode)(`v3/pay/transactions/out-trade-no/${number}`).get({ params: { mchid: gateways[mode].account.mchid } })).rejects.toMatchObject({ code: 'EV3_RES_HEADER_SIGNATURE_DIGEST' })
    await expect(wxpayV3.query(context, number)).rejects.toMatchObject({ code: 40002, verdict: 'unknown' })
    await fetch(`${gateways[mode].url}/gateway/faults`, { method: 'DELETE' })
  })
})

/** A notification as the gateway sends it. */
async function notificationOf(mode: Mode): Promise<RawRequest> {
  const number = nextNumber()
  await pluginOf(mode)('v3/pay/transactions/jsapi').post(orderBody(mode, number))
  await act(mode, number, 'pay')
  await gateways[mode].idle()
  const { headers, body } = receiver.received.at(-1)!
  return { method: 'POST', path: '/', headers, body: Buffer.from(body) }
}

/** What the plugin's parts say: the clock, the key of that name, the signature, and the seal. */
function theirs(mode: Mode, { headers, body }: RawRequest): boolean {
  const { account } = gateways[mode]
  try {
    const key = Rsa.from(mode === 'public-key' ? account.platformPublicKeyPem : account.platformCertPem, 'public')
    const [timestamp, nonce, signature, serial] = ['timestamp', 'nonce', 'signature', 'serial'].map(name => headers[`wechatpay-${name}`] ?? '')
    const text = Buffer.from(body).toString('utf8')
    const near = Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300
    if (!near || serial !== serialOf(mode) || !Rsa.verify(Formatter.response(timestamp!, nonce!, text), signature!, key as never))
      return false
    const { ciphertext, nonce: iv, associated_data } = (JSON.parse(text) as { resource: Record<string, string> }).resource
    return Aes.AesGcm.decrypt(ciphertext!, account.apiV3Key, iv!, associated_data).includes('SUCCESS')
  }
  catch {
    return false
  }
}

async function ours(context: ChannelContext, request: RawRequest): Promise<boolean> {
  try {
    return (await wxpayV3.parseNotify(context, request)).kind === 'paid'
  }
  catch (error) {
    // refused by a reason of ours, never broken
    expect((error as { status?: number }).status).toBeGreaterThanOrEqual(400)
    return false
  }
}

describe.each(modes)('the same notifications to the plugin and to us, %s mode', (mode) => {
  it('good', async () => {
    const request = await notificationOf(mode)
    expect(theirs(mode, request)).toBe(true)
    expect(await ours(contextOf(mode), request)).toBe(true)
  })

  it('every header changed or missing', async () => {
    const request = await notificationOf(mode)
    const context = contextOf(mode)
    for (const name of ['timestamp', 'nonce', 'serial', 'signature'].map(part => `wechatpay-${part}`)) {
      const value = request.headers[name]!
      const at = Math.floor(value.length / 2)
      for (const changed of [value.slice(0, at) + (value[at] === '1' ? '2' : '1') + value.slice(at + 1), '']) {
        const bad = { ...request, headers: { ...request.headers, [name]: changed } }
        expect([name, theirs(mode, bad), await ours(context, bad)]).toEqual([name, false, false])
      }
    }
  })

  it('bytes changed all over the body', async () => {
    const request = await notificationOf(mode)
    const context = contextOf(mode)
    for (let at = 0; at < request.body.length; at += 3) {
      const body = Uint8Array.from(request.body)
      body[at] = body[at]! ^ (at % 2 ? 1 : 32)
      const bad = { ...request, body }
      expect([at, theirs(mode, bad), await ours(context, bad)]).toEqual([at, false, false])
    }
  })
})

describe.each(modes)('our signatures beside the plugin\'s, %s mode', (mode) => {
  it('the same request, field by field; and what we encrypt its key opens', async () => {
    const { account } = gateways[mode]
    const sent: HttpRequest[] = []
    const context = contextOf(mode, {
      http: (request) => {
        sent.push(request)
        return nodeHttp(request)
      },
    })
    const fact = await wxpayV3.transfer!(context, { outBillNo: `S${mode.length}${Date.now()}`, totalFee: 300_000, openid: 'oPayee', payeeRealName: '李四', desc: '报销' })
    expect(fact).toMatchObject({ state: 'WAIT_USER_CONFIRM', confirm: { mchId: account.mchid } })
    const request = sent.find(({ method }) => method === 'POST')!
    const fields = Object.fromEntries([...request.headers.authorization!.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))
    const { pathname, search } = new URL(request.url)
    const signature = Rsa.sign(Formatter.request('POST', pathname + search, fields.timestamp!, fields.nonce_str!, request.body), createPrivateKey(account.merchantPrivateKeyPem) as never)
    expect(fields).toEqual({ mchid: account.mchid, serial_no: account.merchantSerial, nonce_str: fields.nonce_str, timestamp: fields.timestamp, signature })
    const { user_name } = JSON.parse(request.body!) as { user_name: string }
    const privateKey = mode === 'public-key' ? account.gatewayKeys.publicKeyModePem : account.gatewayKeys.certificateModePem
    expect(Rsa.decrypt(user_name, createPrivateKey(privateKey) as never)).toBe('李四')
    expect(request.headers['wechatpay-serial']).toBe(serialOf(mode))
  })
})

describe('the bill of a day', () => {
  it('is fetched and read by the plugin and by us, and says the same', async () => {
    // the plugin has only the clock of this machine: the orders are of the day before yesterday
    let offset = Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS / 6 - 2 * DAY_MS - Date.now()
    const now = (): number => Date.now() + offset
    const gateway = await createGateway({ account: await testAccount(), probeEvery: 0, now })
    const mode = 'public-key'
    const before = gateways[mode]
    gateways = { ...gateways, [mode]: gateway }
    try {
      const context = contextOf(mode, { now })
      const day = new Date(now() + 8 * 3_600_000).toISOString().slice(0, 10)
      for (const totalFee of [100, 250]) {
        const number = nextNumber()
        await wxpayV3.create(context, { outTradeNo: number, subject: '茶,`一斤', totalFee, notifyUrl: receiver.url, openid: 'oTestPayer' })
        await act(mode, number)
        const { payment } = await wxpayV3.query(context, number)
        await wxpayV3.refund!(context, { transactionId: payment!.transactionId, outRefundNo: `R-${number}`, refundFee: 30, totalFee })
        await door(mode, `/gateway/orders/${number}/refunds/R-${number}`, { notify: false })
      }
      await expect(wxpayV3.downloadBill!(context, day)).rejects.toMatchObject({ code: 40010 })
      offset = 0
      const wxpay = pluginOf(mode)
      const { data } = await wxpay('v3/bill/tradebill').get({ params: { bill_date: day, tar_type: 'GZIP' } })
      const address = new URL(String(data.download_url))
      const file = await wxpay('v3/billdownload/file').get({ params: Object.fromEntries(address.searchParams), responseType: 'arraybuffer' })
      const bytes = gunzipSync(file.data as unknown as Uint8Array)
      expect(createHash('sha1').update(bytes).digest('hex')).toBe(data.hash_value)
      const { rows, summary } = Formatter.castCsvBill(bytes) as unknown as { rows: Record<string, string>[], summary: Record<string, string> }
      const entries = await wxpayV3.downloadBill!(context, day)
      expect(Number(summary['总交易单数'])).toBe(4)
      // where a subject looks like two cells, the plugin's later columns are one off: told by the amounts before it
      expect(entries.map(({ kind, outTradeNo, totalFee, outRefundNo, refundFee }) => [kind, outTradeNo, kind === 'payment' ? totalFee : refundFee, outRefundNo]).sort()).toEqual(
        rows.map(row => [row['交易状态'] === 'SUCCESS' ? 'payment' : 'refund', row['商户订单号'], Math.round(Number(row['交易状态'] === 'SUCCESS' ? row['应结订单金额'] : row['退款金额']) * 100), row['商户退款单号'] === '0' ? undefined : row['商户退款单号']]).sort(),
      )
      expect(await wxpayV3.downloadBill!(context, '2026-01-01')).toEqual([])
    }
    finally {
      gateways = { ...gateways, [mode]: before }
      await gateway.close()
    }
  })
})
