import type { Backend, Clock, CreatePaymentResult, KeyValueStorage, PayOrder, PayPlatform, PayProvider, PayResult, ProviderId, QueryPaymentResult, VkPayOptions } from './types'
import type { VkLike } from './backends'
import { chooseBackend } from './backends'
import type { PayCore, Watcher } from './core'
import { CREATE, QUERY, REQUEST_TIMEOUT_MS, sweep } from './core'
import { ErrorCode, toVkPayError, VkPayError } from './errors'
import type { Journal } from './journal'
import { createJournal } from './journal'
import { toLocaleId, translate } from './locale'
import type { Wording } from './locale/translator'
import { createOpenidCache } from './openid'
import { detectPlatform, followApp } from './platform'
import { builtInProviders, platformProvider } from './providers'
import type { PaySession } from './session'
import { createSession } from './session'
// #ifdef H5
import { showQrSheet } from './qr-sheet'
import { returnAddress } from './return-address'
// #endif

/** The payment client of an app. */
export interface VkPay {
  /** For `app.use(vkPay)`: makes it the one that components, composables and `vk-pay.js` use. */
  install: (app?: unknown) => void
  /** Where this build runs. */
  readonly platform: PayPlatform
  /** What it was made with. */
  readonly options: VkPayOptions
  /** The language of the moment. */
  readonly locale: NonNullable<VkPayOptions['locale']>
  /** The time it goes by. */
  readonly clock: Clock
  /** Channels of this platform, by id. */
  readonly providers: readonly PayProvider[]
  /** Adds a channel, or replaces the one of the same id. */
  register: (provider: PayProvider) => void
  /**
   * Asks the server for a payment; openid and where it will be paid are added. `send` calls a function
   * of your own instead of `pay/createPayment`. Answers with any `code`. @throws VkPayError when no answer came
   */
  createPayment: (order: PayOrder & { provider?: ProviderId }, send?: Backend['call']) => Promise<CreatePaymentResult>
  /** Asks the server about a payment. Answers with any `code`. @throws VkPayError when no answer came */
  queryPayment: (query: { out_trade_no: string, await_notify?: boolean, await_max_time?: number }) => Promise<QueryPaymentResult>
  /** Opens the cashier with the `orderInfo` of `createPayment`, and asks the server what came of it. Never rejects. */
  pay: (payment: { provider?: ProviderId, orderInfo: unknown, out_trade_no?: string, total_fee?: number }) => Promise<PayResult>
  /** A session of one's own, to be disposed by whoever made it. */
  session: () => PaySession
  /** Asks about every payment the journal still knows and no session looks after. Done by itself on launch and show. */
  resume: () => Promise<void>
  /** The unfinished payments of this device, by order number. */
  readonly journal: Journal
  /**
   * Tells of every change of the journal, and of every payment that ended, with its result: whoever
   * keeps a list needs no session. @returns ends it
   */
  watch: (listener: Watcher) => () => void
}

const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: handle => clearTimeout(handle as number),
}

/** What an author reads who forgot it, in whatever language: it is code. */
const NO_BACKEND = 'main: app.use(createVkPay({ backend }))'

const uniStorage = (): KeyValueStorage => ({ get: uni.getStorageSync, set: uni.setStorageSync })

/** Tells a session without a page when the app is shown and hidden. */
let follow = followApp
// #ifdef H5
follow = (shown, hidden) => {
  const changed = () => document.hidden ? hidden() : shown()
  document.addEventListener('visibilitychange', changed)
  return () => document.removeEventListener('visibilitychange', changed)
}
// #endif

/** Where the app-wide client and the small `vk` stand: on `uni`, as the vk framework does it. */
interface UniHost {
  vk?: VkLike & { isVkPay?: boolean }
  $vkPay?: VkPay
  onAppShow?: (run: () => void) => void
}

/**
 * Makes the payment client: `app.use(createVkPay({ backend: 'https://…/vk-pay' }))` in main.
 * With a linked service space, or the vk framework, no option is needed.
 */
