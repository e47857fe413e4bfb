/**
 * Reads X.509 certificates from their DER form: `crypto.X509Certificate` needs Node 15, and cloud
 * functions run on older ones. Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { [0] version
 * OPTIONAL, serialNumber INTEGER, signature SEQUENCE, issuer Name, … } … } (RFC 5280, section 4.1).
 */
import { Buffer } from 'node:buffer'

export interface Element {
  tag: number
  /** Where its content starts and ends. */
  start: number
  end: number
}

export const TAG = { integer: 0x02, oid: 0x06, bmpString: 0x1E, sequence: 0x30, set: 0x31, version: 0xA0 } as const

/** @throws RangeError */
export function readElement(der: Buffer, offset: number): Element {
  const tag = der[offset]
  const first = der[offset + 1]
  if (tag === undefined || first === undefined)
    throw new RangeError('certificate is cut off')
  const lengthBytes = first < 0x80 ? 0 : first & 0x7F
  if (lengthBytes > 4)
    throw new RangeError('certificate is malformed')
  const start = offset + 2 + lengthBytes
  if (start > der.length)
    throw new RangeError('certificate is cut off')
  const length = lengthBytes === 0 ? first : der.readUIntBE(offset + 2, lengthBytes)
  if (start + length > der.length)
    throw new RangeError('certificate is cut off')
  return { tag, start, end: start + length }
}

/** @throws RangeError */
export function expectTag(element: Element, tag: number): Element {
  if (element.tag !== tag)
    throw new RangeError('not a certificate')
  return element
}

/** The elements inside one. @throws RangeError */
export function children(der: Buffer, parent: Element): Element[] {
  const found: Element[] = []
  for (let offset = parent.start; offset < parent.end;) {
    const element = readElement(der, offset)
    found.push(element)
    offset = element.end
  }
  return found
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/g

/** Every certificate of a PEM text, in DER. */
export function certificatesOf(pem: string): Buffer[] {
  const found: Buffer[] = []
  pem.replace(CERTIFICATE, (whole, base64: string) => {
    found.push(Buffer.from(base64, 'base64'))
    return whole
  })
  return found
}

export interface CertificateHead {
  /** Upper-case hexadecimal, without leading zero bytes. */
  serial: string
  signatureAlgorithm: Element
  issuer: Element
}

/** The first fields of a certificate. @throws RangeError */
export function certificateHead(der: Buffer): CertificateHead {
  const certificate = expectTag(readElement(der, 0), TAG.sequence)
  const body = expectTag(readElement(der, certificate.start), TAG.sequence)
  const first = readElement(der, body.start)
  const serial = expectTag(first.tag === TAG.version ? readElement(der, first.end) : first, TAG.integer)
  const signatureAlgorithm = expectTag(readElement(der, serial.end), TAG.sequence)
  return {
    // a positive number whose first bit is set is written with a leading zero byte
    serial: der.slice(serial.start, serial.end).toString('hex').toUpperCase().replace(/^(?:00)+(?=.)/, ''),
    signatureAlgorithm,
    issuer: expectTag(readElement(der, signatureAlgorithm.end), TAG.sequence),
  }
}
