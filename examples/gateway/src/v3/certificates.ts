import type { Gateway } from '../context'
import type { Handler } from '../http/router'
import { X509Certificate } from 'node:crypto'
import { beijingTime } from '../clock'
import { seal } from '../crypto/aead'
import { json } from '../http/message'

/** GET /v3/certificates: the platform certificate, encrypted under the APIv3 key. */
export function listCertificates(gateway: Gateway): Handler {
  return () => {
    const { platformCertPem, platformSerial, apiV3Key } = gateway.account
    const certificate = new X509Certificate(platformCertPem)
    return json(200, {
      data: [{
        serial_no: platformSerial,
        effective_time: beijingTime(Date.parse(certificate.validFrom)),
        expire_time: beijingTime(Date.parse(certificate.validTo)),
        encrypt_certificate: seal(apiV3Key, platformCertPem, 'certificate'),
      }],
    })
  }
}
