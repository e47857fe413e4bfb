import { describe, expect, it, vi } from 'vitest'
import type { Verdict } from '../../../js_sdk/poll'
import { defaultPollPolicy, scanPollPolicy, startPolling } from '../../../js_sdk/poll'
import { fakeClock } from '../../support/fake-clock'

describe('the poll policies', () => {
  it('stop after a minute, when the cashier has come back', () => {
    expect(defaultPollPolicy(1, 0)).toBeLessThan(1500)
    expect(defaultPollPolicy(20, 59_999)).toBe(3000)
    expect(defaultPollPolicy(20, 60_000)).toBe('stop')
  })

  it('ask every 2 s in the first minute of a QR code, then less often, and have no end', () => {
    expect([0, 59_999, 60_000, 299_999, 300_000, 7_200_000].map(ms => scanPollPolicy(9, ms))).toEqual([2000, 2000, 3000, 3000, 5000, 5000])
  })
})

describe('startPolling', () => {
  function poll(answers: Verdict[], policy = (attempt: number) => attempt >= 5 ? 'stop' as const : 1000) {
    const time = fakeClock()
    const onDeadline = vi.fn()
    const askedAt: number[] = []
    const startedAt = time.clock.now()
    const ask = vi.fn(async () => {
      askedAt.push(time.clock.now() - startedAt)
      return answers.shift() ?? 'again'
    })
    return { ...time, onDeadline, ask, askedAt, poller: startPolling({ clock: time.clock, policy, ask, onDeadline }) }
  }

  it('asks at once, then by the policy, and says when it is over', async () => {
    const { advance, askedAt, onDeadline, pending } = poll([])
    await advance(10_000)
    expect(askedAt).toEqual([0, 1000, 2000, 3000, 4000])
    expect(onDeadline).toHaveBeenCalledOnce()
    expect(pending()).toBe(0)
  })

  it('ends with the answer, without a deadline', async () => {
    const { advance, ask, onDeadline, pending } = poll(['again', 'done'])
    await advance(10_000)
    expect(ask).toHaveBeenCalledTimes(2)
    expect(onDeadline).not.toHaveBeenCalled()
    expect(pending()).toBe(0)
  })

  it('holds still while paused, and asks at once when resumed', async () => {
    const { advance, askedAt, poller } = poll([])
    await advance(1500)
    poller.pause()
    await advance(60_000)
    poller.resume()
    await advance(0)
    expect(askedAt).toEqual([0, 1000, 61_500])
  })

  it('asks once more after a question under way, when told to ask now', async () => {
    const { advance, ask, poller } = poll(['again', 'done'])
    poller.askNow()
    poller.askNow()
    await advance(0)
    expect(ask).toHaveBeenCalledTimes(2)
  })

  it('counts from question to question: one that was held open is followed at once', async () => {
    const { clock, advance } = fakeClock()
    const startedAt = clock.now()
    const askedAt: number[] = []
    const takes = [400, 5000]
    startPolling({
      clock,
      policy: attempt => attempt >= 3 ? 'stop' : 1000,
      ask: () => new Promise((resolve) => {
        askedAt.push(clock.now() - startedAt)
        clock.setTimeout(() => resolve('again'), takes.shift() ?? 0)
      }),
      onDeadline: () => {},
    })
    await advance(10_000)
    expect(askedAt).toEqual([0, 1000, 6000])
  })

  it('does nothing any more once stopped', async () => {
    const { advance, ask, poller, onDeadline } = poll([])
    poller.stop()
    poller.askNow()
    poller.resume()
    await advance(60_000)
    expect(ask).toHaveBeenCalledTimes(1)
    expect(onDeadline).not.toHaveBeenCalled()
  })
})
