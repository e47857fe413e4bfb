/**
 * uni-app draws title bar, page, tab bar and toast without saying what they are. This tells those who hear
 * the page instead of seeing it, as pages come and go. Browsers only.
 */
const parts: readonly (readonly [selector: string, attributes: Record<string, string>])[] = [
  ['uni-page-head', { role: 'banner' }],
  ['.uni-page-head__title', { 'role': 'heading', 'aria-level': '1' }],
  ['uni-page-body', { role: 'main' }],
  ['uni-tabbar', { 'role': 'navigation', 'aria-label': '主导航' }],
  ['#u-a-t', { role: 'status' }],
  ['img', { alt: '' }],
]

function mark() {
  for (const [selector, attributes] of parts) {
    for (const [name, value] of Object.entries(attributes))
      document.querySelectorAll(`${selector}:not([${name}])`).forEach(element => element.setAttribute(name, value))
  }
}

export function markLandmarks(): void {
  mark()
  new MutationObserver(mark).observe(document.body, { childList: true, subtree: true })
}
