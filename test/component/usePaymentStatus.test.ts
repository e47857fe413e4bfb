import { effectScope, ref } from 'vue'
import type { MaybeRefOrGetter } from 'vue'
import { describe, expect, it } from 'vitest'
import { usePaymentStatus } from '../../composables/usePaymentStatus'
import type { UsePaymentStatusOptions } from '../../composables/usePaymentStatus'
import type { QueryPaymentResult } from '../../js_sdk/types'
import { payKit } from '../support/pay-kit'

const no = 'ORDER_0001'
function answered(trade_state: string, more: Partial<QueryPaymentResult> = {}): QueryPaymentResult {
  return { code: 0, msg: '', ...more, data: { trade_state, total_fee: 1000 } }
}

/** Every question waits for the test's answer. */
function asked(outTradeNo: MaybeRefOrGetter<string | undefined> = no, options: UsePaymentStatusOptions = {}) {
  const kit = payKit({ poll: attempt => attempt < 5 ? 1000 : 'stop' })
  const questions: { no: unknown, answer: (given: QueryPaymentResult) => Promise<void>, lose: () => Promise<void> }[] = []
  kit.server.backend.call = <T>(_action: string, data: Record<string, unknown>) => new Promise<T>((resolve, reject) => {
    questions.push({
      no: data.out_trade_no,
      answer: (given) => {
        resolve(given as T)
        return kit.time.settle()
      },
      lose: () => {
        reject(new Error('lost'))
        return kit.time.settle()
      },
    })
  })
  const scope = effectScope()
  const payment = scope.run(() => usePaymentStatus(outTradeNo, { client: kit.vkPay, ...options }))!
  const last = () => questions.at(-1)!
  return { ...kit, scope, payment, questions, last }
}

describe('usePaymentStatus', () => {
  it('is loading until the first answer, and then what the server says', async () => {
    const { payment, last } = asked()
    expect(payment.status.value).toBe('loading')
    await last().answer(answered('NOTPAY'))
    expect([payment.status.value, payment.totalFee.value]).toEqual(['unpaid', 1000])
  })

  it('believes paid whether it is said in one word or the other', async () => {
    const { payment, last } = asked()
    await last().answer({ code: 0, msg: '', orderPaid: true })
    expect(payment.status.value).toBe('paid')
  })

  it('asks as often as the policy says, one question at a time, and stops with it', async () => {
    const { questions, last, time } = asked()
    await time.advance(5000)
    expect(questions).toHaveLength(1)
    for (let i = 1; i < 5; i++) {
      await last().answer(answered('NOTPAY'))
      await time.advance(1000)
      expect(questions).toHaveLength(i + 1)
    }
    await last().answer(answered('NOTPAY'))
    await time.advance(60_000)
    expect(questions).toHaveLength(5)
    expect(time.pending()).toBe(0)
  })

  it('gives up a question that is never answered, and asks again', async () => {
    const { questions, payment, time } = asked()
    await time.advance(8000)
    expect(payment.status.value).toBe('confirming')
    await time.advance(1000)
    expect(questions).toHaveLength(2)
  })

  it('goes on while the handler of a paid order has not finished', async () => {
    const { payment, last, questions, time } = asked()
    await last().answer(answered('SUCCESS', { user_order_success: false }))
    expect([payment.status.value, payment.processing.value]).toEqual(['paid', true])
    await time.advance(1000)
    await last().answer(answered('SUCCESS', { user_order_success: true }))
    expect([payment.status.value, payment.processing.value]).toEqual(['paid', false])
    await time.advance(60_000)
    expect(questions).toHaveLength(2)
  })

  it.each(['lose', 'error'] as const)('does not unsay a payment when the next answer is none: %s', async (how) => {
    const { payment, last, time } = asked()
    await last().answer(answered('SUCCESS', { user_order_success: false }))
    await time.advance(1000)
    await (how === 'lose' ? last().lose() : last().answer({ code: 50000, msg: 'oops' }))
    expect([payment.status.value, payment.processing.value, payment.totalFee.value]).toEqual(['paid', true, 1000])
  })

  it('keeps the amount while it is not sure any more', async () => {
    const { payment, last, time } = asked()
    await last().answer(answered('NOTPAY'))
    await time.advance(1000)
    await last().lose()
    expect([payment.status.value, payment.totalFee.value]).toEqual(['confirming', 1000])
  })

  it('lets the later question win, whichever answer comes first', async () => {
    const { payment, questions } = asked()
    const refreshed = payment.refresh()
    expect(payment.refreshing.value).toBe(true)
    await questions[1]!.answer(answered('SUCCESS'))
    await questions[0]!.answer(answered('NOTPAY'))
    expect(payment.status.value).toBe('paid')
    expect(await refreshed).toBe('paid')
    expect(payment.refreshing.value).toBe(false)
  })

  it('starts over with another order', async () => {
    const number = ref<string>()
    const { payment, questions, time } = asked(number)
    await time.advance(5000)
    expect(questions).toHaveLength(0)
    number.value = no
    await time.settle()
    await questions[0]!.answer(answered('NOTPAY'))
    number.value = 'ORDER_0002'
    await time.settle()
    expect(payment.status.value).toBe('loading')
    expect(questions[1]!.no).toBe('ORDER_0002')
    expect(payment.totalFee.value).toBeUndefined()
  })

  it('rests while hidden, and has its full time again when it is back', async () => {
    const { uni, questions, last, time } = asked()
    await last().lose()
    uni.onAppHide.mock.calls.at(-1)![0]()
    await time.advance(60_000)
    expect(questions).toHaveLength(1)
    uni.onAppShow.mock.calls.at(-1)![0]()
    await time.settle()
    expect(questions).toHaveLength(2)
    await last().lose()
    await time.advance(1000)
    expect(questions).toHaveLength(3)
  })

  it('asks only when told to, without autoRefresh', async () => {
    const { uni, payment, questions, last, time } = asked(no, { autoRefresh: false })
    await last().lose()
    uni.onAppHide.mock.calls.at(-1)![0]()
    uni.onAppShow.mock.calls.at(-1)![0]()
    await time.advance(60_000)
    expect(questions).toHaveLength(1)
    void payment.refresh()
    expect(questions).toHaveLength(2)
  })

  it('ends with its scope, and an answer that comes after that changes nothing', async () => {
    const { payment, scope, questions, last, time } = asked()
    scope.stop()
    await last().answer(answered('SUCCESS'))
    expect(payment.status.value).toBe('loading')
    await payment.refresh()
    await time.advance(60_000)
    expect(questions).toHaveLength(1)
    expect(time.pending()).toBe(0)
  })
})
