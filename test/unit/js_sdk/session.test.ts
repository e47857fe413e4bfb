import { describe, expect, it, vi } from 'vitest'
import { SIGNED_OUT } from '../../support/model-server'
import { anOrder, payKit } from '../../support/pay-kit'

const no = anOrder.out_trade_no

describe('a payment that goes well', () => {
  it('succeeds by the server\'s answer, never by the cashier\'s word', async () => {
    const { cashier, server, time, listen } = payKit()
    const { session, outcomes, states } = listen()
    const result = session.pay(anOrder)
    await time.settle()
    expect(session.state).toBe('invoking')
    cashier.report('ok')
    await time.advance(5000)
    expect(session.state).toBe('confirming')
    expect(outcomes()).toEqual([])
    server.pay(no)
    await time.advance(5000)
    expect(await result).toMatchObject({ code: 0, outcome: 'success', out_trade_no: no, total_fee: 1000, trade_state: 'SUCCESS', transaction_id: `T${no}`, user_order_success: true })
    expect(states.map(({ state }) => state)).toEqual(['creating', 'invoking', 'confirming', 'succeeded'])
    expect(outcomes()).toEqual(['success'])
    expect(time.pending()).toBe(0)
  })

  it('sends the order as it is, with the channel and the platform', async () => {
    const { server, time, listen, vkPay } = payKit({ defaults: { user_id: 'u1' } })
    void listen().session.pay(() => Promise.resolve(anOrder))
    await time.settle()
    const wayBack = process.env.UNI_PLATFORM === 'h5' ? { return_url: location.href } : {}
    expect(server.calls[0]).toEqual({ action: 'pay/createPayment', data: { ...anOrder, user_id: 'u1', openid: undefined, provider: 'wxpay', vk_platform: vkPay.platform, ...wayBack } })
  })

  it('is of the amount that the server says, not of the one that was asked for', async () => {
    const { cashier, server, time, listen } = payKit()
    const { session, results } = listen()
    server.answer('pay/createPayment', { code: 0, msg: '', out_trade_no: no, provider: 'wxpay', total_fee: 3990, orderInfo: {} })
    void session.pay(anOrder)
    await time.settle()
    expect(session.current).toMatchObject({ total_fee: 3990 })
    server.lose('pay/queryPayment')
    cashier.report('cancel')
    await time.advance(60_000)
    expect(results).toMatchObject([{ total_fee: 3990 }])
  })

  it('is in the journal before the server is asked for it, and leaves it when the server says paid', async () => {
    const { cashier, server, time, listen, journal } = payKit()
    const seen: string[][] = []
    const call = server.backend.call
    server.backend.call = (action, data) => {
      seen.push(journal())
      return call(action, data)
    }
    const { session } = listen()
    void session.pay(anOrder)
    await time.settle()
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    expect(seen).toEqual([[no], [no]])
    expect(journal()).toEqual([])
  })
})

describe('the server\'s wait', () => {
  const asked = (server: ReturnType<typeof payKit>['server']) => server.calls.filter(({ action }) => action === 'pay/queryPayment').map(({ data }) => data)

  it('is asked for after the cashier\'s "ok", for less than the time limit of a request', async () => {
    const { cashier, server, time, listen } = payKit()
    const { session } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('ok')
    await time.settle()
    expect(asked(server)).toEqual([{ out_trade_no: no, await_notify: true, await_max_time: 5 }])
    session.dispose()
  })

  it('is not asked for by an app that waits less for an answer', async () => {
    const { cashier, server, time, listen } = payKit({ requestTimeoutMs: 7000 })
    const { session } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('ok')
    await time.settle()
    expect(asked(server)).toEqual([{ out_trade_no: no }])
    session.dispose()
  })

  it.each(['cancel', 'fail', 'gibberish'] as const)('keeps nobody waiting whose cashier said %s', async (word) => {
    const { cashier, server, time, listen } = payKit()
    const { session } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report(word)
    await time.settle()
    expect(asked(server)).toEqual([{ out_trade_no: no }])
    session.dispose()
  })

  it('is not asked for while a code is on the screen', async () => {
    const { cashier, server, time, listen } = payKit()
    const { session } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://wxpay/bizpayurl?pr=1' })
    await time.advance(5000)
    expect(asked(server).length).toBeGreaterThan(1)
    expect(asked(server).every(({ await_notify }) => await_notify === undefined)).toBe(true)
    session.dispose()
  })
})

