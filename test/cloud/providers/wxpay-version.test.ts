import { Buffer } from 'node:buffer'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import forge from 'node-forge'
import { channelConfig } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config/channel-config'
import { providers } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers'
import { clientCertificate } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2/certificate'
import { wxpayV2 } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2'
import { wxpayV3 } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v3'
import { configOf, goodsOrder, openShop, wxpaySection } from '../support/shop'
import { rc2Pfx } from '../support/rc2-pfx'
import { account as v3, merchantCert, stranger } from '../support/wechat'
import { account } from '../support/wechat-v2'
import { v2Section } from './wxpay-v2-support'

const section = (values: Record<string, unknown>) => channelConfig('wxpay.mp-weixin', values, path => path)
const serving = (values: Record<string, unknown>) => providers.get('wxpay')!.serving!(section(values))

describe('which WeChat Pay serves a section', () => {
  const { key } = account
  const cases: [string, Record<string, unknown>, typeof wxpayV2][] = [
    ['version 2', { version: 2, v3Key: 'x', key }, wxpayV2],
    ['version 2 as text', { version: '2' }, wxpayV2],
    ['version 3', { version: 3, key }, wxpayV3],
    ['no version, keys of v3', { v3Key: 'x' }, wxpayV3],
    ['no version, keys of both', { v3Key: 'x', key }, wxpayV3],
    ['no version, key of v2 only', { key }, wxpayV2],
    ['no version, key of v2 and certificates', { key, appCertPath: 'x', appPrivateKeyPath: 'y' }, wxpayV2],
    ['an empty version', { version: '', key }, wxpayV2],
    ['neither', {}, wxpayV3],
  ]
  it.each(cases)('%s', (_, values, provider) => {
    expect(serving(values)).toBe(provider)
  })

  const refused: [string, Record<string, unknown>, number, string, string[]][] = [
    ['no version and no key of either', { version: undefined, v3Key: undefined }, 40003, 'v3Key', ['v3Key', 'key', 'version']],
    ['another version', { version: 4 }, 40001, 'version', ['2', '3']],
    ['version 2 without its key', { version: 2 }, 40003, 'key', ['key']],
    ['version 3 without its key', { version: 3, v3Key: undefined, key }, 40003, 'v3Key', ['v3Key']],
  ]
  it.each(refused)('%s: said by the name of the field', async (_, over, code, field, words) => {
    const shop = await openShop({ config: configOf(over) })
    const answer = await shop.pay.createPayment({ data: goodsOrder() })
    expect(answer).toMatchObject({ code, field: `wxpay.mp-weixin.${field}` })
    for (const word of words)
      expect(answer.msg).toContain(word)
    expect(shop.wechat.calls).toEqual([])
  })

  it('each platform for itself: the notification of one is not read as the other\'s', async () => {
    const config = { notifyUrl: { default: 'https://shop.example.test/http/vk-pay' }, wxpay: { 'mp-weixin': wxpaySection(), 'h5': v2Section() } }
    const shop = await openShop({ config })
    const answer = (payType: string, body: string) => shop.pay.paymentNotify({ method: 'POST', path: `/vk-pay-notify/${payType}`, headers: {}, body: Buffer.from(body) })
    expect((await answer('wxpay_mp-weixin', '<xml><return_code>SUCCESS</return_code></xml>')).body).toContain('"code":"FAIL"')
    expect((await answer('wxpay_h5', '{"event_type":"TRANSACTION.SUCCESS"}')).body).toContain('<return_code>FAIL</return_code>')
    expect(await shop.pay.listProviders({})).toMatchObject({ providers: [{ provider: 'wxpay', platform: 'mp-weixin' }, { provider: 'wxpay', platform: 'h5' }] })
  })
})

function pfxOf(password: string): Buffer {
  const certificate = forge.pki.certificateFromPem(merchantCert)
  const asn1 = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(v3.merchant.privatePem), [certificate], password, { algorithm: '3des' })
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary')
}

describe('the certificate of refunds', () => {
  const pfx = pfxOf(account.mchid)
  const dir = mkdtempSync(join(tmpdir(), 'vk-pay-pfx-'))
  const file = join(dir, 'apiclient_cert.p12')
  writeFileSync(file, pfx)
  afterAll(() => rmSync(dir, { recursive: true }))
  const of = (over: Record<string, unknown>) => clientCertificate(section({ mchId: account.mchid, ...over }))

  it.each([
    ['a Buffer, as fs.readFileSync gives it', { pfx }],
    ['a path', { pfx: file }],
    ['a path under the name of paths', { pfxPath: file }],
    ['base64, as a database keeps it', { pfx: pfx.toString('base64') }],
    ['base64 under the name of contents', { pfxContent: pfx.toString('base64') }],
  ])('pfx: %s', (_, over) => {
    const options = of(over)
    expect(options.passphrase).toBe(account.mchid)
    expect(Buffer.from(options.pfx!).equals(pfx)).toBe(true)
  })

  it('the pair of PEM files, also beside a pfx', () => {
    for (const over of [{}, { pfx: Buffer.from(rc2Pfx, 'base64') }])
      expect(of({ appCertContent: merchantCert, appPrivateKeyContent: v3.merchant.privatePem, ...over })).toEqual({ cert: merchantCert.trim(), key: v3.merchant.privatePem.trim() })
  })

  const bad: [string, Record<string, unknown>, string, string[]][] = [
    ['none', {}, 'pfx', ['appCertPath', 'appPrivateKeyPath']],
    ['sealed with RC2, as WeChat Pay does', { pfx: Buffer.from(rc2Pfx, 'base64') }, 'pfx', ['openssl pkcs12 -legacy', 'openssl pkcs12 -export', 'appCertPath']],
    ['of another merchant', { pfx: pfxOf('1900000009') }, 'pfx', ['mchId']],
    ['that is none', { pfx: Buffer.from('garbage') }, 'pfx', ['p12']],
    ['a path to nothing', { pfx: join(dir, 'nothing.p12') }, 'pfx', ['不存在']],
    ['content that is no base64', { pfxContent: '！' }, 'pfxContent', ['base64']],
    ['half a pair', { appCertContent: merchantCert }, 'appPrivateKeyPath', ['成对']],
    ['the other half', { appPrivateKeyContent: v3.merchant.privatePem }, 'appCertPath', ['成对']],
    ['no pair', { appCertContent: merchantCert, appPrivateKeyContent: stranger.privatePem }, 'appCertContent', ['appPrivateKeyContent']],
  ]
  it.each(bad)('%s', (_, over, field, words) => {
    let error: { code?: number, field?: string, message?: string } = {}
    try {
      of(over)
    }
    catch (thrown) {
      error = thrown as typeof error
    }
    expect(error).toMatchObject({ code: 40003, field: `wxpay.mp-weixin.${field}` })
    for (const word of words)
      expect(error.message).toContain(word)
    expect(error.message).not.toContain(dir)
  })
})
