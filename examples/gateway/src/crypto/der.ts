import { Buffer } from 'node:buffer'

/** The few ASN.1 types a certificate is made of, in DER. */
const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0C,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

function length(bytes: number): Buffer {
  if (bytes < 0x80)
    return Buffer.from([bytes])
  const hex = bytes.toString(16)
  const digits = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
  return Buffer.concat([Buffer.from([0x80 | digits.length]), digits])
}

function encode(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), length(content.length), content])
}

/** One arc of an object identifier, seven bits a byte. */
function arc(value: number): number[] {
  const bytes = [value & 0x7F]
  for (let rest = value >> 7; rest > 0; rest >>= 7)
    bytes.unshift(0x80 | (rest & 0x7F))
  return bytes
}

export const der = {
  sequence: (...items: Buffer[]) => encode(TAG.sequence, ...items),
  set: (...items: Buffer[]) => encode(TAG.set, ...items),
  /** `[number]` around its content, explicitly. */
  tagged: (number: number, content: Buffer) => encode(0xA0 | number, content),
  /** `[number]` in place of its content's own tag. */
  implicit: (number: number, content: Buffer) => encode(0x80 | number, content),
  null: () => encode(TAG.null),
  text: (value: string) => encode(TAG.utf8String, Buffer.from(value)),
  octets: (content: Buffer) => encode(TAG.octetString, content),
  /** Whole bytes only. */
  bits: (content: Buffer) => encode(TAG.bitString, Buffer.from([0]), content),
  /** A positive number as hex digits, an even count of them; a set top bit gets its leading zero. */
  integer: (hex: string) => {
    const bytes = Buffer.from(hex, 'hex')
    return encode(TAG.integer, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
  },
  /** `1.2.840.113549.1.1.11` */
  oid: (dotted: string) => {
    const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
    return encode(TAG.oid, Buffer.from([40 * first + second, ...rest.flatMap(arc)]))
  },
  /** Two-digit years until 2049, as RFC 5280 wants it. */
  time: (ms: number) => {
    const text = `${new Date(ms).toISOString().slice(0, 19).replaceAll(/\D/g, '')}Z`
    return new Date(ms).getUTCFullYear() < 2050
      ? encode(TAG.utcTime, Buffer.from(text.slice(2)))
      : encode(TAG.generalizedTime, Buffer.from(text))
  },
}
