import { Buffer } from 'node:buffer'

let bytesOf: Map<string, readonly number[]> | undefined

/** Every two-byte character, read backwards out of the decoder. */
function table(): Map<string, readonly number[]> {
  const decoder = new TextDecoder('gbk')
  const found = new Map<string, readonly number[]>()
  for (let lead = 0x81; lead <= 0xFE; lead += 1) {
    for (let trail = 0x40; trail <= 0xFE; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail))
      if (character.length === 1 && character !== '\uFFFD')
        found.set(character, [lead, trail])
    }
  }
  return found
}

/** Text in GBK, as Alipay's files are; what GBK does not have becomes `?`. */
export function encodeGbk(text: string): Buffer {
  const known = bytesOf ??= table()
  return Buffer.from([...text].flatMap((character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x80 ? [code] : known.get(character) ?? [0x3F]
  }))
}
