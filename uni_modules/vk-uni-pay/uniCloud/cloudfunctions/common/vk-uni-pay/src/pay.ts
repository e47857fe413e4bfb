/** Puts the parts together: one payment service over a config, a store and a folder of handlers. */
import { randomBytes } from 'node:crypto'
import type { Action, ActionCall, ActionTable } from './actions'
import type { ConfigInput } from './config'
import type { CoreDeps, HandlerVkFactory } from './core/deps'
import type { HandlerTable } from './core/handlers'
import type { Answer, ClientContext, Env, HttpAnswer, HttpPort, Logger, RawRequest } from './core/ports'
import type { ChannelContext, Provider } from './core/provider'
import type { Store } from './core/store'
import { findAction } from './actions'
import { createConfig } from './config'
import { clientContext } from './context'
import { checkBill } from './core/check-bill'
import { closePayment } from './core/close-payment'
import { createPayment } from './core/create-payment'
import type { DoctorAnswer, DoctorOptions } from './core/doctor'
import { doctor, withFindings } from './core/doctor'
import { PayCode, PayError, safeText } from './core/errors'
import type { CallFunction } from './core/forward'
import { createForwarder } from './core/forward'
import { health } from './core/health'
import { listProviders } from './core/list-providers'
import { code2Session, pageLogin } from './core/login'
import { handleNotification } from './core/notify'
import { queryPayment } from './core/query-payment'
import { verifyReceipt } from './core/receipt'
import { queryRefund, refund } from './core/refund'
import type { ReconcileAnswer, ReconcileOptions } from './core/reconcile'
import { reconcile } from './core/reconcile'
import { timeline } from './core/timeline'
import { queryTransfer, transfer } from './core/transfer'
import { logins, providers as builtIn } from './providers'

export interface PayOptions {
  /** Where the config is: an object, a folder, or the uni-config-center. */
  config: ConfigInput
  /** The database. */
  store: Store
  /** Handlers by order type. */
  handlers: HandlerTable
  /** What handlers get as `util.vk`, `util.db` and `util._`. */
  handlerVk: HandlerVkFactory
  /** How channels are called. */
  http: HttpPort
  /** What clients may call. @default the built-in actions */
  actions?: ActionTable<Pay>
  /** Space id for `notifyUrl` where the context of a call has none. @default none */
  spaceId?: string
  /**
   * Checks a token and answers the user's id. Then an order belongs to who made it: nobody else can
   * query or close it, signed in or not, and a client's `user_id` is ignored. @default nobody is signed in
   */
  userOf?: (token: string, context: ClientContext) => Promise<string | undefined>
  /** Calls a cloud function by name, for handlers that `forward({ name })`. @default there are none */
  callFunction?: CallFunction
  /** Further channels, or other ones under the same id. @default none */
  providers?: readonly Provider[]
  /** Where lines of the log go. @default JSON lines on stderr */
  log?: Logger
  /** The time, ms; for tests. @default Date.now */
  now?: () => number
  /** Waits; for tests. @default setTimeout */
  sleep?: (ms: number) => Promise<void>
  /** Makes random names; for tests. @default random letters and digits */
  randomId?: (length: number) => string
}

/** What the functions of the public module take: the data, and the caller's context beside it. */
export interface PaymentRequest {
  context?: unknown
  provider?: string
  data: Record<string, unknown>
  isPC?: boolean
  needQRcode?: boolean | 'image'
}

