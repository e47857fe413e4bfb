import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it } from 'vitest'
import { usePaymentStore } from '../../composables/usePaymentStore'
import { anOrder } from '../support/pay-kit'
import { installedKit } from './support'

const no = anOrder.out_trade_no

function opened() {
  const kit = installedKit()
  setActivePinia(createPinia())
  const store = usePaymentStore()
  return { ...kit, store, numbers: () => store.unfinished.map(entry => entry.out_trade_no) }
}

describe('usePaymentStore', () => {
  it('follows a payment from the cashier to its end', async () => {
    const { store, numbers, vkPay, server, cashier, time } = opened()
    const session = vkPay.session()
    void session.pay(anOrder)
    await time.settle()
    expect(numbers()).toEqual([no])
    expect(store.hasUnfinished).toBe(true)
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    expect(numbers()).toEqual([])
    expect(store.recent).toEqual([{ out_trade_no: no, provider: 'wxpay', total_fee: 1000, outcome: 'success', trade_state: 'SUCCESS', at: time.clock.now() }])
  })

  it('knows a payment of the plain form', async () => {
    const { store, vkPay, server, cashier, time } = opened()
    await vkPay.createPayment(anOrder)
    const paid = vkPay.pay({ provider: 'wxpay', orderInfo: {}, out_trade_no: no, total_fee: 1000 })
    await time.settle()
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    await paid
    expect(store.recent[0]).toMatchObject({ out_trade_no: no, outcome: 'success' })
  })

  it('learns at launch what became of a payment the app was killed in', async () => {
    const before = opened()
    void before.vkPay.session().pay(anOrder)
    await before.time.settle()
    before.server.pay(no)
    before.make().install()
    setActivePinia(createPinia())
    const store = usePaymentStore()
    expect(store.unfinished).toHaveLength(1)
    await store.resume()
    expect(store.unfinished).toEqual([])
    expect(store.recent[0]).toMatchObject({ out_trade_no: no, outcome: 'success', trade_state: 'SUCCESS' })
  })

  it('keeps what nobody can know yet, also when the server cannot be reached', async () => {
    const before = opened()
    void before.vkPay.session().pay(anOrder)
    await before.time.settle()
    before.make().install()
    setActivePinia(createPinia())
    const store = usePaymentStore()
    before.server.lose('pay/queryPayment')
    await store.resume()
    expect(store.unfinished).toHaveLength(1)
    expect(store.recent).toEqual([])
  })

  it('moves what the server closed over to the recent ones', async () => {
    const before = opened()
    void before.vkPay.session().pay(anOrder)
    await before.time.settle()
    before.server.close(no)
    const client = before.make()
    client.install()
    setActivePinia(createPinia())
    const store = usePaymentStore()
    await store.resume()
    expect(store.unfinished).toEqual([])
    expect(store.recent).toMatchObject([{ out_trade_no: no, outcome: 'fail', trade_state: 'CLOSED' }])
  })

  it('hears of sessions that were there before it', async () => {
    const { vkPay, server, cashier, time } = installedKit()
    const session = vkPay.session()
    void session.pay(anOrder)
    await time.settle()
    setActivePinia(createPinia())
    const store = usePaymentStore()
    expect(store.unfinished).toHaveLength(1)
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    expect(store.unfinished).toEqual([])
    expect(store.recent).toMatchObject([{ out_trade_no: no, outcome: 'success' }])
  })

  it('leaves the client as it is', () => {
    const { vkPay } = installedKit()
    const { session, pay } = vkPay
    setActivePinia(createPinia())
    usePaymentStore()
    expect([vkPay.session, vkPay.pay]).toEqual([session, pay])
  })

  it('forgets the oldest of too many, keeps them over a restart, and all on request', async () => {
    const { store, vkPay, server, cashier, time } = opened()
    for (let i = 0; i < 25; i++) {
      const order = { ...anOrder, out_trade_no: `ORDER_${1000 + i}` }
      void vkPay.session().pay(order)
      await time.settle()
      server.pay(order.out_trade_no)
      cashier.report('ok')
      await time.settle()
    }
    expect(store.recent).toHaveLength(20)
    expect(store.recent[0]!.out_trade_no).toBe('ORDER_1024')
    setActivePinia(createPinia())
    const again = usePaymentStore()
    expect(again.recent).toHaveLength(20)
    again.forget()
    expect(again.recent).toEqual([])
    setActivePinia(createPinia())
    expect(usePaymentStore().recent).toEqual([])
  })

  it('never takes back that an order was paid', async () => {
    const { store, vkPay, server, cashier, time } = opened()
    const session = vkPay.session()
    void session.pay(anOrder)
    await time.settle()
    cashier.report('cancel')
    await time.settle()
    expect(store.recent[0]).toMatchObject({ outcome: 'cancel' })
    server.pay(no)
    session.pageShown()
    await time.settle()
    expect(store.recent).toHaveLength(1)
    expect(store.recent[0]).toMatchObject({ outcome: 'success' })
  })
})
