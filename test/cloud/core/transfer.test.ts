import { describe, expect, it } from 'vitest'
import { atEveryStatement, crashing } from '../support/crashing-store'
import { memoryStore } from '../support/memory-store'
import type { Shop } from '../support/shop'
import { certificateMode, configOf, openShop, START } from '../support/shop'
import { account } from '../support/wechat'

const MINUTE = 60_000
const DAY = 86_400_000
const scene = { transferSceneId: '1000', transferSceneReportInfos: [{ info_type: '活动名称', info_content: '新会员有礼' }], userRecvPerception: '现金奖励' }
const configured = (over = {}) => configOf({ ...scene, ...over })
const bill = (over: Record<string, unknown> = {}) => ({ provider: 'wxpay', out_bill_no: 'T1001', total_fee: 100, openid: 'oPayee0000000000000000000000', desc: '新会员奖励', ...over })
const open = (options: Parameters<typeof openShop>[0] = {}) => openShop({ config: configured(), ...options })
const row = (shop: Shop): Record<string, unknown> => shop.memory.all('vk-pay-transfers')[0] ?? {}
const sent = (shop: Shop): number => shop.wechat.countCalls(/^POST .*transfer-bills$/)
const upstream = (shop: Shop) => shop.wechat.transfers.get('T1001')!

