import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import type { PayResult } from '../../../js_sdk/types'
import type { VkPay } from '../../../js_sdk/client'
import { anOrder, payKit } from '../../support/pay-kit'

/**
 * Everything that can happen to two payers on one device, in any order, against a model server
 * that knows the truth. What must hold is in `watch` and at the end of `live`.
 */
type Step
  = | { do: 'tap' | 'hide' | 'show' | 'check' | 'dismiss' | 'remount', who: number }
    | { do: 'report' | 'again', who: number, says: 'ok' | 'cancel' | 'fail' | 'gibberish' }
    | { do: 'scan' | 'leave', who: number }
    | { do: 'pay' | 'close', who: number }
    | { do: 'lose', action: 'pay/createPayment' | 'pay/queryPayment', lost: 'request' | 'answer' }
    | { do: 'wait', ms: number }
    | { do: 'kill' }

const who = fc.nat({ max: 1 })
const says = fc.constantFrom('ok' as const, 'cancel' as const, 'fail' as const, 'gibberish' as const)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('tap' as const), who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('report' as const, 'again' as const), who, says }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('scan' as const, 'leave' as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('hide' as const, 'show' as const, 'check' as const, 'dismiss' as const, 'remount' as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('pay' as const, 'pay' as const, 'close' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), action: fc.constantFrom('pay/createPayment' as const, 'pay/queryPayment' as const), lost: fc.constantFrom('request' as const, 'answer' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 700, 3000, 61_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
)

const orders = [anOrder, { ...anOrder, out_trade_no: 'ORDER_0002', total_fee: 500 }]
const numberOf = (index: number) => orders[index]!.out_trade_no

async function live(steps: readonly Step[], abruptly: boolean) {
  let told: PayResult[] = []
  const kit = payKit({ onPaid: result => watch(result, told) })
  const { server, cashier, time } = kit
  const opened: number[] = [-1, -1]

  /** What may be told, at the moment it is told. */
  function watch(result: PayResult, before: PayResult[]) {
    const truth = server.orders.get(result.out_trade_no)?.state
    if (result.outcome === 'success') {
      expect(truth, 'success only when paid').toBe('SUCCESS')
      expect(result.code).toBe(0)
      expect(kit.journal(), 'what is known to be paid has left the journal').not.toContain(result.out_trade_no)
      expect(before.filter(({ outcome, out_trade_no }) => outcome === 'success' && out_trade_no === result.out_trade_no), 'never two successes').toEqual([])
    }
    else {
      expect(result.code).not.toBe(0)
      if (result.outcome !== 'pending')
        expect(truth, 'paid is never told as fail or cancel').not.toBe('SUCCESS')
    }
    before.push(result)
  }

  function mount(client: VkPay, index: number) {
    const session = client.session()
    const heard: PayResult[] = []
    let promised = 0
    let ended = 0
    session.subscribe({ onResult: result => watch(result, heard) })
    const resumed = session.resume()
    return {
      session,
      heard,
      resumed,
      async tap() {
        const before = cashier.opened.length
        const result = session.pay(orders[index]!)
        promised++
        void result.then(() => ended++)
        expect(session.state, 'a tap is taken at once').not.toBe('idle')
        await time.settle()
        if (cashier.opened.length > before)
          opened[index] = cashier.opened.length - 1
      },
      isEven: () => promised === ended,
    }
  }

  let client = kit.vkPay
  let payers = orders.map((_, index) => mount(client, index))
  await time.settle()

  for (const move of steps) {
    const payer = 'who' in move ? payers[move.who]! : payers[0]!
    const cashierOf = 'who' in move ? opened[move.who]! : -1
    switch (move.do) {
      case 'tap': await payer.tap(); break
      case 'report': cashier.report(move.says, cashierOf); break
      case 'again': cashier.again(move.says, cashierOf); break
      case 'scan': cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://x', expiresAt: time.clock.now() + 90_000 }, cashierOf); break
      case 'leave': cashier.launchAs({ kind: 'redirect', url: '#away' }, cashierOf); break
      case 'hide': payer.session.pageHidden(); break
      case 'show': payer.session.pageShown(); break
      case 'check': payer.session.check(); break
      case 'dismiss': payer.session.dismiss(); break
      case 'pay': server.pay(numberOf(move.who)); break
      case 'close': server.close(numberOf(move.who)); break
      case 'lose': server.lose(move.action, move.lost); break
      case 'wait': await time.advance(move.ms); break
      case 'remount': {
        payer.session.dispose()
        await time.settle()
        expect(payer.isEven(), 'what was awaited has ended').toBe(true)
        payers[move.who] = mount(client, move.who)
        break
      }
      case 'kill':
        // the process is gone: its timers, its open cashiers, whoever awaited
        time.clear()
        opened.fill(-1)
        told = []
        client = kit.make()
        client.install()
        payers = orders.map((_, index) => mount(client, index))
        break
    }
    await time.settle()
  }

  if (abruptly) {
    payers.forEach(({ session }) => session.dispose())
    await time.settle()
    expect(time.pending(), 'no timer outlives its page').toBe(0)
    expect(payers.every(({ isEven }) => isEven()), 'whoever awaited has an end').toBe(true)
    return
  }

  // the network is back, everybody looks at the page, and time goes by
  server.heal()
  for (const { session } of payers) session.pageShown()
  await time.advance(200_000)
  for (const { session } of payers) {
    session.dismiss()
    session.pageShown()
  }
  await time.advance(200_000)
  await client.resume()
  await time.settle()
  for (const { session, isEven } of payers) {
    expect(['idle', 'succeeded', 'failed', 'cancelled', 'pending'], 'every attempt ends').toContain(session.state)
    expect(isEven(), 'every promise is kept').toBe(true)
  }
  const open = [...server.orders].filter(([, { state }]) => state === 'NOTPAY').map(([no]) => no)
  expect(kit.journal().sort(), 'the journal holds what is unfinished, and nothing else').toEqual(open.sort())

  payers.forEach(({ session }) => session.dispose())
  await time.settle()
  expect(time.pending(), 'no timer is left').toBe(0)
}

const runs = Number(process.env.PROPERTY_RUNS ?? 10_000)

it(`holds its promises over ${runs} random lives`, { timeout: 300_000 }, async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31)
  console.warn(`property seed ${seed}`)
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), fc.boolean(), live), { numRuns: runs, seed })
})
