import { describe, expect, it } from 'vitest'
import { atEveryStatement, crashing } from '../support/crashing-store'
import { memoryStore } from '../support/memory-store'
import type { Shop } from '../support/shop'
import { configOf, goodsOrder, keyed, openShop } from '../support/shop'
import { account } from '../support/wechat'

const CODE = '134567890123456789'
const SECOND = 1_000
const charge = (over: Record<string, unknown> = {}) => ({ data: goodsOrder({ vk_platform: undefined, openid: undefined, auth_code: CODE, ...over }) })
const charges = (shop: Shop): number => shop.wechat.countCalls(/^POST .*\/codepay$/)
const reversals = (shop: Shop): number => shop.wechat.countCalls(/^POST .*\/reverse$/)
const upstream = (shop: Shop) => shop.wechat.orders.get('ORDER_1001')!

async function charged(state: Shop['wechat']['charged'], options = {}): Promise<Shop> {
  const shop = await openShop(options)
  shop.wechat.charged = state
  return shop
}

describe.each([['in a transaction', true], ['with a lease', false]] as const)('a charge by payment code, %s', (_, transactional) => {
  const open = (state: Shop['wechat']['charged']) => charged(state, { memory: memoryStore({ transactional }) })

  it('paid at once: settled by the one dispatcher, and answered as paid', async () => {
    const shop = await open('SUCCESS')
    expect(await shop.pay.createPayment(charge())).toMatchObject({
      code: 0,
      out_trade_no: 'ORDER_1001',
      provider: 'wxpay',
      pay_type: 'wxpay_codepay',
      platform: 'codepay',
      total_fee: 100,
      orderPaid: true,
      user_order_success: true,
      status: 1,
      data: { trade_state: 'SUCCESS', total_fee: 100 },
    })
    expect(shop.effects()).toEqual({ runs: 1, stock: 99 })
    expect(shop.order()).toMatchObject({ status: 1, user_order_success: true, transaction_id: upstream(shop).transaction_id })
    expect(shop.order()).not.toHaveProperty('due_date')
  })

  it('that never left is closed, with the reason', async () => {
    const config = configOf()
    const shop = await charged('SUCCESS', { memory: memoryStore({ transactional }), config })
    const sections = config.wxpay as Record<string, Record<string, unknown>>
    for (const section of Object.values(sections))
      section.gateway = 'nowhere'
    shop.pay.clearConfigCache()
    expect((await shop.pay.createPayment(charge())).code).not.toBe(0)
    expect(charges(shop)).toBe(0)
    expect(shop.order()).toMatchObject({ status: -1 })
    expect(shop.order()).not.toHaveProperty('due_date')
    expect(((await shop.pay.timeline('ORDER_1001')).timeline as object[]).pop()).toMatchObject({ event: 'closed', detail: expect.stringMatching(/url/i) as unknown })
  })

  it('the payer confirms: asked every five seconds, by reconciliation', async () => {
    const shop = await open('USERPAYING')
    expect(await shop.pay.createPayment(charge())).toMatchObject({ code: 0, orderPaid: false, status: 0, data: { trade_state: 'USERPAYING' } })
    const asked: number[] = []
    for (let second = 1; second <= 20; second += 1) {
      shop.clock.now += SECOND
      const before = shop.wechat.countCalls(/^GET/)
      await shop.pay.reconcile()
      if (shop.wechat.countCalls(/^GET/) > before)
        asked.push(second)
    }
    expect(asked).toEqual([5, 10, 15, 20])
    shop.wechat.pay('ORDER_1001')
    shop.clock.now += 5 * SECOND
    expect(await shop.pay.reconcile()).toMatchObject({ paid: 1 })
    expect(shop.effects().runs).toBe(1)
    expect(reversals(shop)).toBe(0)
  })

  it('the cashier\'s query hears of it', async () => {
    const shop = await open('USERPAYING')
    await shop.pay.createPayment(charge())
    shop.clock.now += 3 * SECOND
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ orderPaid: false, data: { trade_state: 'USERPAYING' } })
    shop.wechat.pay('ORDER_1001')
    shop.clock.now += 2 * SECOND
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ orderPaid: true, user_order_success: true, data: { trade_state: 'SUCCESS' } })
  })

  it('never confirmed: taken back at its expiry, and closed', async () => {
    const shop = await open('USERPAYING')
    await shop.pay.createPayment(charge())
    shop.clock.now += 44 * SECOND
    await shop.pay.reconcile()
    expect(reversals(shop)).toBe(0)
    shop.clock.now += SECOND
    expect(await shop.pay.reconcile()).toMatchObject({ closed: 1 })
    expect(upstream(shop).state).toBe('REVOKED')
    expect(shop.order()).toMatchObject({ status: -1 })
    expect(shop.order()).not.toHaveProperty('due_date')
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ orderPaid: false, status: -1, data: { trade_state: 'CLOSED' } })
  })

  it('a query after the expiry takes it back, too: there may be no timer', async () => {
    const shop = await open('USERPAYING')
    await shop.pay.createPayment(charge())
    shop.clock.now += 50 * SECOND
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ status: -1, data: { trade_state: 'CLOSED' } })
    expect(upstream(shop).state).toBe('REVOKED')
  })

  it('paid at the last moment: paid, not taken back', async () => {
    const shop = await open('USERPAYING')
    await shop.pay.createPayment(charge())
    shop.clock.now += 60 * SECOND
    shop.wechat.pay('ORDER_1001')
    expect(await shop.pay.reconcile()).toMatchObject({ paid: 1 })
    expect(reversals(shop)).toBe(0)
    expect(shop.effects().runs).toBe(1)
  })

  it('paid after it was decided to take it back: the money goes back, nothing is delivered', async () => {
    const shop = await open('USERPAYING')
    await shop.pay.createPayment(charge())
    shop.clock.now += 60 * SECOND
    let lost = 0
    shop.wechat.onCall = (request) => {
      if (request.url.endsWith('/reverse') && lost++ === 0) {
        shop.wechat.pay('ORDER_1001')
        throw new Error('socket hang up')
      }
    }
    expect(await shop.pay.reconcile()).toMatchObject({ failed: 1 })
    expect(shop.order()).toMatchObject({ status: 0, reverse_date: shop.clock.now })
    // the channel says SUCCESS, and nobody believes it any more: not the query, not a notification
    shop.clock.now += 2 * SECOND
    shop.wechat.onCall = (request) => {
      if (request.url.endsWith('/reverse'))
        throw new Error('socket hang up')
    }
    expect(await shop.pay.queryPayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ orderPaid: false, data: { trade_state: 'UNKNOWN' } })
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001', 'wxpay_codepay'))).status).toBe(200)
    // the channel returns it by itself: it is no surplus that somebody has to refund
    expect(shop.memory.all('callback_logs')).toEqual([])
    expect(await shop.pay.timeline('ORDER_1001')).toMatchObject({ timeline: expect.arrayContaining([expect.objectContaining({ event: 'surplus', detail: 'ORDER_1001 100 taken back' })]) })
    expect(shop.order()).toMatchObject({ status: 0 })
    shop.wechat.onCall = undefined
    shop.clock.now += 60 * SECOND
    expect(await shop.pay.reconcile()).toMatchObject({ closed: 1 })
    expect(upstream(shop).state).toBe('REVOKED')
    expect(shop.order()).toMatchObject({ status: -1 })
    expect(shop.effects()).toEqual({ runs: 0, stock: 100 })
  })
})