describe('a transfer', () => {
  it('waits for the payee to take it, with what their app opens the confirmation with', async () => {
    const shop = await open()
    const answer = await shop.pay.transfer(bill())
    expect(answer).toMatchObject({ code: 0, out_bill_no: 'T1001', out_trade_no: 'T1001', provider: 'wxpay', total_fee: 100, state: 'WAIT_USER_CONFIRM', transfer_id: upstream(shop).transfer_bill_no })
    expect(answer.confirm).toEqual({ mchId: account.mchid, appId: account.appid, package: 'affffddafdfafddffda==T1001' })
    expect(upstream(shop).body).toMatchObject({ appid: account.appid, transfer_scene_id: '1000', user_recv_perception: '现金奖励', transfer_remark: '新会员奖励', notify_url: 'https://shop.example.test/http/vk-pay/vk-pay-notify/wxpay_transfer', transfer_scene_report_infos: scene.transferSceneReportInfos })
    expect(row(shop)).toMatchObject({ state: 'WAIT_USER_CONFIRM', out_bill_no: 'T1001', total_fee: 100 })
  })

  it.each([['public-key', account.publicKeyId, {}], ['certificate', account.platformSerial, certificateMode]] as const)('the name is encrypted for the platform, and kept only until it was taken: %s mode', async (mode, serial, over) => {
    const shop = await open({ mode, config: configured(over) })
    expect(await shop.pay.transfer(bill({ re_user_name: '张三', total_fee: 300_000 }))).toMatchObject({ code: 0, state: 'WAIT_USER_CONFIRM' })
    expect(upstream(shop).user_name).toBe('张三')
    expect(shop.wechat.calls.find(call => call.url.endsWith('/transfer-bills'))?.headers['wechatpay-serial']).toBe(serial)
    expect(JSON.stringify([row(shop), shop.logs])).not.toContain('张三')
    expect(JSON.stringify(shop.logs)).not.toContain('oPayee')
  })

  it('what never left is refused, with the reason; what may have left stays to be asked about', async () => {
    const config = configured()
    const shop = await open({ config })
    const sections = config.wxpay as Record<string, Record<string, unknown>>
    const setGateway = (gateway: string): void => {
      for (const section of Object.values(sections))
        section.gateway = gateway
      shop.pay.clearConfigCache()
    }
    setGateway('nowhere')
    expect((await shop.pay.transfer(bill())).code).not.toBe(0)
    expect(sent(shop)).toBe(0)
    expect(row(shop)).toMatchObject({ state: 'REFUSED', reason: expect.stringMatching(/url/i) as unknown })
    expect(row(shop)).not.toHaveProperty('due_date')
    setGateway('https://pay.example.test')
    shop.wechat.loseAnswers = true
    expect(await shop.pay.transfer(bill())).toMatchObject({ code: 0, state: 'CREATED' })
    shop.wechat.loseAnswers = false
    setGateway('nowhere')
    expect((await shop.pay.transfer(bill())).code).not.toBe(0)
    expect(row(shop)).toMatchObject({ state: 'CREATED', due_date: expect.any(Number) as unknown })
    expect(sent(shop)).toBe(1)
  })

  it('its end is notified, once and again, and never taken back', async () => {
    const shop = await open()
    await shop.pay.transfer(bill())
    upstream(shop).state = 'SUCCESS'
    const notice = shop.wechat.transferNotification('T1001')
    expect((await shop.pay.paymentNotify(notice)).status).toBe(200)
    expect(row(shop)).toMatchObject({ state: 'SUCCESS' })
    expect(row(shop)).not.toHaveProperty('due_date')
    expect(row(shop)).not.toHaveProperty('confirm')
    expect((await shop.pay.paymentNotify(notice)).status).toBe(200)
    upstream(shop).state = 'FAIL'
    expect((await shop.pay.paymentNotify(shop.wechat.transferNotification('T1001'))).status).toBe(200)
    expect(row(shop)).toMatchObject({ state: 'SUCCESS' })
    expect(shop.logs.some(line => line.event === 'transfer ended twice')).toBe(true)
    expect(await shop.pay.queryTransfer({ out_bill_no: 'T1001' })).toMatchObject({ code: 0, state: 'SUCCESS' })
  })

  it.each([
    ['another amount', { transfer_amount: 101 }, 400],
    ['another merchant', { mch_id: '1900000002' }, 400],
    ['no such number', { out_bill_no: 'T9999' }, 404],
    ['an unknown state', { state: 'MAYBE' }, 400],
  ])('a notification of %s is refused', async (_, over, status) => {
    const shop = await open()
    await shop.pay.transfer(bill())
    upstream(shop).state = 'SUCCESS'
    expect((await shop.pay.paymentNotify(shop.wechat.transferNotification('T1001', over))).status).toBe(status)
    expect(row(shop)).toMatchObject({ state: 'WAIT_USER_CONFIRM' })
  })

  it('a merchant\'s key does not vouch for another merchant\'s transfer', async () => {
    const shop = await open()
    await shop.pay.transfer(bill())
    await shop.memory.update('vk-pay-transfers', {}, { mchid: '1900000002' })
    upstream(shop).state = 'SUCCESS'
    expect((await shop.pay.paymentNotify(shop.wechat.transferNotification('T1001'))).status).toBe(404)
  })

  it('nobody told us: queries and reconciliation ask', async () => {
    const shop = await open()
    await shop.pay.transfer(bill())
    expect(await shop.pay.queryTransfer({ out_trade_no: 'T1001' })).toMatchObject({ code: 0, state: 'WAIT_USER_CONFIRM', confirm: { mchId: account.mchid } })
    upstream(shop).state = 'FAIL'
    shop.clock.now += MINUTE
    expect(await shop.pay.reconcile()).toMatchObject({ transfers: 1 })
    expect(row(shop)).toMatchObject({ state: 'FAIL', reason: 'PAYEE_ACCOUNT_ABNORMAL' })
    shop.clock.now += DAY
    expect(await shop.pay.reconcile()).toMatchObject({ transfers: 0 })
    expect(await shop.pay.queryTransfer({ out_bill_no: 'T2' })).toMatchObject({ code: 40005, field: 'out_bill_no' })
  })
})

