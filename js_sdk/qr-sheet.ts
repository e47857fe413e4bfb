import type { LocaleId } from './types'
import { translatePage } from './locale/page'
import { encodeQr, qrPath } from './qrcode'

export interface QrSheetOptions {
  codeUrl: string
  /** Milliseconds since 1970. */
  expiresAt?: number
  locale: LocaleId
  onCheck: () => void
  onDismiss: () => void
}

const style = {
  backdrop: 'position:fixed;inset:0;z-index:var(--vk-pay-z-index,1000);display:flex;align-items:center;justify-content:center;background:var(--vk-pay-overlay,rgba(0,0,0,.55))',
  sheet: 'box-sizing:border-box;width:320px;max-width:88vw;padding:24px;border-radius:16px;text-align:center;background:var(--vk-pay-surface,#fff);color:var(--vk-pay-text,#1a1a1a);font:16px/1.5 system-ui,sans-serif',
  code: 'display:block;width:220px;height:220px;margin:16px auto;background:#fff;border-radius:8px',
  main: 'display:block;width:100%;min-height:44px;margin-top:8px;border:0;border-radius:22px;background:var(--vk-pay-primary,#07843f);color:var(--vk-pay-on-primary,#fff);font:inherit;cursor:pointer',
  quiet: 'display:block;width:100%;min-height:44px;margin-top:4px;border:0;background:none;color:inherit;opacity:.7;font:inherit;cursor:pointer',
}

/**
 * The QR code for pages that pay by `vkPay.pay()` and have no component to draw it. H5 only.
 *
 * @returns closes it
 */
export function showQrSheet({ codeUrl, locale, onCheck, onDismiss }: QrSheetOptions): () => void {
  const t = (key: Parameters<typeof translatePage>[1]) => translatePage(locale, key)
  const matrix = encodeQr(codeUrl)
  const backdrop = document.createElement('div')
  backdrop.setAttribute('style', style.backdrop)
  backdrop.setAttribute('class', 'vk-pay-sheet')
  backdrop.innerHTML = `<div role="dialog" aria-modal="true" tabindex="-1" style="${style.sheet}">
<div></div>
<svg role="img" viewBox="0 0 ${matrix.size} ${matrix.size}" shape-rendering="crispEdges" style="${style.code}"><path d="${qrPath(matrix)}"/></svg>
<button type="button" style="${style.main}"></button>
<button type="button" style="${style.quiet}"></button>
</div>`
  const dialog = backdrop.firstElementChild as HTMLElement
  const [title, picture, paid, cancel] = dialog.children as unknown as [HTMLElement, SVGElement, HTMLElement, HTMLElement]
  title.textContent = t('scan')
  dialog.setAttribute('aria-label', t('scan'))
  picture.setAttribute('aria-label', t('scan'))
  paid.textContent = t('scanDone')
  cancel.textContent = t('scanCancel')
  paid.addEventListener('click', onCheck)
  cancel.addEventListener('click', onDismiss)
  const onKey = (event: KeyboardEvent) => event.key === 'Escape' && onDismiss()
  document.addEventListener('keydown', onKey)
  document.body.append(backdrop)
  dialog.focus()
  return () => {
    document.removeEventListener('keydown', onKey)
    backdrop.remove()
  }
}