describe('one number is one code', () => {
  it('a repeated call asks what became of it, and never charges again', async () => {
    for (const state of ['SUCCESS', 'USERPAYING', 'PAYERROR'] as const) {
      const shop = await charged(state)
      await shop.pay.createPayment(charge())
      shop.clock.now += 2 * SECOND
      expect(await shop.pay.createPayment(charge())).toMatchObject({ code: 0, orderPaid: state === 'SUCCESS', data: { trade_state: state } })
      // a code scanned anew changes nothing: another code needs another number
      shop.clock.now += 2 * SECOND
      expect(await shop.pay.createPayment(charge({ auth_code: '134567890123456780' }))).toMatchObject({ code: 0 })
      expect(charges(shop)).toBe(1)
    }
  })

  it('ten calls at once charge once', async () => {
    const shop = await charged('SUCCESS')
    const answers = await Promise.all(Array.from({ length: 10 }, () => shop.restart().createPayment(charge())))
    expect(answers.map(({ code }) => code)).toEqual(answers.map(() => 0))
    expect(charges(shop)).toBe(1)
    expect(shop.effects().runs).toBe(1)
  })

  it('a lost answer is asked about', async () => {
    const shop = await charged('SUCCESS')
    shop.wechat.loseAnswers = true
    expect(await shop.pay.createPayment(charge())).toMatchObject({ code: 0, orderPaid: false, data: { trade_state: 'UNKNOWN' } })
    shop.wechat.loseAnswers = false
    shop.clock.now += 2 * SECOND
    expect(await shop.pay.createPayment(charge())).toMatchObject({ code: 0, orderPaid: true, data: { trade_state: 'SUCCESS' } })
    expect(charges(shop)).toBe(1)
    expect(shop.effects().runs).toBe(1)
  })

  it('a charge that never arrived is closed at its expiry', async () => {
    const shop = await charged('SUCCESS')
    shop.wechat.onCall = () => {
      throw new Error('no route')
    }
    expect(await shop.pay.createPayment(charge())).toMatchObject({ code: 0, data: { trade_state: 'UNKNOWN' } })
    shop.wechat.onCall = undefined
    shop.clock.now += 45 * SECOND
    expect(await shop.pay.reconcile()).toMatchObject({ closed: 1 })
    expect(shop.order()).toMatchObject({ status: -1 })
  })

  it('another amount, another buyer or another way to pay under the number: refused', async () => {
    const shop = await charged('USERPAYING')
    await shop.pay.createPayment({ ...charge(), context: { userId: 'cashier_1' } })
    expect(await shop.pay.createPayment({ ...charge({ total_fee: 200 }), context: { userId: 'cashier_1' } })).toMatchObject({ code: 40001, field: 'out_trade_no' })
    expect(await shop.pay.createPayment({ ...charge(), context: { userId: 'cashier_2' } })).toMatchObject({ code: 40001, field: 'out_trade_no' })
    expect(await shop.pay.createPayment({ data: goodsOrder(), context: { userId: 'cashier_1' } })).toMatchObject({ code: 40001, field: 'out_trade_no' })
    expect(shop.wechat.calls).toHaveLength(1)
    await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: 'ORDER_1002' }) })
    expect(await shop.pay.createPayment(charge({ out_trade_no: 'ORDER_1002' }))).toMatchObject({ code: 40001, field: 'out_trade_no' })
    expect(charges(shop)).toBe(1)
  })

  it('a number that is another payment\'s at the channel is never taken back', async () => {
    const shop = await charged('USERPAYING')
    // the answer to the charge is lost, and the number was somebody else's all along
    shop.wechat.orders.set('ORDER_1001', { out_trade_no: 'ORDER_1001', api: 'codepay', body: {}, total: 777, state: 'SUCCESS', creates: 1, transaction_id: '4200009999000001' })
    shop.wechat.onCall = (request) => {
      if (request.url.endsWith('/codepay'))
        throw new Error('socket hang up')
    }
    await shop.pay.createPayment(charge())
    shop.clock.now += 60 * SECOND
    expect(await shop.pay.reconcile()).toMatchObject({ closed: 1 })
    expect(reversals(shop)).toBe(0)
    expect(upstream(shop).state).toBe('SUCCESS')
    expect(shop.order()).toMatchObject({ status: -1 })
  })
})

