import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach } from 'vitest'
import type { Component, DefineComponent } from 'vue'
import type { VkPayOptions } from '../../js_sdk/types'
import { payKit } from '../support/pay-kit'

export const platform = process.env.UNI_PLATFORM ?? 'h5'

enableAutoUnmount(afterEach)

/** A client with everything in the test's hand, installed where components look for it. */
export function installedKit(options: VkPayOptions = {}) {
  const kit = payKit(options)
  kit.vkPay.install()
  return kit
}

interface ShowOptions {
  props?: Record<string, unknown>
  slots?: Record<string, string>
  attrs?: Record<string, unknown>
}

/** In the document, because focus and what is teleported need one. */
export function show(component: Component, options: ShowOptions = {}) {
  return mount(component as DefineComponent<Record<string, unknown>>, { ...options, attachTo: document.body })
}

/** What is read out: the label, or the texts inside with a space between two boxes. */
function words(element: Element): string {
  const texts = (node: Node): string[] => node.nodeType === Node.TEXT_NODE ? [node.textContent ?? ''] : [...node.childNodes].flatMap(texts)
  return (element.getAttribute('aria-label') ?? texts(element).join(' ')).replace(/\s+/g, ' ').trim()
}

/** Everything on the page that has this role and, when given, this name. */
export function allByRole(role: string, name?: string): HTMLElement[] {
  return [...document.body.querySelectorAll<HTMLElement>(`[role="${role}"]`)]
    .filter(element => name === undefined || words(element) === name)
}

/** The one element of this role and name. */
export function byRole(role: string, name?: string): HTMLElement {
  const [found, another] = allByRole(role, name)
  if (!found || another)
    throw new Error(`${found ? 'more than one' : 'no'} ${role} ${name ?? ''} among: ${allByRole(role).map(words).join(' | ')}`)
  return found
}

export const nameOf = words
/** What is written on the page, spaces folded. */
export const pageText = () => words(document.body)
