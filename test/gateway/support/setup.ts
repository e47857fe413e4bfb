import type { GatewayEvent, GatewayOptions, RunningGateway } from '../../../examples/gateway/src/index'
import type { FakeClock } from './fake-clock'
import type { Merchant } from './merchant'
import type { Receiver } from './receiver'
import { createGateway } from '../../../examples/gateway/src/index'
import { testAccount } from './account'
import { fakeClock } from './fake-clock'
import { createMerchant } from './merchant'
import { startReceiver } from './receiver'

/** A gateway, a merchant and its notification address, under one fake clock. */
export interface Stage {
  gateway: RunningGateway
  merchant: Merchant
  receiver: Receiver
  clock: FakeClock
  events: GatewayEvent[]
  /** A create body for that way to pay. */
  order: (changes?: Record<string, unknown>) => Record<string, unknown>
  create: (kind: Kind, changes?: Record<string, unknown>) => ReturnType<Merchant['call']>
  /** Creates a native order and returns its number. */
  newOrder: () => Promise<string>
  /** POST to a door of the gateway. */
  post: (path: string, body: unknown) => Promise<{ status: number, json: Record<string, unknown> }>
  view: (number: string) => Promise<OrderView>
  advance: (ms: number) => Promise<void>
  close: () => Promise<void>
}

export type Kind = 'jsapi' | 'native' | 'h5' | 'app'

export interface OrderView {
  trade_state: string
  creates: number
  transaction_id?: string
  notifications: { at: number, kind: string, id: string, status: number, durationMs: number, answer: string, error?: string }[]
}

const EXTRAS: Record<Kind, Record<string, unknown>> = {
  jsapi: { payer: { openid: 'oTestPayer' } },
  native: {},
  h5: { scene_info: { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } } },
  app: {},
}

export async function setStage(options: GatewayOptions = {}): Promise<Stage> {
  const clock = fakeClock()
  const events: GatewayEvent[] = []
  const receiver = await startReceiver()
  const gateway = await createGateway({
    account: await testAccount(),
    now: clock.now,
    timer: clock.timer,
    probeEvery: 0,
    log: event => events.push(event),
    ...options,
  })
  const merchant = createMerchant(gateway, clock.now)
  let orders = 0

  function order(changes: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      appid: gateway.account.appid,
      mchid: gateway.account.mchid,
      description: '测试商品',
      out_trade_no: 'TEST_000001',
      notify_url: receiver.url,
      amount: { total: 100, currency: 'CNY' },
      ...changes,
    }
  }

  const create: Stage['create'] = (kind, changes) =>
    merchant.call('POST', `/v3/pay/transactions/${kind}`, order({ ...EXTRAS[kind], ...changes }))

  return {
    gateway,
    merchant,
    receiver,
    clock,
    events,
    order,
    create,
    async newOrder() {
      orders += 1
      const number = `TEST_NEW_${orders}`
      await create('native', { out_trade_no: number })
      return number
    },
    async post(path, body) {
      const response = await fetch(gateway.url + path, { method: 'POST', body: JSON.stringify(body) })
      return { status: response.status, json: await response.json() as Record<string, unknown> }
    },
    async view(number) {
      const response = await fetch(`${gateway.url}/gateway/orders/${encodeURIComponent(number)}`)
      return await response.json() as OrderView
    },
    advance: ms => clock.advance(ms, gateway.idle),
    async close() {
      await gateway.close()
      await receiver.close()
    },
  }
}
