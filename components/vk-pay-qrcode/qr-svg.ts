import { h } from 'vue'
import type { FunctionalComponent } from 'vue'
import { encodeQr, qrPath } from '../../js_sdk/qrcode'

/** A QR code as SVG, for browsers. As a function, because uni-app's types know no `<svg>` in templates. */
export const QrSvg: FunctionalComponent<{ value: string, label: string }> = ({ value, label }) => {
  const matrix = encodeQr(value)
  return h('svg', {
    'role': 'img',
    'aria-label': label,
    'viewBox': `0 0 ${matrix.size} ${matrix.size}`,
    'shape-rendering': 'crispEdges',
  }, h('path', { d: qrPath(matrix) }))
}
QrSvg.props = ['value', 'label']
