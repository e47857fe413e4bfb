import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createVkPay } from '../../../js_sdk/client'
import type { Backend, PayOutcome, PayResult } from '../../../js_sdk/types'
import type { MockOutcome, MockPaymentOptions, TestUni } from '../../../testing'
import { createMockPayment, installTestUni } from '../../../testing'
import { fakeClock } from '../../support/fake-clock'

const anOrder = { out_trade_no: 'ORDER_0001', total_fee: 3990, subject: 'Oolong tea', type: 'goods' }

let page: TestUni
beforeEach(() => {
  vi.useFakeTimers()
  page = installTestUni()
})
afterEach(() => {
  page.remove()
  vi.useRealTimers()
})

function shop(options: MockPaymentOptions = {}) {
  const mock = createMockPayment(options)
  const results: PayResult[] = []
  const client = createVkPay(mock.options)
  const session = client.session()
  session.subscribe({ onResult: result => void results.push(result) })
  return { mock, client, session, results }
}

/** Script → what the client tells, at which moment of the payment (ms), and what the server has in the end. */
const table: readonly [MockOutcome, PayOutcome | undefined, number, string][] = [
  ['success', 'success', 0, 'SUCCESS'],
  ['cancel', 'cancel', 0, 'NOTPAY'],
  ['fail', 'fail', 0, 'NOTPAY'],
  ['paid-after-cancel', 'success', 0, 'SUCCESS'],
  ['already-paid', 'success', 0, 'SUCCESS'],
  ['late', 'success', 3000, 'SUCCESS'],
  ['pending', 'pending', 65_000, 'USERPAYING'],
  ['offline', 'pending', 5000, 'NOTPAY'],
  ['no-callback', undefined, 120_000, 'NOTPAY'],
]

describe.each(table)('%s', (outcome, told, withinMs, state) => {
  it(`is told as ${told ?? 'nothing'}`, async () => {
    const { mock, session, results } = shop({ script: [outcome] })
    void session.pay(anOrder)
    await vi.advanceTimersByTimeAsync(withinMs)
    expect(results.map(result => result.outcome)).toEqual(told ? [told] : [])
    expect(mock.orders.get('ORDER_0001')).toMatchObject({ state, outcome, total_fee: 3990, creates: 1, provider: 'wxpay' })
    session.dispose()
  })

  it('is the same with createPayment and vkPay.pay', async () => {
    const { mock, client } = shop({ script: [outcome] })
    const created = await client.createPayment({ ...anOrder, provider: 'wxpay' }).catch(() => undefined)
    if (outcome === 'offline')
      return expect(created).toBeUndefined()
    if (outcome === 'already-paid')
      return expect(created).toMatchObject({ code: 40006 })
    let result: PayResult | undefined
    void client.pay({ provider: 'wxpay', orderInfo: created!.orderInfo }).then(answer => result = answer)
    await vi.advanceTimersByTimeAsync(withinMs)
    expect(result?.outcome).toBe(told)
    expect(mock.orders.get('ORDER_0001')?.state).toBe(state)
  })
})

it('a late payment is confirming until the server knows', async () => {
  const { mock, session, results } = shop()
  mock.next('late', { delayMs: 500, lateMs: 10_000 })
  void session.pay(anOrder)
  await vi.advanceTimersByTimeAsync(400)
  expect(session.state).toBe('invoking')
  await vi.advanceTimersByTimeAsync(9000)
  expect(session.state).toBe('confirming')
  await vi.advanceTimersByTimeAsync(5000)
  expect(results).toMatchObject([{ outcome: 'success', transaction_id: 'MOCK_ORDER_0001', user_order_success: true }])
})

it('a cashier that never calls back ends in pending once the payer is back, and in success once it is paid', async () => {
  const { mock, session, results } = shop({ script: ['no-callback'] })
  void session.pay(anOrder)
  await vi.advanceTimersByTimeAsync(1000)
  session.pageHidden()
  session.pageShown()
  await vi.advanceTimersByTimeAsync(70_000)
  expect(results).toMatchObject([{ outcome: 'pending', reason: 'no-callback' }])
  mock.pay('ORDER_0001')
  session.pageShown()
  await vi.advanceTimersByTimeAsync(0)
  expect(results.map(result => result.outcome)).toEqual(['pending', 'success'])
})

