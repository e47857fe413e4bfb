import fc from 'fast-check'
import { beforeEach, expect, it, vi } from 'vitest'
import type { PayResult } from '../../../js_sdk/types'
import type { VkPay } from '../../../js_sdk/client'
import { ErrorCode } from '../../../js_sdk/errors'
import { SIGNED_OUT } from '../../support/model-server'
import { anOrder, payKit } from '../../support/pay-kit'

/**
 * Everything that can happen to the payers of one device, in any order, against a model server that
 * knows the truth: two buttons on one page, which may pay the same order, on another channel or with
 * another amount, and the plain `vkPay.pay()`. What must hold is in `watch` and at the end of `live`.
 */
type Step
  = | { do: 'tap', who: number, order: number, provider: string, fee: number }
    | { do: 'plain', order: number }
    | { do: 'hide' | 'show' | 'check' | 'dismiss' | 'remount' | 'glance', who: number }
    | { do: 'report' | 'again', which: number, says: 'ok' | 'cancel' | 'fail' | 'gibberish' }
    | { do: 'scan' | 'leave', which: number }
    | { do: 'pay' | 'close', order: number }
    | { do: 'lose', action: 'pay/createPayment' | 'pay/queryPayment', lost: 'request' | 'answer' }
    | { do: 'wait', ms: number }
    | { do: 'hold' | 'kill' | 'signOut' | 'signIn' | 'appShow' | 'appHide' }

const who = fc.nat({ max: 1 })
const order = fc.nat({ max: 1 })
/** One of the cashiers opened last: late and repeated callbacks of earlier ones come, too. */
const which = fc.nat({ max: 2 })
const says = fc.constantFrom('ok' as const, 'cancel' as const, 'fail' as const, 'gibberish' as const)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ do: fc.constant('tap' as const), who, order, provider: fc.constantFrom('wxpay', 'wxpay', 'alipay'), fee: fc.constantFrom(1000, 1000, 900) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('plain' as const), order }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('report' as const, 'report' as const, 'again' as const), which, says }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('scan' as const, 'leave' as const), which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('hide' as const, 'show' as const, 'check' as const, 'dismiss' as const, 'remount' as const, 'glance' as const), who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('pay' as const, 'pay' as const, 'pay' as const, 'close' as const), order }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), action: fc.constantFrom('pay/createPayment' as const, 'pay/queryPayment' as const), lost: fc.constantFrom('request' as const, 'answer' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 700, 3000, 61_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('signOut' as const, 'signIn' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('kill' as const, 'appShow' as const, 'appHide' as const, 'hold' as const) }) },
)

const orders = [anOrder, { ...anOrder, out_trade_no: 'ORDER_0002' }]
const numberOf = (index: number) => orders[index]!.out_trade_no
const ENDED = ['idle', 'succeeded', 'failed', 'cancelled', 'pending']

/** Whoever listens to the app or the browser, so that nobody is left behind. */
const ears = new Map<string, Set<() => void>>()
const call = (event: string) => [...ears.get(event) ?? []].forEach(run => run())
const on = (event: string) => (run: () => void) => void ears.set(event, (ears.get(event) ?? new Set()).add(run))
const off = (event: string) => (run: () => void) => void ears.get(event)?.delete(run)
const listening = () => [...ears.values()].reduce((sum, runs) => sum + runs.size, 0)
let hidden = false

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.spyOn(document, 'addEventListener').mockImplementation((event, run) => on(event)(run as () => void))
  vi.spyOn(document, 'removeEventListener').mockImplementation((event, run) => off(event)(run as () => void))
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden)
})

