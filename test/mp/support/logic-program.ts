import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * mp-alipay without its renderer: the compiled JavaScript of pages and components runs for real,
 * the templates are read for which handler and which props a tag has.
 */
const require = createRequire(import.meta.url)

type Data = Record<string, unknown>
type Handler = (event: unknown) => void
interface Instance extends Data {
  data: Data
  props: Data
  setData: (data: Data, done?: () => void) => void
}
interface Definition extends Data {
  data?: Data | (() => Data)
  props?: Data
  methods?: Record<string, Handler>
  onInit?: () => void
  deriveDataFromProps?: (next: Data) => void
  didMount?: () => void
  didUnmount?: () => void
  onLoad?: (query: Data) => void
  onShow?: () => void
  onHide?: () => void
  onReady?: () => void
  onUnload?: () => void
}

export interface LogicPage {
  /** Taps the first tag of a component's template that has a tap handler. */
  tap: () => void
  readonly data: Data
  /** Data of the component. */
  readonly component: Data
  hide: () => void
  show: () => void
  close: () => void
}

/**
 * Boots the compiled mp-alipay app at `root` into the global scope: once per test file.
 *
 * @param root folder with app.json
 * @param my the platform's interface, as far as the app uses it; anything else does nothing
 */
export function bootLogic(root: string, my: Record<string, unknown>) {
  const scope = globalThis as unknown as Record<string, unknown>
  const defined = new Map<string, Definition>()
  const pages: { route: string }[] = []
  let loading = ''
  let app: object | undefined
  const known: Record<string | symbol, unknown> = { canIUse: (name: string) => name === 'component2' || name === 'request', getSystemInfoSync: () => ({ platform: 'iOS', pixelRatio: 2, windowWidth: 375, SDKVersion: '2.8', language: 'zh-Hans' }), ...my }
  scope.my = new Proxy(known, {
    get: (target, name) => name in target ? target[name] : typeof name !== 'string' || /^\$|^dd$|^specialMethods$/.test(name) ? undefined : () => undefined,
    has: (target, name) => name in target,
  })
  scope.App = (definition: { onLaunch?: (options: object) => void }) => {
    app = Object.assign({ globalData: {} }, definition)
    definition.onLaunch?.call(app, { path: '', query: {} })
  }
  scope.getApp = () => app
  scope.getCurrentPages = () => pages
  scope.Page = scope.Component = (definition: Definition) => void defined.set(loading, definition)
  require(join(root, 'app.js'))

  function load(path: string): Definition {
    if (!defined.has(path)) {
      loading = path
      require(join(root, `${path}.js`))
    }
    return defined.get(path)!
  }

  function make(definition: Definition, more: Data): Instance {
    const data = { ...(typeof definition.data === 'function' ? definition.data() : definition.data) }
    return Object.assign({ props: {} }, definition, definition.methods, more, {
      data,
      setData(this: Instance, changed: Data, done?: () => void) {
        Object.assign(this.data, changed)
        done?.()
      },
    }) as Instance
  }

  const template = (path: string) => readFileSync(join(root, `${path}.axml`), 'utf8')
  const call = (instance: Instance, name: keyof Definition & string, ...args: unknown[]) =>
    (instance[name] as ((...given: unknown[]) => void) | undefined)?.apply(instance, args)

  /** Opens a page, and the component in it whose tag is given. */
  async function open(route: string, tag: string, settle: () => Promise<unknown>): Promise<LogicPage> {
    pages.push({ route })
    const page = make(load(route), { route })
    call(page, 'onLoad', {})
    call(page, 'onShow')
    call(page, 'onReady')
    await settle()

    const path = `uni_modules/vk-uni-pay/components/${tag}/${tag}`
    const definition = load(path)
    const [, attributes = ''] = new RegExp(`<${tag} ([^>]*)>`).exec(template(route)) ?? []
    const props: Data = { ...definition.props, onVI: (detail: unknown) => (page.__l as Handler)(detail) }
    for (const [, name = '', value = ''] of attributes.matchAll(/([\w-]+)="([^"]*)"/g)) {
      const key = /^\{\{(\w+)/.exec(value)?.[1]
      if (name.startsWith('on') && name !== 'onVI' && key)
        props[name] = (event: unknown) => (page[page.data[key] as string] as Handler)(event)
      else if (name === 'u-i')
        props.uI = value
      else if (name === 'u-p' && key)
        props.uP = page.data[key]
    }
    const component = make(definition, { is: path, props })
    call(component, 'onInit')
    call(component, 'deriveDataFromProps', props)
    call(component, 'didMount')
    await settle()

    return {
      data: page.data,
      get component() { return component.data },
      tap() {
        const key = /onTap="\{\{(\w+)\}\}"/.exec(template(path))![1]!
        ;(component[component.data[key] as string] as Handler)({ type: 'tap', target: { dataset: {} }, currentTarget: { dataset: {} }, detail: {} })
      },
      hide: () => call(page, 'onHide'),
      show: () => call(page, 'onShow'),
      close() {
        call(component, 'didUnmount')
        call(page, 'onUnload')
        pages.pop()
      },
    }
  }
  return { open }
}
