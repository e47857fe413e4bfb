import type { Backend, Clock, CreatePaymentResult, KeyValueStorage, PayOrder, PayPlatform, PayProvider, PayResult, ProviderId, QueryPaymentResult, VkPayOptions } from './types'
import type { VkLike } from './backends'
import { chooseBackend } from './backends'
import type { PayCore } from './core'
import { sweep } from './core'
import { ErrorCode, toVkPayError, VkPayError } from './errors'
import { createJournal } from './journal'
import { toLocaleId, translate } from './locale'
import { createOpenidCache } from './openid'
import { currentRoute, detectPlatform } from './platform'
import { defaultPollPolicy } from './poll'
import { builtInProviders, platformProvider } from './providers'
import { lateSuccess } from './result'
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
  readonly platform: PayPlatform
  readonly options: VkPayOptions
  /** The language of the moment. */
  readonly locale: NonNullable<VkPayOptions['locale']>
  readonly clock: Clock
  /** Channels of this platform, by id. */
  readonly providers: readonly PayProvider[]
  /** Adds a channel, or replaces the one of the same id. */
  register: (provider: PayProvider) => void
  /** Asks the server for a payment; where it will be paid is added. Answers with any `code`. @throws VkPayError when no answer came */
  createPayment: (order: PayOrder & { provider?: ProviderId }) => Promise<CreatePaymentResult>
  /** Asks the server about a payment. Answers with any `code`. @throws VkPayError when no answer came */
  queryPayment: (query: { out_trade_no: string, await_notify?: boolean, await_max_time?: number }) => Promise<QueryPaymentResult>
  /** Opens the cashier with the `orderInfo` of `createPayment`, and asks the server what came of it. Never rejects. */
  pay: (payment: { provider?: ProviderId, orderInfo: unknown, out_trade_no?: string, total_fee?: number }) => Promise<PayResult>
  /** A session of one's own, to be disposed by whoever made it. */
  session: () => PaySession
  /** Asks about every payment the journal still knows and no session looks after. Done by itself on launch and show. */
  resume: () => Promise<void>
}

const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: handle => clearTimeout(handle as number),
}

const uniStorage = (): KeyValueStorage => ({ get: uni.getStorageSync, set: uni.setStorageSync, remove: uni.removeStorageSync })

