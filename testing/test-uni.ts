type Listener = (...args: unknown[]) => void
type Options = Record<string, unknown> & { success?: Listener, fail?: Listener, complete?: Listener }

export interface TestUniOptions {
  /** The page on top, as `getCurrentPages()` names it. @default 'pages/index/index' */
  route?: string
  /** What that page was opened with: what `onLoad` gets. @default {} */
  query?: Record<string, string>
  /** What `uni.getLocale()` answers. @default 'zh-Hans' */
  locale?: string
}

/** A call of `uni` that shows or opens something, with its options. */
export interface UniCall {
  /** Such as `showToast` or `navigateTo`. */
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
}

export interface TestUni {
  /** What was shown and opened, oldest first: `showToast`, `showLoading`, `showModal`, `navigateTo` … */
  readonly calls: readonly UniCall[]
  /** The page comes into view again, as when the payer comes back from the cashier. */
  show: () => void
  /** The page is left for something else. */
  hide: () => void
  /** Another page is on top from now on, opened with `query`. @default {} */
  setRoute: (route: string, query?: Record<string, string>) => void
  /** Takes `uni` and `getCurrentPages` away again. Can be called twice. */
  remove: () => void
}

/** They do nothing but be remembered, and succeed. */
const REMEMBERED = ['showToast', 'hideToast', 'showLoading', 'hideLoading', 'showModal', 'navigateTo', 'redirectTo', 'reLaunch', 'switchTab', 'navigateBack', 'setNavigationBarTitle', 'vibrateShort']
/** No network and no cashier: they fail as they do without one. */
const FAILING = ['request', 'requestPayment', 'login', 'getProvider']

/**
 * Puts a `uni` where a test process has none: storage, events, app show and hide, language, and
 * toasts and navigation that are remembered. Nothing happens before it is called.
 *
 * @throws Error when there is a `uni` already: on a real platform its own is the right one
 */
export function installTestUni({ route = 'pages/index/index', query = {}, locale = 'zh-Hans' }: TestUniOptions = {}): TestUni {
  const world = globalThis as unknown as Record<string, unknown>
  if (world.uni !== undefined)
    throw new Error('installTestUni: there is a uni already; remove() the one of the last test first')
  const calls: UniCall[] = []
  const kept = new Map<string, string>()
  const events = new Map<string, Set<Listener>>()
  const on = (event: string, listener: Listener) => void events.set(event, (events.get(event) ?? new Set()).add(listener))
  const off = (event: string, listener?: Listener) => void (listener ? events.get(event)?.delete(listener) : events.delete(event))
  const emit = (event: string, ...args: unknown[]) => [...events.get(event) ?? []].forEach(listener => listener(...args))

  const remembered = (name: string) => (options: Options = {}) => {
    calls.push({ name, options })
    const answer = { errMsg: `${name}:ok`, ...name === 'showModal' && { confirm: true, cancel: false } }
    options.success?.(answer)
    options.complete?.(answer)
    return Promise.resolve(answer)
  }
  const failing = (name: string) => (options: Options = {}) => {
    const answer = { errMsg: `${name}:fail there is none in a test; use createMockPayment` }
    options.fail?.(answer)
    options.complete?.(answer)
  }
  const byName = (names: readonly string[], make: (name: string) => unknown) => Object.fromEntries(names.map(name => [name, make(name)]))

  let pages = [{ route, options: query }]
  const currentPages = () => pages
  const uni = {
    getStorageSync: (key: string) => kept.has(key) ? JSON.parse(kept.get(key)!) as unknown : '',
    setStorageSync: (key: string, value: unknown) => void kept.set(key, JSON.stringify(value)),
    removeStorageSync: (key: string) => void kept.delete(key),
    clearStorageSync: () => kept.clear(),
    getLocale: () => locale,
    $on: on,
    $off: off,
    $emit: emit,
    onAppShow: (listener: Listener) => on('app show', listener),
    offAppShow: (listener?: Listener) => off('app show', listener),
    onAppHide: (listener: Listener) => on('app hide', listener),
    offAppHide: (listener?: Listener) => off('app hide', listener),
    ...byName(REMEMBERED, remembered),
    ...byName(FAILING, failing),
  }
  const before = world.getCurrentPages
  Object.assign(world, { uni, getCurrentPages: currentPages })

  return {
    calls,
    show: () => emit('app show', {}),
    hide: () => emit('app hide'),
    setRoute: (next, options = {}) => void (pages = [{ route: next, options }]),
    remove() {
      if (world.uni === uni)
        delete world.uni
      if (world.getCurrentPages === currentPages)
        world.getCurrentPages = before
    },
  }
}
