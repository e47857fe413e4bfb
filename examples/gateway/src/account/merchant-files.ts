import type { AlipayPlatform } from '../alipay/account'
import type { Account, Platform } from './account'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ALIPAY_PLATFORMS } from '../alipay/account'
import { pkcs12 } from '../crypto/pkcs12'
import { PLATFORMS } from './account'

/** Where {@link writeMerchantFiles} put things. */
export interface MerchantFiles {
  /** `<dir>/uni-pay/config.js` */
  configFile: string
  /** `<dir>/uni-pay/config.v2.js`: the same merchant over WeChat Pay v2. */
  configFileV2: string
}

/** A path beside config.js, as an expression of that file. */
function beside(file: string): string {
  return `path.join(__dirname, '${file}')`
}

function platformSource(account: Account, platform: Platform, gatewayUrl: string): string {
  const text = (value: string): string => JSON.stringify(value)
  const lines = [
    `appId: ${text(account.appids[platform])}`,
    `secret: ${text(account.secret)}`,
    `mchId: ${text(account.mchid)}`,
    `v3Key: ${text(account.apiV3Key)}`,
    `appCertPath: ${beside('wxpay/apiclient_cert.pem')}`,
    `appPrivateKeyPath: ${beside('wxpay/apiclient_key.pem')}`,
    `wxpayPublicKeyPath: ${beside('wxpay/pub_key.pem')}`,
    `wxpayPublicKeyId: ${text(account.platformPublicKeyId)}`,
    `version: 3`,
    `gateway: ${text(gatewayUrl)}`,
  ]
  if (platform === 'mp-weixin')
    lines.push(`transferSceneId: '1000'`, `transferSceneReportInfos: [{ info_type: '活动名称', info_content: '本地演示' }, { info_type: '奖励说明', info_content: '本地演示' }]`)
  if (platform === 'mweb')
    lines.push(`sceneInfo: { h5_info: { type: 'Wap', app_name: '本地演示', app_url: 'http://127.0.0.1' } }`)
  return `    ${text(platform)}: {\n${lines.map(line => `      ${line},\n`).join('')}    },\n`
}

/** The same platform over v2, as configurations of that time are written. */
function platformSourceV2(account: Account, platform: Platform, base: GatewayBase): string {
  const text = (value: string): string => JSON.stringify(value)
  const lines = [
    `appId: ${text(account.appids[platform])}`,
    `secret: ${text(account.secret)}`,
    `mchId: ${text(account.mchid)}`,
    `key: ${text(account.apiKey)}`,
    `pfx: fs.readFileSync(${beside('wxpay/apiclient_cert.p12')})`,
    `version: 2`,
    `gateway: ${text(base.url)}`,
    ...(base.tls ? [`gatewayCaPath: ${beside('wxpay/gateway_ca.pem')}`] : []),
  ]
  if (platform === 'mweb')
    lines.push(`sceneInfo: { h5_info: { type: 'Wap', wap_url: 'http://127.0.0.1', wap_name: '本地演示' } }`)
  return `    ${text(platform)}: {\n${lines.map(line => `      ${line},\n`).join('')}    },\n`
}

/** Certificate mode; the private key bare, as Alipay's tool writes it. */
function alipaySource({ alipay }: Account, section: string, platform: AlipayPlatform, gatewayUrl: string): string {
  const text = (value: string): string => JSON.stringify(value)
  const lines = [
    `appId: ${text(alipay.appids[platform])}`,
    `sellerId: ${text(alipay.sellerId)}`,
    `privateKey: ${text(alipay.merchantPrivateKeyPem.replaceAll(/-----[^-]+-----|\s/g, ''))}`,
    `appCertPath: ${beside('alipay/appCertPublicKey.crt')}`,
    `alipayPublicCertPath: ${beside('alipay/alipayCertPublicKey_RSA2.crt')}`,
    `alipayRootCertPath: ${beside('alipay/alipayRootCert.crt')}`,
    `gateway: ${text(`${gatewayUrl}/alipay/gateway.do`)}`,
  ]
  return `    ${text(section)}: {\n${lines.map(line => `      ${line},\n`).join('')}    },\n`
}

/** The app's products with their prices, which no order may differ from. */
function appleSource({ apple }: Account, gatewayUrl: string): string {
  const text = (value: unknown): string => JSON.stringify(value)
  const prices = Object.fromEntries(Object.entries(apple.products).map(([id, { price }]) => [id, price]))
  const lines = [
    `bundleId: ${text(apple.bundleId)}`,
    `password: ${text(apple.sharedSecret)}`,
    `products: ${text(prices)}`,
    `timeout: 10000`,
    `sandbox: true`,
    `gateway: ${text(`${gatewayUrl}/apple/buy`)}`,
    `sandboxGateway: ${text(`${gatewayUrl}/apple/sandbox`)}`,
  ]
  return `    'app-plus': {\n${lines.map(line => `      ${line},\n`).join('')}    },\n`
}