export interface Pay {
  /** Answers `{ code, msg, … }` and never rejects. */
  createPayment: (request: PaymentRequest) => Promise<Answer>
  /** `out_trade_no` or `transaction_id`, `await_notify`, `await_max_time`, `pay_order_info`. */
  queryPayment: (query: Record<string, unknown> & { context?: unknown }) => Promise<Answer>
  /** Closes an unpaid order, here and at the channel: `out_trade_no`. Code 40006 when it turns out to be paid. */
  closePayment: (query: Record<string, unknown> & { context?: unknown }) => Promise<Answer>
  /**
   * Gives money of a paid order back: `out_trade_no`, `out_refund_no` (1–64 characters, the key: the
   * same number is the same refund), `refund_fee` (fen), `refund_desc`. Answers
   * `data: { refund_id, refund_fee, refund_status, total_refund_fee }`. For the server's own code; no
   * client reaches it unless an action of the author calls it.
   */
  refund: (request: Record<string, unknown> & { context?: unknown }) => Promise<Answer>
  /** `out_trade_no`, `out_refund_no`; the channel is asked while the refund is on its way. */
  queryRefund: (query: Record<string, unknown>) => Promise<Answer>
  /**
   * Sends money out of the merchant's balance: `provider`, `out_bill_no` (or `out_trade_no`; the key:
   * the same number is the same transfer), `total_fee` (or `money`; fen), `openid` (wxpay) or
   * `payee_account` (alipay), `re_user_name` / `payee_real_name`, `desc`, `pid`, `other`, `platform`
   * (section of the config). Paid from the section `transfer`, else from another of the channel's.
   *
   * Answers `state`: SUCCESS, FAIL and CANCELLED are the end; WAIT_USER_CONFIRM brings `confirm`, what
   * the payee's page hands to `wx.requestMerchantTransfer`. Code 40007 without balance. For the
   * server's own code; no client reaches it unless an action of the author calls it.
   * @default provider 'wxpay', platform 'transfer'
   */
  transfer: (request: Record<string, unknown> & { context?: unknown }) => Promise<Answer>
  /** `out_bill_no` (or `out_trade_no`); the channel is asked while the transfer is not over. */
  queryTransfer: (query: Record<string, unknown>) => Promise<Answer>
  /**
   * Compares a day with the channel's bill: `provider`, `platform`, `day` (`2026-01-31`, China's time,
   * before today), `pid`. Answers `differences: [{ kind, out_trade_no, transaction_id, out_refund_no,
   * bill_fee, order_fee, status }]`, at most 500 of them, and `difference_count`. Code 40010 while the
   * channel has no bill yet. For the server's own code; no client reaches it.
   */
  checkBill: (query: Record<string, unknown>) => Promise<Answer>
  /**
   * What happened to an order, oldest first: `timeline: [{ at, event, detail }]`, at most about a
   * hundred entries, without persons and keys. For support staff; no client reaches it.
   */
  timeline: (outTradeNo: string) => Promise<Answer>
  /** The openid of a WeChat mini-program's `code`. */
  code2SessionWeixin: (data: Record<string, unknown>) => Promise<Answer>
  /** For pages of an official account: `{ redirect_uri, state }` answers `authorize_url`, `{ code }` the openid. */
  code2SessionWeixinH5: (data: Record<string, unknown>) => Promise<Answer>
  /** The openid of an Alipay mini-program's `code`. */
  code2SessionAlipay: (data: Record<string, unknown>) => Promise<Answer>
  /** The openid of a Douyin mini-program's `code`. */
  code2SessionDouyin: (data: Record<string, unknown>) => Promise<Answer>
  /**
   * Has Apple check `receipt_data`, and settles the order that a purchase in it pays for:
   * `transaction_id` says which purchase, `out_trade_no` (the order's, or the `username` of the
   * purchase) which order. Answers `valid: true`, `out_trade_no`, `user_order_success`, and code 0
   * when the payment is noted: the device may finish the purchase then, and not before. `valid` is
   * false where Apple or we say for certain that the receipt pays for nothing here. With
   * `receipt_data` alone, from the server's own code, nothing is settled: `purchases` lists what is in it.
   */
  verifyAppleIapReceipt: (data: Record<string, unknown> & { context?: unknown }) => Promise<Answer>
  /** The channels that are configured, `providers: [{ provider, platform }]`; with `vk_platform` those of one platform. */
  listProviders: (query: Record<string, unknown> & { context?: unknown }) => Promise<Answer>
  /** A channel's notification, with its raw bytes; answers what to send back. */
  paymentNotify: (request: RawRequest) => Promise<HttpAnswer>
  /**
   * Sees to what is unfinished, for a timer: asks about unpaid orders, closes expired ones, runs
   * handlers that are owed. Several processes may do so at once. Never rejects.
   */
  reconcile: (options?: ReconcileOptions) => Promise<ReconcileAnswer | Answer>
  /** A client's call by action name. */
  call: (call: ActionCall, context?: unknown) => Promise<Answer>
  /** Names that {@link Pay.call} knows. */
  readonly actions: readonly string[]
  /** Whether config and database answer now; `checks` says which does not. Calls no channel. */
  health: () => Promise<Answer>
  /**
   * Looks at config, keys, clock, notify address, handlers and indexes, and says what to fix:
   * `findings: [{ check, state, message, target, field }]`; code 0 when nothing is wrong. For the
   * author, on the server; no client reaches it.
   */
  doctor: (options?: DoctorOptions) => Promise<DoctorAnswer>
  /** `notifyKey` of the config, for callbacks between functions. */
  notifyKey: () => string | undefined
  /** Forgets config, keys and merchants; the next call reads them again. */
  clearConfigCache: () => void
}

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'

