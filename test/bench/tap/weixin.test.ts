import { join } from 'node:path'
import { expect, it } from 'vitest'
import { instant } from '../../mp/support/instant'
import { boot, settle } from '../../mp/support/mini-program'
import { createPhone, silent } from '../../mp/support/phone'
import type { Figures } from './figures'
import { report, rounds } from './figures'

/** After one round that warms the compiler up. */
const ROUNDS = 40
const phone = createPhone()
const app = boot(join(import.meta.dirname, '../../../.tmp/pay-pages/dist/build/mp-weixin'), phone.install)

/** Opens the page, taps, and ends it when the cashier is called. */
async function tapOnce(name: string, selector: string): Promise<Figures> {
  phone.reset()
  phone.server = instant
  const origin = app.traffic()
  const page = await app.open(`pages/${name}/${name}`)
  const opened = app.traffic()
  let calledAt = Number.NaN
  let called = opened
  phone.cashier = (params) => {
    calledAt = performance.now()
    called = app.traffic()
    return silent(params)
  }
  const startedAt = performance.now()
  page.tap(selector)
  await settle()
  const { calls, bytes } = app.traffic()
  page.close()
  expect(phone.payments).toHaveLength(1)
  return {
    'own ms, tap → requestPayment': calledAt - startedAt - (called.drawnMs - opened.drawnMs),
    'setData, tap → open cashier': calls - opened.calls,
    'bytes, tap → open cashier': bytes - opened.bytes,
    'setData, first drawing': opened.calls - origin.calls,
    'bytes, first drawing': opened.bytes - origin.bytes,
  }
}

async function openOnce(name: string): Promise<Figures> {
  phone.reset()
  phone.server = instant
  const origin = app.traffic()
  const startedAt = performance.now()
  const page = await app.open(`pages/${name}/${name}`)
  const ms = performance.now() - startedAt
  const { calls, bytes, drawnMs } = app.traffic()
  page.close()
  return { 'ms, in the simulator': ms, 'own ms': ms - (drawnMs - origin.drawnMs), 'setData': calls - origin.calls, 'bytes': bytes - origin.bytes }
}

it('tap', async () => {
  const first = await tapOnce('tap', '.vk-pay-button')
  console.log(`the very first tap of the process: ${first['own ms, tap → requestPayment']!.toFixed(2)} ms`)
  report('mp-weixin, tap', await rounds(ROUNDS, {
    'vk-pay-button': () => tapOnce('tap', '.vk-pay-button'),
    'by hand': () => tapOnce('by-hand', '.by-hand'),
  }))
})

it('status page', async () => {
  report('mp-weixin, status page', await rounds(ROUNDS, {
    'vk-pay-status': () => openOnce('order-status'),
    'by hand': () => openOnce('status-by-hand'),
  }))
})
