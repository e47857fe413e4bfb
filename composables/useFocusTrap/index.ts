import { nextTick, onBeforeUnmount, watch } from 'vue'
import type { ComponentPublicInstance, Ref } from 'vue'

const FOCUSABLE = '[tabindex="0"]'

/**
 * Keeps the keyboard inside a panel while it is there, and gives the focus back afterwards. Browsers only.
 *
 * @param panel the element, or the component uni-app made of it
 * @param onEscape the payer pressed Esc
 */
export function useFocusTrap(panel: Ref<HTMLElement | ComponentPublicInstance | undefined>, onEscape: () => void): void {
  let before: Element | null = null

  function element(): HTMLElement | undefined {
    const value = panel.value
    return value && '$el' in value ? value.$el as HTMLElement : value
  }

  function onKeydown(event: KeyboardEvent) {
    if (event.key === 'Escape')
      onEscape()
    if (event.key === 'Tab')
      turnAround(event)
  }

  function turnAround(event: KeyboardEvent) {
    const stops = [...element()?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? []]
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]]
    if (!element()?.contains(document.activeElement) || document.activeElement === from) {
      event.preventDefault()
      to?.focus()
    }
  }

  function release() {
    document.removeEventListener('keydown', onKeydown)
    if (before instanceof HTMLElement)
      before.focus()
    before = null
  }

  watch(panel, async (there) => {
    if (!there)
      return release()
    before = document.activeElement
    document.addEventListener('keydown', onKeydown)
    await nextTick()
    element()?.focus()
  })
  onBeforeUnmount(release)
}