it('what was offline is found again after online()', async () => {
  const { mock, session, client, results } = shop({ script: ['offline'] })
  void session.pay(anOrder)
  await vi.advanceTimersByTimeAsync(5000)
  mock.pay('ORDER_0001')
  session.pageShown()
  await vi.advanceTimersByTimeAsync(0)
  expect(results).toHaveLength(1)
  mock.online()
  session.pageShown()
  await vi.advanceTimersByTimeAsync(0)
  expect(results.map(result => result.outcome)).toEqual(['pending', 'success'])
  mock.offline()
  await expect(client.queryPayment({ out_trade_no: 'ORDER_0001' })).rejects.toMatchObject({ code: 60009 })
})

it('the script is followed in order, and is all success after its end', async () => {
  const { mock, session } = shop({ script: ['cancel'] })
  mock.next('fail')
  const outcomes = []
  for (const no of ['ORDER_0001', 'ORDER_0002', 'ORDER_0003'])
    outcomes.push((await session.pay({ ...anOrder, out_trade_no: no })).outcome)
  expect(outcomes).toEqual(['cancel', 'fail', 'success'])
  expect(mock.calls.filter(call => call.action === 'pay/createPayment').map(call => call.data.out_trade_no)).toEqual(['ORDER_0001', 'ORDER_0002', 'ORDER_0003'])
})

it('a cancelled order can be paid again, and a closed one cannot', async () => {
  const { mock, session } = shop({ script: ['cancel', 'success', 'cancel', 'success'] })
  await session.pay(anOrder)
  expect(await session.pay(anOrder)).toMatchObject({ code: 0 })
  await session.pay({ ...anOrder, out_trade_no: 'ORDER_0002' })
  mock.close('ORDER_0002')
  expect(await session.pay({ ...anOrder, out_trade_no: 'ORDER_0002' })).toMatchObject({ outcome: 'fail', code: 60004 })
})

it('money is neither lost nor conjured: paid stays paid, closed stays closed, nobody pays what is not there', async () => {
  const { mock, session } = shop()
  await session.pay(anOrder)
  expect(() => mock.close('ORDER_0001')).toThrow('SUCCESS')
  expect(() => mock.pay('ORDER_9999')).toThrow('ORDER_9999')
  mock.reset()
  expect([mock.orders.size, mock.calls.length]).toEqual([0, 0])
})

it('an outcome that is none is refused by name', () => {
  expect(() => createMockPayment({ script: ['sucess' as MockOutcome] })).toThrow(/sucess.*paid-after-cancel/)
  expect(() => createMockPayment().next('toString' as MockOutcome)).toThrow(TypeError)
})

it('runs on a clock of its own, for client, server and cashier', async () => {
  const time = fakeClock()
  const { session, results } = shop({ clock: time.clock, delayMs: 1000, latencyMs: 300, script: ['late'] })
  void session.pay(anOrder)
  await time.advance(1200)
  expect(session.state).toBe('invoking')
  await time.advance(5000)
  expect(results).toMatchObject([{ outcome: 'success' }])
  expect(vi.getTimerCount()).toBe(0)
})

it('unfinished payments outlive the app in the mock\'s storage', async () => {
  const { mock, session } = shop({ script: ['no-callback'] })
  void session.pay(anOrder)
  await vi.advanceTimersByTimeAsync(0)
  const onPaid = vi.fn()
  const again = createVkPay({ ...mock.options, onPaid })
  mock.pay('ORDER_0001')
  await again.resume()
  expect(onPaid).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ out_trade_no: 'ORDER_0001', late: true }))
})

it('lists its channels as the server would', async () => {
  const { mock, client } = shop({ channels: ['alipay'] })
  const { call } = mock.options.backend as Backend
  expect(await call('pay/listProviders', { vk_platform: 'h5' })).toMatchObject({ providers: [{ provider: 'alipay', platform: 'h5' }] })
  expect(client.options.provider).toBe('alipay')
})