describe('the lock', () => {
  it('makes two taps in one breath one payment', async () => {
    const { cashier, server, time, listen } = payKit()
    const { session, outcomes } = listen()
    const order = vi.fn(() => anOrder)
    const [first, second] = [session.pay(order), session.pay(order)]
    expect(second).toBe(first)
    await time.settle()
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    expect(order).toHaveBeenCalledOnce()
    expect(server.orders.get(no)?.creates).toBe(1)
    expect(outcomes()).toEqual(['success'])
  })

  it('holds against a tap from within an event', async () => {
    const { server, time, vkPay } = payKit()
    const session = vkPay.session()
    session.subscribe({ onState: () => void session.pay(anOrder) })
    void session.pay(anOrder)
    await time.settle()
    expect(server.orders.get(no)?.creates).toBe(1)
  })

  it('opens again after an end', async () => {
    const { cashier, server, time, listen } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('cancel')
    await time.settle()
    void session.pay(anOrder)
    await time.settle()
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    expect(outcomes()).toEqual(['cancel', 'success'])
  })
})

describe('cancel and fail', () => {
  it.each(['cancel', 'fail'] as const)('ask the server once before they are told: %s', async (word) => {
    const { cashier, server, time, listen, journal } = payKit()
    const { session, outcomes } = listen()
    const result = session.pay(anOrder)
    await time.settle()
    cashier.report(word)
    await time.settle()
    expect(await result).toMatchObject({ outcome: word, trade_state: 'NOTPAY' })
    expect((await result).code).not.toBe(0)
    expect(server.orders.get(no)?.queries).toBe(1)
    expect(outcomes()).toEqual([word])
    expect(journal(), 'it may still be paid').toEqual([no])
  })

  it.each(['cancel', 'fail'] as const)('are a success when it was paid in truth: %s', async (word) => {
    const { cashier, server, time, listen } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    server.pay(no)
    cashier.report(word)
    await time.settle()
    expect(outcomes()).toEqual(['success'])
  })

  it('are pending when the server cannot be reached', async () => {
    const { cashier, server, time, listen, journal } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    for (let i = 0; i < 3; i++)
      server.lose('pay/queryPayment')
    cashier.report('cancel')
    await time.advance(10_000)
    expect(outcomes()).toEqual(['pending'])
    expect(journal()).toEqual([no])
    session.check()
    server.pay(no)
    await time.advance(2000)
    expect(outcomes()).toEqual(['pending', 'success'])
  })

  it('give way to a payment that is learnt of later, which says that it is late', async () => {
    const { cashier, server, time, listen, journal } = payKit()
    const { session, results } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('cancel')
    await time.settle()
    server.pay(no)
    session.pageShown()
    await time.settle()
    expect(results.map(({ outcome, late }) => [outcome, late])).toEqual([['cancel', undefined], ['success', true]])
    expect(session.state).toBe('succeeded')
    expect(journal()).toEqual([])
    session.pageShown()
    await time.settle()
    expect(results).toHaveLength(2)
  })

  it('give way to an ok of the cashier after its cancel, as WeChat 7.0.8 calls back', async () => {
    const { cashier, server, time, listen } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('cancel')
    await time.settle()
    server.pay(no)
    cashier.again('ok')
    await time.settle()
    expect(outcomes()).toEqual(['cancel', 'success'])
  })
})

describe('what nobody can know', () => {
  it('is pending after the deadline, and stays in the journal', async () => {
    const { cashier, time, listen, journal } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('ok')
    await time.advance(120_000)
    expect(outcomes()).toEqual(['pending'])
    expect(journal()).toEqual([no])
    expect(time.pending()).toBe(0)
  })

  it('is never fail: a report that is not in the table is asked about', async () => {
    const { cashier, time, listen } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('gibberish')
    await time.advance(120_000)
    expect(outcomes()).toEqual(['pending'])
  })

  it('is asked about by itself when the cashier falls silent and the page is shown again', async () => {
    const { server, time, listen } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    session.pageHidden()
    server.pay(no)
    session.pageShown()
    await time.advance(2999)
    expect(session.state).toBe('invoking')
    await time.advance(10_000)
    expect(outcomes()).toEqual(['success'])
    expect(session.state).toBe('succeeded')
  })

  it('takes a cashier\'s word that comes after the silence', async () => {
    const { cashier, time, listen } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    session.pageShown()
    await time.advance(4000)
    expect(session.state).toBe('confirming')
    cashier.report('cancel')
    await time.advance(3000)
    expect(outcomes()).toEqual(['cancel'])
  })
})

