import type { Wx } from './mini-program'

export interface SentRequest {
  url: string
  /** Body of the pay function's calls; nothing for the demo's own interface. */
  body?: { action: string, data: Record<string, unknown> }
}

/** Answers a request with JSON; a rejection is a request that failed. */
export type Server = (request: SentRequest) => Promise<unknown>

/** What the channel says, in which callback; a bare text is WeChat's: `requestPayment:ok`, `requestPayment:fail cancel`, … */
export type Answer = string | { success: object } | { fail: object }

/** Never answers: `() => new Promise(() => {})`. */
export type Cashier = (params: Record<string, unknown>) => Answer | Promise<Answer>

export interface Phone {
  server: Server
  cashier: Cashier
  /** What a sign-in gives; nothing when it fails. */
  loginCode: string | undefined
  /** Calls of the pay function, in order. */
  readonly requests: NonNullable<SentRequest['body']>[]
  /** What the cashier's native call was given, without callbacks. */
  readonly payments: Record<string, unknown>[]
  readonly toasts: string[]
  /** Pages that were asked for, such as `navigateTo /pages/…`. */
  readonly visits: string[]
  /** From now on, answers to `action` wait. The returned function lets them come. */
  hold: (action: string) => () => void
  /** Whoever had it before hears nothing more of what is still under way. */
  install: (wx: Wx) => void
  /** A new phone, with nothing stored. */
  reset: () => void
}

const CODE = 'code-of-the-payer'
const still: object = new Proxy({}, { get: (_, name) => name === 'export' ? () => ({}) : () => still })

/** A cashier that never calls back. */
export const silent: Cashier = () => new Promise(() => {})

/** The parts of a phone that payments touch, in place of the simulator's. */
export function createPhone(): Phone {
  const stored = new Map<string, string>()
  const gates = new Map<string, Promise<void>>()
  let user = 0

  async function send(server: Server, request: SentRequest): Promise<unknown> {
    const answer = server(request)
    if (request.body)
      await gates.get(request.body.action)
    return answer
  }

  const phone: Phone = {
    server: unreachable,
    cashier: () => 'requestPayment:ok',
    loginCode: CODE,
    requests: [],
    payments: [],
    toasts: [],
    visits: [],
    hold(action) {
      let open = () => {}
      gates.set(action, new Promise(resolve => open = resolve))
      return () => {
        gates.delete(action)
        open()
      }
    },
    install(wx) {
      const mine = ++user
      const heard = <T>(tell: ((answer: T) => void) | undefined) => (answer: T) => {
        if (mine === user)
          tell?.(answer)
      }
      wx.request = ({ url, data, success, fail }) => {
        // Alipay sends text
        const body = (typeof data === 'string' ? JSON.parse(data) : data) as SentRequest['body']
        if (body)
          phone.requests.push(body)
        send(phone.server, { url, body }).then(
          heard(answer => success?.({ statusCode: 200, data: answer })),
          heard((cause: Error) => fail?.({ errMsg: `request:fail ${cause.message}` })),
        )
      }
      wx.requestPayment = wx.requestVirtualPayment = wx.pay = ({ success, fail, complete, ...params }) => {
        phone.payments.push(params)
        void Promise.resolve(phone.cashier(params)).then(heard((answer) => {
          const said = typeof answer !== 'string' ? answer : answer.endsWith(':ok') ? { success: { errMsg: answer } } : { fail: { errMsg: answer } }
          const raw = 'success' in said ? said.success : said.fail
          const tell = 'success' in said ? success : fail
          tell?.(raw)
          complete?.(raw)
        }))
      }
      wx.login = ({ success, fail }) => phone.loginCode
        ? success?.({ code: phone.loginCode, errMsg: 'login:ok' })
        : fail?.({ errMsg: 'login:fail' })
      wx.showToast = ({ title }) => void phone.toasts.push(title)
      // nothing moves: the simulator trips over an opacity, which is no text
      wx.createAnimation = () => still
      wx.showLoading = () => {}
      wx.hideLoading = () => {}
      for (const name of ['navigateTo', 'redirectTo', 'switchTab', 'reLaunch'] as const)
        // on some platforms uni-app numbers the pages it opens
        wx[name] = ({ url }) => void phone.visits.push(`${name} ${url.replace(/[?&]__id__=\d+$/, '')}`)
      wx.getStorageSync = key => stored.has(key) ? JSON.parse(stored.get(key)!) : ''
      wx.setStorageSync = (key, value) => void stored.set(key, JSON.stringify(value))
      wx.removeStorageSync = key => void stored.delete(key)
    },
    reset() {
      phone.server = unreachable
      phone.cashier = () => 'requestPayment:ok'
      phone.loginCode = CODE
      for (const list of [phone.requests, phone.payments, phone.toasts, phone.visits])
        list.length = 0
      stored.clear()
      gates.clear()
    },
  }
  return phone
}

async function unreachable(): Promise<never> {
  throw new Error('no server')
}
