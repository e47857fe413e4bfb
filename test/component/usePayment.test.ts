import { effectScope, isReadonly } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import { usePayment } from '../../composables/usePayment'
import type { UsePaymentReturn } from '../../composables/usePayment'
import { anOrder } from '../support/pay-kit'
import { installedKit } from './support'

const no = anOrder.out_trade_no

/** Outside of a component, as in a store. */
function used() {
  const kit = installedKit()
  const scope = effectScope()
  const payment = scope.run(() => usePayment()) as UsePaymentReturn
  return { ...kit, scope, payment }
}

describe('usePayment', () => {
  it('follows a payment to its end, and resolves to what the listeners hear', async () => {
    const { payment, server, cashier, time } = used()
    const heard = vi.fn()
    payment.onSuccess(heard)
    expect([payment.state.value, payment.busy.value]).toEqual(['idle', false])
    const paid = payment.pay(anOrder)
    expect([payment.state.value, payment.busy.value]).toEqual(['creating', true])
    await time.settle()
    expect(payment.current.value).toMatchObject({ out_trade_no: no, total_fee: 1000 })
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    expect([payment.state.value, payment.busy.value]).toEqual(['succeeded', false])
    expect(heard).toHaveBeenCalledTimes(1)
    expect(heard).toHaveBeenCalledWith(await paid)
    expect(payment.result.value).toEqual(await paid)
  })

  it('tells each outcome to its own listeners, and to those of every result', async () => {
    const kit = installedKit()
    const scope = effectScope()
    const onResult = vi.fn()
    const onStateChange = vi.fn()
    const payment = scope.run(() => usePayment({ client: kit.vkPay, onResult, onStateChange }))!
    const heard = { success: vi.fn(), fail: vi.fn(), cancel: vi.fn(), pending: vi.fn(), change: vi.fn() }
    payment.onSuccess(heard.success)
    payment.onFail(heard.fail)
    payment.onCancel(heard.cancel)
    payment.onPending(heard.pending)
    payment.onStateChange(heard.change)

    void payment.pay(anOrder)
    await kit.time.settle()
    kit.cashier.report('cancel')
    await kit.time.settle()
    kit.server.answer('pay/createPayment', { code: 40001, msg: 'no' })
    void payment.pay(anOrder)
    await kit.time.settle()
    void payment.pay(anOrder)
    await kit.time.settle()
    kit.cashier.report('ok')
    await kit.time.advance(62_000)

    expect([heard.success, heard.cancel, heard.fail, heard.pending].map(listener => listener.mock.calls.length)).toEqual([0, 1, 1, 1])
    expect(onResult.mock.calls.map(([{ outcome }]) => outcome)).toEqual(['cancel', 'fail', 'pending'])
    expect(heard.change.mock.calls).toEqual(onStateChange.mock.calls)
    scope.stop()
  })

  it('forgets the last result when the next payment starts', async () => {
    const { payment, server, time } = used()
    server.answer('pay/createPayment', { code: 40001, msg: 'no' })
    void payment.pay(anOrder)
    await time.settle()
    expect(payment.error.value).toMatchObject({ code: 40001 })
    void payment.pay(anOrder)
    expect(payment.result.value).toBeUndefined()
    expect(payment.error.value).toBeUndefined()
  })

  it('takes a listener back', async () => {
    const { payment, cashier, time } = used()
    const heard = vi.fn()
    const off = payment.onCancel(heard)
    off()
    void payment.pay(anOrder)
    await time.settle()
    cashier.report('cancel')
    await time.settle()
    expect(heard).not.toHaveBeenCalled()
  })

  it('gives the code to draw, and takes it away when it is not needed any more', async () => {
    const { payment, cashier, time } = used()
    void payment.pay(anOrder)
    await time.settle()
    cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://x', expiresAt: time.clock.now() + 60_000 })
    await time.settle()
    expect(payment.codeUrl.value).toBe('weixin://x')
    expect(payment.expiresAt.value).toBe(time.clock.now() + 60_000)
    payment.dismiss()
    await time.settle()
    expect(payment.state.value).toBe('cancelled')
    expect(payment.codeUrl.value).toBeUndefined()
  })

  it('asks when told to', async () => {
    const { payment, cashier, server, time } = used()
    void payment.pay(anOrder)
    await time.settle()
    cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://x' })
    await time.settle()
    server.pay(no)
    payment.check()
    await time.settle()
    expect(payment.state.value).toBe('succeeded')
  })

  it('gives nothing that can be written to', () => {
    const { payment } = used()
    for (const view of [payment.state, payment.busy, payment.result, payment.error, payment.codeUrl, payment.expiresAt, payment.current])
      expect(isReadonly(view)).toBe(true)
  })

  it('ends with its scope: no timer, no listener at the app, an end for whoever waits', async () => {
    const { payment, scope, cashier, time, uni } = used()
    const heard = vi.fn()
    payment.onPending(heard)
    const waiting = payment.pay(anOrder)
    await time.settle()
    cashier.report('ok')
    await time.settle()
    const [[whenShown], [whenHidden]] = [uni.onAppShow.mock.calls.at(-1)!, uni.onAppHide.mock.calls.at(-1)!]
    scope.stop()
    expect(time.pending()).toBe(0)
    expect(uni.offAppShow).toHaveBeenCalledWith(whenShown)
    expect(uni.offAppHide).toHaveBeenCalledWith(whenHidden)
    await expect(waiting).resolves.toMatchObject({ outcome: 'pending' })
    expect(heard).not.toHaveBeenCalled()
  })

  it('follows the app where there is no page: a silent cashier is noticed', async () => {
    const { payment, server, time, uni } = used()
    void payment.pay(anOrder)
    await time.settle()
    server.pay(no)
    uni.onAppHide.mock.calls.at(-1)![0]()
    uni.onAppShow.mock.calls.at(-1)![0]()
    await time.advance(3000)
    expect(payment.state.value).toBe('succeeded')
  })

  it('goes on with what its page left unfinished', async () => {
    const first = installedKit()
    const left = first.vkPay.session()
    void left.pay(anOrder)
    await first.time.settle()
    left.dispose()
    first.server.pay(no)
    const heard = vi.fn()
    effectScope().run(() => usePayment({ client: first.vkPay, onResult: heard }))
    await first.time.settle()
    expect(heard).toHaveBeenCalledWith(expect.objectContaining({ outcome: 'success', out_trade_no: no, late: true }))
  })

  it.each([
    ['first', () => 0],
    ['last, after an answer that knew nothing yet', (call: number) => call],
    ['only when asked again', (call: number) => call <= 2 ? 2 : 0],
  ])('is told what the app, asking at the same time on launch, was told: %s', async (_, order) => {
    const first = installedKit()
    const left = first.vkPay.session()
    void left.pay(anOrder)
    await first.time.settle()
    first.server.pay(no)
    // the second question about an order is answered from what is known, while the first still asks the channel
    const { call } = first.server.backend
    let asked = 0
    first.server.backend.call = async (action, data) => {
      const late = order(++asked)
      if (late === 1)
        await new Promise<void>(resolve => first.time.clock.setTimeout(resolve, 700))
      return late === 2 ? { code: 0, msg: '', data: { trade_state: 'NOTPAY', total_fee: 1000 } } as never : call(action, data)
    }
    const relaunched = first.make()
    relaunched.install()
    const heard = vi.fn()
    const scope = effectScope()
    scope.run(() => usePayment({ client: relaunched, onResult: heard }))
    await first.time.advance(2000)
    expect(heard).toHaveBeenCalledTimes(1)
    expect(heard).toHaveBeenCalledWith(expect.objectContaining({ outcome: 'success', out_trade_no: no, late: true }))
    scope.stop()
    expect(first.time.pending()).toBe(0)
  })
})