describe('what the channel refuses', () => {
  const refusals: [string, number, number][] = [
    ['AUTH_CODE_EXPIRED', 400, 40001],
    ['NOT_ENOUGH', 403, 40007],
    ['NO_AUTH', 403, 40009],
  ]
  it.each(refusals)('%s: told with its code, the order is closed', async (code, status, told) => {
    const shop = await charged({ status, json: { code, message: '不行' } })
    expect(await shop.pay.createPayment(charge())).toMatchObject({ code: told, channel_code: code })
    expect(shop.order()).toMatchObject({ status: -1 })
    expect(shop.order()).not.toHaveProperty('due_date')
    expect(await shop.pay.createPayment(charge())).toMatchObject({ code: 0, orderPaid: false, data: { trade_state: 'CLOSED' } })
    expect(charges(shop)).toBe(1)
  })

  it('uSERPAYING said as an error is no refusal', async () => {
    const shop = await charged({ status: 400, json: { code: 'USERPAYING', message: '需要用户输入支付密码' } })
    expect(await shop.pay.createPayment(charge())).toMatchObject({ code: 0, data: { trade_state: 'USERPAYING' } })
    expect(shop.order()).toMatchObject({ status: 0 })
  })

  it('pAYERROR is told, and made certain once it may be taken back', async () => {
    const shop = await charged('PAYERROR')
    expect(await shop.pay.createPayment(charge())).toMatchObject({ code: 0, orderPaid: false, data: { trade_state: 'PAYERROR' } })
    shop.clock.now += 5 * SECOND
    await shop.pay.reconcile()
    expect(reversals(shop)).toBe(0)
    shop.clock.now += 10 * SECOND
    expect(await shop.pay.reconcile()).toMatchObject({ closed: 1 })
    expect(reversals(shop)).toBe(1)
  })

  it('an answer nobody signed is none', async () => {
    const shop = await charged('SUCCESS')
    shop.wechat.signAnswers = false
    expect(await shop.pay.createPayment(charge())).toMatchObject({ code: 0, orderPaid: false, data: { trade_state: 'UNKNOWN' } })
    expect(shop.order()).toMatchObject({ status: 0 })
    expect(shop.effects().runs).toBe(0)
  })
})

