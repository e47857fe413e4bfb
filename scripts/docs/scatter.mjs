const WIDTH = 640
const HEIGHT = 300
const BOX = { left: 52, right: 190, top: 16, bottom: 44 }
const STEPS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20]

/** Round numbers from 0 to beyond `most`, about five of them. */
function ticks(most) {
  const step = STEPS.find(one => most / one <= 6) ?? most
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => Number((index * step).toFixed(2)))
}

const text = (x, y, said, attributes = '') => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${said}</text>`

/** Labels beside their points, pushed apart where they would touch, and back up where they would leave the plot. */
function spread(points, gap, bottom) {
  const sorted = [...points].sort((a, b) => a.labelY - b.labelY)
  sorted.forEach((point, index) => {
    const above = sorted[index - 1]
    if (above)
      point.labelY = Math.max(point.labelY, above.labelY + gap)
  })
  sorted.reverse().forEach((point, index) => point.labelY = Math.min(point.labelY, index === 0 ? bottom : sorted[index - 1].labelY - gap))
  return points
}

/**
 * A picture of points, one line of markup so that Markdown leaves it alone.
 *
 * @param {object} options
 * @param {string} options.label what it shows, read out
 * @param {[string, string]} options.axes names of x and y
 * @param {{ name: string, x: number, y: number, top: number, ours: boolean }[]} options.points `top` is the end of a bar from the point upwards
 */
export function scatter({ label, axes: [nameX, nameY], points }) {
  const [ticksX, ticksY] = [ticks(Math.max(...points.map(({ x }) => x))), ticks(Math.max(...points.map(({ top }) => top)))]
  const plotWidth = WIDTH - BOX.left - BOX.right
  const plotHeight = HEIGHT - BOX.top - BOX.bottom
  const atX = value => BOX.left + value / ticksX.at(-1) * plotWidth
  const atY = value => BOX.top + plotHeight - value / ticksY.at(-1) * plotHeight
  const grid = [
    ...ticksX.map(value => text(atX(value), HEIGHT - BOX.bottom + 16, value, 'text-anchor="middle"')),
    ...ticksY.map(value => `<line x1="${BOX.left}" x2="${BOX.left + plotWidth}" y1="${atY(value).toFixed(1)}" y2="${atY(value).toFixed(1)}" stroke="currentColor" stroke-opacity="0.15"/>${text(BOX.left - 8, atY(value) + 4, value, 'text-anchor="end"')}`),
    text(BOX.left + plotWidth / 2, HEIGHT - 8, nameX, 'text-anchor="middle"'),
    text(0, 0, nameY, `text-anchor="middle" transform="translate(12 ${BOX.top + plotHeight / 2}) rotate(-90)"`),
  ]
  const placed = spread(points.map(point => ({ ...point, labelY: atY(point.y) })), 15, atY(0))
  const marks = placed.map(({ name, x, y, top, ours, labelY }) => {
    const [cx, cy, end] = [atX(x), atY(y), atY(top)].map(value => value.toFixed(1))
    const color = ours ? 'var(--vp-c-brand-1)' : 'currentColor'
    return [
      `<g stroke="${color}" fill="${color}"><line x1="${cx}" x2="${cx}" y1="${cy}" y2="${end}"/><line x1="${atX(x) - 5}" x2="${atX(x) + 5}" y1="${end}" y2="${end}" stroke-width="2"/><circle cx="${cx}" cy="${cy}" r="${ours ? 5 : 4}"/>`,
      `<line x1="${cx}" y1="${cy}" x2="${BOX.left + plotWidth + 12}" y2="${labelY.toFixed(1)}" stroke-opacity="0.25" stroke-dasharray="2 3"/></g>`,
      text(BOX.left + plotWidth + 16, labelY + 4, name, ours ? 'font-weight="600" style="fill: var(--vp-c-brand-1)"' : ''),
    ].join('')
  })
  return `<div class="scatter"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}" font-size="11" fill="currentColor">${grid.join('')}${marks.join('')}</svg></div>`
}