function douyinSource({ douyin }: Account, gatewayUrl: string): string {
  const text = (value: string): string => JSON.stringify(value)
  return `    'mp-toutiao': { appId: ${text(douyin.appid)}, secret: ${text(douyin.secret)}, gateway: ${text(gatewayUrl)} },\n`
}

/** Where v2 is spoken: over TLS where the gateway listens so. */
interface GatewayBase { url: string, tls: boolean }

/** `v2`: WeChat Pay's sections are for that version. */
function configSource(account: Account, gatewayUrl: string, notifyUrl: Record<string, string>, v2?: GatewayBase): string {
  const wxpay = PLATFORMS.map(platform => v2 ? platformSourceV2(account, platform, v2) : platformSource(account, platform, gatewayUrl)).join('')
  return `${v2 ? 'const fs = require(\'fs\')\n' : ''}const path = require('path')

// Written by the local gateway: throw-away keys, no real money.
module.exports = {
  notifyUrl: ${JSON.stringify(notifyUrl)},
  notifyKey: ${JSON.stringify(randomBytes(48).toString('hex'))},
  autoDeleteExpiredOrders: 0,
  wxpay: {
${wxpay}  },
  alipay: {
${ALIPAY_PLATFORMS.map(platform => alipaySource(account, platform, platform, gatewayUrl)).join('')}${alipaySource(account, 'transfer', 'h5', gatewayUrl)}  },
  appleiap: {
${appleSource(account, gatewayUrl)}  },
  douyin: {
${douyinSource(account, gatewayUrl)}  },
}
`
}

/**
 * Writes the merchant's key files and a ready configuration:
 * `<dir>/uni-pay/config.js` and, beside it, `wxpay/{apiclient_key,apiclient_cert,pub_key,platform_cert}.pem`
 * `wxpay/apiclient_cert.p12` with `config.v2.js` for WeChat Pay v2, and `alipay/{appCertPublicKey,alipayCertPublicKey_RSA2,alipayRootCert}.crt`.
 * `dir` stands for the `uni-config-center` folder.
 * `tlsUrl` is the gateway's over TLS, where v2 asks for the certificate; `wxpay/gateway_ca.pem` is what to trust there.
 * `notifyUrl` is the function's base address: one for every space (`default`), or a map by space id.
 */
export async function writeMerchantFiles(
  account: Account,
  dir: string,
  gatewayUrl: string,
  notifyUrl: string | Record<string, string>,
  tlsUrl?: string,
): Promise<MerchantFiles> {
  const root = join(dir, 'uni-pay')
  const keys = join(root, 'wxpay')
  const certificates = join(root, 'alipay')
  await Promise.all([keys, certificates].map(folder => mkdir(folder, { recursive: true })))
  const configFile = join(root, 'config.js')
  const configFileV2 = join(root, 'config.v2.js')
  const urls = typeof notifyUrl === 'string' ? { default: notifyUrl } : notifyUrl
  const secret = { mode: 0o600 }
  await Promise.all([
    writeFile(join(keys, 'apiclient_key.pem'), account.merchantPrivateKeyPem, secret),
    writeFile(join(keys, 'apiclient_cert.pem'), account.merchantCertPem),
    writeFile(join(keys, 'pub_key.pem'), account.platformPublicKeyPem),
    writeFile(join(keys, 'platform_cert.pem'), account.platformCertPem),
    writeFile(join(keys, 'apiclient_cert.p12'), pkcs12(account.merchantCertPem, account.merchantPrivateKeyPem, account.mchid), secret),
    writeFile(join(keys, 'gateway_ca.pem'), account.tls.certPem),
    writeFile(join(certificates, 'appCertPublicKey.crt'), account.alipay.appCertPem),
    writeFile(join(certificates, 'alipayCertPublicKey_RSA2.crt'), account.alipay.alipayCertPem),
    writeFile(join(certificates, 'alipayRootCert.crt'), account.alipay.alipayRootCertPem),
    // config.js is CommonJS also when the folder above is a package of ES modules
    writeFile(join(root, 'package.json'), '{ "type": "commonjs" }\n'),
    writeFile(configFile, configSource(account, gatewayUrl, urls), secret),
    writeFile(configFileV2, configSource(account, gatewayUrl, urls, { url: tlsUrl ?? gatewayUrl, tls: tlsUrl !== undefined }), secret),
  ])
  return { configFile, configFileV2 }
}
