/** The part of `TextEncoder` that a QR code needs, for the runtimes that have none: the build puts it into the assembled encoder. */
export class TextEncoder {
  encode(text: string): Uint8Array {
    const bytes = encodeURIComponent(text).replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    return Uint8Array.from(bytes, byte => byte.charCodeAt(0))
  }
}
