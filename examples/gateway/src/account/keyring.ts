import type { KeyObject } from 'node:crypto'
import type { AlipayKeyring } from '../alipay/keyring'
import type { Account } from './account'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { openAlipayKeyring } from '../alipay/keyring'

/** A key the gateway signs with, and the name it goes by in `Wechatpay-Serial`. */
export interface PlatformSigner {
  readonly serial: string
  readonly key: KeyObject
}

/** The account's keys, parsed once. KeyObjects do not print their contents. */
export interface Keyring {
  readonly merchantPublicKey: KeyObject
  readonly publicKeyMode: PlatformSigner
  readonly certificateMode: PlatformSigner
  readonly alipay: AlipayKeyring
}

export function openKeyring(account: Account): Keyring {
  return {
    merchantPublicKey: new X509Certificate(account.merchantCertPem).publicKey,
    publicKeyMode: {
      serial: account.platformPublicKeyId,
      key: createPrivateKey(account.gatewayKeys.publicKeyModePem),
    },
    certificateMode: {
      serial: account.platformSerial,
      key: createPrivateKey(account.gatewayKeys.certificateModePem),
    },
    alipay: openAlipayKeyring(account.alipay),
  }
}
