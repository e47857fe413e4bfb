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
  requestVirtualPayment: (options: Callbacks<Record<string, unknown>>) => void
  /** Douyin's. */
  pay: (options: Callbacks<Record<string, unknown>>) => void
  login: (options: Callbacks<object>) => void
  showToast: (options: Callbacks<{ title: string }>) => void
  navigateTo: (options: Callbacks<{ url: string }>) => void
  redirectTo: (options: Callbacks<{ url: string }>) => void
  switchTab: (options: Callbacks<{ url: string }>) => void
  reLaunch: (options: Callbacks<{ url: string }>) => void
  createAnimation: () => object
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
  /** Tags, class names and blanks between them. @throws Error when there is none, naming what there is */
  find: (selector: string) => Element
  all: (selector: string) => Element[]
  has: (selector: string) => boolean
  /** The first that fits, or the one given. */
  tap: (target: string | Element) => void
  hide: () => void
  show: () => void
  close: () => void
}

/** What pages and components sent to the renderer. */
export interface Traffic {
  calls: number
  /** Of the data, as JSON in UTF-8. */
  bytes: number
  /** What the simulator took to draw them, ms; on a phone that is another thread's work. */
  drawnMs: number
}

export interface MiniProgram {
  open: (route: string, query?: Record<string, string>) => Promise<MpPage>
  /** `setData` since the start. */
  traffic: () => Traffic
  /** Ends the app as a system does, without a word to it, and starts it again. What is stored stays. */
  relaunch: () => void
}

export interface Instance extends Record<string, unknown> {
  route: string
  setData: (data: unknown, ...given: unknown[]) => void
  triggerEvent: (...given: unknown[]) => void
}

type Lifetimes = Partial<Record<'created' | 'attached' | 'ready', (this: Instance) => void>>

export interface Definition extends Lifetimes {
  methods?: { onLoad?: unknown }
  options?: Record<string, unknown>
  lifetimes?: Lifetimes
}

/** How a platform's base library differs from the simulator, which is WeChat's. */
export interface Dialect {
  /** The platform's interface, put into the global scope under its name. */
  host: (scope: Record<string, unknown>) => Wx
  /** Runs for each instance before the app hears of it. */
  created?: (instance: Instance, isPage: boolean) => void
  /** What the app's call of `Component` comes to. */
  define?: (definition: Definition) => Definition
  /** What its call of `Page` comes to. */
  page?: (definition: Definition) => Definition
}

const weixin: Dialect = { host: scope => scope.wx as Wx }

/** Lets everything that is due happen. Timers are fake: `ms` of the app's time pass. */
export const settle = (ms = 50) => vi.advanceTimersByTimeAsync(ms)

/**
 * Boots a compiled mini-program into the global scope of this process: once per test file.
 *
 * @param root folder with app.json, in WeChat's form
 * @param prepare puts interfaces in place before the app runs
 */