async function live(steps: readonly Step[], abruptly: boolean) {
  // promises alone would let nothing else run, and the runner take this file for dead
  await new Promise(resolve => setImmediate(resolve))
  ears.clear()
  hidden = false
  document.body.innerHTML = ''
  let told: PayResult[] = []
  /** Orders that somebody was told to be paid, in whichever life. */
  const announced = new Set<string>()
  let payers: ReturnType<typeof mount>[] = []
  let plain: { ended: boolean }[] = []
  const kit = payKit({ onPaid: result => watch(result, told) })
  const { server, cashier, time, uni } = kit
  Object.assign(uni, { onAppShow: on('show'), onAppHide: on('hide'), offAppShow: off('show'), offAppHide: off('hide') })

  /** Requests on a slow line, which arrive when time goes by: meanwhile pages come and go. */
  let onTheWay: (() => void)[] | undefined
  const send = server.backend.call
  server.backend.call = async (action, data) => {
    if (onTheWay)
      await new Promise<void>(resolve => onTheWay!.push(resolve))
    return send(action, data)
  }
  async function arrive() {
    const requests = onTheWay ?? []
    onTheWay = undefined
    requests.forEach(resolve => resolve())
    await time.settle()
  }

  /** Written down, as what is thrown at a listener is not heard here. */
  const wrongs: string[] = []
  function must(holds: boolean, promise: string) {
    if (!holds)
      wrongs.push(promise)
  }

  /** What may be told, at the moment it is told. */
  function watch(result: PayResult, before: PayResult[]) {
    const { out_trade_no: no, code, outcome } = result
    const paid = server.orders.get(no)?.state === 'SUCCESS'
    const known = before.some(one => one.outcome === 'success' && one.out_trade_no === no)
    if (outcome === 'success') {
      must(paid && server.saidPaid(no), 'success only after the server said so')
      must(code === 0, 'success is code 0')
      must(!known, 'never two successes for an order')
      must(inUse(no) || !kit.journal().includes(no), 'what is known to be paid has left the journal')
      announced.add(no)
    }
    else {
      must(code !== 0, 'code 0 is success')
      if (code === ErrorCode.CLOSED)
        must(inUse(no) || !kit.journal().includes(no), 'what is closed has left the journal')
      if (outcome !== 'pending') {
        must(!known, 'what was told to be paid is not told to have failed')
        // whom the server turns away before anything is known of the order can be told nothing else
        must(!paid || code === SIGNED_OUT, 'paid is never told as fail or cancel')
      }
    }
    before.push(result)
  }

  /** Somebody else may be paying it just now. */
  function inUse(no: string) {
    return plain.some(({ ended }) => !ended) || payers.some(({ session }) => session.current?.out_trade_no === no && !ENDED.includes(session.state))
  }

  /** A button: one session, and what its page hears. */
  function mount(client: VkPay) {
    const session = client.session()
    const heard: PayResult[] = []
    const attempts = new Set<Promise<PayResult>>()
    let ended = 0
    session.subscribe({ onResult: result => watch(result, heard) })
    void session.resume()
    return {
      session,
      heard,
      async tap({ order: index, provider, fee }: Extract<Step, { do: 'tap' }>) {
        const attempt = session.pay({ ...orders[index]!, total_fee: fee }, { provider })
        if (!attempts.has(attempt)) {
          attempts.add(attempt)
          void attempt.then((result) => {
            ended++
            must(['success', 'fail', 'cancel', 'pending'].includes(result.outcome), 'one of four outcomes')
          })
        }
        expect(session.state, 'a tap is taken at once').not.toBe('idle')
        await time.settle()
      },
      isEven: () => attempts.size === ended,
    }
  }

  let client = kit.vkPay
  client.install()
  payers = orders.map(() => mount(client))
  await time.settle()

  for (const move of steps) {
    const payer = 'who' in move ? payers[move.who]! : payers[0]!
    const opened = 'which' in move ? cashier.opened.length - 1 - move.which : -1
    switch (move.do) {
      case 'tap': await payer.tap(move); break
      case 'plain': {
        const payment = { ended: false }
        plain.push(payment)
        const { out_trade_no, total_fee } = orders[move.order]!
        void client.pay({ provider: 'wxpay', orderInfo: {}, out_trade_no, total_fee }).then((result) => {
          payment.ended = true
          watch(result, [])
        })
        break
      }
      case 'report': cashier.report(move.says, opened); break
      case 'again': cashier.again(move.says, opened); break
      case 'scan': cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://x', expiresAt: time.clock.now() + 90_000 }, opened); break
      case 'leave': cashier.launchAs({ kind: 'redirect', url: '#away' }, opened); break
      case 'hide': payer.session.pageHidden(); break
      case 'show': payer.session.pageShown(); break
      case 'check': payer.session.check(); break
      case 'dismiss': payer.session.dismiss(); break
      case 'pay': server.pay(numberOf(move.order)); break
      case 'close': server.close(numberOf(move.order)); break
      case 'lose': server.lose(move.action, move.lost); break
      case 'hold': onTheWay ??= []; break
      case 'wait':
        await arrive()
        await time.advance(move.ms)
        break
      case 'signOut': server.signOut(); break
      case 'signIn': server.signIn(); break
      case 'appShow': appears(true); break
      case 'appHide': appears(false); break
      // the page came up and went again before anything was answered
      case 'glance':
        payer.session.dispose()
        mount(client).session.dispose()
        payers[move.who] = mount(client)
        break
      case 'remount': {
        payer.session.dispose()
        await time.settle()
        expect(payer.isEven(), 'what was awaited has ended').toBe(true)
        payers[move.who] = mount(client)
        break
      }
      case 'kill':
        // the process is gone: its timers, its listeners, its open cashiers, whoever awaited
        time.clear()
        ears.clear()
        document.body.innerHTML = ''
        cashier.opened.fill({ resolve: () => {}, again: () => {} })
        onTheWay = undefined
        told = []
        plain = []
        client = kit.make()
        client.install()
        payers = orders.map(() => mount(client))
        break
    }
    await time.settle()
    expect(wrongs).toEqual([])
  }

  function appears(shown: boolean) {
    hidden = !shown
    call(shown ? 'show' : 'hide')
    call('visibilitychange')
  }

  if (abruptly) {
    const before = payers.map(({ heard }) => heard.length)
    payers.forEach(({ session }) => session.dispose())
    await time.settle()
    await arrive()
    cashier.opened.forEach((_, index) => cashier.report('ok', index))
    cashier.opened.forEach((_, index) => cashier.again('ok', index))
    await time.settle()
    expect(payers.map(({ heard }) => heard.length), 'nobody is told on a page that is gone').toEqual(before)
    expect(payers.every(({ isEven }) => isEven()), 'whoever awaited has an end').toBe(true)
    if (plain.every(({ ended }) => ended))
      expect(time.pending(), 'no timer outlives its page').toBe(0)
    expect(wrongs).toEqual([])
    return
  }

  // the network is back, everybody is signed in and looks at the page, and time goes by
  server.heal()
  server.signIn()
  await arrive()
  for (let round = 0; round < 2; round++) {
    appears(true)
    for (const { session } of payers) {
      session.dismiss()
      session.pageShown()
    }
    await time.advance(200_000)
  }
  await client.resume()
  await time.settle()
  expect(wrongs).toEqual([])
  for (const { session, isEven } of payers) {
    expect(ENDED, 'every attempt ends').toContain(session.state)
    expect(isEven(), 'every promise is kept, once').toBe(true)
  }
  expect(plain.every(({ ended }) => ended), 'every plain payment ends').toBe(true)
  const inState = (wanted: string) => [...server.orders].filter(([, { state }]) => state === wanted).map(([no]) => no)
  expect([...announced].sort(), 'of every payment somebody was told').toEqual(inState('SUCCESS').sort())
  const open = inState('NOTPAY')
  expect(kit.journal().sort(), 'the journal holds what is unfinished, and nothing else').toEqual(open.sort())

  payers.forEach(({ session }) => session.dispose())
  await time.settle()
  expect(time.pending(), 'no timer is left').toBe(0)
  expect(listening(), 'no listener is left but the app\'s own').toBe(1)
}

const runs = Number(process.env.PROPERTY_RUNS ?? 10_000)
const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31)

it(`holds its promises over ${runs} random lives`, { timeout: 600_000 }, async () => {
  process.stdout.write(`property seed ${seed}\n`)
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), fc.boolean(), live), { numRuns: runs, seed })
})