export function createVkPay(options: VkPayOptions = {}): VkPay {
  const { clock = systemClock, storage = uniStorage(), functionName = 'vk-pay', requestTimeoutMs = REQUEST_TIMEOUT_MS } = options
  const providers = new Map([...builtInProviders, ...options.providers || []].map(provider => [provider.id, provider]))
  const watchers = new Set<Watcher>()
  const notify: Watcher = result => watchers.forEach(watcher => watcher(result))
  const journal = createJournal(storage, clock.now, notify)
  const here = (provider: PayProvider | undefined): provider is PayProvider => !!provider && provider.platforms.includes(detectPlatform())
  const locale = () => options.locale || toLocaleId(uni.getLocale && uni.getLocale())
  const wording: Wording = { get locale() { return locale() }, options }
  let backend: Backend | undefined

  function call<T>(action: string, data: Record<string, unknown>): Promise<T> {
    const { vk } = uni as unknown as UniHost
    backend ??= chooseBackend(options.backend, vk && vk.isVkPay ? undefined : vk, functionName)
    return new Promise((resolve, reject) => {
      if (!backend)
        return reject(new VkPayError(ErrorCode.NO_BACKEND, NO_BACKEND))
      const fail = (thrown: unknown) => reject(toVkPayError(thrown, ErrorCode.NETWORK))
      // a request that never ends is an answer that never came
      const timer = clock.setTimeout(
        () => fail(process.env.NODE_ENV === 'production' ? action : `${action}: no answer within ${requestTimeoutMs} ms`),
        requestTimeoutMs,
      )
      backend.call<T>(action, data).then(resolve, fail).finally(() => clock.clearTimeout(timer))
    })
  }

  const openidOf = createOpenidCache(detectPlatform(), call, clock)
  const core: PayCore = {
    clock,
    journal,
    options,
    owners: new Map(),
    pages: new Map(),
    untold: new Set(),
    announced: new Set(),
    notify,
    provider(id) {
      const provider = providers.get(id)
      if (!here(provider))
        throw new VkPayError(ErrorCode.NOT_SUPPORTED, process.env.NODE_ENV === 'production' ? '' : `provider "${id}" cannot pay on ${detectPlatform()}`, { field: 'provider' })
      return provider
    },
    defaultProvider: () => options.provider || platformProvider(),
    fill: order => ({ ...(typeof options.defaults === 'function' ? options.defaults() : options.defaults), ...order }),
    call,
    async create(order, id, before, send = call) {
      const provider = providers.get(id)
      const openid = order.openid || (provider && await openidOf(
        provider,
        // #ifdef H5
        // the page may be left for the openid: who comes without a session goes on by itself afterwards
        before ? order : { ...order, out_trade_no: '' },
        // #endif
      ))
      if (before)
        before()
      const request: Record<string, unknown> = { ...order, openid, provider: id, vk_platform: detectPlatform() }
      // #ifdef H5
      // Alipay signs where its page leads back to, so the server has to know
      request.return_url ??= core.returnUrl(String(order.out_trade_no))
      // #endif
      return send(CREATE, request)
    },
    returnUrl(no) {
      let url = ''
      // #ifdef H5
      url = typeof options.returnUrl === 'function' ? options.returnUrl(no) : options.returnUrl ?? returnAddress()
      // #endif
      return url
    },
    t: key => translate(wording, key),
    locale,
  }

  const createPayment: VkPay['createPayment'] = (order, send) => core.create(core.fill(order), order.provider || core.defaultProvider(), undefined, send)

  async function pay({ provider = core.defaultProvider(), orderInfo, ...given }: Parameters<VkPay['pay']>[0]): Promise<PayResult> {
    const session = createSession(core)
    // the server writes the order's number into orderInfo, so that its two documented arguments are enough
    const { out_trade_no = '', total_fee = 0 } = { ...given, ...orderInfo as Partial<typeof given> }
    let closeSheet: (() => void) | undefined
    // #ifdef H5
    session.subscribe({
      onState({ code_url, expires_at }) {
        closeSheet?.()
        closeSheet = code_url ? showQrSheet({ codeUrl: code_url, expiresAt: expires_at, wording, theme: options.theme, onCheck: session.check, onDismiss: session.dismiss }) : undefined
      },
    })
    // #endif
    const stopFollowing = follow(session.pageShown, session.pageHidden)
    const result = await session.open({ provider, orderInfo, out_trade_no, total_fee })
    stopFollowing()
    // #ifdef H5
    closeSheet?.()
    // #endif
    session.dispose()
    return result
  }

  function askJournal() {
    return sweep(core, ({ out_trade_no: no }) => !core.owners.has(no), true)
  }

  let resume = askJournal
  // #ifdef APP-PLUS
  resume = () => {
    // not waited for: the store may take its time, or never answer
    void Promise.all([...providers.values()].map(provider => provider.restore?.({ call })))
      .then(found => found.includes(true) ? askJournal() : undefined)
    return askJournal()
  }
  // #endif

  const vkPay: VkPay = {
    platform: detectPlatform(),
    options,
    clock,
    journal,
    get locale() { return locale() },
    get providers() { return [...providers.values()].filter(here) },
    register: provider => void providers.set(provider.id, provider),
    createPayment,
    queryPayment: query => call(QUERY, query),
    pay,
    session: () => createSession(core),
    resume,
    watch(listener) {
      watchers.add(listener)
      return () => void watchers.delete(listener)
    },
    install() {
      const host = uni as unknown as UniHost
      host.$vkPay = vkPay
      // pages of the seed's kind write `const vk = uni.vk`; where the framework is absent, this is enough for them
      host.vk ??= {
        isVkPay: true,
        callFunction: ({ url, data = {} }) => url === CREATE ? createPayment(data as PayOrder) : call(url, data),
      }
      void resume()
      if (host.onAppShow)
        host.onAppShow(() => void resume())
    },
  }
  return vkPay
}

/** The client that was installed; one with default settings when none was. */
export function useVkPay(): VkPay {
  const host = uni as unknown as UniHost
  return host.$vkPay ??= createVkPay()
}