describe('the network failing', () => {
  it('on the way to create ends in fail only when the server says that nothing was paid', async () => {
    const { server, time, listen, cashier } = payKit()
    const { session, results } = listen()
    server.lose('pay/createPayment')
    void session.pay(anOrder)
    await time.settle()
    expect(results).toMatchObject([{ outcome: 'fail', code: 60009, reason: 'network' }])
    expect(cashier.opened).toHaveLength(0)
  })

  it('at create and after is pending, and asking again resolves it', async () => {
    const { server, time, listen, journal } = payKit()
    const { session, outcomes } = listen()
    server.lose('pay/createPayment', 'answer')
    for (let i = 0; i < 3; i++)
      server.lose('pay/queryPayment')
    void session.pay(anOrder)
    await time.advance(10_000)
    expect(outcomes()).toEqual(['pending'])
    expect(journal()).toEqual([no])
    server.pay(no)
    session.pageShown()
    await time.settle()
    expect(outcomes()).toEqual(['pending', 'success'])
  })

  it('while confirming is waited out', async () => {
    const { server, cashier, time, listen } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    server.lose('pay/queryPayment')
    server.lose('pay/queryPayment', 'answer')
    cashier.report('ok')
    server.pay(no)
    await time.advance(10_000)
    expect(outcomes()).toEqual(['success'])
  })

  it('by never answering is an answer that did not come', async () => {
    const { server, time, listen } = payKit()
    const { session, outcomes } = listen()
    server.backend.call = () => new Promise(() => {})
    void session.pay(anOrder)
    await time.advance(60_000)
    expect(outcomes()).toEqual(['pending'])
    expect(time.pending()).toBe(0)
  })
})

describe('the server refusing', () => {
  it('tells its code and sentence, and leaves nothing in the journal', async () => {
    const { server, time, listen, journal } = payKit()
    const { session, results } = listen()
    server.answer('pay/createPayment', { code: 40001, msg: 'type is not one of goods, vip' })
    void session.pay(anOrder)
    await time.settle()
    expect(results).toMatchObject([{ outcome: 'fail', code: 40001, msg: 'type is not one of goods, vip' }])
    expect(journal()).toEqual([])
  })

  it.each([
    ['en', '商户余额不足', 'Payment failed'],
    ['en', 'sold out', 'sold out'],
    ['zh-Hant', '商户余额不足', '商户余额不足'],
    ['zh-Hans', 'sold out', 'sold out'],
  ] as const)('in %s: %s is told as %s, and kept for the developer', async (locale, said, told) => {
    const { server, time, listen, make } = payKit({ locale })
    const { session, results } = listen(make())
    server.answer('pay/createPayment', { code: 40010, msg: said })
    void session.pay(anOrder)
    await time.settle()
    expect(results).toMatchObject([{ outcome: 'fail', code: 40010, msg: told, error: { message: said } }])
  })

  it('keeps an earlier attempt of the order in the journal', async () => {
    const { server, cashier, time, listen, journal } = payKit()
    const { session } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('cancel')
    await time.settle()
    server.answer('pay/createPayment', { code: 40008, msg: 'too often' })
    void session.pay(anOrder)
    await time.settle()
    void session.pay({ ...anOrder, total_fee: 0.5 })
    await time.settle()
    expect(journal()).toEqual([no])
  })

  it('because it is paid already is a success, told once however often', async () => {
    const { server, cashier, time, listen } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    const second = session.pay(anOrder)
    await time.settle()
    expect((await second).outcome).toBe('success')
    expect(outcomes()).toEqual(['success'])
    const elsewhere = listen()
    void elsewhere.session.pay(anOrder)
    await time.settle()
    expect(elsewhere.outcomes()).toEqual(['success'])
    expect(cashier.opened).toHaveLength(1)
  })

  it('by closing the order fails, and takes it out of the journal', async () => {
    const { server, cashier, time, listen, journal } = payKit()
    const { session, results } = listen()
    void session.pay(anOrder)
    await time.settle()
    server.close(no)
    cashier.report('ok')
    await time.settle()
    expect(results).toMatchObject([{ outcome: 'fail', code: 60004, trade_state: 'CLOSED' }])
    expect(journal()).toEqual([])
  })
})

