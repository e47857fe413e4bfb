import forge from 'node-forge'

const DAY_MS = 86_400_000
/** Platform and merchant certificates of WeChat Pay are valid for five years. */
const VALIDITY_MS = 5 * 365 * DAY_MS

/** When a certificate issued at `nowMs` starts and ends; it starts a day early, so that a slow clock does not matter. */
export function certificateValidity(nowMs: number): { notBefore: Date, notAfter: Date } {
  return { notBefore: new Date(nowMs - DAY_MS), notAfter: new Date(nowMs - DAY_MS + VALIDITY_MS) }
}

/** A self-signed X.509 certificate over a key pair made elsewhere. */
export function issueCertificate(options: {
  publicKeyPem: string
  privateKeyPem: string
  /** 40 hex digits. */
  serial: string
  commonName: string
  organization: string
  nowMs: number
}): string {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(options.publicKeyPem)
  certificate.serialNumber = options.serial.toLowerCase()
  certificate.validity = certificateValidity(options.nowMs)
  const name = [
    { name: 'commonName', value: options.commonName },
    { name: 'organizationName', value: options.organization },
    { name: 'countryName', value: 'CN' },
  ]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.sign(forge.pki.privateKeyFromPem(options.privateKeyPem), forge.md.sha256.create())
  return forge.pki.certificateToPem(certificate)
}
