import { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { der } from './der'

const DAY_MS = 86_400_000
/** Platform and merchant certificates of WeChat Pay are valid for five years. */
const VALIDITY_MS = 5 * 365 * DAY_MS

const OID = {
  sha256WithRsa: '1.2.840.113549.1.1.11',
  sha256WithEcdsa: '1.2.840.10045.4.3.2',
  country: '2.5.4.6',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
}

export interface CertificateRequest {
  privateKeyPem: string
  /** 40 hex digits. */
  serial: string
  commonName: string
  organization: string
  /** Valid from a day before, so that a slow clock does not matter. */
  nowMs: number
  /** Who signs; nobody else: it signs itself. */
  issuer?: Issuer
  /** Good for a server on this machine: 127.0.0.1 and localhost. */
  local?: boolean
}

export interface Issuer {
  privateKeyPem: string
  commonName: string
  organization: string
}

function name({ organization, commonName }: Pick<Issuer, 'organization' | 'commonName'>): Buffer {
  const attribute = (oid: string, value: string): Buffer => der.set(der.sequence(der.oid(oid), der.text(value)))
  return der.sequence(
    attribute(OID.country, 'CN'),
    attribute(OID.organization, organization),
    attribute(OID.commonName, commonName),
  )
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** The names a browser or client may reach this machine by (RFC 5280, section 4.2.1.6). */
function localNames(): Buffer {
  return der.sequence(der.oid(OID.subjectAltName), der.octets(der.sequence(der.implicit(2, Buffer.from('localhost')), der.implicit(7, Buffer.from([127, 0, 0, 1])))))
}

/** An X.509 v3 certificate (RFC 5280) for a key pair made elsewhere, as PEM. */
export function issueCertificate(request: CertificateRequest): string {
  const key = createPrivateKey(request.privateKeyPem)
  const issuer = request.issuer ?? request
  const issuerKey = createPrivateKey(issuer.privateKeyPem)
  const algorithm = issuerKey.asymmetricKeyType === 'ec'
    ? der.sequence(der.oid(OID.sha256WithEcdsa))
    : der.sequence(der.oid(OID.sha256WithRsa), der.null())
  const startMs = request.nowMs - DAY_MS
  const notAnAuthority = der.sequence(der.oid(OID.basicConstraints), der.octets(der.sequence()))
  const certificate = der.sequence(
    der.tagged(0, der.integer('02')),
    der.integer(request.serial),
    algorithm,
    name(issuer),
    der.sequence(der.time(startMs), der.time(startMs + VALIDITY_MS)),
    name(request),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der.tagged(3, der.sequence(notAnAuthority, ...(request.local ? [localNames()] : []))),
  )
  return toPem(der.sequence(certificate, algorithm, der.bits(sign('sha256', certificate, issuerKey))))
}