/** How long after the app learnt of a payment its page may still come up and be told, ms. */
const LEARNT_WINDOW_MS = 10_000

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
  const { clock = systemClock, storage = uniStorage(), functionName = 'vk-pay', requestTimeoutMs = 8000 } = options
  const platform = detectPlatform()
  const providers = new Map<ProviderId, PayProvider>([...builtInProviders, ...options.providers ?? []].map(provider => [provider.id, provider]))
  const locale = () => options.locale ?? toLocaleId(uni.getLocale?.())
  const t: PayCore['t'] = key => translate(locale(), key)
  let backend: Backend | undefined

  function call<T>(action: string, data: Record<string, unknown>): Promise<T> {
    const { vk } = uni as unknown as UniHost
    backend ??= chooseBackend(options.backend, vk?.isVkPay ? undefined : vk, functionName)
    return new Promise((resolve, reject) => {
      if (!backend)
        return reject(new VkPayError(ErrorCode.NO_BACKEND, t('noBackend')))
      const fail = (thrown: unknown) => reject(toVkPayError(thrown, ErrorCode.NETWORK))
      // a request that never ends is an answer that never came
      const timer = clock.setTimeout(
        () => fail(process.env.NODE_ENV === 'production' ? action : `${action}: no answer within ${requestTimeoutMs} ms`),
        requestTimeoutMs,
      )
      backend.call<T>(action, data).then(resolve, fail).finally(() => clock.clearTimeout(timer))
    })
  }

  const core: PayCore = {
    platform,
    clock,
    journal: createJournal(storage, clock.now),
    poll: options.poll ?? defaultPollPolicy,
    watchdogMs: options.watchdogMs ?? 3000,
    claimed: new Set(),
    learnt: new Map(),
    provider(id) {
      const provider = providers.get(id)
      if (!provider?.platforms.includes(platform))
        throw new VkPayError(ErrorCode.NOT_SUPPORTED, process.env.NODE_ENV === 'production' ? '' : `provider "${id}" cannot pay on ${platform}`, { field: 'provider' })
      return provider
    },
    defaultProvider: () => options.provider ?? platformProvider(),
    defaults: () => typeof options.defaults === 'function' ? options.defaults() : options.defaults,
    call,
    create(order, provider, openid) {
      const request: Record<string, unknown> = { ...order, openid, provider, vk_platform: platform }
      // #ifdef H5
      // Alipay signs where its page leads back to, so the server has to know
      request.return_url ??= core.returnUrl(String(order.out_trade_no))
      // #endif
      return call('pay/createPayment', request)
    },
    openid: createOpenidCache(platform, call, clock),
    returnUrl: no => typeof options.returnUrl === 'function' ? options.returnUrl(no) : options.returnUrl ?? pageUrl(),
    leave,
    t,
    locale,
  }

  async function createPayment(order: PayOrder & { provider?: ProviderId }): Promise<CreatePaymentResult> {
    const provider = order.provider ?? core.defaultProvider()
    const known = providers.get(provider)
    const whole = { ...core.defaults(), ...order }
    // without the number: whoever calls this goes on by itself
    const openid = whole.openid ?? (known && await core.openid(known, { ...whole, out_trade_no: '' }))
    return core.create(whole, provider, openid)
  }

  async function pay({ provider = core.defaultProvider(), orderInfo, ...given }: Parameters<VkPay['pay']>[0]): Promise<PayResult> {
    const session = createSession(core)
    // the server writes the order's number into orderInfo, so that its two documented arguments are enough
    const known = (orderInfo ?? {}) as { out_trade_no?: string, total_fee?: number }
    let closeSheet: (() => void) | undefined
    // #ifdef H5
    session.subscribe({
      onState({ code_url, expires_at }) {
        closeSheet?.()
        closeSheet = code_url ? showQrSheet({ codeUrl: code_url, expiresAt: expires_at, locale: locale(), onCheck: session.check, onDismiss: session.dismiss }) : undefined
      },
    })
    // #endif
    const stopWatching = watchVisibility(session)
    const result = await session.open({
      provider,
      orderInfo,
      out_trade_no: given.out_trade_no ?? known.out_trade_no ?? '',
      total_fee: given.total_fee ?? known.total_fee ?? 0,
    })
    stopWatching()
    closeSheet?.()
    session.dispose()
    return result
  }

  async function resume() {
    // #ifdef APP-PLUS
    // not waited for: the store may take its time, or never answer
    void Promise.all([...providers.values()].map(provider => provider.restore?.({ call })))
      .then(found => found.includes(true) ? askJournal() : undefined)
    // #endif
    await askJournal()
  }

  async function askJournal() {
    await sweep(core, core.journal.list().filter(entry => !core.claimed.has(entry.out_trade_no)), (entry, truth, answer, first) => {
      if (truth !== 'paid' || !first || core.learnt.has(entry.out_trade_no))
        return
      core.learnt.set(entry.out_trade_no, { entry, answer, untilMs: clock.now() + LEARNT_WINDOW_MS })
      options.onPaid?.(lateSuccess(core, entry, answer))
    })
  }

  const vkPay: VkPay = {
    platform,
    options,
    clock,
    get locale() { return locale() },
    get providers() { return [...providers.values()].filter(provider => provider.platforms.includes(platform)) },
    register: provider => void providers.set(provider.id, provider),
    createPayment,
    queryPayment: query => call('pay/queryPayment', query),
    pay,
    session: () => createSession(core),
    resume,
    install() {
      const host = uni as unknown as UniHost
      host.$vkPay = vkPay
      // pages of the seed's kind write `const vk = uni.vk`; where the framework is absent, this is enough for them
      host.vk ??= {
        isVkPay: true,
        callFunction: ({ url, data = {} }) => url === 'pay/createPayment' ? createPayment(data as PayOrder) : call(url, data),
      }
      void resume()
      host.onAppShow?.(() => void resume())
    },
  }
  return vkPay
}

/** The client that was installed; one with default settings when none was. */
export function useVkPay(): VkPay {
  const host = uni as unknown as UniHost
  return host.$vkPay ??= createVkPay()
}

function pageUrl(): string {
  let url = currentRoute()
  // #ifdef H5
  url = returnAddress()
  // #endif
  return url
}

/** Leaves the page for the channel's own. */
function leave(url: string) {
  // #ifdef H5
  location.href = url
  // #endif
  return url
}

/** Tells a session without a page when the app is shown and hidden. */
function watchVisibility(session: PaySession): () => void {
  const { pageShown, pageHidden } = session
  let stop = () => {}
  // #ifdef H5
  const changed = () => document.hidden ? pageHidden() : pageShown()
  document.addEventListener('visibilitychange', changed)
  stop = () => document.removeEventListener('visibilitychange', changed)
  // #endif
  // #ifndef H5
  const follow = (way: 'on' | 'off') => {
    uni[`${way}AppShow`]?.(pageShown)
    uni[`${way}AppHide`]?.(pageHidden)
  }
  follow('on')
  stop = () => follow('off')
  // #endif
  return stop
}
