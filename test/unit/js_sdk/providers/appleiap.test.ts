import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as Client from '../../../../js_sdk/client'
import type { PayResult } from '../../../../js_sdk/types'
import { compileFor } from '../../../support/compile-for'
import { fakeClock } from '../../../support/fake-clock'
import { fakeUni } from '../../../support/fake-uni'
import { launchContext, loadProvider } from '../../../support/launch-context'
import { modelServer } from '../../../support/model-server'

afterEach(() => vi.unstubAllGlobals())

interface Transaction { transactionState: string, transactionIdentifier: string, transactionReceipt: string, payment: { productid: string, username: string } }

function bought(username = 'ORDER_0001', transactionState = '1'): Transaction {
  return { transactionState, transactionIdentifier: `T-${username}`, transactionReceipt: 'receipt', payment: { productid: 'vip.month', username } }
}

/** An App Store the test owns. */
function store(kept: Transaction[] = [], products: unknown[] = [{ productid: 'vip.month' }]) {
  const steps: string[] = []
  const channel = {
    id: 'appleiap',
    requestProduct: vi.fn((_ids: string[], success: (found: unknown[]) => void) => {
      steps.push('product')
      success(products)
    }),
    restoreCompletedTransactions: vi.fn((_options: object, success: (found: Transaction[]) => void) => success(kept)),
    finishTransaction: vi.fn((transaction: Transaction, success: () => void) => {
      steps.push('finish')
      kept.splice(kept.indexOf(transaction), 1)
      success()
    }),
  }
  const { uni } = fakeUni()
  const providers: { id: string }[] = [{ id: 'wxpay' }, channel]
  Object.assign(uni, { getProvider: vi.fn(({ success }: { success: (answer: object) => void }) => success({ providers })) })
  const call = vi.fn(async () => {
    steps.push('verify')
    return { code: 0 }
  })
  return { uni, channel, steps, providers, call }
}

async function settle() {
  for (let i = 0; i < 20; i++)
    await Promise.resolve()
}

async function open(shop: ReturnType<typeof store>, orderInfo: unknown = { productid: 'vip.month', out_trade_no: 'ORDER_0001' }, call: unknown = shop.call) {
  const { provider, judge } = await loadProvider('app', 'appleiap')
  const launched = provider.launch(launchContext('app-plus', orderInfo, { call: call as never }))
  launched.catch(() => {})
  await settle()
  return { launched, judge, native: shop.uni.requestPayment.mock.calls[0]?.[0] }
}

describe('buying', () => {
  it('asks for the product first, and keeps the purchase open', async () => {
    const shop = store()
    const { native } = await open(shop)
    expect(shop.channel.requestProduct.mock.calls[0]?.[0]).toEqual(['vip.month'])
    expect(native).toMatchObject({ provider: 'appleiap', orderInfo: { productid: 'vip.month', username: 'ORDER_0001', quantity: 1, manualFinishTransaction: true } })
    expect(Object.keys(native.orderInfo)).not.toContain('out_trade_no')
  })

  it('takes over what the server chose, but never lets the store finish by itself', async () => {
    const { native } = await open(store(), { productid: 'vip.month', username: 'u1', quantity: 2, paymentDiscount: { nonce: 'n' }, manualFinishTransaction: false })
    expect(native.orderInfo).toEqual({ productid: 'vip.month', username: 'u1', quantity: 2, paymentDiscount: { nonce: 'n' }, manualFinishTransaction: true })
  })

  it('finishes only after the server said yes', async () => {
    const shop = store()
    const { launched, native, judge } = await open(shop)
    native.success(bought())
    const report = await launched
    expect(shop.call).toHaveBeenCalledWith('pay/appleiap/verifyReceipt', { out_trade_no: 'ORDER_0001', productid: 'vip.month', transaction_id: 'T-ORDER_0001', receipt_data: 'receipt' })
    expect(shop.steps).toEqual(['product', 'verify', 'finish'])
    expect(judge('appleiap', report as never)).toEqual({ outcome: 'success', reason: 'verify' })
  })

  it.each([
    ['says no', async () => ({ code: 1014 })],
    ['cannot be reached', async () => { throw new Error('offline') }],
  ])('leaves it with the store when the server %s', async (_, call) => {
    const shop = store()
    const { launched, native } = await open(shop, undefined, call)
    native.success(bought())
    expect(await launched).toMatchObject({ kind: 'reported', via: 'success' })
    expect(shop.channel.finishTransaction).not.toHaveBeenCalled()
  })

  it.each([
    ['2', ['product', 'finish'], { outcome: 'fail', reason: 'verify' }],
    ['4', ['product'], { outcome: 'pending', reason: 'verify' }],
    ['0', ['product'], { outcome: 'pending', reason: 'verify' }],
    ['3', ['product', 'verify', 'finish'], { outcome: 'success', reason: 'verify' }],
  ])('a transaction in state %s: %j', async (state, steps, judgement) => {
    const shop = store()
    const { launched, native, judge } = await open(shop)
    native.success(bought('ORDER_0001', state))
    expect(judge('appleiap', await launched as never)).toEqual(judgement)
    expect(shop.steps).toEqual(steps)
  })

  it.each([2, '2'])('an errCode of %j is the payer leaving', async (errCode) => {
    const shop = store()
    const { launched, native, judge } = await open(shop)
    native.fail({ errMsg: 'requestPayment:fail', errCode })
    expect(judge('appleiap', await launched as never)).toEqual({ outcome: 'cancel', reason: 'user' })
    expect(shop.call).not.toHaveBeenCalled()
  })

  it('says that the module is missing from the build', async () => {
    const shop = store()
    shop.providers.pop()
    const { launched, judge } = await open(shop)
    expect(judge('appleiap', await launched as never)).toEqual({ outcome: 'fail', reason: 'config' })
  })

  it.each([
    [{}, [], 'productid'],
    [{ productId: 'vip.month' }, [], 'productid'],
    [{ productid: 'vip.month' }, [], 'productid'],
  ])('refuses %j, of which the store has %j', async (orderInfo, products, field) => {
    const shop = store([], products)
    const { launched } = await open(shop, orderInfo)
    await expect(launched).rejects.toMatchObject({ code: 60007, field })
    expect(shop.uni.requestPayment).not.toHaveBeenCalled()
  })
})

