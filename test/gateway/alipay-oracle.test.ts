/** alipay-sdk as the judge: of the gateway as its merchant, and of our provider over the same messages. */
import type { RunningGateway } from '../../examples/gateway/src/index'
import type { RawRequest } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { ChannelContext } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/provider'
import type { AddressInfo } from 'node:net'
import type { FormReceiver, Mode } from './alipay-support'
import { Buffer } from 'node:buffer'
import { createSign, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import process from 'node:process'
import { AlipaySdk } from 'alipay-sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGateway } from '../../examples/gateway/src/index'
import { channelConfig } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config/channel-config'
import { alipay } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay'
import { certificateSn, rootCertificateSn } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/certificate-sn'
import { signedParams } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/signing'
import { MINI, startFormReceiver } from './alipay-support'
import { testAccount } from './support/account'

// the SDK writes the time of its own zone, Alipay reads China's
process.env.TZ = 'Asia/Shanghai'

let gateway: RunningGateway
let receiver: FormReceiver
beforeAll(async () => {
  receiver = await startFormReceiver()
  gateway = await createGateway({ account: await testAccount(), probeEvery: 0 })
})
afterAll(async () => {
  await gateway.close()
  await receiver.close()
})

const bare = (pem: string): string => pem.replaceAll(/-----[^-]+-----|\s/g, '')

function sdkOf(mode: Mode, privateKey = bare(gateway.account.alipay.merchantPrivateKeyPem)): AlipaySdk {
  const { alipay: account } = gateway.account
  return new AlipaySdk({
    appId: account.appid,
    privateKey,
    keyType: 'PKCS8',
    gateway: `${gateway.url}/alipay/gateway.do`,
    camelcase: false,
    ...(mode === 'key'
      ? { alipayPublicKey: bare(account.alipayPublicKeyPem) }
      : { appCertContent: account.appCertPem, alipayPublicCertContent: account.alipayCertPem, alipayRootCertContent: account.alipayRootCertPem }),
  })
}

/** Our provider with the same account. */
function contextOf(mode: Mode, now: () => number = Date.now): ChannelContext {
  const { alipay: account } = gateway.account
  const keys = mode === 'key'
    ? { alipayPublicKey: account.alipayPublicKeyPem }
    : { appCertContent: account.appCertPem, alipayPublicCertContent: account.alipayCertPem, alipayRootCertContent: account.alipayRootCertPem }
  return {
    config: channelConfig('alipay.mp-alipay', { appId: account.appid, privateKey: account.merchantPrivateKeyPem, sellerId: account.sellerId, ...keys }, path => path),
    platform: 'mp-alipay',
    env: { now, sleep: async () => {}, randomId: length => 'r'.repeat(length), http: () => Promise.reject(new Error('offline')), log: () => {} },
  }
}

let numbers = 0
const nextNumber = (): string => `ORACLE_${++numbers}`
const order = (out_trade_no: string): Record<string, unknown> => ({ out_trade_no, total_amount: '12.34', subject: '测试 100% / 商品+a&b=c' })
const act = (number: string, action = 'pay') => fetch(`${gateway.url}/gateway/orders/${number}/act`, { method: 'POST', body: JSON.stringify({ action }) })

describe.each(['key', 'certificate'] as const)('alipay-sdk as merchant of the gateway, %s mode', (mode) => {
  const exec = (method: string, bizContent: Record<string, unknown>) => sdkOf(mode).exec(method, { notifyUrl: receiver.url, bizContent }, { validateSign: true })

  it('create, query, close, and what is refused', async () => {
    const number = nextNumber()
    const created = await exec('alipay.trade.create', { ...order(number), ...MINI })
    expect(created).toMatchObject({ code: '10000', out_trade_no: number })
    expect(await exec('alipay.trade.query', { out_trade_no: number })).toMatchObject({ code: '10000', trade_status: 'WAIT_BUYER_PAY', trade_no: created.trade_no, total_amount: '12.34' })
    expect(await exec('alipay.trade.close', { out_trade_no: number })).toMatchObject({ code: '10000' })
    expect(await exec('alipay.trade.create', { ...order(number), ...MINI })).toMatchObject({ code: '40004', sub_code: 'ACQ.TRADE_HAS_CLOSE' })
    expect(await exec('alipay.trade.query', { out_trade_no: 'NOTHING_1' })).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
  })

  it('precreate', async () => {
    expect(await exec('alipay.trade.precreate', order(nextNumber()))).toMatchObject({ code: '10000', qr_code: expect.stringMatching(/^https:\/\/qr\.alipay\.com\//) })
  })

  it('refund, its query, more than was paid, and the notices of a part and of all', async () => {
    const number = nextNumber()
    await exec('alipay.trade.create', { ...order(number), ...MINI })
    await act(number)
    const refund = (out_request_no: string, refund_amount: string) => exec('alipay.trade.refund', { out_trade_no: number, out_request_no, refund_amount })
    expect(await refund('R1', '2.34')).toMatchObject({ code: '10000', fund_change: 'Y', refund_fee: '2.34' })
    expect(await refund('R1', '2.34')).toMatchObject({ code: '10000', fund_change: 'N', refund_fee: '2.34' })
    expect(await refund('R2', '10.01')).toMatchObject({ sub_code: 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL' })
    expect(await exec('alipay.trade.fastpay.refund.query', { out_trade_no: number, out_request_no: 'R1' })).toMatchObject({ refund_status: 'REFUND_SUCCESS', refund_amount: '2.34' })
    expect(await exec('alipay.trade.fastpay.refund.query', { out_trade_no: number, out_request_no: 'R9' })).not.toHaveProperty('refund_status')
    await gateway.idle()
    const part = receiver.received.at(-1)!.body
    expect(await refund('R2', '10.00')).toMatchObject({ fund_change: 'Y', refund_fee: '12.34' })
    await gateway.idle()
    const all = receiver.received.at(-1)!.body
    expect(Object.fromEntries(new URLSearchParams(part))).toMatchObject({ trade_status: 'TRADE_SUCCESS', refund_fee: '2.34', out_biz_no: 'R1' })
    expect(Object.fromEntries(new URLSearchParams(all))).toMatchObject({ trade_status: 'TRADE_CLOSED', refund_fee: '12.34', out_biz_no: 'R2' })
    for (const body of [part, all]) {
      expect([theirs(sdkOf(mode), body), (await ours(contextOf(mode), body)).verdict]).toEqual(['yes', 'yes'])
      const forged = body.replace('refund_fee=', 'refund_fee=9')
      expect([theirs(sdkOf(mode), forged), (await ours(contextOf(mode), forged)).verdict]).toEqual(['no', 'no'])
    }
  })

  it('a payment code: paid, waiting, cancelled', async () => {
    const [number, slow] = [nextNumber(), nextNumber()]
    const code = (last: number): string => `28${String(Date.now()).padStart(15, '0')}${last}`
    const pay = (out_trade_no: string, auth_code: string) => exec('alipay.trade.pay', { ...order(out_trade_no), scene: 'bar_code', auth_code })
    expect(await pay(number, code(1))).toMatchObject({ code: '10000', out_trade_no: number, total_amount: '12.34' })
    expect(await pay(slow, code(3))).toMatchObject({ code: '10003', out_trade_no: slow })
    expect(await exec('alipay.trade.cancel', { out_trade_no: slow })).toMatchObject({ retry_flag: 'N', action: 'close' })
    expect(await exec('alipay.trade.cancel', { out_trade_no: number })).toMatchObject({ retry_flag: 'N', action: 'refund' })
    expect(await pay(nextNumber(), code(4))).toMatchObject({ sub_code: 'ACQ.PAYMENT_AUTH_CODE_INVALID' })
  })

  it('a transfer and its query, in certificate mode only', async () => {
    const out_biz_no = nextNumber()
    const product = { product_code: 'TRANS_ACCOUNT_NO_PWD', biz_scene: 'DIRECT_TRANSFER' }
    const sent = await exec('alipay.fund.trans.uni.transfer', { ...product, out_biz_no, trans_amount: '1.00', order_title: '佣金', payee_info: { identity: '2088102177846875', identity_type: 'ALIPAY_USER_ID' } })
    expect(sent).toMatchObject(mode === 'certificate' ? { code: '10000', status: 'SUCCESS' } : { code: '40002' })
    if (mode === 'certificate')
      expect(await exec('alipay.fund.trans.common.query', { ...product, out_biz_no })).toMatchObject({ status: 'SUCCESS', trans_amount: '1.00', order_id: sent.order_id })
  })

  it('the address of a bill: none for a day without trades', async () => {
    expect(await exec('alipay.data.dataservice.bill.downloadurl.query', { bill_type: 'trade', bill_date: '2020-01-01' })).toMatchObject({ sub_code: 'isp.bill_not_exist' })
  })

  it('a stranger\'s key', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } })
    const stranger = sdkOf('key', bare(privateKey))
    expect(await stranger.exec('alipay.trade.query', { bizContent: { out_trade_no: 'ORACLE_1' } })).toMatchObject({ sub_code: 'isv.invalid-signature' })
  })

  it('an answer spoiled on the way', async () => {
    await fetch(`${gateway.url}/gateway/faults`, { method: 'POST', body: JSON.stringify({ next: { path: '/alipay/gateway.do', status: 'badsign' } }) })
    await expect(exec('alipay.trade.query', { out_trade_no: 'NOTHING_1' })).rejects.toThrow('验签失败')
  })

  it('login', async () => {
    expect(await sdkOf(mode).exec('alipay.system.oauth.token', { grantType: 'authorization_code', code: 'a1' }, { validateSign: true })).toMatchObject({ open_id: expect.stringMatching(/^0/), access_token: expect.any(String) })
  })

  it('an order string for the app', async () => {
    const orderStr = sdkOf(mode).sdkExecute('alipay.trade.app.pay', { notifyUrl: receiver.url, bizContent: order(nextNumber()) })
    const door = await fetch(`${gateway.url}/gateway/client/alipay-app`, { method: 'POST', body: JSON.stringify({ orderStr }) })
    expect(await door.json()).toEqual({ errMsg: 'requestPayment:ok' })
  })

  it('an address and a form for browsers', async () => {
    const wap = sdkOf(mode).pageExecute('alipay.trade.wap.pay', 'GET', { returnUrl: 'https://shop.example.test/paid', bizContent: { ...order(nextNumber()), product_code: 'QUICK_WAP_WAY' } })
    expect((await fetch(wap, { redirect: 'manual' })).status).toBe(302)
    const form = sdkOf(mode).pageExecute('alipay.trade.page.pay', 'POST', { bizContent: { ...order(nextNumber()), product_code: 'FAST_INSTANT_TRADE_PAY' } })
    const fields = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']): [string, string] => [name, value.replaceAll('&quot;', '"')])
    const action = /action="([^"]+)"/.exec(form)?.[1] ?? ''
    expect((await fetch(action, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })).status).toBe(302)
  })
})

