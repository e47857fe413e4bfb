import type { Account, RunningGateway } from '../../examples/gateway/src/index'
import type { Buffer } from 'node:buffer'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGateway, writeMerchantFiles } from '../../examples/gateway/src/index'
import { testAccount } from './support/account'
import { setStage } from './support/setup'

let account: Account
const running: RunningGateway[] = []

async function start(options: Parameters<typeof createGateway>[0] = {}): Promise<RunningGateway> {
  const gateway = await createGateway({ account, ...options })
  running.push(gateway)
  return gateway
}

beforeEach(async () => {
  account = await testAccount()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(gateway => gateway.close()))
})

describe('closing', () => {
  it('stops waiting retries and the door, and can be done twice', async () => {
    const stage = await setStage()
    stage.receiver.answers = [500]
    const number = await stage.newOrder()
    await stage.post(`/gateway/orders/${number}/act`, { action: 'pay' })
    await stage.gateway.idle()
    expect(stage.clock.pending()).toBe(1)
    await stage.gateway.close()
    await stage.gateway.close()
    expect(stage.clock.pending()).toBe(0)
    await expect(fetch(stage.gateway.url)).rejects.toThrow('fetch failed')
    await stage.close()
  })

  it('gives up a delivery that is under way', async () => {
    const stage = await setStage()
    stage.receiver.answers = ['silence']
    const number = await stage.newOrder()
    await stage.post(`/gateway/orders/${number}/act`, { action: 'pay' })
    await expect.poll(() => stage.receiver.received.length).toBe(1)
    await stage.gateway.close()
    expect(stage.events.filter(event => event.event === 'delivery')).toMatchObject([{ status: 0 }])
    expect(stage.clock.pending()).toBe(0)
    await stage.close()
  })
})

describe('listening', () => {
  it('refuses a port that is taken, or takes the next one when told to', async () => {
    const first = await start()
    const port = Number(new URL(first.url).port)
    await expect(start({ port })).rejects.toThrow('EADDRINUSE')
    const second = await start({ port, nextPorts: 20 })
    expect(Number(new URL(second.url).port)).toBeGreaterThan(port)
  })

  it('runs several gateways that know nothing of each other', async () => {
    const [one, other] = [await setStage(), await setStage()]
    const number = await one.newOrder()
    expect((await other.post(`/gateway/orders/${number}/act`, { action: 'pay' })).status).toBe(404)
    await Promise.all([one.close(), other.close()])
  })

  it('answers to local names only', async () => {
    const { url } = await start()
    const status = (host: string) => new Promise<number | undefined>((resolve, reject) => {
      request(url, { headers: { host } }, response => resolve(response.resume().statusCode)).on('error', reject).end()
    })
    expect(await status('localhost:1')).toBe(200)
    expect(await status('rebound.example')).toBe(403)
  })

  it('refuses a body without end', async () => {
    const { url } = await start()
    const answer = await fetch(`${url}/gateway/faults`, { method: 'POST', body: 'x'.repeat(300_000) })
    expect(answer.status).toBe(413)
  })

  it('wants a speed above 0', async () => {
    for (const speed of [0, -1, Number.NaN])
      await expect(start({ speed })).rejects.toThrow('speed')
  })
})

describe('the account', () => {
  it('has certificates that sign themselves and carry the announced serials', () => {
    for (const [pem, serial] of [[account.merchantCertPem, account.merchantSerial], [account.platformCertPem, account.platformSerial]]) {
      const certificate = new X509Certificate(pem!)
      expect(certificate.serialNumber).toBe(serial)
      expect(certificate.verify(certificate.publicKey)).toBe(true)
      expect(certificate.ca).toBe(false)
      const years = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / (365 * 86_400_000)
      expect(years).toBe(5)
    }
    expect(account.merchantCertPem).not.toBe(account.platformCertPem)
  })

  it('looks like one of WeChat Pay', () => {
    expect(account.apiV3Key).toMatch(/^[\dA-Z]{32}$/i)
    expect(account.platformPublicKeyId).toMatch(/^PUB_KEY_ID_\d+$/)
    expect(account.mchid).toMatch(/^\d{10}$/)
    expect(Object.values(account.appids).every(appid => /^wx[\da-f]{16}$/.test(appid))).toBe(true)
  })
})

