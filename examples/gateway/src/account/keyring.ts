import type { KeyObject } from 'node:crypto'
import type { Account } from './account'
import { createPrivateKey, X509Certificate } from 'node:crypto'

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
  }
}
