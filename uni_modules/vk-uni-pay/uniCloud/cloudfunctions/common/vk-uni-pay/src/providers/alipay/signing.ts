import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { createSign, createVerify } from 'node:crypto'
import type { ChannelContext } from '../../core/provider'
import type { Params } from './form'
import { alipayTime } from './china-time'
import type { AlipayKeys } from './keys'
import { alipayKeys } from './keys'

/** SHA-256 with RSA. The other algorithm of the protocol, RSA with SHA-1, is neither used nor accepted. */
export const SIGN_TYPE = 'RSA2'

/** `k=v&…` by name; nothing is escaped, what is empty is left out by the caller. */
function joined(pairs: [string, string][]): string {
  return pairs.sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => `${name}=${value}`).join('&')
}

/** The text of a notification its signature covers: everything but `sign` and `sign_type`. */
export function notificationText(fields: ReadonlyMap<string, string>): string {
  return joined([...fields].filter(([name]) => name !== 'sign' && name !== 'sign_type'))
}

/** Whether `signature` belongs to the text. Base64 that could have been written otherwise is refused. */
export function isSignedBy(key: KeyObject, text: string, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64')
  return bytes.length > 0 && bytes.toString('base64') === signature
    && createVerify('RSA-SHA256').update(text, 'utf8').verify(key, bytes)
}

/** `serial`: signed with a certificate that is not ours to believe. */
export type Verdict = 'genuine' | 'serial' | 'signature'

/**
 * Whether Alipay signed the text. The SN that comes with it picks among the configured keys, and
 * can name no other: a certificate is never fetched because a message says so. Notifications often
 * come without one, then each configured key may fit.
 */
export function judge({ alipayKeys: known, certificates }: AlipayKeys, text: string, signature: string, sn?: string): Verdict {
  const named = certificates && sn !== undefined ? [known.get(sn)] : [...known.values()]
  if (!named.some(Boolean))
    return 'serial'
  return named.some(key => key && isSignedBy(key, text, signature)) ? 'genuine' : 'signature'
}

/** Parameters of a call with the public ones and the signature ("自行实现签名"): here `sign_type` is signed, too. */
export function signedParams(context: ChannelContext, method: string, params: Params): Record<string, string> {
  const { appid, privateKey, certificates, appAuthToken } = alipayKeys(context.config)
  const all: Record<string, string> = {
    app_id: appid,
    method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: SIGN_TYPE,
    timestamp: alipayTime(context.env.now()),
    version: '1.0',
    ...(certificates ? { app_cert_sn: certificates.appSn, alipay_root_cert_sn: certificates.rootSn } : {}),
    ...(appAuthToken === undefined ? {} : { app_auth_token: appAuthToken }),
    ...params,
  }
  const given = Object.entries(all).filter(([, value]) => value !== '')
  return { ...Object.fromEntries(given), sign: createSign('RSA-SHA256').update(joined(given), 'utf8').sign(privateKey, 'base64') }
}