describe('bad input', () => {
  it.each([
    ['out_trade_no', { out_trade_no: undefined as unknown as string }],
    ['out_trade_no', { out_trade_no: 'short' }],
    ['out_trade_no', { out_trade_no: 'has space in it' }],
    ['out_trade_no', { out_trade_no: 'x'.repeat(33) }],
    ['total_fee', { total_fee: 0 }],
    ['total_fee', { total_fee: 1.5 }],
    ['total_fee', { total_fee: '100' as unknown as number }],
    ['total_fee', { total_fee: Number.NaN }],
    ['subject', { subject: 'x' }],
    ['type', { type: '' }],
  ])('is refused by name before anything is sent: %s', async (field, wrong) => {
    const { server, time, listen, journal } = payKit()
    const { session, results } = listen()
    void session.pay({ ...anOrder, ...wrong })
    await time.settle()
    expect(results).toMatchObject([{ outcome: 'fail', code: 40001, error: { field } }])
    expect(server.calls).toEqual([])
    expect(journal()).toEqual([])
  })

  it('from a function that fails is a fail, too', async () => {
    const { time, listen } = payKit()
    const { session, results } = listen()
    void session.pay(() => Promise.reject(new Error('cart is empty')))
    await time.settle()
    expect(results).toMatchObject([{ outcome: 'fail', error: { message: 'cart is empty' } }])
  })

  it('of a channel that cannot pay here names it', async () => {
    const { time, listen } = payKit()
    const { session, results } = listen()
    void session.pay(anOrder, { provider: 'shells' })
    await time.settle()
    expect(results[0]).toMatchObject({ outcome: 'fail', code: 60006, msg: (process.env.UNI_PLATFORM ?? '').startsWith('mp-') ? '支付失败' : '当前环境不支持此支付方式', error: { field: 'provider' } })
  })

  it('without a backend says what to write in main', async () => {
    const { time, listen } = payKit({ backend: undefined })
    const { session, results } = listen()
    void session.pay(anOrder)
    await time.settle()
    expect(results[0]).toMatchObject({ outcome: 'fail', code: 60005 })
    expect(results[0]?.msg).toContain('app.use(createVkPay(')
  })
})

