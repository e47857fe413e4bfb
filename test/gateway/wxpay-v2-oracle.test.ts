/** wechatpay-axios-plugin as the judge: of the gateway as its merchant, and of our provider over the same messages. */
import type { AddressInfo } from 'node:net'
import type { RunningGateway } from '../../examples/gateway/src/index'
import type { RawRequest } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { ChannelContext } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/provider'
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createServer, Agent as HttpAgent } from 'node:http'
import { Agent } from 'node:https'
import { Aes, Decorator, Hash, Transformer } from 'wechatpay-axios-plugin'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createGateway } from '../../examples/gateway/src/index'
import { pkcs12 } from '../../examples/gateway/src/crypto/pkcs12'
import { channelConfig } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config/channel-config'
import { wxpayV2 } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2'
import { signedRequest } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2/client'
import { merchantKeys } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2/keys'
import { openInfo } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2/refund-notice'
import { isSignedBy } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2/signing'
import { parseXml, writeXml } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2/xml'
import { testAccount } from './support/account'

type Algorithm = 'MD5' | 'HMAC-SHA256'
type Message = Record<string, string>
interface Client { post: (path: string, data: Message, config?: object) => Promise<{ data: Message }> }

let gateway: RunningGateway
let bodies: string[]
let pfx: Buffer
let notifyUrl: string
let closeReceiver: () => void

