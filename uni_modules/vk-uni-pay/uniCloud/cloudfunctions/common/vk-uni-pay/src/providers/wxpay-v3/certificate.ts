import { certificateHead, certificatesOf } from '../der'

/** Upper-case hexadecimal, as `Wechatpay-Serial` and `serial_no` have it. @throws RangeError */
export function certificateSerial(pem: string): string {
  const [der] = certificatesOf(pem)
  if (der === undefined)
    throw new RangeError('not a certificate')
  return certificateHead(der).serial
}