describe('the same number is the same transfer', () => {
  it('repeated, by any number of callers at once', async () => {
    const shop = await open()
    const answers = await Promise.all(Array.from({ length: 8 }, () => shop.restart().transfer(bill())))
    expect(answers.every(({ code }) => code === 0)).toBe(true)
    expect(shop.memory.all('vk-pay-transfers')).toHaveLength(1)
    expect(shop.wechat.transfers.size).toBe(1)
    const before = sent(shop)
    expect(await shop.pay.transfer(bill())).toMatchObject({ code: 0, state: 'WAIT_USER_CONFIRM' })
    expect(sent(shop)).toBe(before)
  })

  it('with other terms: refused', async () => {
    const shop = await open()
    await shop.pay.transfer(bill())
    for (const over of [{ total_fee: 200 }, { openid: 'oOther0000000000000000000000' }, { platform: 'h5-weixin' }])
      expect(await shop.pay.transfer(bill(over))).toMatchObject({ code: 40001, field: 'out_bill_no' })
  })

  it('without balance: 40007, and the number is good again', async () => {
    const shop = await open()
    shop.wechat.transferState = { status: 403, json: { code: 'NOT_ENOUGH', message: '资金不足' } }
    expect(await shop.pay.transfer(bill({ re_user_name: '张三' }))).toMatchObject({ code: 40007, channel_code: 'NOT_ENOUGH' })
    expect(row(shop)).toMatchObject({ state: 'REFUSED' })
    expect(row(shop)).not.toHaveProperty('due_date')
    expect(row(shop)).not.toHaveProperty('payee_real_name')
    shop.clock.now += DAY
    expect(await shop.pay.reconcile()).toMatchObject({ transfers: 0 })
    shop.wechat.transferState = 'WAIT_USER_CONFIRM'
    expect(await shop.pay.transfer(bill())).toMatchObject({ code: 0, state: 'WAIT_USER_CONFIRM' })
    expect(upstream(shop).calls).toBe(1)
  })

  it('what nobody knows is pending, and found out', async () => {
    const shop = await open()
    shop.wechat.loseAnswers = true
    expect(await shop.pay.transfer(bill())).toMatchObject({ code: 0, state: 'CREATED', msg: expect.stringContaining('请勿换单号') })
    expect(upstream(shop).calls).toBe(1)
    shop.wechat.loseAnswers = false
    shop.clock.now += MINUTE
    expect(await shop.pay.reconcile()).toMatchObject({ transfers: 1 })
    expect(row(shop)).toMatchObject({ state: 'WAIT_USER_CONFIRM' })
    expect(upstream(shop).calls).toBe(1)
  })

  it('one that never arrived is asked for again under its number, for a day', async () => {
    const shop = await open()
    shop.wechat.onCall = () => {
      throw new Error('no route')
    }
    await shop.pay.transfer(bill())
    shop.wechat.onCall = undefined
    shop.clock.now += MINUTE
    await shop.pay.reconcile()
    expect(row(shop)).toMatchObject({ state: 'WAIT_USER_CONFIRM' })
    const late = await open()
    late.wechat.onCall = shop.wechat.onCall = () => {
      throw new Error('no route')
    }
    await late.pay.transfer(bill())
    late.wechat.onCall = undefined
    late.clock.now += DAY
    await late.pay.reconcile()
    expect(row(late)).toMatchObject({ state: 'FAIL' })
    expect(late.wechat.transfers.size).toBe(0)
  })

  it('an answer about another transfer is none', async () => {
    const shop = await open()
    shop.wechat.onCall = request => request.method === 'POST' ? { status: 200, json: { out_bill_no: 'T1002', transfer_bill_no: '1', state: 'SUCCESS' } } : undefined
    expect(await shop.pay.transfer(bill())).toMatchObject({ code: 0, state: 'CREATED' })
  })
})

