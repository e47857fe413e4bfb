/** alipay-sdk as the judge: of the gateway as its merchant, and of our provider over the same messages. */
import type { RunningGateway } from '../../examples/gateway/src/index'
import type { RawRequest } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { ChannelContext } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/provider'
import type { FormReceiver, Mode } from './alipay-support'
import { Buffer } from 'node:buffer'
import { createSign, generateKeyPairSync } from 'node:crypto'
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