describe('a QR code', () => {
  it('is shown, asked about while it can be scanned, and gone when paid', async () => {
    const { cashier, server, time, listen } = payKit()
    const { session, states, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://x', expiresAt: time.clock.now() + 7_200_000 })
    await time.advance(600_000)
    expect(states.at(-1)).toMatchObject({ state: 'confirming', code_url: 'weixin://x' })
    expect(session.current?.codeUrl).toBe('weixin://x')
    expect(outcomes()).toEqual([])
    server.pay(no)
    await time.advance(6000)
    expect(outcomes()).toEqual(['success'])
    expect(session.current?.codeUrl).toBeUndefined()
  })

  it('ends in pending when it expires', async () => {
    const { cashier, time, listen } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://x', expiresAt: time.clock.now() + 60_000 })
    await time.advance(70_000)
    expect(outcomes()).toEqual(['pending'])
  })

  it('is a cancel when the payer closes it, after the server was asked', async () => {
    const { cashier, server, time, listen } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://x' })
    await time.settle()
    const before = server.orders.get(no)!.queries
    session.dismiss()
    await time.settle()
    expect(outcomes()).toEqual(['cancel'])
    expect(server.orders.get(no)!.queries).toBe(before + 1)
  })

  it('is not asked about while the page is hidden', async () => {
    const { cashier, server, time, listen } = payKit()
    const { session } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://x' })
    await time.advance(3000)
    session.pageHidden()
    const before = server.orders.get(no)!.queries
    await time.advance(60_000)
    expect(server.orders.get(no)!.queries).toBe(before)
    session.pageShown()
    await time.settle()
    expect(server.orders.get(no)!.queries).toBe(before + 1)
  })
})

describe('leaving and coming back', () => {
  it('goes on after the app was killed in the cashier, and tells the app', async () => {
    const onPaid = vi.fn()
    const { server, time, listen, make, journal } = payKit({ onPaid })
    void listen().session.pay(anOrder)
    await time.settle()
    server.pay(no)
    make().install()
    await time.settle()
    expect(onPaid).toHaveBeenCalledOnce()
    expect(onPaid.mock.calls[0]?.[0]).toMatchObject({ outcome: 'success', out_trade_no: no, late: true })
    expect(journal()).toEqual([])
  })

  it('confirms a payment that left this page for the channel\'s own, in the page it comes back to', async () => {
    const { cashier, server, time, listen, make } = payKit()
    void listen().session.pay(anOrder)
    await time.settle()
    cashier.launchAs({ kind: 'redirect', url: '#paid-elsewhere' })
    await time.settle()
    const { session, outcomes } = listen(make())
    void session.resume()
    await time.settle()
    expect(session.state).toBe('confirming')
    server.pay(no)
    await time.advance(5000)
    expect(outcomes()).toEqual(['success'])
  })

  it('tells the page that comes up a moment after the app learnt of its payment', async () => {
    const { server, time, listen, make } = payKit()
    void listen().session.pay(anOrder)
    await time.settle()
    server.pay(no)
    const client = make()
    await client.resume()
    const { session, results } = listen(client)
    await session.resume()
    expect(results).toMatchObject([{ outcome: 'success', out_trade_no: no, late: true }])
    const later = listen(client)
    await later.session.resume()
    expect(later.results).toEqual([])
  })

  it('ends what is awaited when the page goes, tells nobody, and opens no cashier any more', async () => {
    const { cashier, time, listen, journal } = payKit()
    const { session, results } = listen()
    const result = session.pay(anOrder)
    session.dispose()
    await time.settle()
    expect((await result).outcome).toBe('pending')
    expect(results).toEqual([])
    expect(cashier.opened).toHaveLength(0)
    expect(time.pending()).toBe(0)
    expect(journal().length).toBeLessThanOrEqual(1)
  })

  it('does not ask about an order that a living session looks after', async () => {
    const { server, time, listen, vkPay } = payKit()
    void listen().session.pay(anOrder)
    await time.settle()
    await vkPay.resume()
    expect(server.orders.get(no)?.queries).toBe(0)
  })
})

describe('two sessions', () => {
  it('do not know of each other', async () => {
    const { cashier, server, time, listen } = payKit()
    const [one, two] = [listen(), listen()]
    void one.session.pay(anOrder)
    void two.session.pay({ ...anOrder, out_trade_no: 'ORDER_0002' })
    await time.settle()
    server.pay('ORDER_0002')
    cashier.report('cancel', 0)
    cashier.report('ok', 1)
    await time.settle()
    expect(one.outcomes()).toEqual(['cancel'])
    expect(two.outcomes()).toEqual(['success'])
  })
})

describe('the same order number again', () => {
  it.each([
    ['with another amount', { total_fee: 900 }, undefined],
    ['on another channel', {}, 'alipay'],
    ['on another channel with another amount', { total_fee: 900 }, 'alipay'],
  ] as const)('%s is a payment like any other', async (_, changed, provider) => {
    const { cashier, server, time, listen, journal } = payKit()
    const { session, results } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('cancel')
    await time.settle()
    const again = { ...anOrder, ...changed }
    void session.pay(again, { provider })
    await time.settle()
    expect(cashier.opened).toHaveLength(2)
    expect(server.calls.filter(({ action }) => action === 'pay/createPayment').at(-1)?.data).toMatchObject({ out_trade_no: no, provider: provider ?? 'wxpay', total_fee: again.total_fee })
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    expect(results.map(({ outcome, code, total_fee, provider }) => [outcome, code, total_fee, provider])).toEqual([
      ['cancel', 60001, 1000, 'wxpay'],
      ['success', 0, again.total_fee, provider ?? 'wxpay'],
    ])
    expect(journal()).toEqual([])
  })

  it('after it was paid on another channel is already paid, which the server says twice', async () => {
    const { cashier, server, time, listen, journal } = payKit()
    const { session, results } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('cancel')
    await time.settle()
    server.pay(no)
    const queries = server.orders.get(no)!.queries
    void session.pay({ ...anOrder, total_fee: 900 }, { provider: 'alipay' })
    await time.settle()
    expect(cashier.opened).toHaveLength(1)
    expect(server.orders.get(no)!.queries).toBe(queries + 1)
    expect(results.map(({ outcome, code, total_fee }) => [outcome, code, total_fee])).toEqual([['cancel', 60001, 1000], ['success', 0, 1000]])
    expect(journal()).toEqual([])
  })

  it('that the server refuses is not told to have failed while an earlier payment of it may have been taken', async () => {
    const { cashier, server, time, listen, journal } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('cancel')
    await time.settle()
    server.pay(no)
    server.answer('pay/createPayment', { code: 40008, msg: 'too often' })
    void session.pay(anOrder)
    await time.settle()
    expect(outcomes()).toEqual(['cancel', 'success'])
    expect(journal()).toEqual([])
  })

  it('that the server refuses, and knows to be unpaid, fails with the refusal', async () => {
    const { cashier, server, time, listen, journal } = payKit()
    const { session, results } = listen()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('cancel')
    await time.settle()
    server.answer('pay/createPayment', { code: 40008, msg: 'too often' })
    void session.pay(anOrder)
    await time.settle()
    expect(results.at(-1)).toMatchObject({ outcome: 'fail', code: 40008, msg: 'too often', trade_state: 'NOTPAY' })
    expect(journal()).toEqual([no])
  })
})

describe('the same order on two buttons at a time', () => {
  /** Both asked for it on a slow line: the first is refused, or finds no order, before the second gets through. */
  it.each([
    ['is refused', { code: 40001, msg: 'no' }],
    ['never got there', 'lost'],
  ] as const)('stays in the journal for the one that is paying it, when the other %s', async (_, first) => {
    const { server, cashier, time, listen, journal } = payKit()
    const { call } = server.backend
    const line: (() => void)[] = []
    server.backend.call = async (action, data) => {
      if (action === 'pay/createPayment')
        await new Promise<void>(resolve => line.push(resolve))
      return call(action, data)
    }
    const [one, two] = [listen(), listen()]
    void one.session.pay(anOrder)
    await time.settle()
    void two.session.pay(anOrder)
    await time.settle()
    if (first === 'lost')
      server.lose('pay/createPayment')
    else
      server.answer('pay/createPayment', first)
    line[0]!()
    await time.advance(100)
    expect(one.outcomes()).toEqual(['fail'])
    line[1]!()
    await time.settle()
    expect(cashier.opened).toHaveLength(1)
    expect(journal()).toEqual([no])
  })
})

describe('signing out in the middle', () => {
  it('is pending, and resolves when the user signs in again', async () => {
    const { cashier, server, time, listen, journal } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    server.signOut()
    server.pay(no)
    cashier.report('ok')
    await time.advance(120_000)
    expect(outcomes()).toEqual(['pending'])
    expect(journal()).toEqual([no])
    expect(time.pending()).toBe(0)
    server.signIn()
    session.pageShown()
    await time.settle()
    expect(outcomes()).toEqual(['pending', 'success'])
    expect(journal()).toEqual([])
  })

  it('before anything is known of the order is told with the server\'s code', async () => {
    const { server, time, listen, journal } = payKit()
    const { session, results } = listen()
    server.signOut()
    void session.pay(anOrder)
    await time.settle()
    expect(results).toMatchObject([{ outcome: 'fail', code: SIGNED_OUT }])
    expect(journal()).toEqual([])
  })

  it('never makes a failure of an order that was told to be paid', async () => {
    const { cashier, server, time, listen } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    server.signOut()
    void session.pay(anOrder)
    await time.advance(10_000)
    expect(outcomes()).toEqual(['success', 'pending'])
  })

  it('nor when a payment in plain JavaScript had taken the order over in between', async () => {
    const { cashier, server, time, listen, vkPay } = payKit()
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    const plain = vkPay.pay({ orderInfo: {}, out_trade_no: no, total_fee: 1000 })
    await time.settle()
    cashier.report('fail')
    await plain
    server.pay(no)
    cashier.report('ok', 0)
    await time.settle()
    expect(outcomes()).toEqual(['success'])
    server.signOut()
    void session.pay(anOrder)
    await time.advance(10_000)
    expect(outcomes()).toEqual(['success', 'pending'])
  })
})

describe('who is told of a payment that the app learns of', () => {
  it('is the session that is up on its page, and the app', async () => {
    const onPaid = vi.fn()
    const { server, time, listen, make } = payKit({ onPaid })
    void listen().session.pay(anOrder)
    await time.settle()
    server.pay(no)
    const client = make()
    server.lose('pay/queryPayment')
    const [one, two] = [listen(client), listen(client)]
    await one.session.resume()
    await two.session.resume()
    one.session.dispose()
    await client.resume()
    expect(two.results).toMatchObject([{ outcome: 'success', out_trade_no: no, late: true }])
    expect(one.results).toEqual([])
    expect(onPaid).toHaveBeenCalledOnce()
    two.session.dispose()
    expect(time.pending()).toBe(0)
  })

  it('is not a session of another page', async () => {
    const { server, time, listen, make } = payKit()
    void listen().session.pay(anOrder)
    await time.settle()
    server.pay(no)
    vi.stubGlobal('getCurrentPages', () => [{ route: 'pages/goods/goods' }, { route: 'pages/mine/mine' }])
    const client = make()
    const { session, results } = listen(client)
    await session.resume()
    await client.resume()
    expect(results).toEqual([])
  })

  it('is the app, when the page that had asked is gone before the answer', async () => {
    const onPaid = vi.fn()
    const { server, time, listen, make } = payKit({ onPaid })
    void listen().session.pay(anOrder)
    await time.settle()
    server.pay(no)
    const { session, results } = listen(make())
    const asked = session.resume()
    session.dispose()
    await asked
    expect(results).toEqual([])
    expect(onPaid).toHaveBeenCalledOnce()
  })

  it('is the app once, also when its page pays the same order again and is gone before the answer', async () => {
    const onPaid = vi.fn()
    const { server, time, listen, make } = payKit({ onPaid })
    void listen().session.pay(anOrder)
    await time.settle()
    server.pay(no)
    const client = make()
    await client.resume()
    // from now on, answers are on their way for long
    const { call } = server.backend
    let arrive = () => {}
    const line = new Promise<void>(resolve => arrive = resolve)
    server.backend.call = async (action, data) => line.then(() => call(action, data))
    const [paying, coming] = [listen(client).session, listen(client).session]
    void paying.pay(anOrder)
    await time.settle()
    paying.dispose()
    void coming.resume()
    coming.dispose()
    arrive()
    await time.settle()
    expect(onPaid).toHaveBeenCalledOnce()
  })

  it('looks once more a little later, when the first answer may have been of before', async () => {
    const { server, time, listen, make, vkPay } = payKit()
    const first = listen(vkPay)
    void first.session.pay(anOrder)
    await time.settle()
    first.session.dispose()
    const { session, outcomes } = listen(make())
    await session.resume()
    server.pay(no)
    await time.advance(1500)
    expect(outcomes()).toEqual(['success'])
    expect(time.pending()).toBe(0)
  })

  it.each([
    ['that the server does not know of it', { code: 40005, msg: 'no such order' }],
    ['that it is closed', { code: 0, msg: '', status: -1, data: { trade_state: 'CLOSED' } }],
  ])('an answer about an earlier attempt, %s, says nothing of the one begun meanwhile', async (_, late) => {
    const { server, time, listen, vkPay, journal } = payKit()
    vkPay.journal.put({ out_trade_no: no, provider: 'wxpay', platform: 'h5', total_fee: 1000, route: 'pages/goods/goods', created_at: time.clock.now() - 61_000 })
    let arrive = (_: unknown) => {}
    const { call } = server.backend
    server.backend.call = () => new Promise(resolve => arrive = resolve as typeof arrive)
    void vkPay.resume()
    server.backend.call = call
    const { session, outcomes } = listen()
    void session.pay(anOrder)
    await time.settle()
    arrive(late)
    await time.settle()
    expect([journal(), session.state, outcomes()]).toEqual([[no], 'invoking', []])
  })

  it('watches the journal and every result, until told to stop', async () => {
    const { server, cashier, time, listen, vkPay, journal } = payKit()
    const heard: (string | undefined)[] = []
    const stop = vkPay.watch(result => void heard.push(result ? result.outcome : String(journal())))
    const { session } = listen()
    void session.pay(anOrder)
    await time.settle()
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    expect(heard).toEqual([no, '', 'success'])
    stop()
    void session.pay({ ...anOrder, out_trade_no: 'ORDER_0002' })
    await time.settle()
    expect(heard).toHaveLength(3)
  })
})
