import type { Keyring, PlatformSigner } from '../account/keyring'
import type { Reply, Request } from '../http/message'
import { Buffer } from 'node:buffer'
import { randomText } from '../crypto/random'
import { signedLines, signRsa } from '../crypto/signature'
import { header } from '../http/message'

/** The `Wechatpay-*` headers over a body: the same for answers and for notifications. */
export function platformHeaders(signer: PlatformSigner, body: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000))
  const nonce = randomText(32)
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Signature': signRsa(signer.key, signedLines(timestamp, nonce, Buffer.from(body))),
    'Wechatpay-Serial': signer.serial,
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  }
}

/** The key a merchant wants to verify with: the one it names, the platform certificate when it names none. */
function signerFor(request: Request, keys: Keyring): PlatformSigner {
  return header(request, 'wechatpay-serial') === keys.publicKeyMode.serial ? keys.publicKeyMode : keys.certificateMode
}

/** Signs an answer, errors and empty bodies included. */
export function signReply(reply: Reply, request: Request, keys: Keyring, nowMs: number): Reply {
  const signed = platformHeaders(signerFor(request, keys), reply.body ?? '', nowMs)
  return { ...reply, headers: { ...reply.headers, ...signed, 'Request-ID': randomText(40) } }
}
