import { Buffer } from 'node:buffer'
import { createDecipheriv } from 'node:crypto'

export const ALGORITHM = 'AEAD_AES_256_GCM'
const TAG_BYTES = 16
const NONCE_BYTES = 12

export interface Sealed {
  algorithm: string
  ciphertext: string
  nonce: string
  associated_data: string
}

/** The four fields of a sealed resource, if that is what it is. */
export function sealedOf(value: unknown): Sealed | undefined {
  const { algorithm, ciphertext, nonce, associated_data: associated = '' } = (value ?? {}) as Partial<Record<keyof Sealed, unknown>>
  if (typeof algorithm !== 'string' || typeof ciphertext !== 'string' || typeof nonce !== 'string')
    return undefined
  if (associated !== null && typeof associated !== 'string')
    return undefined
  return { algorithm, ciphertext, nonce, associated_data: associated ?? '' }
}

/**
 * Opens a resource. The tag is the last 16 bytes, all of them checked: without a fixed length Node
 * is content with four. @throws Error when it was not sealed with this key, nonce and associated data
 */
export function open(sealed: Sealed, key: Buffer): string {
  if (sealed.algorithm !== ALGORITHM)
    throw new RangeError('algorithm is not AEAD_AES_256_GCM')
  const nonce = Buffer.from(sealed.nonce, 'utf8')
  const data = Buffer.from(sealed.ciphertext, 'base64')
  if (nonce.length !== NONCE_BYTES)
    throw new RangeError('nonce must be 12 bytes')
  if (data.length < TAG_BYTES)
    throw new RangeError('ciphertext is shorter than its tag')
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(data.subarray(data.length - TAG_BYTES))
  decipher.setAAD(Buffer.from(sealed.associated_data, 'utf8'))
  const plain = decipher.update(data.subarray(0, data.length - TAG_BYTES))
  return Buffer.concat([plain, decipher.final()]).toString('utf8')
}