/** Bytes of 252 and more are dropped, so that every character is equally likely. */
function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 252 && text.length < length)
        text += ALPHABET[byte % 36]
    }
  }
  return text
}

const logLine: Logger = (level, event, fields) => {
  const line = JSON.stringify({ level, event, ...fields })
  if (level === 'error')
    console.error(line)
  else
    console.warn(line)
}

function environment({ http, log, now, sleep, randomId }: PayOptions): Env {
  return {
    http,
    log: log ?? logLine,
    now: now ?? Date.now,
    sleep: sleep ?? (ms => new Promise(resolve => setTimeout(resolve, ms))),
    randomId: randomId ?? randomText,
  }
}

/** An error as an answer. Of what nobody foresaw only the trace id is told, under which the log has it. */
function failure(env: Env, traceId: string, error: unknown): Answer {
  if (error instanceof PayError) {
    env.log('warn', 'refused', { code: error.code, field: error.field, detail: safeText(error) })
    return { code: error.code, msg: error.message, ...(error.field ? { field: error.field } : {}), ...error.extra }
  }
  env.log('error', 'unexpected error', { detail: safeText(error) })
  return { code: PayCode.other, msg: `服务异常，请稍后重试（${traceId}）`, trace_id: traceId }
}

/** The actions as they are without a folder of the author's own. */
function builtInActions(): ActionTable<Pay> {
  const table = new Map<string, Action<Pay>>([
    ['pay/createPayment', ({ data, context, util }) => util.pay.createPayment({ context, data })],
    ['pay/queryPayment', ({ data, context, util }) => util.pay.queryPayment({ ...data, context })],
    ['pay/closePayment', ({ data, context, util }) => util.pay.closePayment({ ...data, context })],
    ['pay/listProviders', ({ data, context, util }) => util.pay.listProviders({ ...data, context })],
    ['pay/code2SessionWeixin', ({ data, util }) => util.pay.code2SessionWeixin(data)],
    ['pay/code2SessionWeixinH5', ({ data, util }) => util.pay.code2SessionWeixinH5(data)],
    ['pay/code2SessionAlipay', ({ data, util }) => util.pay.code2SessionAlipay(data)],
    ['pay/code2SessionDouyin', ({ data, util }) => util.pay.code2SessionDouyin(data)],
    ['pay/appleiap/verifyReceipt', ({ data, context, util }) => util.pay.verifyAppleIapReceipt({ ...data, context })],
  ])
  return { names: [...table.keys()], load: name => table.get(name) }
}

/** The parts for one call: each line it logs, in the core or in a channel, carries the same `trace_id`. */
function traced(deps: CoreDeps): { deps: CoreDeps, traceId: string } {
  const traceId = randomText(12)
  const env: Env = { ...deps.env, log: (level, event, fields) => deps.env.log(level, event, { trace_id: traceId, ...fields }) }
  // a channel reaches the world in its own way
  const seenBy = (context: ChannelContext): ChannelContext => ({ ...context, env: { ...env, http: context.env.http } })
  const channel: CoreDeps['channel'] = async (key) => {
    const { context, ...rest } = await deps.channel(key)
    return { ...rest, context: seenBy(context) }
  }
  const login: CoreDeps['login'] = async (key) => {
    const { context, ...rest } = await deps.login(key)
    return { ...rest, context: seenBy(context) }
  }
  return { deps: { ...deps, env, channel, login }, traceId }
}

