import { encode } from 'uqr'

/** A QR code as rows of dark (true) and light modules, with its quiet zone of 4. */
export interface QrMatrix {
  size: number
  data: boolean[][]
}

/** Encodes `text` with error correction M, as payment codes are usually printed. */
export function encodeQr(text: string): QrMatrix {
  const { size, data } = encode(text, { ecc: 'M', border: 4 })
  return { size, data }
}

/** The dark modules as one SVG path, a unit per module. */
export function qrPath({ data }: QrMatrix): string {
  let path = ''
  data.forEach((row, y) => row.forEach((dark, x) => {
    if (dark)
      path += `M${x} ${y}h1v1h-1z`
  }))
  return path
}
