import type { AlipayKeyring, Mode } from './keyring'
import { Buffer } from 'node:buffer'
import { signRsa, verifyRsa } from '../crypto/signature'

export type Params = Record<string, string>

/** `k=v&…` in the order of names, without what is empty and without `dropped`. */
export function signedText(params: Params, ...dropped: string[]): Buffer {
  const names = Object.keys(params).filter(name => params[name] !== '' && !dropped.includes(name)).sort()
  return Buffer.from(names.map(name => `${name}=${params[name]}`).join('&'))
}

/** Whether the merchant signed these parameters of a request; `sign_type` is among them. */
export function isMerchants(params: Params, keys: AlipayKeyring): boolean {
  return verifyRsa(keys.merchantPublicKey, signedText(params, 'sign'), params.sign ?? '')
}

/** Parameters of a notification or a way back, with Alipay's signature. `sign_type` is not covered. */
export function signedByAlipay(params: Params, keys: AlipayKeyring, mode: Mode): Params {
  return { ...params, sign_type: 'RSA2', sign: signRsa(keys.signers[mode], signedText(params)) }
}