describe('a transfer, at every statement a process may die at', () => {
  it('is sent once, and its end is known', async () => {
    const statements = await atEveryStatement(async (plan) => {
      const shop = await open()
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).transfer(bill())
      const calls = dying.calls()
      const written = shop.memory.all('vk-pay-transfers').length
      shop.clock.now += 2 * MINUTE
      await shop.restart().reconcile()
      expect(shop.wechat.transfers.size).toBe(written)
      if (written)
        expect(row(shop)).toMatchObject({ state: 'WAIT_USER_CONFIRM' })
      // whoever asked for it asks again
      expect(await shop.pay.transfer(bill())).toMatchObject({ code: 0, state: 'WAIT_USER_CONFIRM' })
      expect([shop.wechat.transfers.size, shop.memory.all('vk-pay-transfers').length]).toEqual([1, 1])
      upstream(shop).state = 'SUCCESS'
      const hearing = crashing(shop.memory, plan)
      await shop.restart(hearing.store).paymentNotify(shop.wechat.transferNotification('T1001'))
      expect((await shop.restart().paymentNotify(shop.wechat.transferNotification('T1001'))).status).toBe(200)
      expect(row(shop)).toMatchObject({ state: 'SUCCESS' })
      return calls
    })
    expect(statements).toBeGreaterThanOrEqual(4)
  })

  it('of reconciliation: seen to by the next one', async () => {
    const statements = await atEveryStatement(async (plan) => {
      const shop = await open()
      shop.wechat.loseAnswers = true
      await shop.pay.transfer(bill())
      shop.wechat.loseAnswers = false
      upstream(shop).state = 'SUCCESS'
      shop.clock.now += MINUTE
      const dying = crashing(shop.memory, plan)
      await shop.restart(dying.store).reconcile()
      const calls = dying.calls()
      shop.clock.now += 10 * MINUTE
      await shop.restart().reconcile()
      expect(row(shop)).toMatchObject({ state: 'SUCCESS' })
      expect(upstream(shop).calls).toBe(1)
      return calls
    })
    expect(statements).toBeGreaterThanOrEqual(6)
  })
})

describe('a transfer, before anything is written or sent', () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ['no number', { out_bill_no: undefined }, 'out_bill_no'],
    ['a number WeChat Pay does not take', { out_bill_no: 'T_1001' }, 'out_bill_no'],
    ['no amount', { total_fee: undefined }, 'total_fee'],
    ['half a fen', { total_fee: 0.5 }, 'total_fee'],
    ['too much', { total_fee: 1_000_001 }, 'total_fee'],
    ['no desc', { desc: '' }, 'desc'],
    ['a desc too long', { desc: '长'.repeat(33) }, 'desc'],
    ['no openid', { openid: undefined }, 'openid'],
    ['2000 yuan without a name', { total_fee: 200_000 }, 're_user_name'],
    ['fields that are ours', { other: { transfer_amount: 1 } }, 'other.transfer_amount'],
    ['another channel', { provider: 'nothing' }, 'provider'],
  ]
  it.each(cases)('%s', async (_, over, field) => {
    const shop = await open()
    expect(await shop.pay.transfer(bill(over))).toMatchObject({ code: 40001, field })
    expect(shop.memory.all('vk-pay-transfers')).toEqual([])
    expect(shop.wechat.calls).toEqual([])
  })

  it('the scene is the config\'s or the call\'s, and there must be one', async () => {
    const shop = await openShop({ config: configOf() })
    expect(await shop.pay.transfer(bill())).toMatchObject({ code: 40001, field: 'wxpay.mp-weixin.transferSceneId' })
    expect(await shop.pay.transfer(bill({ other: { transfer_scene_id: '1000' } }))).toMatchObject({ code: 40001, field: 'wxpay.mp-weixin.transferSceneReportInfos' })
    expect(await shop.pay.transfer(bill({ other: { transfer_scene_id: '1000', transfer_scene_report_infos: scene.transferSceneReportInfos } }))).toMatchObject({ code: 0 })
  })

  it('money, re_user_name and out_trade_no are the documented names', async () => {
    const shop = await open()
    expect(await shop.pay.transfer({ ...bill({ out_bill_no: undefined, total_fee: undefined }), out_trade_no: 'T1001', money: 100 })).toMatchObject({ code: 0, out_bill_no: 'T1001', total_fee: 100 })
  })

  it('no client reaches it', async () => {
    const shop = await open()
    for (const action of ['pay/transfer', 'pay/queryTransfer', 'pay/checkBill'])
      expect(await shop.pay.call({ action, data: bill() })).toMatchObject({ code: 404 })
    expect(shop.wechat.calls).toEqual([])
  })
})

describe('in the store', () => {
  it.each([true, false])('transactional %s: one row per number', async (transactional) => {
    const shop = await open({ memory: memoryStore({ transactional }) })
    await Promise.all([1, 2, 3].map(() => shop.restart().transfer(bill())))
    expect(shop.memory.all('vk-pay-transfers')).toMatchObject([{ create_date: START }])
  })
})
