/**
 * The serial number of an X.509 certificate, read from its DER form: `crypto.X509Certificate`
 * needs Node 15, and cloud functions run on older ones. Certificate ::= SEQUENCE { tbsCertificate
 * SEQUENCE { [0] version OPTIONAL, serialNumber INTEGER, … } … } (RFC 5280, section 4.1).
 */
import { Buffer } from 'node:buffer'

interface Element {
  tag: number
  start: number
  end: number
}

function readElement(der: Buffer, offset: number): Element {
  const tag = der[offset]
  const first = der[offset + 1]
  if (tag === undefined || first === undefined)
    throw new RangeError('certificate is cut off')
  const lengthBytes = first < 0x80 ? 0 : first & 0x7F
  if (lengthBytes > 4)
    throw new RangeError('certificate is malformed')
  const start = offset + 2 + lengthBytes
  const length = lengthBytes === 0 ? first : der.readUIntBE(offset + 2, lengthBytes)
  if (start + length > der.length)
    throw new RangeError('certificate is cut off')
  return { tag, start, end: start + length }
}

const SEQUENCE = 0x30
const INTEGER = 0x02
const VERSION = 0xA0

function expectTag(element: Element, tag: number): Element {
  if (element.tag !== tag)
    throw new RangeError('not a certificate')
  return element
}

/** Upper-case hexadecimal, as `Wechatpay-Serial` and `serial_no` have it. @throws RangeError */
export function certificateSerial(pem: string): string {
  const base64 = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/.exec(pem)?.[1]
  if (base64 === undefined)
    throw new RangeError('not a certificate')
  const der = Buffer.from(base64, 'base64')
  const certificate = expectTag(readElement(der, 0), SEQUENCE)
  const body = expectTag(readElement(der, certificate.start), SEQUENCE)
  const first = readElement(der, body.start)
  const serial = expectTag(first.tag === VERSION ? readElement(der, first.end) : first, INTEGER)
  // a positive number whose first bit is set is written with a leading zero byte
  return der.subarray(serial.start, serial.end).toString('hex').toUpperCase().replace(/^(?:00)+(?=.)/, '')
}
