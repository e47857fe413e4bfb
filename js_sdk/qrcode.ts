import { correction, generate } from 'lean-qr/nano'

/** A QR code as rows of dark (true) and light modules, with its quiet zone of 4. */
export interface QrMatrix {
  size: number
  data: boolean[][]
}

const QUIET_ZONE = 4

/** Encodes `text` with error correction M or better, as payment codes are usually printed. */
export function encodeQr(text: string): QrMatrix {
  const code = generate(text, { minCorrectionLevel: correction.M })
  const size = code.size + 2 * QUIET_ZONE
  const line = Array.from({ length: size }, (_, at) => at - QUIET_ZONE)
  return { size, data: line.map(y => line.map(x => code.get(x, y))) }
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
