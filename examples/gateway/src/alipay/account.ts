import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { issueCertificate } from '../crypto/certificate'
import { randomDigits, randomSerial } from '../crypto/random'

/** The platforms of the plugin's `alipay` configuration. */
export const ALIPAY_PLATFORMS = ['mp-alipay', 'app-plus', 'h5'] as const
export type AlipayPlatform = typeof ALIPAY_PLATFORMS[number]

/**
 * The merchant at Alipay. Key mode and certificate mode use two different keys of the gateway, so
 * that whoever mixes them up fails here too.
 */
export interface AlipayAccount {
  /** The mini-program's appid, the same as `appids['mp-alipay']`. */
  appid: string
  appids: Record<AlipayPlatform, string>
  /** `2088…`, the account that is paid. */
  sellerId: string
  /** One key and certificate for every appid. */
  merchantPrivateKeyPem: string
  appCertPem: string
  /** Key mode. */
  alipayPublicKeyPem: string
  /** Certificate mode. */
  alipayCertPem: string
  /** As the real file: several roots, not all of RSA. */
  alipayRootCertPem: string
  /** The gateway's own halves; a real merchant never sees them. */
  gatewayKeys: { keyModePem: string, certificateModePem: string }
}

const generate = promisify(generateKeyPair)
const publicKeyEncoding = { type: 'spki', format: 'pem' } as const
const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const

const rsaPair = () => generate('rsa', { modulusLength: 2048, publicKeyEncoding, privateKeyEncoding })
const ecPair = () => generate('ec', { namedCurve: 'P-256', publicKeyEncoding, privateKeyEncoding })

const newAppid = (): string => `2021${randomDigits(12)}`

export async function createAlipayAccount(nowMs: number): Promise<AlipayAccount> {
  const [merchant, keyMode, certificateMode, root, otherRoot] = await Promise.all([rsaPair(), rsaPair(), rsaPair(), rsaPair(), ecPair()])
  const [miniProgram, app, site] = [newAppid(), newAppid(), newAppid()]
  const authority = { privateKeyPem: root.privateKey, commonName: 'Local Gateway Class 1 R1', organization: 'Local Gateway' }
  const issue = (privateKeyPem: string, commonName: string, issuer?: typeof authority) =>
    issueCertificate({ privateKeyPem, serial: randomSerial(), commonName, organization: 'Local Gateway', nowMs, issuer })
  return {
    appid: miniProgram,
    appids: { 'mp-alipay': miniProgram, 'app-plus': app, 'h5': site },
    sellerId: `2088${randomDigits(12)}`,
    merchantPrivateKeyPem: merchant.privateKey,
    appCertPem: issue(merchant.privateKey, miniProgram, authority),
    alipayPublicKeyPem: keyMode.publicKey,
    alipayCertPem: issue(certificateMode.privateKey, 'Local Alipay', authority),
    alipayRootCertPem: issue(otherRoot.privateKey, 'Local Gateway Elliptic Root') + issue(root.privateKey, authority.commonName),
    gatewayKeys: { keyModePem: keyMode.privateKey, certificateModePem: certificateMode.privateKey },
  }
}