describe('closing a charge', () => {
  it('takes it back, but not at once: the channel wants 15 seconds', async () => {
    const shop = await charged('USERPAYING')
    await shop.pay.createPayment(charge())
    shop.clock.now += 5 * SECOND
    expect(await shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 40010, msg: expect.stringContaining('10 秒') })
    shop.clock.now += 10 * SECOND
    expect(await shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 0, status: -1 })
    expect(upstream(shop).state).toBe('REVOKED')
    expect(shop.wechat.countCalls(/close$/)).toBe(0)
  })

  it('was paid meanwhile: says so', async () => {
    const shop = await charged('USERPAYING')
    await shop.pay.createPayment(charge())
    shop.clock.now += 20 * SECOND
    shop.wechat.pay('ORDER_1001')
    expect(await shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 40006 })
    expect(shop.effects().runs).toBe(1)
  })

  it('a channel that says yes and does nothing is asked again', async () => {
    const shop = await charged('USERPAYING')
    await shop.pay.createPayment(charge())
    shop.clock.now += 20 * SECOND
    shop.wechat.onCall = request => request.url.endsWith('/reverse') ? { status: 204, json: undefined } : undefined
    expect(await shop.pay.closePayment({ out_trade_no: 'ORDER_1001' })).toMatchObject({ code: 40010 })
    expect(shop.order()).toMatchObject({ status: 0 })
    shop.wechat.onCall = undefined
    shop.clock.now += 30 * SECOND
    expect(await shop.pay.reconcile()).toMatchObject({ closed: 1 })
  })
})

