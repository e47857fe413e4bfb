import type { Gateway } from '../context'
import type { Reply } from '../http/message'
import type { Mode } from './keyring'
import { Buffer } from 'node:buffer'
import { signRsa } from '../crypto/signature'

/** Success without a `code`: the one interface that answers so. */
const BARE = new Set(['alipay.system.oauth.token'])

export const done = (method: string, content: Record<string, unknown>): Record<string, unknown> => BARE.has(method) ? content : { code: '10000', msg: 'Success', ...content }

/** As the real one prints: slashes escaped, so that a body that was parsed and printed again does not verify. */
const print = (content: Record<string, unknown>): string => JSON.stringify(content).replaceAll('/', '\\/')

/**
 * `{ "<method>_response": …, "sign": … }`: the signature covers the characters of the first member.
 * Labelled text/html, as the real answers are. Whoever cannot be told from anybody else gets no signature.
 */
export function answer(gateway: Gateway, method: string | undefined, content: Record<string, unknown>, mode: Mode | undefined): Reply {
  const raw = print(content)
  const { signers, alipayCertSn } = gateway.keys.alipay
  const members = [
    `"${method ? `${method.replaceAll('.', '_')}_response` : 'error_response'}":${raw}`,
    ...(mode === 'certificate' ? [`"alipay_cert_sn":"${alipayCertSn}"`] : []),
    ...(mode ? [`"sign":"${signRsa(signers[mode], Buffer.from(raw))}"`] : []),
  ]
  return { status: 200, headers: { 'content-type': 'text/html;charset=utf-8' }, body: `{${members.join(',')}}` }
}
