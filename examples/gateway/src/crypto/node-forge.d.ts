/** The part of node-forge used here; the package ships no types. */
declare module 'node-forge' {
  interface Key { readonly n: unknown }
  interface Attribute { name: string, value: string }
  interface Certificate {
    publicKey: Key
    serialNumber: string
    validity: { notBefore: Date, notAfter: Date }
    setSubject: (attributes: Attribute[]) => void
    setIssuer: (attributes: Attribute[]) => void
    sign: (key: Key, digest: unknown) => void
  }
  const forge: {
    md: { sha256: { create: () => unknown } }
    pki: {
      createCertificate: () => Certificate
      publicKeyFromPem: (pem: string) => Key
      privateKeyFromPem: (pem: string) => Key
      certificateToPem: (certificate: Certificate) => string
    }
  }
  export default forge
}
