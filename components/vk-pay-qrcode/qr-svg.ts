import { h } from 'vue'
import type { FunctionalComponent } from 'vue'
import { isWeixinPhone } from '../../js_sdk/platform'
import { encodeQr, qrPath } from '../../js_sdk/qrcode'

/**
 * A QR code as SVG, for browsers. As a function, because uni-app's types know no `<svg>` in templates.
 * Inside WeChat as a picture: a long press reads the code of a picture, and of nothing else.
 */
export const QrSvg: FunctionalComponent<{ value: string, label: string }> = ({ value, label }) => {
  const matrix = encodeQr(value)
  const viewBox = `0 0 ${matrix.size} ${matrix.size}`
  if (isWeixinPhone(navigator.userAgent)) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400" viewBox="${viewBox}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${matrix.size}v${matrix.size}H0z"/><path d="${qrPath(matrix)}"/></svg>`
    return h('img', { src: `data:image/svg+xml,${encodeURIComponent(svg)}`, alt: label })
  }
  return h('svg', {
    'role': 'img',
    'aria-label': label,
    viewBox,
    'shape-rendering': 'crispEdges',
  }, h('path', { d: qrPath(matrix) }))
}
QrSvg.props = ['value', 'label']
