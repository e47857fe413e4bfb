import { Buffer } from 'node:buffer'
import { createCipheriv } from 'node:crypto'
import { randomText } from './random'

/** The encrypted part of a notification or a certificate download. */
export interface Sealed {
  algorithm: 'AEAD_AES_256_GCM'
  ciphertext: string
  associated_data: string
  nonce: string
}

/** AES-256-GCM under the APIv3 key; the 16-byte tag follows the ciphertext, both in one base64. */
export function seal(apiV3Key: string, plaintext: string, associatedData: string): Sealed {
  const nonce = randomText(12)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key), nonce)
  cipher.setAAD(Buffer.from(associatedData))
  const bytes = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { algorithm: 'AEAD_AES_256_GCM', ciphertext: bytes.toString('base64'), associated_data: associatedData, nonce }
}
