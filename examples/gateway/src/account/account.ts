import type { AlipayAccount } from '../alipay/account'
import type { AppleAccount } from '../apple/account'
import type { DouyinAccount } from '../douyin/login'
import { generateKeyPair, generateKeyPairSync } from 'node:crypto'
import { promisify } from 'node:util'
import { createAlipayAccount } from '../alipay/account'
import { createAppleAccount } from '../apple/account'
import { issueCertificate } from '../crypto/certificate'
import { randomDigits, randomSerial, randomText } from '../crypto/random'
import { createDouyinAccount } from '../douyin/login'

/** The five ways to pay of the plugin's `wxpay` configuration. */
export const PLATFORMS = ['mp-weixin', 'app-plus', 'h5', 'h5-weixin', 'mweb'] as const
export type Platform = typeof PLATFORMS[number]

/**
 * A merchant of the local gateway with all its secrets, and the gateway's own keys.
 * As at the real channel, the platform certificate and the WeChat Pay public key are two different keys:
 * whoever does not choose by `Wechatpay-Serial` fails here too.
 */
export interface Account {
  mchid: string
  /** The mini-program's appid, the same as `appids['mp-weixin']`. */
  appid: string
  appids: Record<Platform, string>
  /** A shop this merchant collects for, when it acts as a service provider. */
  shop: { mchid: string, appid: string }
  /** AppSecret, one for every appid. */
  secret: string
  /** 32 characters, used as the AES-256 key. */
  apiV3Key: string
  /** The key of v2, 32 characters. */
  apiKey: string
  merchantSerial: string
  merchantPrivateKeyPem: string
  merchantCertPem: string
  /** Starts with `PUB_KEY_ID_`. */
  platformPublicKeyId: string
  platformPublicKeyPem: string
  platformSerial: string
  platformCertPem: string
  /** The gateway's own halves; a real merchant never sees them. */
  gatewayKeys: { publicKeyModePem: string, certificateModePem: string }
  /** The gateway's server certificate, for v2 with the merchant's certificate; it signs itself. */
  tls: { keyPem: string, certPem: string }
  /** The same merchant at Alipay. */
  alipay: AlipayAccount
  /** Its app in the App Store. */
  apple: AppleAccount
  /** Its mini-program at Douyin. */
  douyin: DouyinAccount
}

interface PemPair { publicKey: string, privateKey: string }

const generate = promisify(generateKeyPair)

function rsaPair(): Promise<PemPair> {
  return generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

function newAppid(): string {
  return `wx${randomSerial().slice(0, 16).toLowerCase()}`
}

/** Whoever talks to the gateway over TLS trusts this certificate and no other. */
function serverCertificate(nowMs: number): Account['tls'] {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })
  return {
    keyPem: privateKey,
    certPem: issueCertificate({ privateKeyPem: privateKey, serial: randomSerial(), commonName: '127.0.0.1', organization: 'Local Gateway', nowMs, local: true }),
  }
}

/** Makes a merchant with fresh keys and certificates; takes up to a second or two. */
export async function createAccount(nowMs: number = Date.now()): Promise<Account> {
  const [merchant, certificatePair, publicKeyPair, alipay] = await Promise.all([rsaPair(), rsaPair(), rsaPair(), createAlipayAccount(nowMs)])
  const mchid = `1${randomDigits(9)}`
  const merchantSerial = randomSerial()
  const platformSerial = randomSerial()
  const [miniProgram, app, official] = [newAppid(), newAppid(), newAppid()]
  return {
    mchid,
    appid: miniProgram,
    appids: { 'mp-weixin': miniProgram, 'app-plus': app, 'h5': official, 'h5-weixin': official, 'mweb': official },
    shop: { mchid: `1${randomDigits(9)}`, appid: newAppid() },
    secret: randomSerial().slice(0, 32).toLowerCase(),
    apiV3Key: randomText(32),
    apiKey: randomText(32),
    merchantSerial,
    merchantPrivateKeyPem: merchant.privateKey,
    merchantCertPem: issueCertificate({
      privateKeyPem: merchant.privateKey,
      serial: merchantSerial,
      commonName: mchid,
      organization: 'Local Gateway Merchant',
      nowMs,
    }),
    platformPublicKeyId: `PUB_KEY_ID_${randomDigits(32)}`,
    platformPublicKeyPem: publicKeyPair.publicKey,
    platformSerial,
    platformCertPem: issueCertificate({
      privateKeyPem: certificatePair.privateKey,
      serial: platformSerial,
      commonName: 'Local Gateway Platform',
      organization: 'Local Gateway',
      nowMs,
    }),
    gatewayKeys: { publicKeyModePem: publicKeyPair.privateKey, certificateModePem: certificatePair.privateKey },
    tls: serverCertificate(nowMs),
    alipay,
    apple: createAppleAccount(),
    douyin: createDouyinAccount(),
  }
}
