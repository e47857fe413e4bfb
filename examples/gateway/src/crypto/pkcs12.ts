import { Buffer } from 'node:buffer'
import { createHash, createHmac, createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { der } from './der'

const OID = {
  data: '1.2.840.113549.1.7.1',
  sha256: '2.16.840.1.101.3.4.2.1',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
}
const ITERATIONS = 2_048
/** Bytes of one input block of SHA-256. */
const BLOCK = 64
/** The purpose "integrity" of RFC 7292, appendix B.3. */
const MAC_ID = 3

function fillBlocks(bytes: Buffer): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / BLOCK) * BLOCK, bytes)
}

/** The key of the MAC (RFC 7292, appendix B.2); one round of it is enough for 32 bytes. */
function macKey(password: string, salt: Buffer): Buffer {
  const text = Buffer.from(`${password}\0`, 'utf16le').swap16()
  let hash: Buffer = Buffer.concat([Buffer.alloc(BLOCK, MAC_ID), fillBlocks(salt), fillBlocks(text)])
  for (let n = 0; n < ITERATIONS; n += 1)
    hash = createHash('sha256').update(hash).digest()
  return hash
}

const content = (bytes: Buffer): Buffer => der.sequence(der.oid(OID.data), der.tagged(0, der.octets(bytes)))
const bag = (oid: string, value: Buffer): Buffer => der.sequence(der.oid(oid), der.tagged(0, value))

/**
 * Certificate and key in one file, as WeChat Pay hands them to a merchant (`apiclient_cert.p12`, its
 * password is the merchant number), but under AES instead of RC2, which new OpenSSL does not read.
 */
export function pkcs12(certPem: string, keyPem: string, password: string): Buffer {
  const key = createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: password })
  const certificate = der.sequence(der.oid(OID.x509Certificate), der.tagged(0, der.octets(new X509Certificate(certPem).raw)))
  const safe = der.sequence(
    content(der.sequence(bag(OID.shroudedKeyBag, key))),
    content(der.sequence(bag(OID.certBag, certificate))),
  )
  const salt = randomBytes(8)
  const mac = createHmac('sha256', macKey(password, salt)).update(safe).digest()
  const digest = der.sequence(der.sequence(der.oid(OID.sha256), der.null()), der.octets(mac))
  return der.sequence(der.integer('03'), content(safe), der.sequence(digest, der.octets(salt), der.integer(ITERATIONS.toString(16).padStart(4, '0'))))
}