/** A notification as the gateway sends it. */
async function notificationBody(mode: Mode): Promise<string> {
  const number = nextNumber()
  await sdkOf(mode).exec('alipay.trade.create', { notifyUrl: receiver.url, bizContent: { ...order(number), ...MINI } })
  await act(number)
  await gateway.idle()
  return receiver.received.at(-1)!.body
}

type Verdict = 'yes' | 'no' | 'threw'

/** What the SDK says to the fields as every web framework hands them over. */
function theirs(sdk: AlipaySdk, body: string): Verdict {
  try {
    return sdk.checkNotifySignV2(Object.fromEntries(new URLSearchParams(body))) ? 'yes' : 'no'
  }
  catch {
    return 'threw'
  }
}

async function ours(context: ChannelContext, body: string): Promise<{ verdict: Verdict, reason?: string }> {
  const request: RawRequest = { method: 'POST', path: '/', headers: {}, body: Buffer.from(body) }
  try {
    await alipay.parseNotify(context, request)
    return { verdict: 'yes' }
  }
  catch (error) {
    const { reason, status } = error as { reason?: string, status?: number }
    return status !== undefined && status >= 400 && status < 500 ? { verdict: 'no', reason } : { verdict: 'threw' }
  }
}

describe.each(['key', 'certificate'] as const)('the same notifications to alipay-sdk and to us, %s mode', (mode) => {
  it('good', async () => {
    const body = await notificationBody(mode)
    expect(theirs(sdkOf(mode), body)).toBe('yes')
    expect(await ours(contextOf(mode), body)).toEqual({ verdict: 'yes' })
    // and the other mode's key does not fit
    const other = mode === 'key' ? 'certificate' : 'key'
    expect(theirs(sdkOf(other), body)).toBe('no')
    expect((await ours(contextOf(other), body)).verdict).toBe('no')
  })

  it('every field changed, removed, added', async () => {
    const good = new URLSearchParams(await notificationBody(mode))
    const sdk = sdkOf(mode)
    const context = contextOf(mode)
    const bad: string[] = [new URLSearchParams([...good, ['new_field', '']]).toString()]
    for (const name of good.keys()) {
      if (name === 'sign_type')
        continue
      const changed = new URLSearchParams(good)
      changed.set(name, `${good.get(name)}1`)
      const removed = new URLSearchParams(good)
      removed.delete(name)
      bad.push(changed.toString(), removed.toString())
    }
    for (const body of bad) {
      // base64 with something behind its padding is the same bytes to the SDK
      if (new URLSearchParams(body).get('sign') !== `${good.get('sign')}1`)
        expect(theirs(sdk, body)).toBe('no')
      expect((await ours(context, body)).verdict).toBe('no')
    }
    expect(bad.length).toBeGreaterThan(40)
  })

  it('bytes changed all over: what we take, the SDK takes; what only the SDK takes is a way to write the same signature', async () => {
    const good = await notificationBody(mode)
    const sdk = sdkOf(mode)
    const context = contextOf(mode)
    const signature = /(?:^|&)sign=[^&]*/.exec(good)
    const inSignature = (at: number): boolean => signature !== null && at > signature.index && at < signature.index + signature[0].length
    let alike = 0
    for (let at = 0; at < good.length; at += 1) {
      const code = good.charCodeAt(at)
      const body = good.slice(0, at) + String.fromCharCode(code ^ (at % 2 ? 1 : 4)) + good.slice(at + 1)
      const [they, { verdict }] = [theirs(sdk, body), await ours(context, body)]
      expect(verdict).toBe('no')
      if (they === 'yes')
        expect(inSignature(at), body.slice(Math.max(0, at - 20), at + 20)).toBe(true)
      alike += they === verdict ? 1 : 0
    }
    expect(alike).toBeGreaterThan(good.length * 0.97)
  })

  it('where we are stricter: SHA-1 by the message\'s own choice, no sign_type at all', async () => {
    const good = new URLSearchParams(await notificationBody(mode))
    const { keyModePem, certificateModePem } = gateway.account.alipay.gatewayKeys
    const text = [...good].filter(([name]) => name !== 'sign' && name !== 'sign_type').sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => `${name}=${value}`).join('&')
    const weak = new URLSearchParams(good)
    weak.set('sign_type', 'RSA')
    weak.set('sign', createSign('RSA-SHA1').update(text).sign(mode === 'key' ? keyModePem : certificateModePem, 'base64'))
    expect(theirs(sdkOf(mode), weak.toString())).toBe('yes')
    expect(await ours(contextOf(mode), weak.toString())).toEqual({ verdict: 'no', reason: 'scheme' })
    // signed as it should be, under the name of a certificate nobody configured
    const named = new URLSearchParams(good)
    named.set('alipay_cert_sn', 'f'.repeat(32))
    const namedText = [...named].filter(([name]) => name !== 'sign' && name !== 'sign_type').sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => `${name}=${value}`).join('&')
    named.set('sign', createSign('RSA-SHA256').update(namedText).sign(mode === 'key' ? keyModePem : certificateModePem, 'base64'))
    expect(theirs(sdkOf(mode), named.toString())).toBe('yes')
    expect(await ours(contextOf(mode), named.toString())).toEqual(mode === 'key' ? { verdict: 'yes' } : { verdict: 'no', reason: 'serial' })
    const silent = new URLSearchParams(good)
    silent.delete('sign_type')
    expect(theirs(sdkOf(mode), silent.toString())).toBe('yes')
    expect(await ours(contextOf(mode), silent.toString())).toEqual({ verdict: 'no', reason: 'scheme' })
  })

  it('a lone percent sign: the SDK throws, we say no', async () => {
    const body = `${await notificationBody(mode)}&note=100%`
    expect(() => sdkOf(mode).checkNotifySign(Object.fromEntries(new URLSearchParams(body)))).toThrow()
    expect(await ours(contextOf(mode), body)).toEqual({ verdict: 'no', reason: 'malformed' })
  })

  it('the words on the way back are Alipay\'s to the SDK, too', async () => {
    const number = nextNumber()
    const page = await fetch(sdkOf(mode).pageExecute('alipay.trade.wap.pay', 'GET', { returnUrl: 'https://shop.example.test/paid', bizContent: { ...order(number), product_code: 'QUICK_WAP_WAY' } }))
    await act(number, 'pay-silent')
    const back = /data-redirect="([^"]+)"/.exec(await page.text())?.[1] ?? ''
    const location = (await fetch(gateway.url + back, { redirect: 'manual' })).headers.get('location') ?? ''
    expect(theirs(sdkOf(mode), new URL(location).search)).toBe('yes')
  })
})