describe('before anything is written or sent', () => {
  it.each([
    ['no digits', { auth_code: 'abc' }, 'auth_code'],
    ['a number', { auth_code: 134567890123456 }, 'auth_code'],
    ['another channel\'s code', { auth_code: '284567890123456789' }, 'auth_code'],
    ['time_expire', { time_expire: Date.parse('2026-01-01T01:00:00Z') }, 'time_expire'],
  ])('%s', async (_, over, field) => {
    const shop = await charged('SUCCESS')
    expect(await shop.pay.createPayment(charge(over))).toMatchObject({ code: 40001, field })
    expect(shop.wechat.calls).toEqual([])
    expect(shop.memory.all('vk-pay-orders')).toEqual([])
  })

  it('the section codepay is used where there is one, else another of the channel\'s', async () => {
    const config = configOf()
    const sections = config.wxpay!
    config.wxpay = { h5: sections.h5 }
    const fallback = await charged('SUCCESS', { config })
    expect((await fallback.pay.createPayment(charge())).code).toBe(0)
    const own = await charged('SUCCESS', { config: { ...config, wxpay: { ...sections, codepay: { ...sections.h5 as object, appId: 'wx00000000000000aa' } } } })
    await own.pay.createPayment(charge())
    expect(JSON.parse(own.wechat.calls[0]?.body ?? '')).toMatchObject({ appid: 'wx00000000000000aa', mchid: account.mchid, payer: { auth_code: CODE }, scene_info: { store_info: { id: '0001' } } })
    // a cashier cannot be asked for under its name
    expect(await own.pay.createPayment({ data: goodsOrder({ vk_platform: 'codepay', out_trade_no: 'ORDER_1003' }) })).toMatchObject({ code: 40001, field: 'vk_platform' })
    expect((await own.pay.listProviders({})).providers).not.toContainEqual({ provider: 'wxpay', platform: 'codepay' })
  })

  it('the code is in no log, no answer and no row', async () => {
    for (const state of ['SUCCESS', 'USERPAYING', { status: 400, json: { code: 'AUTH_CODE_ERROR', message: `付款码 ${CODE} 无效` } }] as const) {
      const shop = await charged(state)
      const answer = await shop.pay.createPayment(charge())
      shop.clock.now += 60 * SECOND
      await shop.pay.reconcile()
      expect(JSON.stringify([shop.logs, shop.memory.all('vk-pay-orders'), shop.memory.all('callback_logs')])).not.toContain(CODE)
      if (answer.code === 0)
        expect(JSON.stringify(answer)).not.toContain(CODE)
    }
  })
})

describe.each([['in a transaction', true], ['with a lease', false]] as const)('a crash at every statement, %s', (_, transactional) => {
  const open = (state: Shop['wechat']['charged']) => charged(state, { memory: memoryStore({ transactional }), handlers: { goods: keyed } })
  const delivered = (shop: Shop): number => shop.memory.all('effects').length
  const sweep = async (shop: Shop): Promise<void> => {
    for (let round = 0; round < 3; round += 1) {
      shop.clock.now += 120 * SECOND
      await shop.restart().reconcile()
    }
  }

  it.each(['SUCCESS', 'USERPAYING'] as const)('of a charge that ends in %s: charged once at most, paid and delivered or taken back', async (state) => {
    const statements = await atEveryStatement(async (plan) => {
      const shop = await open(state)
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).createPayment(charge())
      const calls = dying.calls()
      await sweep(shop)
      expect(charges(shop)).toBeLessThanOrEqual(1)
      if (charges(shop) === 0)
        expect([shop.order().status ?? -1, delivered(shop)]).toEqual([-1, 0])
      else if (state === 'SUCCESS')
        expect([shop.order(), delivered(shop)]).toMatchObject([{ status: 1, user_order_success: true }, 1])
      else
        expect([shop.order().status, upstream(shop).state, delivered(shop)]).toEqual([-1, 'REVOKED', 0])
      expect(shop.order()).not.toHaveProperty('due_date')
      return calls
    })
    expect(statements).toBeGreaterThanOrEqual(5)
  })

  it('of taking a charge back, while the payer confirms: delivered or returned, never both', async () => {
    const ends = new Set<string>()
    const statements = await atEveryStatement(async (plan) => {
      const shop = await open('USERPAYING')
      await shop.pay.createPayment(charge())
      shop.clock.now += 60 * SECOND
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).reconcile()
      const calls = dying.calls()
      if (upstream(shop).state === 'USERPAYING')
        shop.wechat.pay('ORDER_1001')
      await sweep(shop)
      const end = [upstream(shop).state, shop.order().status, delivered(shop)].join()
      expect(['SUCCESS,1,1', 'REVOKED,-1,0']).toContain(end)
      ends.add(end)
      return calls
    })
    expect(statements).toBeGreaterThanOrEqual(8)
    expect([...ends].sort()).toEqual(['REVOKED,-1,0', 'SUCCESS,1,1'])
  })
})
