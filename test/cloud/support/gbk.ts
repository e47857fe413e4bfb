import { Buffer } from 'node:buffer'

/** Bytes of every character GBK has, read backwards out of the decoder. */
function table(): Map<string, number[]> {
  const decoder = new TextDecoder('gbk')
  const bytes = new Map<string, number[]>()
  for (let lead = 0x81; lead <= 0xFE; lead += 1) {
    for (let trail = 0x40; trail <= 0xFE; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail))
      if (character.length === 1 && character !== '\uFFFD')
        bytes.set(character, [lead, trail])
    }
  }
  return bytes
}

let known: Map<string, number[]> | undefined

/** `text` in GBK; what it does not have becomes `?`. */
export function gbk(text: string): Buffer {
  known ??= table()
  return Buffer.from([...text].flatMap((character) => {
    const code = character.codePointAt(0) ?? 0x3F
    return code < 0x80 ? [code] : known!.get(character) ?? [0x3F]
  }))
}
