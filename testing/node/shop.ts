import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HandlerModule } from 'vk-uni-pay/node'
import { createNodeListener, createPay, handlerTable, openSqlStore } from 'vk-uni-pay/node'
import { createGateway } from '../../examples/gateway/src/index'
import { accountOf, newMerchant } from './accounts'
import type { Row, TestDelivery, TestHandlersOptions, TestMerchant, TestOrder, TestPayment, TestPayOptions, TestShop } from './node-types'

/** Longer waits are the channel's ladder of retries: here it comes back when the test says so. */
const LADDER_MS = 5000
const STALE_MS = -10 * 60_000
const AT_ONCE = 5
const MOST_ROWS = 1000

interface Upstream { notifications: { kind: string, status: number, answer: string }[] }

// keys are slow to make: one merchant for a process
let merchant: Promise<TestMerchant> | undefined

/**
 * A shop around handlers of yours: the real core over an in-memory database, and the local gateway,
 * which signs as the channels do. Nothing leaves 127.0.0.1. Needs the packages of `vk-uni-pay/node`:
 * knex, libsql, mingo.
 *
 * @param handlers the folder `pay-notify`, or handlers by type
 * @param seed what the database holds: collection → documents
 * @param options version of WeChat Pay, and what goes over the config
 */
export async function testHandlers(handlers: string | Readonly<Record<string, HandlerModule>>, seed: Readonly<Record<string, readonly Row[]>> = {}, options: TestHandlersOptions = {}): Promise<TestShop> {
  const made = await (merchant ??= newMerchant())
  const { version = 3 } = options
  let skewMs = 0
  const gateway = await createGateway({
    account: accountOf(made),
    probeEvery: 0,
    now: () => Date.now() + skewMs,
    timer(delayMs, task) {
      const handle = delayMs > LADDER_MS ? undefined : setTimeout(task, delayMs)
      return () => clearTimeout(handle)
    },
  })
  const store = await openSqlStore({ file: ':memory:' })
  for (const [collection, rows] of Object.entries(seed)) {
    for (const row of rows)
      await store.add(collection, { ...row })
  }
  // its address goes into the config, so it listens before there is a core
  let handle: RequestListener = (_request, response) => void response.writeHead(503).end()
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vk-pay`
  const logs: { level: string, event: string, fields?: Record<string, string | number | boolean | undefined> }[] = []
  const core = createPay({
    config: { object: { ...made.config({ notifyUrl, gateway: gateway.url, version }), ...options.config } },
    store,
    handlers: typeof handlers === 'string' ? handlers : handlerTable(handlers),
    log: (level, event, fields) => void logs.push({ level, event, fields }),
  })

  handle = createNodeListener(core)

  async function ask<T>(path: string, body?: object): Promise<T> {
    const response = await fetch(`${gateway.url}/gateway/orders/${path}`, body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    const answer = await response.json() as T & { message?: string }
    if (!response.ok)
      throw new Error(`${path}: ${answer.message}`)
    return answer
  }
  const send = (no: string, count: number, concurrent = false) => ask(`${no}/notify`, { count, concurrent })

  let orders = 0
  function createPayment({ provider = 'wxpay', ...order }: TestOrder) {
    orders++
    const data = { vk_platform: 'h5', out_trade_no: `TEST_${Date.now()}_${orders}`, total_fee: 100, subject: 'Test order', openid: 'openid_of_a_tester_0123456789', ...order }
    return core.createPayment({ provider, data })
  }

  function isAccepted(provider: string, status: number, answer: string): boolean {
    if (provider === 'alipay')
      return answer === 'success'
    return version === 2 ? /<return_code>\s*(?:<!\[CDATA\[)?SUCCESS\b/.test(answer) : status >= 200 && status < 300
  }

  async function deliveriesOf(no: string, provider: string): Promise<TestDelivery[]> {
    const { notifications } = await ask<Upstream>(no)
    return notifications.map(({ kind, status, answer }) => ({ kind, status, accepted: isAccepted(provider, status, answer) }))
  }

  async function outcomeOf(no: string): Promise<TestPayment> {
    const [order = {}] = await store.find('vk-pay-orders', { out_trade_no: no })
    return {
      out_trade_no: no,
      paid: Number(order.status) >= 1,
      handled: order.user_order_success === true,
      deliveries: await deliveriesOf(no, String(order.provider)),
      order,
    }
  }

  /** Pays at the channel, and sends the first notifications. */
  async function payUpstream(no: string, notify: NonNullable<TestPayOptions['notify']>) {
    await ask(`${no}/act`, { action: notify === 'once' || notify === 'twice' ? 'pay' : notify === 'tampered' ? 'pay-tampered' : 'pay-silent' })
    await gateway.idle()
    if (notify === 'twice')
      await send(no, 1)
    if (notify === 'concurrently')
      await send(no, AT_ONCE, true)
    if (notify === 'stale') {
      skewMs = STALE_MS
      await send(no, 1).finally(() => skewMs = 0)
    }
  }

  async function pay(order: TestOrder, { notify = 'once', retries = 1 }: TestPayOptions = {}): Promise<TestPayment> {
    const { provider = 'wxpay' } = order
    if (notify === 'stale' && (provider !== 'wxpay' || version === 2))
      throw new TypeError('only notifications of WeChat Pay v3 have a clock that is checked')
    const { code, msg, out_trade_no } = await createPayment(order)
    if (code !== 0)
      throw new Error(`createPayment: ${code} ${msg}`)
    const no = String(out_trade_no)
    await payUpstream(no, notify)
    for (let left = notify === 'none' ? 0 : retries; left > 0; left--) {
      if ((await deliveriesOf(no, provider)).some(({ accepted }) => accepted))
        break
      await send(no, 1)
    }
    return outcomeOf(no)
  }

  let closed: Promise<void> | undefined
  async function close() {
    await gateway.close()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    await store.close()
  }

  return {
    pay,
    createPayment,
    async notify(no) {
      await send(no, 1)
      return outcomeOf(no)
    },
    rows: (collection, filter = {}) => store.find(collection, filter, { limit: MOST_ROWS }),
    merchant: made,
    notifyUrl,
    core,
    store,
    logs,
    close: () => closed ??= close(),
  }
}