/** What the SDK says to an answer, and what our client does, over the same bytes. */
describe.each(['key', 'certificate'] as const)('the same answers to alipay-sdk and to us, %s mode', (mode) => {
  const METHOD = 'alipay.trade.fastpay.refund.query'

  async function answerOf(): Promise<{ text: string, transactionId: string }> {
    const number = nextNumber()
    await sdkOf(mode).exec('alipay.trade.create', { notifyUrl: receiver.url, bizContent: { ...order(number), ...MINI } })
    await act(number, 'pay-silent')
    await sdkOf(mode).exec('alipay.trade.refund', { bizContent: { out_trade_no: number, out_request_no: 'R1', refund_amount: '2.34' } })
    const { answer_text: text, trade_no } = await recorded(number)
    return { text, transactionId: trade_no }
  }

  async function recorded(number: string): Promise<{ answer_text: string, trade_no: string }> {
    const context = contextOf(mode)
    const params = signedParams(context, METHOD, { biz_content: JSON.stringify({ out_trade_no: number, out_request_no: 'R1' }) })
    const response = await fetch(`${gateway.url}/alipay/gateway.do`, { method: 'POST', body: new URLSearchParams(params) })
    const text = await response.text()
    return { answer_text: text, trade_no: /"trade_no":"(\d+)"/.exec(text)?.[1] ?? '' }
  }

  /** Its own client, against an Alipay that says just this. */
  async function sdkSays(text: string): Promise<Verdict> {
    const server = createServer((_, response) => void response.end(text))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const sdk = sdkOf(mode)
    sdk.config.gateway = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const verdict = await sdk.exec(METHOD, { bizContent: { out_request_no: 'R1' } }, { validateSign: true }).then((): Verdict => 'yes', (): Verdict => 'no')
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    return verdict
  }

  async function weSay(text: string, transactionId: string): Promise<Verdict> {
    const context = contextOf(mode)
    const env = { ...context.env, http: async () => ({ status: 200, headers: {}, body: Buffer.from(text) }) }
    return alipay.queryRefund!({ ...context, env }, { transactionId, outRefundNo: 'R1' }).then(() => 'yes', () => 'no')
  }

  it('good, and every part of it changed', async () => {
    const { text, transactionId } = await answerOf()
    expect([await sdkSays(text), await weSay(text, transactionId)]).toEqual(['yes', 'yes'])
    const bad = [
      text.replace('"refund_amount":"2.34"', '"refund_amount":"2.35"'),
      text.replace('REFUND_SUCCESS', 'REFUND_SUCCES5'),
      text.replace('"code":"10000",', ''),
      text.replace('"msg":"Success"', '"msg": "Success"'),
      text.replace(/"sign":"(.)/, (_, first: string) => `"sign":"${first === 'A' ? 'B' : 'A'}`),
      text.replace(/,"sign":"[^"]+"/, ''),
    ]
    for (const body of bad) {
      expect(body).not.toBe(text)
      expect([await sdkSays(body), await weSay(body, transactionId)], body).toEqual(['no', 'no'])
    }
  })

  it('where we are stricter: a certificate we do not have, a member that comes twice', async () => {
    const { text, transactionId } = await answerOf()
    const stricter = [
      text.replace(/\}$/, `,"${METHOD.replaceAll('.', '_')}_response":${JSON.stringify({ code: '10000', refund_status: 'REFUND_SUCCESS' })}}`),
      ...(mode === 'certificate' ? [text.replace(/"alipay_cert_sn":"./, '"alipay_cert_sn":"x')] : []),
    ]
    for (const body of stricter) {
      expect(body).not.toBe(text)
      expect([await sdkSays(body), await weSay(body, transactionId)]).toEqual(['yes', 'no'])
    }
  })
})

describe.each(['key', 'certificate'] as const)('our signatures beside the SDK\'s, %s mode', (mode) => {
  it('the same parameters, character by character', () => {
    const bizContent = order('ORACLE_SAME')
    const extra = { format: 'JSON', notify_url: 'https://shop.example.test/n?x', return_url: '' }
    const { return_url: _, ...given } = extra
    const text = sdkOf(mode).sdkExecute('alipay.trade.app.pay', { ...given, bizContent })
    const them = Object.fromEntries(new URLSearchParams(text))
    const now = Date.parse(`${String(them.timestamp).replace(' ', 'T')}+08:00`)
    expect(signedParams(contextOf(mode, () => now), 'alipay.trade.app.pay', { ...extra, biz_content: JSON.stringify(bizContent) })).toEqual(them)
  })

  it('the names of certificates', () => {
    const { appCertPem, alipayCertPem, alipayRootCertPem } = gateway.account.alipay
    expect(sdkOf('certificate').config).toMatchObject({
      appCertSn: certificateSn(appCertPem),
      alipayCertSn: certificateSn(alipayCertPem),
      alipayRootCertSn: rootCertificateSn(alipayRootCertPem),
    })
  })
})
