import type { Wording } from './locale/translator'
import type { VkPayTheme } from './types'
import { codeWords } from './locale/code'
import { webWords } from './locale/web'
import { isPhone } from './platform'
import { encodeQr, qrPath } from './qrcode'

export interface QrSheetOptions {
  codeUrl: string
  /** Milliseconds since 1970. */
  expiresAt?: number
  /** Whose words it shows; asked each second, as the language may be changed while it is open. */
  wording: Wording
  /** Light or dark, whatever the system says. */
  theme?: VkPayTheme
  onCheck: () => void
  onDismiss: () => void
}

/** In inline styles, because there may be no stylesheet of ours on such a page. */
function styles(dark: boolean) {
  const [surface, text, primary, onPrimary] = dark ? ['#1c1c1e', '#f5f5f7', '#26d07c', '#06291a'] : ['#fff', '#1d2129', '#07843f', '#fff']
  return {
    backdrop: 'position:fixed;inset:0;z-index:var(--vk-pay-z-index,1000);display:flex;align-items:center;justify-content:center;background:var(--vk-pay-overlay,rgba(0,0,0,.55))',
    sheet: `box-sizing:border-box;width:320px;max-width:88vw;padding:24px;border-radius:16px;outline:none;text-align:center;background:var(--vk-pay-surface,${surface});color:var(--vk-pay-text,${text});font:16px/1.5 system-ui,sans-serif`,
    code: 'display:block;width:220px;height:220px;margin:16px auto 8px;background:#fff;border-radius:8px',
    left: 'font-size:13px;font-variant-numeric:tabular-nums;opacity:.7',
    main: `display:block;width:100%;min-height:44px;margin-top:8px;border:0;border-radius:22px;background:var(--vk-pay-primary,${primary});color:var(--vk-pay-on-primary,${onPrimary});font:inherit;cursor:pointer`,
    quiet: 'display:block;width:100%;min-height:44px;margin-top:4px;border:0;background:none;color:inherit;opacity:.7;font:inherit;cursor:pointer',
  }
}

/**
 * The QR code for pages that pay by `vkPay.pay()` and have no component to draw it: counts down, holds
 * the keyboard, and gives the focus back. Paying anew is the page's own: it made the order. H5 only.
 *
 * @returns closes it
 */
export function showQrSheet({ codeUrl, expiresAt, wording, theme = 'auto', onCheck, onDismiss }: QrSheetOptions): () => void {
  const t = (key: Parameters<typeof webWords>[1]) => webWords(wording, key)
  const style = styles(theme === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark')
  const matrix = encodeQr(codeUrl)
  const ofWeixin = codeUrl.startsWith('weixin:')
  const before = document.activeElement
  const backdrop = document.createElement('div')
  backdrop.setAttribute('style', style.backdrop)
  backdrop.setAttribute('class', 'vk-pay-sheet')
  backdrop.innerHTML = `<div role="dialog" aria-modal="true" tabindex="-1" style="${style.sheet}">
<div></div>
<svg role="img" viewBox="0 0 ${matrix.size} ${matrix.size}" shape-rendering="crispEdges" style="${style.code}"><path d="${qrPath(matrix)}"/></svg>
<div role="timer" style="${style.left}"></div>
</div>`
  const dialog = backdrop.firstElementChild as HTMLElement
  const [heading, picture, left] = dialog.children as unknown as [HTMLElement, SVGElement, HTMLElement]
  const labels: (() => void)[] = []

  function button(text: () => string, look: string, run: () => void) {
    const made = document.createElement('button')
    made.type = 'button'
    made.setAttribute('style', look)
    labels.push(() => made.textContent = text())
    made.addEventListener('click', run)
    dialog.append(made)
  }
  // this phone may have the app: it need not scan itself
  if (ofWeixin && isPhone(navigator.userAgent))
    button(() => t('openWeixin'), style.main, () => location.href = codeUrl)
  button(() => t('done'), style.main, onCheck)
  button(() => t('dismiss'), style.quiet, onDismiss)

  function write() {
    const title = t(ofWeixin ? 'scan' : 'scanAny')
    heading.textContent = title
    dialog.setAttribute('aria-label', title)
    picture.setAttribute('aria-label', title)
    labels.forEach(label => label())
    const seconds = Math.max(0, Math.ceil(((expiresAt ?? 0) - Date.now()) / 1000))
    const time = new Date(seconds * 1000).toISOString().slice(11, 19).replace(/^0(?:0:0?)?/, '')
    left.textContent = expiresAt ? codeWords(wording, seconds ? 'qrcodeLeft' : 'qrcodeExpired', { time }) : ''
  }
  function onKey(event: KeyboardEvent) {
    if (event.key === 'Escape')
      return onDismiss()
    const stops = dialog.querySelectorAll('button')
    const [from, to] = event.shiftKey ? [stops[0], stops[stops.length - 1]] : [stops[stops.length - 1], stops[0]]
    if (event.key === 'Tab' && (!dialog.contains(document.activeElement) || document.activeElement === from)) {
      event.preventDefault()
      to!.focus()
    }
  }
  const counting = setInterval(write, 1000)
  write()
  document.addEventListener('keydown', onKey)
  document.body.append(backdrop)
  dialog.focus()
  return () => {
    clearInterval(counting)
    document.removeEventListener('keydown', onKey)
    backdrop.remove()
    if (before instanceof HTMLElement)
      before.focus()
  }
}
