/**
 * The keys WeChat Pay signs with, by serial: the configured public key, or platform certificates,
 * which are downloaded, opened with the APIv3 key and remembered.
 */
import type { KeyObject } from 'node:crypto'
import { createPublicKey } from 'node:crypto'
import type { ChannelContext } from '../../core/provider'
import type { MerchantKeys } from './keys'
import { NotifyError } from '../../core/errors'
import { open, sealedOf } from './aead'
import { certificateSerial } from './certificate'
import { parseBody, send } from './client'
import { merchantKeys, PUBLIC_KEY_PREFIX } from './keys'
import { refusalError } from './refusals'
import { verify } from './verification'

/** An unknown serial makes us download again, but whoever invents serials must not make us do so all the time. */
const DOWNLOAD_INTERVAL_MS = 60_000
/** After a failure the wait is shorter: the next notification may be a genuine one. */
const FAILURE_INTERVAL_MS = 5_000

function unknownSerial(): NotifyError {
  return new NotifyError(401, 'serial', 'Wechatpay-Serial names a key that is neither configured nor downloadable')
}

/** @throws NotifyError `serial`; ChannelError when the download failed */
export async function platformKey(context: ChannelContext, serial: string): Promise<KeyObject> {
  const keys = merchantKeys(context.config)
  if (serial.startsWith(PUBLIC_KEY_PREFIX)) {
    if (serial !== keys.publicKey?.id)
      throw unknownSerial()
    return keys.publicKey.key
  }
  if (!keys.certificates.has(serial))
    await download(context, keys)
  const key = keys.certificates.get(serial)
  if (!key)
    throw unknownSerial()
  return key
}

/** The platform's key to encrypt for, and its name: the public key, else the newest certificate. @throws PayError, NotifyError */
export async function encryptionKey(context: ChannelContext): Promise<{ serial: string, key: KeyObject }> {
  const keys = merchantKeys(context.config)
  if (keys.publicKey)
    return { serial: keys.publicKey.id, key: keys.publicKey.key }
  if (keys.certificates.size === 0)
    await download(context, keys)
  // newest last, see fetchCertificates
  const newest = [...keys.certificates].pop()
  if (!newest)
    throw unknownSerial()
  return { serial: newest[0], key: newest[1] }
}

const running = new WeakMap<MerchantKeys, Promise<void>>()

async function download(context: ChannelContext, keys: MerchantKeys): Promise<void> {
  const now = context.env.now()
  const current = running.get(keys)
  if (current)
    return current
  if (now - keys.downloadedAt < DOWNLOAD_INTERVAL_MS)
    return
  keys.downloadedAt = now
  const work = fetchCertificates(context, keys).catch((error) => {
    keys.downloadedAt = now - DOWNLOAD_INTERVAL_MS + FAILURE_INTERVAL_MS
    throw error
  }).finally(() => running.delete(keys))
  running.set(keys, work)
  return work
}

/**
 * What comes was sealed with a key only the platform and the merchant know; besides, the answer
 * must be signed with one of the certificates it brings.
 */
async function fetchCertificates(context: ChannelContext, keys: MerchantKeys): Promise<void> {
  const response = await send(context, { method: 'GET', target: '/v3/certificates' })
  const json = parseBody(response.body)
  // a merchant in public-key mode has no certificates: then there is no such key, and no fault
  if (response.status === 403 || response.status === 404)
    return
  if (response.status !== 200)
    throw refusalError({ status: response.status, json, verified: false })
  const found = new Map<string, KeyObject>()
  for (const item of newestLast(json.data)) {
    const certificate = openCertificate(item, keys, context.env.now())
    if (certificate)
      found.set(certificate.serial, certificate.key)
  }
  await verify(response, async (serial) => {
    const key = found.get(serial)
    if (!key)
      throw unknownSerial()
    return key
  }, context.env.now())
  keys.certificates = found
  context.env.log('info', 'platform certificates downloaded', { count: found.size })
}

const effectiveAt = (item: unknown): number => Date.parse(String((item as { effective_time?: unknown } | null)?.effective_time)) || 0

/** While the platform changes its certificate both are there, and the newer one is to be used. */
function newestLast(data: unknown): unknown[] {
  return Array.isArray(data) ? [...data as unknown[]].sort((a, b) => effectiveAt(a) - effectiveAt(b)) : []
}

function openCertificate(item: unknown, keys: MerchantKeys, now: number): { serial: string, key: KeyObject } | undefined {
  const { encrypt_certificate: encrypted, expire_time: expires } = (item ?? {}) as Record<string, unknown>
  const sealed = sealedOf(encrypted)
  if (!sealed || (typeof expires === 'string' && Date.parse(expires) <= now))
    return undefined
  const pem = open(sealed, keys.apiV3Key)
  const serial = certificateSerial(pem)
  // the merchant's own certificate among them would let the merchant's key speak for the platform
  return serial === keys.serial ? undefined : { serial, key: createPublicKey(pem) }
}