beforeAll(async () => {
  bodies = []
  // a merchant that takes everything: what it should have taken is for the judges to say
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', chunk => body += chunk).on('end', () => {
      bodies.push(body)
      response.end('<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`
  closeReceiver = () => {
    server.close()
    server.closeAllConnections()
  }
  gateway = await createGateway({ account: await testAccount(), probeEvery: 1, tls: true, speed: 1_000 })
  const { merchantCertPem, merchantPrivateKeyPem, mchid } = gateway.account
  pfx = pkcs12(merchantCertPem, merchantPrivateKeyPem, mchid)
})
afterAll(async () => {
  await gateway.close()
  closeReceiver()
})

function clientOf(options: { secret?: string, tls?: boolean } = {}): Client {
  const { mchid, apiKey, tls } = gateway.account
  return Decorator.xmlBased({
    mchid,
    secret: options.secret ?? apiKey,
    merchant: { pfx, passphrase: mchid, ca: tls.certPem },
    baseURL: options.tls ? gateway.tlsUrl : gateway.url,
    // a connection of before would be cut while a test computes
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new Agent({ ca: tls.certPem }),
  } as Parameters<typeof Decorator.xmlBased>[0]) as unknown as Client
}

let numbers = 0
const nextNumber = (): string => `ORACLE_${++numbers}`
const act = (number: string, action = 'pay') => fetch(`${gateway.url}/gateway/orders/${number}/act`, { method: 'POST', body: JSON.stringify({ action }) })

/** What the plugin throws for a refusal carries the answer. */
const refusal = (work: Promise<unknown>): Promise<Message> => work.then(() => ({}), (error: { response?: { data?: Message } }) => error.response?.data ?? { threw: String(error) })

describe.each(['MD5', 'HMAC-SHA256'] as const)('wechatpay-axios-plugin as merchant of the gateway, %s', (algorithm) => {
  const identity = (): Message => ({ appid: gateway.account.appid, mch_id: gateway.account.mchid, ...(algorithm === 'MD5' ? {} : { sign_type: algorithm }) })
  const order = (out_trade_no: string, over: Message = {}): Message => ({ ...identity(), body: '测试 <商品> & "茶"', out_trade_no, total_fee: '123', spbill_create_ip: '203.0.113.7', notify_url: notifyUrl, trade_type: 'NATIVE', product_id: 'p1', ...over })
  const post = async (path: string, fields: Message, client = clientOf()) => (await client.post(path, { ...identity(), ...fields })).data
  const secure = async (path: string, fields: Message) => (await clientOf({ tls: true }).post(path, { ...identity(), ...fields }, { security: true })).data

  it.each([
    ['NATIVE', {}, { code_url: /^weixin:\/\/wxpay\/bizpayurl/ }],
    ['JSAPI', { openid: 'oTester' }, { prepay_id: /^wx/ }],
    ['APP', {}, { prepay_id: /^wx/ }],
    ['MWEB', { scene_info: '{"h5_info":{"type":"Wap"}}' }, { mweb_url: /\/cashier\/h5\?/ }],
  ])('creates %s', async (trade_type, over, wanted) => {
    const answer = await post('pay/unifiedorder', order(nextNumber(), { trade_type, ...over }))
    for (const [name, pattern] of Object.entries(wanted))
      expect(answer[name]).toMatch(pattern)
  })

  it('queries, closes, and hears what is refused', async () => {
    const number = nextNumber()
    await post('pay/unifiedorder', order(number))
    expect(await post('pay/orderquery', { out_trade_no: number })).toMatchObject({ trade_state: 'NOTPAY', out_trade_no: number })
    expect(await refusal(post('pay/unifiedorder', order(number, { total_fee: '124' })))).toMatchObject({ err_code: 'OUT_TRADE_NO_USED' })
    await post('pay/closeorder', { out_trade_no: number })
    expect(await post('pay/orderquery', { out_trade_no: number })).toMatchObject({ trade_state: 'CLOSED' })
    expect(await refusal(post('pay/closeorder', { out_trade_no: number }))).toMatchObject({ err_code: 'ORDERCLOSED' })
    expect(await refusal(post('pay/unifiedorder', order(number)))).toMatchObject({ err_code: 'ORDERCLOSED' })
    expect(await refusal(post('pay/orderquery', { out_trade_no: 'NOTHING_1' }))).toMatchObject({ err_code: 'ORDERNOTEXIST' })
  })

  const wrong: [string, Message, Message][] = [
    ['no amount', { total_fee: '' }, { err_code: 'LACK_PARAMS' }],
    ['an amount of 0', { total_fee: '0' }, { err_code: 'PARAM_ERROR' }],
    ['half a fen', { total_fee: '1.5' }, { err_code: 'PARAM_ERROR' }],
    ['another currency', { fee_type: 'USD' }, { err_code: 'PARAM_ERROR' }],
    ['no address', { spbill_create_ip: 'localhost' }, { err_code: 'PARAM_ERROR' }],
    ['a notify_url with a query', { notify_url: 'https://shop.example.test/?a=1' }, { err_code: 'PARAM_ERROR' }],
    ['no way to pay', { trade_type: 'CASH' }, { err_code: 'PARAM_ERROR' }],
    ['JSAPI without openid', { trade_type: 'JSAPI' }, { err_code: 'LACK_PARAMS' }],
    ['MWEB without scene', { trade_type: 'MWEB', scene_info: '{}' }, { err_code: 'PARAM_ERROR' }],
    ['NATIVE without product', { product_id: '' }, { err_code: 'LACK_PARAMS' }],
    ['an end in the past', { time_expire: '20200101000000' }, { err_code: 'PARAM_ERROR' }],
    ['a day there is not', { time_expire: '20990231000000' }, { err_code: 'PARAM_ERROR' }],
    ['another appid', { appid: 'wx0' }, { return_code: 'FAIL' }],
    ['another algorithm', { sign_type: 'SHA1' }, { return_code: 'FAIL' }],
  ]
  it.each(wrong)('%s is refused', async (_, over, answer) => {
    expect(await refusal(post('pay/unifiedorder', order(nextNumber(), over)))).toMatchObject(answer)
  })

  it('a stranger\'s key; an answer spoiled on the way', async () => {
    const stranger = clientOf({ secret: 'f'.repeat(32) })
    expect(await refusal(post('pay/orderquery', { out_trade_no: 'ORACLE_1' }, stranger))).toMatchObject({ return_code: 'FAIL', return_msg: '签名错误' })
    const number = nextNumber()
    await post('pay/unifiedorder', order(number))
    await fetch(`${gateway.url}/gateway/faults`, { method: 'POST', body: JSON.stringify({ next: { path: '/pay/orderquery', status: 'badsign' } }) })
    await expect(post('pay/orderquery', { out_trade_no: number })).rejects.toMatchObject({ code: 'EV2_RES_SIGNATURE_NOT_EQUAL' })
  })

  it('refunds over TLS with its certificate, and without one hears no', async () => {
    const number = nextNumber()
    await post('pay/unifiedorder', order(number))
    await act(number, 'pay-silent')
    const call = { out_trade_no: number, out_refund_no: `${number}_R`, total_fee: '123', refund_fee: '100', notify_url: notifyUrl }
    expect(await refusal(post('secapi/pay/refund', call, clientOf({ tls: true })))).toMatchObject({ return_code: 'FAIL', return_msg: expect.stringContaining('证书') as string })
    expect(await secure('secapi/pay/refund', call)).toMatchObject({ refund_fee: '100', total_fee: '123', refund_id: expect.stringMatching(/^5030/) as string })
    expect(await secure('secapi/pay/refund', call)).toMatchObject({ out_refund_no: `${number}_R` })
    expect(await refusal(secure('secapi/pay/refund', { ...call, refund_fee: '99' }))).toMatchObject({ err_code: 'REFUND_FEE_MISMATCH' })
    expect(await refusal(secure('secapi/pay/refund', { ...call, out_refund_no: `${number}_S` }))).toMatchObject({ err_code: 'INVALID_REQUEST' })
    expect(await post('pay/refundquery', { out_trade_no: number })).toMatchObject({ refund_count: '1', out_refund_no_0: `${number}_R`, refund_fee_0: '100' })
    expect(await refusal(post('pay/refundquery', { out_refund_no: 'NOTHING' }))).toMatchObject({ err_code: 'REFUNDNOTEXIST' })
    await fetch(`${gateway.url}/gateway/orders/${number}/refunds/${number}_R`, { method: 'POST', body: '{}' })
    await gateway.idle()
    const notice = Transformer.toObject(bodies.find(body => body.includes('req_info')) ?? '') as Message
    expect(Object.keys(notice).sort()).toEqual(['appid', 'mch_id', 'nonce_str', 'req_info', 'return_code'])
  })

  it('collects by payment codes, and takes back', async () => {
    const charge = (number: string, auth_code: string) => post('pay/micropay', { ...identity(), body: '测试', out_trade_no: number, total_fee: '5', spbill_create_ip: '203.0.113.7', auth_code })
    const code = async (kind: string): Promise<string> => (await (await fetch(`${gateway.url}/gateway/codes`, { method: 'POST', body: JSON.stringify({ kind }) })).json() as { auth_code: string }).auth_code
    const paid = nextNumber()
    expect(await charge(paid, await code('paid'))).toMatchObject({ trade_type: 'MICROPAY', total_fee: '5', transaction_id: expect.stringMatching(/^4200/) as string })
    const typing = nextNumber()
    const typed = await code('confirm')
    expect(await refusal(charge(typing, typed))).toMatchObject({ err_code: 'USERPAYING' })
    expect(await post('pay/orderquery', { out_trade_no: typing })).toMatchObject({ trade_state: 'USERPAYING' })
    expect(await refusal(charge(nextNumber(), typed))).toMatchObject({ err_code: 'AUTH_CODE_INVALID' })
    await act(typing)
    expect(await post('pay/orderquery', { out_trade_no: typing })).toMatchObject({ trade_state: 'SUCCESS' })
    for (let times = 0; times < 2; times += 1)
      expect(await secure('secapi/pay/reverse', { out_trade_no: paid })).toMatchObject({ recall: 'N' })
    expect(await post('pay/orderquery', { out_trade_no: paid })).toMatchObject({ trade_state: 'REVOKED' })
    expect(await refusal(charge(nextNumber(), await code('poor')))).toMatchObject({ err_code: 'NOTENOUGH' })
    expect(await refusal(charge(nextNumber(), '280000000000000001'))).toMatchObject({ err_code: 'AUTH_CODE_INVALID' })
  })
})

/** Our provider with the same account. */
function contextOf(signType: Algorithm): ChannelContext {
  const { appid, mchid, apiKey } = gateway.account
  return {
    config: channelConfig('wxpay.h5', { appId: appid, mchId: mchid, key: apiKey, signType }, path => path),
    platform: 'h5',
    env: { now: Date.now, sleep: async () => {}, randomId: length => 'r'.repeat(length), http: () => Promise.reject(new Error('offline')), log: () => {} },
  }
}

const raw = (body: string): RawRequest => ({ method: 'POST', path: '/', headers: {}, body: Buffer.from(body) })
const ours = (algorithm: Algorithm, body: string): Promise<boolean> => wxpayV2.parseNotify(contextOf(algorithm), raw(body)).then(() => true, () => false)

function theirs(algorithm: Algorithm, body: string): boolean {
  try {
    const message = Transformer.toObject(body) as Message
    return Hash.equals(Hash.sign(algorithm, message, gateway.account.apiKey), message.sign)
  }
  catch {
    return false
  }
}

describe.each(['MD5', 'HMAC-SHA256'] as const)('one message, two judges, %s', (algorithm) => {
  const other = algorithm === 'MD5' ? 'HMAC-SHA256' : 'MD5'
  let good: string
  let all: string[]

  beforeAll(async () => {
    const number = nextNumber()
    const { appid, mchid } = gateway.account
    await clientOf().post('pay/unifiedorder', { appid, mch_id: mchid, body: '测试 <商品>', out_trade_no: number, total_fee: '123', spbill_create_ip: '203.0.113.7', notify_url: notifyUrl, trade_type: 'NATIVE', product_id: 'p1', attach: 'a&b c', ...(algorithm === 'MD5' ? {} : { sign_type: algorithm }) })
    const start = bodies.length
    await act(number, 'pay-tampered')
    all = await vi.waitUntil(() => bodies.length >= start + 3 && bodies.slice(start), { timeout: 10_000 })
    good = all[2]!
  })

  it('of what the gateway sends, both take the true one and neither the probe nor the changed one', async () => {
    for (const [index, taken] of [false, false, true].entries()) {
      expect(theirs(algorithm, all[index]!)).toBe(taken)
      expect(await ours(algorithm, all[index]!)).toBe(taken)
    }
  })

  it('both see the same fields', () => {
    expect(Object.fromEntries(parseXml(Buffer.from(good)))).toEqual(Transformer.toObject(good))
  })

  it('neither takes the other algorithm', async () => {
    expect(theirs(other, good)).toBe(false)
    expect(await ours(other, good)).toBe(false)
  })

  it('every field changed, dropped or added: both say the same', async () => {
    const fields = Transformer.toObject(good) as Message
    for (const name of Object.keys(fields)) {
      const { [name]: value = '', ...rest } = fields
      const dropped = Transformer.toXml(rest)
      const changed = Transformer.toXml({ ...fields, [name]: `${value}0` })
      for (const body of [dropped, changed]) {
        expect(theirs(algorithm, body)).toBe(false)
        expect(await ours(algorithm, body)).toBe(false)
      }
    }
    const added = Transformer.toXml({ ...fields, brand_new: '1' })
    expect([theirs(algorithm, added), await ours(algorithm, added)]).toEqual([false, false])
    const empty = Transformer.toXml({ ...fields, brand_new: '' })
    expect([theirs(algorithm, empty), await ours(algorithm, empty)]).toEqual([true, true])
  })

  it('one bit changed, wherever it is: refused, also where they do not mind, as in the name of an end tag', async () => {
    let taken = 0
    for (let at = 0; at < good.length; at += 1) {
      const body = good.slice(0, at) + String.fromCharCode(good.charCodeAt(at) ^ 1) + good.slice(at + 1)
      expect(await ours(algorithm, body)).toBe(false)
      taken += Number(theirs(algorithm, body))
    }
    expect(taken).toBeGreaterThan(0)
  })

  it('where we are stricter: they take two forms of one message that we refuse', async () => {
    const fields = Transformer.toObject(good) as Message
    const commented = good.replace('<sign>', '<!-- x --><sign>')
    const declared = `<!DOCTYPE xml [<!ENTITY fee "123">]>${good.replace('<total_fee><![CDATA[123]]></total_fee>', '<total_fee>&fee;</total_fee>')}`
    for (const body of [commented, declared]) {
      expect(Transformer.toObject(body)).toEqual(fields)
      expect([theirs(algorithm, body), await ours(algorithm, body)]).toEqual([true, false])
    }
  })

  it('what they sign and write, we read and take; what we sign and write, they do', () => {
    const keys = merchantKeys(contextOf(algorithm).config)
    const { mchid, apiKey } = gateway.account
    const values: Message = { mch_id: mchid, body: '茶 <b> & "x" \'y\'', attach: 'a=1&b=2', detail: '{"a":["<&>"]}', empty: '', zero: '0', sign_type: algorithm }
    const [signer, stringify] = new Transformer(mchid, Hash.keyObjectFrom(apiKey)).request as unknown as [(this: object, data: object) => object, (this: object, data: object) => string]
    const written = stringify.call({ method: 'post' }, signer.call({ method: 'post', url: '/pay/unifiedorder' }, values))
    expect(isSignedBy(parseXml(Buffer.from(written)), keys)).toBe(true)
    expect(isSignedBy(parseXml(Buffer.from(written.replace('"zero"', '"nil"').replace('<zero>0', '<zero>1'))), keys)).toBe(false)

    const request = signedRequest(contextOf(algorithm), values)
    const { sign, ...read } = Transformer.toObject(writeXml(request)) as Message
    expect(sign).toBe(Hash.sign(algorithm, read, Hash.keyObjectFrom(apiKey)))
    expect(read).toMatchObject({ body: values.body, detail: values.detail, attach: values.attach })
  })

  it('a sealed refund notice: both open it, and neither one of another key', () => {
    const { apiKey } = gateway.account
    const secret = createHash('md5').update(apiKey).digest('hex')
    const text = '<root><out_refund_no>R-1</out_refund_no><refund_status>SUCCESS</refund_status></root>'
    const { key } = merchantKeys(contextOf(algorithm).config)
    expect(Object.fromEntries(openInfo(Aes.AesEcb.encrypt(text, secret), key))).toEqual({ out_refund_no: 'R-1', refund_status: 'SUCCESS' })
    const { req_info: sealed = '' } = Transformer.toObject(bodies.find(body => body.includes('req_info')) ?? '') as Message
    expect(Transformer.toObject(Aes.AesEcb.decrypt(sealed, secret))).toMatchObject({ out_refund_no: expect.stringMatching(/_R$/) as string, refund_status: 'SUCCESS', refund_fee: '100' })
    expect(Object.fromEntries(openInfo(sealed, key))).toEqual(Transformer.toObject(Aes.AesEcb.decrypt(sealed, secret)))
    expect(() => openInfo(Aes.AesEcb.encrypt(text, 'f'.repeat(32)), key)).toThrow()
  })
})
