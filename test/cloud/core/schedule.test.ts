import { describe, expect, it } from 'vitest'
import { ASK_AFTER_MS, expiryOf, firstDue, nextDue, retryDelay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/schedule'

const MINUTE = 60_000
const order = { createDate: 1_000_000 }
const at = (ms: number): number => order.createDate + ms

function dues(attempt: { createDate: number, timeExpire?: number }): number[] {
  const found = [firstDue(attempt.createDate)]
  while (found[found.length - 1]! < expiryOf(attempt))
    found.push(nextDue(attempt, found[found.length - 1]!))
  return found.map(due => due - attempt.createDate)
}

describe('when an order is looked after', () => {
  it('on the recommended steps, the last of which is the expiry', () => {
    expect(dues(order)).toEqual([...ASK_AFTER_MS])
    expect(ASK_AFTER_MS).toEqual([5_000, 30_000, MINUTE, 3 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE])
  })

  it('until time_expire, be it early or late, but never closed before five minutes', () => {
    expect(dues({ ...order, timeExpire: at(7 * MINUTE) })).toEqual([5_000, 30_000, MINUTE, 3 * MINUTE, 5 * MINUTE, 7 * MINUTE])
    expect(dues({ ...order, timeExpire: at(MINUTE) })).toEqual([5_000, 30_000, MINUTE, 3 * MINUTE, 5 * MINUTE])
    expect(dues({ ...order, timeExpire: at(100 * MINUTE) }).slice(-4)).toEqual([30 * MINUTE, 60 * MINUTE, 90 * MINUTE, 100 * MINUTE])
  })

  it('does not make up for steps that were missed', () => {
    expect(nextDue(order, at(4 * MINUTE))).toBe(at(5 * MINUTE))
    expect(nextDue(order, at(20 * MINUTE))).toBe(at(30 * MINUTE))
  })

  it('retries after pauses that double, from half a minute to six hours', () => {
    const pauses: number[] = []
    for (let now = 0; pauses.length < 14; now += pauses[pauses.length - 1]!)
      pauses.push(retryDelay(0, now))
    expect(pauses.slice(0, 5)).toEqual([30_000, 30_000, 60_000, 120_000, 240_000])
    expect(pauses[13]).toBe(6 * 60 * MINUTE)
  })
})
