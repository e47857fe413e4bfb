import type { KeyObject } from 'node:crypto'
import type { Account, RunningGateway } from '../../../examples/gateway/src/index'
import { Buffer } from 'node:buffer'
import { createDecipheriv, createPublicKey, randomBytes, sign, verify, X509Certificate } from 'node:crypto'

/** A tiny merchant, written against the public documents and sharing nothing with the gateway but the account. */
export interface Answer {
  status: number
  headers: Headers
  text: string
  json: Record<string, unknown>
}

/** What a test may get wrong on purpose. */
export interface Sloppiness {
  mchid?: string
  serial?: string
  timestampMs?: number
  /** Sent instead of what was signed. */
  sentBody?: string
  headers?: Record<string, string>
}

export interface Merchant {
  call: (method: 'GET' | 'POST', target: string, body?: unknown, sloppy?: Sloppiness) => Promise<Answer>
  /** Whether these headers and this body come from the platform. */
  verifies: (headers: Record<string, string>, body: string) => boolean
  decrypt: (sealed: Sealed) => string
  /** Signs the lines with the merchant's key. */
  sign: (...lines: string[]) => string
}

export interface Sealed { ciphertext: string, associated_data: string, nonce: string }

function lines(...parts: string[]): Buffer {
  return Buffer.from(parts.map(part => `${part}\n`).join(''))
}

function platformKeys(account: Account): Map<string, KeyObject> {
  return new Map([
    [account.platformPublicKeyId, createPublicKey(account.platformPublicKeyPem)],
    [account.platformSerial, new X509Certificate(account.platformCertPem).publicKey],
  ])
}

export function createMerchant(gateway: Pick<RunningGateway, 'url' | 'account'>, now: () => number): Merchant {
  const { account } = gateway
  const keys = platformKeys(account)
  const signLines = (...parts: string[]) => sign('sha256', lines(...parts), account.merchantPrivateKeyPem).toString('base64')

  function authorization(method: string, target: string, body: string, sloppy: Sloppiness): string {
    const nonce = randomBytes(16).toString('hex')
    const timestamp = String(Math.floor((sloppy.timestampMs ?? now()) / 1000))
    const signature = signLines(method, target, timestamp, nonce, body)
    return `WECHATPAY2-SHA256-RSA2048 mchid="${sloppy.mchid ?? account.mchid}",nonce_str="${nonce}",`
      + `timestamp="${timestamp}",serial_no="${sloppy.serial ?? account.merchantSerial}",signature="${signature}"`
  }

  return {
    async call(method, target, body, sloppy = {}) {
      const text = body === undefined ? '' : JSON.stringify(body)
      const response = await fetch(gateway.url + target, {
        method,
        headers: {
          'authorization': authorization(method, target, text, sloppy),
          'accept': 'application/json',
          'user-agent': 'test',
          'wechatpay-serial': account.platformPublicKeyId,
          ...(method === 'POST' && { 'content-type': 'application/json' }),
          ...sloppy.headers,
        },
        body: method === 'POST' ? sloppy.sentBody ?? text : undefined,
      })
      const answer = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        text: answer,
        json: answer ? JSON.parse(answer) as Record<string, unknown> : {},
      }
    },
    verifies(headers, body) {
      const key = keys.get(headers['wechatpay-serial'] ?? '')
      const text = lines(headers['wechatpay-timestamp'] ?? '', headers['wechatpay-nonce'] ?? '', body)
      return key !== undefined && verify('sha256', text, key, Buffer.from(headers['wechatpay-signature'] ?? '', 'base64'))
    },
    decrypt({ ciphertext, associated_data, nonce }) {
      const bytes = Buffer.from(ciphertext, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', Buffer.from(account.apiV3Key), nonce)
      decipher.setAAD(Buffer.from(associated_data))
      decipher.setAuthTag(bytes.subarray(-16))
      return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8')
    },
    sign: signLines,
  }
}