describe('the merchant\'s files', () => {
  let dir: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gateway-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  interface Config {
    notifyUrl: Record<string, string>
    notifyKey: string
    wxpay: Record<string, Record<string, string> & { version: number, sceneInfo?: { h5_info: { type: string } } }>
  }

  it('hold a configuration that loads and whose key files are this account\'s', async () => {
    const { configFile } = await writeMerchantFiles(account, dir, 'http://127.0.0.1:1', 'http://127.0.0.1:2/vk-pay')
    expect(configFile).toBe(join(dir, 'uni-pay', 'config.js'))
    const config = createRequire(import.meta.url)(configFile) as Config
    expect(config.notifyUrl).toEqual({ default: 'http://127.0.0.1:2/vk-pay' })
    expect(config.notifyKey.length).toBeGreaterThanOrEqual(64)
    expect(Object.keys(config.wxpay)).toEqual(['mp-weixin', 'app-plus', 'h5', 'h5-weixin', 'mweb'])
    for (const [platform, entry] of Object.entries(config.wxpay)) {
      expect(entry).toMatchObject({
        appId: account.appids[platform as keyof Account['appids']],
        mchId: account.mchid,
        v3Key: account.apiV3Key,
        secret: account.secret,
        wxpayPublicKeyId: account.platformPublicKeyId,
        version: 3,
        gateway: 'http://127.0.0.1:1',
      })
      expect(await readFile(entry.appPrivateKeyPath!, 'utf8')).toBe(account.merchantPrivateKeyPem)
      expect(await readFile(entry.appCertPath!, 'utf8')).toBe(account.merchantCertPem)
      expect(await readFile(entry.wxpayPublicKeyPath!, 'utf8')).toBe(account.platformPublicKeyPem)
    }
    expect(config.wxpay.mweb!.sceneInfo!.h5_info.type).toBe('Wap')
  })

  it('hold one for WeChat Pay v2 beside it, with the certificate in one file', async () => {
    const { configFileV2 } = await writeMerchantFiles(account, dir, 'http://127.0.0.1:1', 'http://127.0.0.1:2/vk-pay', 'https://127.0.0.1:3')
    expect(configFileV2).toBe(join(dir, 'uni-pay', 'config.v2.js'))
    const config = createRequire(import.meta.url)(configFileV2) as { wxpay: Record<string, Record<string, unknown>>, alipay: object }
    expect(Object.keys(config.wxpay)).toEqual(['mp-weixin', 'app-plus', 'h5', 'h5-weixin', 'mweb'])
    for (const [platform, { pfx, ...entry }] of Object.entries(config.wxpay)) {
      expect(entry).toMatchObject({ appId: account.appids[platform as keyof Account['appids']], mchId: account.mchid, key: account.apiKey, version: 2, gateway: 'https://127.0.0.1:3', gatewayCaPath: join(dir, 'uni-pay/wxpay/gateway_ca.pem') })
      expect(entry).not.toHaveProperty('v3Key')
      expect(() => createSecureContext({ pfx: pfx as Buffer, passphrase: account.mchid })).not.toThrow()
      expect(() => createSecureContext({ pfx: pfx as Buffer, passphrase: 'wrong' })).toThrow('mac verify failure')
    }
    expect(Object.keys(config.alipay)).toContain('mp-alipay')
    const plain = await writeMerchantFiles(account, join(dir, 'plain'), 'http://127.0.0.1:1', 'http://127.0.0.1:2/vk-pay')
    expect((createRequire(import.meta.url)(plain.configFileV2) as typeof config).wxpay.h5).toMatchObject({ gateway: 'http://127.0.0.1:1' })
  })

  it('keep secrets to their owner, and never hold the gateway\'s own keys', async () => {
    await writeMerchantFiles(account, dir, 'http://127.0.0.1:1', { 'mp-space': 'http://127.0.0.1:2' })
    const mode = async (file: string) => (await stat(join(dir, 'uni-pay', file))).mode & 0o777
    for (const file of ['config.js', 'config.v2.js', 'wxpay/apiclient_key.pem', 'wxpay/apiclient_cert.p12'])
      expect(await mode(file)).toBe(0o600)
    const files = ['config.js', 'config.v2.js', 'wxpay/gateway_ca.pem', ...['apiclient_key', 'apiclient_cert', 'pub_key', 'platform_cert'].map(name => `wxpay/${name}.pem`)]
    const texts = await Promise.all(files.map(file => readFile(join(dir, 'uni-pay', file), 'utf8')))
    for (const key of [...Object.values(account.gatewayKeys), account.tls.keyPem])
      expect(texts).not.toContain(key)
  })
})