export function boot(root: string, prepare: (wx: Wx) => void, dialect: Dialect = weixin): MiniProgram {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  const { window } = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true })
  const scope = globalThis as unknown as Record<string, unknown>
  scope.window = window
  for (const name of ['document', 'Node', 'HTMLElement', 'Event', 'CustomEvent', 'Element', 'Text', 'MutationObserver'] as const)
    scope[name] = window[name]
  const simulate: Simulate = require('miniprogram-simulate')
  const exparser: Exparser = require('miniprogram-exparser')
  const define = scope.Component as (definition: Definition) => unknown
  const { body } = window.document
  const pages: { route: string }[] = []
  const sent = { calls: 0, bytes: 0, drawnMs: 0 }
  let life = 0

  function start() {
    life++
    definePages(scope, { define, dialect, pages, sent })
    prepare(dialect.host(scope))
    require(join(root, 'app.js'))
  }

  function relaunch() {
    // which would put the clock back to its start
    const now = Date.now()
    vi.clearAllTimers()
    vi.setSystemTime(now)
    body.replaceChildren()
    pages.length = 0
    for (const file of Object.keys(require.cache).filter(one => one.startsWith(root)))
      delete require.cache[file]
    start()
  }

  async function open(route: string, query: Record<string, string> = {}): Promise<MpPage> {
    const born = life
    pages.push({ route })
    const page = simulate.render(simulate.load(join(root, route), 'page', { compiler: 'official', rootPath: root }))
    page.attach(body.appendChild(window.document.createElement('div')))
    page.instance.onLoad?.(query)
    page.instance.onShow?.()
    page.instance.onReady?.()
    await settle()
    const all = (selector: string) => select(page.dom, selector)
    const find = (selector: string) => all(selector)[0] ?? missing(selector, page.dom)
    return {
      instance: page.instance,
      text: () => (page.dom.textContent ?? '').replace(/\s+/g, ' ').trim(),
      find,
      all,
      has: selector => all(selector).length > 0,
      tap: target => exparser.Event.dispatchEvent(
        ((typeof target === 'string' ? find(target) : target) as Element & { __wxElement: unknown }).__wxElement,
        exparser.Event.create('tap', {}, { bubbles: true, capturePhase: true, composed: true, extraFields: { touches: [], changedTouches: [] } }),
      ),
      hide: () => page.instance.onHide?.(),
      show: () => page.instance.onShow?.(),
      close() {
        // a page of an app that was ended hears no more
        if (born !== life)
          return
        page.instance.onUnload?.()
        page.detach()
        pages.pop()
      },
    }
  }

  start()
  return { open, traffic: () => ({ ...sent }), relaunch }
}

interface Ground {
  define: (definition: Definition) => unknown
  dialect: Dialect
  pages: readonly { route: string }[]
  sent: Traffic
}

/** Pages are components here; the route is what uni-app finds its page by. */
function definePages(scope: Record<string, unknown>, { define, dialect, pages, sent }: Ground) {
  let app: object | undefined
  scope.App = (definition: { onLaunch?: (options: object) => void }) => {
    app = Object.assign({ globalData: {} }, definition)
    definition.onLaunch?.call(app, { path: '', query: {}, scene: 1001 })
  }
  scope.getApp = () => app
  scope.getCurrentPages = () => pages
  scope.Component = (given: Definition) => {
    const definition = dialect.define?.(given) ?? given
    const isPage = !!definition.methods?.onLoad
    const route = pages.at(-1)?.route ?? ''
    const at: Lifetimes = definition.lifetimes ?? definition
    const { created, attached, ready } = at
    const drawn = new WeakSet<Instance>()
    at.ready = function () {
      if (!drawn.has(this))
        ready?.call(this)
      drawn.add(this)
    }
    at.attached = function () {
      attached?.call(this)
      // the simulator forgets those that come after their page
      void Promise.resolve().then(() => at.ready!.call(this))
    }
    at.created = function () {
      if (isPage)
        this.route = route
      const { setData } = this
      this.setData = (data, ...given) => {
        sent.calls++
        sent.bytes += new TextEncoder().encode(JSON.stringify(data)).length
        const startedAt = performance.now()
        setData.call(this, data, ...given)
        sent.drawnMs += performance.now() - startedAt
      }
      dialect.created?.(this, isPage)
      created?.call(this)
    }
    return define(definition)
  }
  scope.Page = (definition: Definition) => (scope.Component as (definition: Definition) => unknown)(dialect.page?.(definition) ?? definition)
}

/** `tag.class .class` inside of `root`, in order. The simulator puts the tag of the component before class names: `.pay` is `.page--pay`. */
function select(root: Element, selector: string): Element[] {
  const [own = '', ...outer] = selector.trim().split(/\s+/).reverse()
  return [...root.querySelectorAll('*')].filter((element) => {
    let at: Element | null = element
    return fits(element, own) && outer.every((one) => {
      do at = at!.parentElement
      while (at && at !== root && !fits(at, one))
      return at && at !== root
    })
  })
}

function fits(element: Element, compound: string): boolean {
  const [tag = '', ...names] = compound.split('.')
  const classes = [...element.classList]
  return (!tag || element.localName === tag) && names.every(name => classes.some(one => one === name || one.endsWith(`--${name}`)))
}

function missing(selector: string, dom: Element): never {
  throw new Error(`nothing matches ${selector} in ${dom.innerHTML.slice(0, 2000)}`)
}
