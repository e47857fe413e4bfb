import type { KeyObject } from 'node:crypto'
import type { AlipayAccount } from './account'
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'

/** How a merchant's app is set up; it chooses the key Alipay signs with. */
export type Mode = 'key' | 'certificate'

export interface AlipayKeyring {
  readonly merchantPublicKey: KeyObject
  readonly signers: Readonly<Record<Mode, KeyObject>>
  readonly appCertSn: string
  readonly rootCertSn: string
  readonly alipayCertSn: string
}

/** MD5 of the issuer, most specific attribute first, and the decimal serial number. */
export function certificateSn(certificate: X509Certificate): string {
  const issuer = certificate.issuer.split('\n').reverse().join(',')
  return createHash('md5').update(`${issuer}${BigInt(`0x${certificate.serialNumber}`)}`).digest('hex')
}

/** RSA roots only, joined by `_`. */
function rootSn(pem: string): string {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  return certificates
    .map(one => new X509Certificate(one))
    .filter(one => one.publicKey.asymmetricKeyType === 'rsa')
    .map(certificateSn)
    .join('_')
}

export function openAlipayKeyring(account: AlipayAccount): AlipayKeyring {
  const app = new X509Certificate(account.appCertPem)
  return {
    merchantPublicKey: app.publicKey,
    signers: {
      key: createPrivateKey(account.gatewayKeys.keyModePem),
      certificate: createPrivateKey(account.gatewayKeys.certificateModePem),
    },
    appCertSn: certificateSn(app),
    rootCertSn: rootSn(account.alipayRootCertPem),
    alipayCertSn: certificateSn(new X509Certificate(account.alipayCertPem)),
  }
}
