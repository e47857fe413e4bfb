import type { CashierReport, Launch, PayOrder, PayProvider, PayResult, StateChange, VkPayOptions } from '../../js_sdk/types'
import { createVkPay } from '../../js_sdk/client'
import { fakeClock } from './fake-clock'
import { fakeUni } from './fake-uni'
import { modelServer } from './model-server'

/** A cashier the test plays itself: opens, and reports when told. */
export function scriptedCashier() {
  const opened: { resolve: (launch: Launch) => void, again: (report: CashierReport) => void }[] = []
  const provider: PayProvider = {
    id: 'wxpay',
    platforms: ['mp-weixin', 'mp-alipay', 'mp-toutiao', 'app-plus', 'h5', 'h5-weixin', 'mweb'],
    outcomes: [
      ['any', 'says', '==', 'ok', 'success', 'verify'],
      ['any', 'says', '==', 'cancel', 'cancel', 'user'],
      ['any', 'says', '==', 'fail', 'fail', 'config'],
    ],
    launch: ({ again }) => new Promise(resolve => opened.push({ resolve, again })),
  }
  /** The same cashier as another channel. */
  const another: PayProvider = { ...provider, id: 'alipay' }
  return {
    provider,
    another,
    opened,
    /** The cashier opened last comes back; a second time it calls back again. */
    report(says: 'ok' | 'cancel' | 'fail' | 'gibberish', which = opened.length - 1) {
      const report: CashierReport = { via: 'fail', raw: { says } }
      opened[which]?.resolve({ kind: 'reported', ...report })
    },
    again: (says: string, which = opened.length - 1) => opened[which]?.again({ via: 'single', raw: { says } }),
    launchAs: (launch: Launch, which = opened.length - 1) => opened[which]?.resolve(launch),
  }
}

export const anOrder: PayOrder = { out_trade_no: 'ORDER_0001', total_fee: 1000, subject: 'A fine thing', type: 'goods', custom: { goods_id: 'g1' } }

/** Client, server, cashier, clock and storage, all in the test's hand. */
export function payKit(options: VkPayOptions = {}) {
  const { uni, kept } = fakeUni()
  const time = fakeClock()
  const server = modelServer()
  const cashier = scriptedCashier()
  const make = () => createVkPay({ backend: server.backend, clock: time.clock, provider: 'wxpay', providers: [cashier.provider, cashier.another], ...options })
  const vkPay = make()

  /** A session whose events are written down. */
  function listen(client = vkPay) {
    const session = client.session()
    const states: StateChange[] = []
    const results: PayResult[] = []
    session.subscribe({ onState: change => void states.push(change), onResult: result => void results.push(result) })
    return { session, states, results, outcomes: () => results.map(result => result.outcome) }
  }

  const journal = () => Object.keys((kept.get('vk-pay-journal') ?? {}) as object)
  return { uni, kept, time, server, cashier, vkPay, make, listen, journal }
}
