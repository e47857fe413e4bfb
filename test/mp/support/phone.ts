import type { Wx } from './mini-program'

export interface SentRequest {
  url: string
  /** Body of the pay function's calls; nothing for the demo's own interface. */
  body?: { action: string, data: Record<string, unknown> }
}

/** Answers a request with JSON; a rejection is a request that failed. */
export type Server = (request: SentRequest) => Promise<unknown>

/** What WeChat would have said: `requestPayment:ok`, `requestPayment:fail cancel`, … */
export type Cashier = (params: Record<string, unknown>) => string | Promise<string>

export interface Phone {
  server: Server
  cashier: Cashier
  /** Calls of the pay function, in order. */
  readonly requests: NonNullable<SentRequest['body']>[]
  /** What `wx.requestPayment` was given, without callbacks. */
  readonly payments: Record<string, unknown>[]
  readonly toasts: string[]
  /** Pages that were asked for, such as `navigateTo /pages/…`. */
  readonly visits: string[]
  /** From now on, answers to `action` wait. The returned function lets them come. */
  hold: (action: string) => () => void
  install: (wx: Wx) => void
  /** A new phone, with nothing stored. */
  reset: () => void
}

/** The parts of a phone that payments touch, in place of the simulator's. */
export function createPhone(): Phone {
  const stored = new Map<string, string>()
  const gates = new Map<string, Promise<void>>()

  async function send(server: Server, request: SentRequest): Promise<unknown> {
    const answer = server(request)
    if (request.body)
      await gates.get(request.body.action)
    return answer
  }

  const phone: Phone = {
    server: unreachable,
    cashier: () => 'requestPayment:ok',
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
      wx.request = ({ url, data, success, fail }) => {
        const body = data as SentRequest['body']
        if (body)
          phone.requests.push(body)
        send(phone.server, { url, body }).then(
          answer => success?.({ statusCode: 200, data: answer }),
          (cause: Error) => fail?.({ errMsg: `request:fail ${cause.message}` }),
        )
      }
      wx.requestPayment = ({ success, fail, complete, ...params }) => {
        phone.payments.push(params)
        void Promise.resolve(phone.cashier(params)).then((errMsg) => {
          const tell = errMsg.endsWith(':ok') ? success : fail
          tell?.({ errMsg })
          complete?.({ errMsg })
        })
      }
      wx.login = ({ success }) => success?.({ code: 'code-of-the-payer', errMsg: 'login:ok' })
      wx.showToast = ({ title }) => void phone.toasts.push(title)
      wx.showLoading = () => {}
      wx.hideLoading = () => {}
      for (const name of ['navigateTo', 'redirectTo', 'switchTab'] as const)
        wx[name] = ({ url }) => void phone.visits.push(`${name} ${url}`)
      wx.getStorageSync = key => stored.has(key) ? JSON.parse(stored.get(key)!) : ''
      wx.setStorageSync = (key, value) => void stored.set(key, JSON.stringify(value))
      wx.removeStorageSync = key => void stored.delete(key)
    },
    reset() {
      phone.server = unreachable
      phone.cashier = () => 'requestPayment:ok'
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
