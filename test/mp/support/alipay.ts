import type { Definition, Dialect, Instance, Wx } from './mini-program'

interface Props extends Record<string, unknown> {
  onRef?: (component: unknown) => void
}
type Handler = (given: unknown) => unknown
type Hook = (this: AlipayInstance, given?: unknown) => void

interface AlipayInstance extends Instance {
  props: Props
  data: Record<string, unknown>
  selectOwnerComponent: () => Record<string, unknown> | null
}

interface AlipayDefinition extends Record<string, unknown> {
  data?: Record<string, unknown>
  props?: Props
  methods?: Record<string, Hook>
  onLoad?: Hook
  onInit?: Hook
  deriveDataFromProps?: Hook
  didMount?: Hook
  didUnmount?: Hook
}

/** Events of our components, and what uni-app gives every component. */
const functions = ['onVI', 'onRef', 'onSuccess', 'onFail', 'onCancel', 'onPending', 'onStateChange', 'onPress', 'onChoose', 'onLeave', 'onFinish', 'onRepay', 'onRefresh', 'onChange', 'onClick']

/**
 * Alipay's base library (component2) on the simulator's: a page is an object and not a component;
 * what a component is given, functions included, is in `props`; and nothing of it is drawn before
 * `onLoad` or `onInit` has run, so that no child is ever made without its props.
 */
export function alipay(): Dialect {
  return {
    host(scope) {
      const wx = { ...scope.wx as Wx }
      scope.my = new Proxy(toMy(wx), {
        get: (target, name) => name in target ? target[name] : typeof name !== 'string' || /^\$|^dd$|^specialMethods$/.test(name) ? undefined : () => undefined,
      })
      return wx
    },
    page: definition => toPage(definition as unknown as AlipayDefinition),
    define: definition => definition.methods?.onLoad ? definition : toComponent(definition as unknown as AlipayDefinition),
  }
}

function toPage(given: AlipayDefinition): Definition {
  const { data, ...rest } = given
  return {
    data: { ...data },
    methods: {
      ...rest,
      onLoad(this: AlipayInstance, query: unknown) {
        given.onLoad?.call(this, query)
        this.setData({ $drawn: true })
      },
    },
  } as Definition
}

function toComponent(given: AlipayDefinition): Definition {
  const keys = [...Object.keys(given.props ?? {}).filter(key => key !== 'onVI'), 'uS', ...functions]
  const properties = Object.fromEntries(keys.map(key => [key, {
    type: null,
    value: key === 'uS' || functions.includes(key) ? '' : given.props?.[key] ?? '',
    observer(this: AlipayInstance) {
      if (!this.props)
        return
      const next = propsOf(this, keys)
      given.deriveDataFromProps?.call(this, next)
      this.props = next
    },
  }]))
  return {
    properties,
    options: { multipleSlots: true },
    data: { ...given.data },
    methods: { ...given.methods },
    attached(this: AlipayInstance) {
      this.props = propsOf(this, keys)
      given.onInit?.call(this)
      given.deriveDataFromProps?.call(this, this.props)
      const slots = this.props.uS as string[] | ''
      this.setData({ $drawn: true, $slots: Object.fromEntries((slots || []).map(name => [name, true])) })
    },
    ready(this: AlipayInstance) {
      this.props.onRef?.(this)
      given.didMount?.call(this)
    },
    detached(this: AlipayInstance) {
      given.didUnmount?.call(this)
    },
  } as unknown as Definition
}

function propsOf(instance: AlipayInstance, keys: readonly string[]): Props {
  const parent = instance.selectOwnerComponent()
  const props: Props = {}
  for (const key of keys) {
    const value = instance.data[key]
    if (key === 'uR')
      props[key] = (parent?.data as AlipayInstance['data'] | undefined)?.[String(value)]
    else if (!functions.includes(key))
      props[key] = value
    else if (value)
      props[key] = (given: unknown) => (parent?.[String(value)] as Handler | undefined)?.call(parent, given)
  }
  return props
}

/** The phone speaks WeChat's dialect; Alipay's has other names and other forms. */
function toMy(wx: Wx): Record<string | symbol, unknown> {
  interface Named { key: string, data?: unknown }
  return {
    canIUse: (name: string) => name === 'component2' || name === 'request',
    getSystemInfoSync: () => ({ platform: 'iOS', pixelRatio: 2, windowWidth: 375, windowHeight: 667, SDKVersion: '2.8', language: 'zh-Hans' }),
    createAnimation: () => wx.createAnimation(),
    getStorageSync: ({ key }: Named) => ({ data: wx.getStorageSync(key) || null }),
    setStorageSync: ({ key, data }: Named) => wx.setStorageSync(key, data),
    removeStorageSync: ({ key }: Named) => wx.removeStorageSync(key),
    showToast: ({ content }: { content: string }) => wx.showToast({ title: content }),
    ...Object.fromEntries((['navigateTo', 'redirectTo', 'switchTab', 'reLaunch'] as const).map(name =>
      [name, (options: { url: string }) => wx[name](options)])),
    getAuthCode: ({ success, fail }: { success?: (answer: unknown) => void, fail?: (answer: unknown) => void }) => wx.login({
      success: answer => success?.({ authCode: (answer as { code: string }).code }),
      fail: () => fail?.({ error: 11, errorMessage: '用户取消授权' }),
    }),
    tradePay: (options: Record<string, unknown>) => wx.requestPayment(options),
    request: ({ success, ...options }: Parameters<Wx['request']>[0]) => wx.request({
      ...options,
      success: answer => success?.({ status: 200, ...answer as object }),
    }),
  }
}
