/** The part of node-forge the tests make certificates with. */
declare module 'node-forge' {
  interface Certificate {
    publicKey: unknown
    serialNumber: string
    validity: { notBefore: Date, notAfter: Date }
    setSubject: (attributes: { name: string, value: string }[]) => void
    setIssuer: (attributes: { name: string, value: string }[]) => void
    sign: (key: unknown, digest: unknown) => void
  }
  const forge: {
    pki: {
      createCertificate: () => Certificate
      publicKeyFromPem: (pem: string) => unknown
      privateKeyFromPem: (pem: string) => unknown
      certificateToPem: (certificate: Certificate) => string
      certificateFromPem: (pem: string) => Certificate
    }
    pkcs12: { toPkcs12Asn1: (key: unknown, certificates: Certificate[], password: string, options: { algorithm: '3des' | 'aes256' }) => unknown }
    asn1: { toDer: (asn1: unknown) => { getBytes: () => string } }
    md: { sha256: { create: () => unknown } }
  }
  export default forge
}
