/**
 * Alipay names a certificate by the MD5 of its issuer and serial number ("公钥证书", 序列号 SN):
 * the issuer with the most specific attribute first, `CN=…,OU=…,O=…,C=CN`, then the serial in decimal.
 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { Element } from '../der'
import { certificateHead, certificatesOf, children, expectTag, TAG } from '../der'

const attributeNames: Record<string, string> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '1.2.840.113549.1.9.1': 'E',
}

/** Signature algorithms of RSA; a root file holds certificates of other families, which do not count. */
const RSA_FAMILY = '1.2.840.113549.1.1.'

function oidOf(der: Buffer, element: Element): string {
  expectTag(element, TAG.oid)
  const arcs: number[] = []
  let value = 0
  for (const byte of der.slice(element.start, element.end)) {
    value = value * 128 + (byte & 0x7F)
    if (byte < 0x80) {
      arcs.push(value)
      value = 0
    }
  }
  const [joint = 0, ...rest] = arcs
  const first = Math.min(Math.floor(joint / 40), 2)
  return [first, joint - first * 40, ...rest].join('.')
}

function textOf(der: Buffer, element: Element): string {
  const bytes = der.slice(element.start, element.end)
  return element.tag === TAG.bmpString ? Buffer.from(bytes).swap16().toString('utf16le') : bytes.toString('utf8')
}

/** `C=CN` and the like, in the order of the certificate. */
function attributes(der: Buffer, name: Element): string[] {
  const found: string[] = []
  for (const group of children(der, name)) {
    for (const pair of children(der, expectTag(group, TAG.set))) {
      const [type, value] = children(der, expectTag(pair, TAG.sequence))
      if (!type || !value)
        throw new RangeError('not a certificate')
      const oid = oidOf(der, type)
      found.push(`${attributeNames[oid] ?? oid}=${textOf(der, value)}`)
    }
  }
  return found
}

function snOf(der: Buffer): string {
  const { serial, issuer } = certificateHead(der)
  const text = attributes(der, issuer).reverse().join(',') + BigInt(`0x${serial}`).toString(10)
  return createHash('md5').update(text, 'utf8').digest('hex')
}

/** The `SN` of the first certificate of a file; what follows is its chain. @throws RangeError */
export function certificateSn(pem: string): string {
  const [der] = certificatesOf(pem)
  if (der === undefined)
    throw new RangeError('not a certificate')
  return snOf(der)
}

/** The SNs of all RSA certificates of the root file, joined by `_`. @throws RangeError when there is none */
export function rootCertificateSn(pem: string): string {
  const ofRsa = certificatesOf(pem).filter((der) => {
    const [algorithm] = children(der, certificateHead(der).signatureAlgorithm)
    return algorithm !== undefined && oidOf(der, algorithm).startsWith(RSA_FAMILY)
  })
  if (ofRsa.length === 0)
    throw new RangeError('no RSA certificate')
  return ofRsa.map(snOf).join('_')
}
