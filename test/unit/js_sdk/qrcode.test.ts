import { assert, property, string } from 'fast-check'
import jsQR from 'jsqr'
import { describe, expect, it } from 'vitest'
import { encodeQr, qrPath } from '../../../js_sdk/qrcode'
import { TextEncoder as OwnTextEncoder } from '../../../js_sdk/text-encoder'

const PIXELS = 4

/** What a phone reads from the code, as a picture of black and white. */
function scan(text: string): string | undefined {
  const { size, data } = encodeQr(text)
  const side = size * PIXELS
  const rgba = new Uint8ClampedArray(side * side * 4).fill(255)
  for (let at = 0; at < side * side; at++) {
    if (data[Math.floor(at / side / PIXELS)]![Math.floor(at % side / PIXELS)])
      rgba.fill(0, at * 4, at * 4 + 3)
  }
  return jsQR(rgba, side, side)?.data
}

describe('a code', () => {
  it.each([
    'weixin://wxpay/bizpayurl?pr=NwY5Mz9',
    'https://qr.alipay.com/bax03431ljhokirwl38f00a7',
    `https://pay.example.com/cashier?token=${'0123456789abcdef'.repeat(16)}`,
    '收银台：￥39.90 ☕',
  ])('is read back: %s', (text) => {
    expect(scan(text)).toBe(text)
  })

  it('has a quiet zone of 4 on each side', () => {
    const { size, data } = encodeQr('weixin://wxpay/bizpayurl?pr=NwY5Mz9')
    const edge = [0, 1, 2, 3, size - 4, size - 3, size - 2, size - 1]
    expect(data).toHaveLength(size)
    expect(data.every((row, y) => row.length === size && row.every((dark, x) => !dark || !(edge.includes(x) || edge.includes(y))))).toBe(true)
    expect(data[4]!.slice(4, 12)).toEqual([true, true, true, true, true, true, true, false])
  })

  it('corrects errors at M or better: 48 bytes fill version 3 at L, and want version 4 at M (ISO/IEC 18004, table 7)', () => {
    expect(encodeQr('https://pay.example.com/q?t='.padEnd(48, 'a')).size).toBe(4 * 4 + 17 + 8)
  })

  it('is one path, a unit per dark module', () => {
    const matrix = encodeQr('weixin://wxpay/bizpayurl?pr=NwY5Mz9')
    const dark = matrix.data.flat().filter(Boolean).length
    expect(qrPath(matrix).match(/M\d+ \d+h1v1h-1z/g)).toHaveLength(dark)
  })
})

it('the encoder that runtimes without a TextEncoder get writes the same bytes', () => {
  const theirs = new TextEncoder()
  const ours = new OwnTextEncoder()
  assert(property(string({ unit: 'grapheme' }), (text) => {
    expect([...ours.encode(text)]).toEqual([...theirs.encode(text)])
  }))
})
