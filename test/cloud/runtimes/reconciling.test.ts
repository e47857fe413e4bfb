import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startReconciling } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/reconciling'
import { uniCloudMain } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/uni-cloud'
import { openShop, paidOrder } from '../support/shop'

const quiet = { code: 0, msg: '', paid: 0, waiting: 0, closed: 0, handled: 0, failed: 0, refunds: 0, deleted: 0, more: false }

describe('startReconciling', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('sweeps at once and then after each pause, never two at a time, until it is stopped', async () => {
    let running = 0
    let most = 0
    const reconcile = vi.fn(async () => {
      most = Math.max(most, running += 1)
      await new Promise(resolve => setTimeout(resolve, 2_500))
      running -= 1
      return quiet
    })
    const reconciling = startReconciling({ reconcile }, { everyMs: 1_000, limit: 7 })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(reconcile).toHaveBeenCalledTimes(3)
    expect(reconcile).toHaveBeenCalledWith({ limit: 7 })
    expect(most).toBe(1)
    const stopped = reconciling.stop()
    await vi.advanceTimersByTimeAsync(10_000)
    await stopped
    expect(running).toBe(0)
    expect(reconcile).toHaveBeenCalledTimes(3)
  })

  it('goes on at once while more is due, and takes no senseless pause', async () => {
    const reconcile = vi.fn(async () => ({ ...quiet, more: reconcile.mock.calls.length < 3 }))
    const reconciling = startReconciling({ reconcile }, { everyMs: 60_000 })
    await vi.advanceTimersByTimeAsync(100)
    expect(reconcile).toHaveBeenCalledTimes(3)
    await reconciling.stop()
    expect(() => startReconciling({ reconcile }, { everyMs: 0 })).toThrow(RangeError)
  })
})

describe('the timer of the cloud function', () => {
  const event = { Type: 'Timer', TriggerName: 'reconcile', Time: '2026-01-01T00:00:00Z', Message: '' }
  const missed = async () => {
    const shop = await openShop()
    await paidOrder(shop)
    shop.clock.now += 5_000
    return shop
  }

  it.each([[{ SOURCE: 'timing' }, {}], [{}, event], [undefined, { ...event, Type: 'timer' }]])('context %j: reconciles', async (context, timer) => {
    const shop = await missed()
    expect(await uniCloudMain(shop.pay)(timer, context)).toEqual({ code: 0, msg: '对账完成' })
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
  })

  it.each(['client', 'http', 'function'])('an event that only looks like a timer, from %s, is a call like any other', async (SOURCE) => {
    const shop = await missed()
    expect(await uniCloudMain(shop.pay)(event, { SOURCE })).toMatchObject({ code: 404 })
    expect(shop.order()).toMatchObject({ status: 0 })
  })
})
