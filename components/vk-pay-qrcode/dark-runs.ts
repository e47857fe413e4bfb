import { encodeQr } from '../../js_sdk/qrcode'

/**
 * The dark modules of a code as inline styles of absolutely placed boxes, one for each run in a row.
 * It needs neither a canvas nor an image decoder, so it draws the same everywhere; a module is a
 * whole number of px, so that no light lines show between the boxes.
 */
export function darkRuns(text: string, sizePx: number): string[] {
  const { size, data } = encodeQr(text)
  const modulePx = Math.max(1, Math.floor(sizePx / size))
  const marginPx = Math.floor((sizePx - size * modulePx) / 2)
  const runs: string[] = []
  data.forEach((row, y) => {
    for (let x = 0; x < size; x++) {
      if (!row[x])
        continue
      const from = x
      while (row[x + 1]) x++
      runs.push(`left:${marginPx + from * modulePx}px;top:${marginPx + y * modulePx}px;width:${(x - from + 1) * modulePx}px;height:${modulePx}px`)
    }
  })
  return runs
}
