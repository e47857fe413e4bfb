import type { Clock, KeyValueStorage, Launch, LaunchContext, PayPlatform, PayProvider } from '../js_sdk/types'
import type { Held, Step } from './mock-server'
import { mockServer } from './mock-server'
import type { MockOutcome, MockPayment, MockPaymentOptions } from './types'

const PLATFORMS: readonly PayPlatform[] = [
  'mp-weixin',
  'mp-alipay',
  'mp-toutiao',
  'mp-baidu',
  'mp-qq',
  'mp-kuaishou',
  'mp-jd',
  'mp-xhs',
  'mp-harmony',
  'app-plus',
  'app-harmony',
  'h5',
  'h5-weixin',
  'mweb',
]

/** What the cashier says; nothing when it never comes back, or never opens. */
const SAYS: Record<MockOutcome, string | undefined> = {
  'success': 'ok',
  'cancel': 'cancel',
  'fail': 'fail',
  'pending': 'unheard of',
  'paid-after-cancel': 'cancel',
  'late': 'ok',
  'no-callback': undefined,
  'offline': undefined,
  'already-paid': undefined,
}

const LATE_MS = 2000

// looked up at each call: fake timers may come and go
const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: handle => clearTimeout(handle as number),
}

/**
 * Payments without a backend and without a channel: an in-memory server, storage, and cashiers that
 * follow a script. For tests, under fake timers or a clock of yours, and for a page that is drawn
 * before there is a server:
 *
 * ```js
 * const mock = createMockPayment({ script: ['cancel', 'success'] })
 * app.use(createVkPay(mock.options))
 * ```
 *
 * @throws TypeError when the script holds an outcome that is none
 */
export function createMockPayment(options: MockPaymentOptions = {}): MockPayment {
  const { delayMs = 0, latencyMs = 0, script = [], channels = ['wxpay', 'alipay'], clock } = options
  const time = clock ?? systemClock
  const step = (outcome: MockOutcome, more: Partial<Step> = {}): Step => ({ delayMs, lateMs: LATE_MS, ...more, outcome: known(outcome) })
  const steps = script.map(outcome => step(outcome))
  const server = mockServer({ now: time.now, channels, take: () => steps.shift() ?? step('success') })
  const kept = new Map<string, string>()
  const storage: KeyValueStorage = {
    get: key => kept.has(key) ? JSON.parse(kept.get(key)!) as unknown : '',
    set: (key, value) => void kept.set(key, JSON.stringify(value)),
    remove: key => void kept.delete(key),
  }

  const wait = (ms: number) => ms > 0 ? new Promise<void>(resolve => time.setTimeout(resolve, ms)) : undefined

  async function launch({ out_trade_no: no }: LaunchContext): Promise<Launch> {
    const order = server.find(no)
    const { step: mine } = order
    await wait(mine.delayMs)
    const says = SAYS[mine.outcome]
    if (says === undefined)
      return new Promise<never>(() => {})
    happen(order, mine)
    return { kind: 'reported', via: says === 'ok' ? 'success' : 'fail', raw: { errMsg: `mock:${says}` } }
  }

  /** What the payer's hand does to an order that can still be paid. */
  function happen(order: Held, { outcome, lateMs }: Step) {
    if (order.state === 'SUCCESS' || order.state === 'CLOSED')
      return
    if (outcome === 'success' || outcome === 'paid-after-cancel')
      order.state = 'SUCCESS'
    else if (outcome === 'pending')
      order.state = 'USERPAYING'
    else if (outcome === 'late')
      order.paysAt = time.now() + lateMs
  }

  const channel = (id: string): PayProvider => ({
    id,
    platforms: PLATFORMS,
    outcomes: [
      ['any', 'errMsg', '==', 'mock:ok', 'success', 'verify'],
      ['any', 'errMsg', '==', 'mock:cancel', 'cancel', 'user'],
      ['any', 'errMsg', '==', 'mock:fail', 'fail', 'verify'],
    ],
    launch,
  })

  return {
    options: {
      backend: {
        async call<T>(action: string, data: Record<string, unknown>) {
          await wait(latencyMs)
          return server.answer(action, data) as T
        },
      },
      provider: channels[0],
      providers: channels.map(channel),
      storage,
      clock,
    },
    next: (outcome, more) => void steps.push(step(outcome, more)),
    orders: server.orders,
    calls: server.calls,
    pay: no => server.change(no, 'SUCCESS'),
    close: no => server.change(no, 'CLOSED'),
    offline: () => server.setReachable(false),
    online: () => server.setReachable(true),
    reset() {
      server.clear()
      steps.length = 0
      kept.clear()
    },
  }
}

function known(outcome: MockOutcome): MockOutcome {
  if (!Object.keys(SAYS).includes(outcome))
    throw new TypeError(`no such outcome: ${String(outcome)}; there are ${Object.keys(SAYS).join(', ')}`)
  return outcome
}