describe('taking up what the store kept', () => {
  async function restore(shop: ReturnType<typeof store>, call: unknown = shop.call) {
    const { provider } = await loadProvider('app', 'appleiap')
    return provider.restore?.({ call: call as never })
  }

  it('has each purchase checked under its own order, finishes those, and keeps those that wait', async () => {
    const kept = [bought('ORDER_0001'), bought('ORDER_0002', '3'), bought('ORDER_0003', '4')]
    const shop = store(kept)
    expect(await restore(shop)).toBe(true)
    expect(shop.call.mock.calls.map(args => (args as unknown as [string, { out_trade_no: string }])[1].out_trade_no)).toEqual(['ORDER_0001', 'ORDER_0002'])
    expect(kept.map(one => one.payment.username)).toEqual(['ORDER_0003'])
    expect(shop.channel.restoreCompletedTransactions.mock.calls[0]?.[0]).toEqual({ manualFinishTransaction: true, username: '' })
  })

  it('keeps a purchase that the server does not confirm', async () => {
    const kept = [bought()]
    expect(await restore(store(kept), async () => ({ code: 1015 }))).toBe(false)
    expect(await restore(store(kept), async () => { throw new Error('offline') })).toBe(false)
    expect(kept).toHaveLength(1)
  })

  it('is quiet where there is no store', async () => {
    const shop = store()
    shop.providers.pop()
    expect(await restore(shop)).toBe(false)
    fakeUni()
    expect(await restore(shop)).toBe(false)
  })

  it('happens when the app is launched again, and its payment is told', async () => {
    const kept = [bought()]
    const shop = store(kept)
    const { createVkPay } = await compileFor<typeof Client>('app', 'client.ts')
    const time = fakeClock()
    const server = modelServer()
    const call = server.backend.call
    const onPaid = vi.fn<(result: PayResult) => void>()
    const client = createVkPay({
      clock: time.clock,
      onPaid,
      provider: 'appleiap',
      backend: {
        call: async (action, data) => {
          if (action === 'pay/createPayment') {
            const created = await call(action, data)
            return { ...created, orderInfo: { productid: 'vip.month' } } as never
          }
          if (action === 'pay/appleiap/verifyReceipt') {
            server.pay(String(data.out_trade_no))
            return { code: 0 } as never
          }
          return call(action, data)
        },
      },
    })
    // the app is killed while the store's sheet is open
    const killed = client.session()
    void killed.pay({ out_trade_no: 'ORDER_0001', total_fee: 600, subject: 'VIP month', type: 'vip' })
    await time.settle()
    expect(shop.uni.requestPayment).toHaveBeenCalled()
    killed.dispose()
    client.install()
    await time.advance(2000)
    expect(onPaid.mock.calls.map(([{ outcome, out_trade_no }]) => [outcome, out_trade_no])).toEqual([['success', 'ORDER_0001']])
    expect(kept).toEqual([])
  })
})