/** @throws nothing: what is wrong with the config is told by the first call that needs it */
export function createPay(options: PayOptions): Pay {
  const env = environment(options)
  const providers = new Map([...builtIn, ...(options.providers ?? []).map(provider => [provider.id, provider] as const)])
  const config = createConfig({ input: options.config, providers, logins, env, session: options.store })
  const deps: CoreDeps = { env, store: options.store, handlers: options.handlers, handlerVk: options.handlerVk, forward: createForwarder({ env, notifyKey: config.notifyKey, callFunction: options.callFunction }), channel: config.channel, login: config.login, settings: config.settings }
  const actions = options.actions ?? builtInActions()

  const contextOf = (context: unknown): ClientContext => {
    const known = clientContext(context)
    return { ...known, spaceId: known.spaceId ?? options.spaceId }
  }
  const answered = <T extends Answer>(work: (deps: CoreDeps) => Promise<T>): Promise<T | Answer> => {
    const { deps: own, traceId } = traced(deps)
    // a later tick, so that what is thrown before the first await is an answer too
    return Promise.resolve().then(() => work(own)).catch(error => failure(own.env, traceId, error))
  }

  const pay: Pay = {
    createPayment: ({ context, data, ...beside }) => answered(deps => createPayment(deps, {
      data: { ...data, ...Object.fromEntries(Object.entries(beside).filter(([, value]) => value !== undefined)) },
      context: contextOf(context),
    })),
    queryPayment: ({ context, ...data }) => answered(deps => queryPayment(deps, data, contextOf(context))),
    closePayment: ({ context, ...data }) => answered(deps => closePayment(deps, data, contextOf(context))),
    listProviders: ({ context, ...data }) => answered(deps => listProviders(deps, providers.values(), data, contextOf(context))),
    refund: ({ context, ...data }) => answered(deps => refund(deps, data, contextOf(context))),
    queryRefund: data => answered(deps => queryRefund(deps, data)),
    transfer: ({ context, ...data }) => answered(deps => transfer(deps, data, contextOf(context))),
    queryTransfer: data => answered(deps => queryTransfer(deps, data)),
    checkBill: data => answered(deps => checkBill(deps, data)),
    timeline: outTradeNo => answered(deps => timeline(deps, outTradeNo)),
    code2SessionWeixin: data => answered(deps => code2Session(deps, { provider: 'wxpay', platform: 'mp-weixin' }, data)),
    code2SessionWeixinH5: data => answered(deps => pageLogin(deps, { provider: 'wxpay', platform: 'h5-weixin' }, data)),
    code2SessionAlipay: data => answered(deps => code2Session(deps, { provider: 'alipay', platform: 'mp-alipay' }, data)),
    code2SessionDouyin: data => answered(deps => code2Session(deps, { provider: 'douyin', platform: 'mp-toutiao' }, data)),
    verifyAppleIapReceipt: ({ context, ...data }) => answered(deps => verifyReceipt(deps, { provider: 'appleiap', platform: 'app-plus' }, data, contextOf(context))),
    reconcile: request => answered(deps => reconcile(deps, request)),
    paymentNotify: request => handleNotification(traced(deps).deps, request),
    call: (call, context) => answered(async () => {
      const found = findAction(actions, call.action)
      if ('refusal' in found)
        return found.refusal
      const known = contextOf(context)
      const userId = call.token !== undefined && options.userOf ? await options.userOf(call.token, known) : undefined
      const answer = await found.run({
        data: call.data,
        // nothing a client sends may pass for a checked id
        context: { ...known, userId, isClient: true, userChecked: options.userOf !== undefined },
        userInfo: userId === undefined ? {} : { _id: userId },
        util: { pay },
      })
      return answer as Answer
    }),
    health: () => answered(health),
    doctor: (request = {}) => answered(deps => doctor(deps, {
      providers,
      config: config.read(),
      notifyKey: config.notifyKey(),
      checksUsers: options.userOf !== undefined,
    }, { spaceId: options.spaceId, ...request })).then(withFindings),
    actions: actions.names,
    notifyKey: config.notifyKey,
    clearConfigCache: config.clear,
  }
  return pay
}
