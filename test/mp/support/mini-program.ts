import { createRequire } from 'node:module'
import { join } from 'node:path'
import { vi } from 'vitest'

const require = createRequire(import.meta.url)
const { JSDOM }: { JSDOM: new (html: string, options: object) => { window: Window & typeof globalThis } } = require('jsdom')

type Callbacks<T> = T & { success?: (answer: unknown) => void, fail?: (answer: unknown) => void, complete?: (answer: unknown) => void }
/** The mini-program's interface, as far as the tests put something in its place. */
export interface Wx {
  request: (options: Callbacks<{ url: string, method?: string, data?: unknown }>) => void
  requestPayment: (options: Callbacks<Record<string, unknown>>) => void
  login: (options: Callbacks<object>) => void
  showToast: (options: Callbacks<{ title: string }>) => void
  navigateTo: (options: Callbacks<{ url: string }>) => void
  redirectTo: (options: Callbacks<{ url: string }>) => void
  switchTab: (options: Callbacks<{ url: string }>) => void
  showLoading: (options: Callbacks<object>) => void
  hideLoading: (options?: Callbacks<object>) => void
  getStorageSync: (key: string) => unknown
  setStorageSync: (key: string, value: unknown) => void
  removeStorageSync: (key: string) => void
}

interface PageInstance {
  setData: (...given: unknown[]) => void
  onLoad?: (query: Record<string, string>) => void
  onShow?: () => void
  onReady?: () => void
  onHide?: () => void
  onUnload?: () => void
}

interface Rendered {
  dom: HTMLElement
  instance: PageInstance
  attach: (parent: Element) => void
  detach: () => void
}

interface Simulate {
  load: (path: string, tag: string, options: object) => string
  render: (id: string) => Rendered
}

interface Exparser {
  Event: { create: (name: string, detail: object, options: object) => object, dispatchEvent: (target: unknown, event: object) => void }
}

export interface MpPage {
  instance: PageInstance
  /** All that can be read on it, blanks made one. */
  text: () => string
  /** @throws Error when there is none, naming what there is */
  find: (selector: string) => Element
  has: (selector: string) => boolean
  tap: (selector: string) => void
  hide: () => void
  show: () => void
  close: () => void
}

export interface MiniProgram {
  wx: Wx
  open: (route: string, query?: Record<string, string>) => Promise<MpPage>
  /** How often a page or component called `setData` since the start. */
  redraws: () => number
}

/** Lets everything that is due happen. Timers are fake: `ms` of the app's time pass. */
export const settle = (ms = 50) => vi.advanceTimersByTimeAsync(ms)

/**
 * Boots a compiled mp-weixin app into the global scope of this process: once per test file.
 *
 * @param root folder with app.json
 * @param prepare puts interfaces in place before the app runs
 */
export function boot(root: string, prepare: (wx: Wx) => void): MiniProgram {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  const { window } = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true })
  const scope = globalThis as unknown as Record<string, unknown>
  scope.window = window
  for (const name of ['document', 'Node', 'HTMLElement', 'Event', 'CustomEvent', 'Element', 'Text', 'MutationObserver'] as const)
    scope[name] = window[name]
  const simulate: Simulate = require('miniprogram-simulate')
  const exparser: Exparser = require('miniprogram-exparser')
  const wx = scope.wx as Wx
  const pages: { route: string }[] = []
  const redraws = definePages(scope, pages)
  prepare(wx)
  require(join(root, 'app.js'))

  async function open(route: string, query: Record<string, string> = {}): Promise<MpPage> {
    pages.push({ route })
    const page = simulate.render(simulate.load(join(root, route), 'page', { compiler: 'official', rootPath: root }))
    page.attach(window.document.body.appendChild(window.document.createElement('div')))
    page.instance.onLoad?.(query)
    page.instance.onShow?.()
    page.instance.onReady?.()
    await settle()
    const find = (selector: string) => page.dom.querySelector(scoped(selector)) ?? missing(selector, page.dom)
    return {
      instance: page.instance,
      text: () => (page.dom.textContent ?? '').replace(/\s+/g, ' ').trim(),
      find,
      has: selector => !!page.dom.querySelector(scoped(selector)),
      tap: selector => exparser.Event.dispatchEvent(
        (find(selector) as Element & { __wxElement: unknown }).__wxElement,
        exparser.Event.create('tap', {}, { bubbles: true, capturePhase: true, composed: true, extraFields: { touches: [], changedTouches: [] } }),
      ),
      hide: () => page.instance.onHide?.(),
      show: () => page.instance.onShow?.(),
      close() {
        page.instance.onUnload?.()
        page.detach()
        pages.pop()
      },
    }
  }
  return { wx, open, redraws }
}

/** Pages are components here; the route is what uni-app finds its page by. Returns the count of `setData`. */
function definePages(scope: Record<string, unknown>, pages: readonly { route: string }[]): () => number {
  interface Instance { route: string, setData: (...given: unknown[]) => void }
  interface Definition { methods?: { onLoad?: unknown }, created?: (this: Instance) => void }
  let redraws = 0
  const define = scope.Component as (definition: Definition) => unknown
  let app: object | undefined
  scope.App = (definition: { onLaunch?: (options: object) => void }) => {
    app = Object.assign({ globalData: {} }, definition)
    definition.onLaunch?.call(app, { path: '', query: {}, scene: 1001 })
  }
  scope.getApp = () => app
  scope.getCurrentPages = () => pages
  scope.Component = (definition: Definition) => {
    const { created } = definition
    const route = definition.methods?.onLoad ? pages.at(-1)?.route : undefined
    definition.created = function () {
      if (route)
        this.route = route
      const { setData } = this
      this.setData = (...given) => {
        redraws++
        setData.apply(this, given)
      }
      created?.call(this)
    }
    return define(definition)
  }
  scope.Page = scope.Component
  return () => redraws
}

/** The simulator puts the tag of the component before its class names: `.pay` is `.page--pay`. */
function scoped(selector: string): string {
  return selector.replace(/\.([\w-]+)/g, '[class~="$1"], [class*="--$1"]')
}

function missing(selector: string, dom: Element): never {
  throw new Error(`nothing matches ${selector} in ${dom.innerHTML.slice(0, 2000)}`)
}
