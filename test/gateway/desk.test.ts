/** Payment codes, transfers, bills and shops of a service provider, as the real channel refuses and answers them. */
import type { Stage } from './support/setup'
import type { Sealed } from './support/merchant'
import { Buffer } from 'node:buffer'
import { constants, createHash, createPublicKey, publicEncrypt } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RETRY_DELAYS_MS } from '../../examples/gateway/src/index'
import { setStage } from './support/setup'

const CODEPAY = '/v3/pay/transactions/codepay'
const TRANSFERS = '/v3/fund-app/mch-transfer/transfer-bills'

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.close())

const code = async (kind = 'paid'): Promise<string> => String((await stage.post('/gateway/codes', { kind })).json.auth_code)
function charge(auth_code: string, over: Record<string, unknown> = {}) {
  const { notify_url: _, ...order } = stage.order()
  return stage.merchant.call('POST', CODEPAY, { ...order, payer: { auth_code }, scene_info: { store_info: { id: '0001' } }, ...over })
}
const own = () => ({ appid: stage.gateway.account.appid, mchid: stage.gateway.account.mchid })
const query = (number = 'TEST_000001') => stage.merchant.call('GET', `/v3/pay/transactions/out-trade-no/${number}?mchid=${own().mchid}`)
const reverse = (body: object = own(), number = 'TEST_000001') => stage.merchant.call('POST', `/v3/pay/transactions/out-trade-no/${number}/reverse`, body)

describe('payment codes', () => {
  it('collect at once, and are good once', async () => {
    const auth_code = await code()
    expect(auth_code).toMatch(/^1[0-5]\d{16}$/)
    expect((await charge(auth_code)).json).toMatchObject({ trade_state: 'SUCCESS', trade_type: 'MICROPAY', amount: { total: 100 }, transaction_id: expect.any(String) })
    expect(await charge(auth_code, { out_trade_no: 'TEST_000002' })).toMatchObject({ status: 400, json: { code: 'AUTH_CODE_ERROR' } })
    expect(await charge(await code())).toMatchObject({ status: 400, json: { code: 'ORDERPAID' } })
    expect(stage.receiver.received).toEqual([])
  })

  it('may want the payer to confirm: paid, or refused', async () => {
    expect((await charge(await code('confirm'))).json).toEqual({ trade_state: 'USERPAYING' })
    expect((await query()).json).toMatchObject({ trade_state: 'USERPAYING' })
    expect(await charge(await code())).toMatchObject({ status: 400, json: { code: 'OUT_TRADE_NO_USED' } })
    await stage.post('/gateway/orders/TEST_000001/act', { action: 'pay' })
    expect((await query()).json).toMatchObject({ trade_state: 'SUCCESS' })
    await charge(await code('confirm'), { out_trade_no: 'TEST_000002' })
    await stage.post('/gateway/orders/TEST_000002/act', { action: 'refuse' })
    expect((await query('TEST_000002')).json).toMatchObject({ trade_state: 'PAYERROR' })
    expect((await stage.post('/gateway/orders/TEST_000002/act', { action: 'pay' })).status).toBe(409)
    expect(stage.receiver.received).toEqual([])
  })

  it('expire, are unknown, or lead to an empty purse', async () => {
    const old = await code()
    stage.clock.jump(60_000)
    expect((await charge(old)).json.code).toBe('AUTH_CODE_EXPIRED')
    expect((await charge('130000000000000000')).json.code).toBe('AUTH_CODE_ERROR')
    expect(await charge(await code('poor'))).toMatchObject({ status: 403, json: { code: 'NOT_ENOUGH' } })
    expect((await stage.post('/gateway/codes', { kind: 'rich' })).status).toBe(400)
  })

  it.each([[{ payer: { auth_code: '12345' } }, '/payer/auth_code'], [{ scene_info: {} }, '/scene_info/store_info/id'], [{ amount: { total: 0 } }, '/amount/total'], [{ mchid: '1' }, '/mchid']])('wrong: %j', async (over, field) => {
    expect(await charge(await code(), over)).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR', detail: { field } } })
  })

  it('are taken back, paid or not, and by this way only', async () => {
    await charge(await code())
    expect((await reverse()).status).toBe(204)
    expect((await reverse()).status).toBe(204)
    expect((await query()).json).toMatchObject({ trade_state: 'REVOKED' })
    expect(await stage.merchant.call('POST', '/v3/pay/transactions/out-trade-no/TEST_000001/close', { mchid: own().mchid })).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } })
    expect((await reverse({ ...own(), mchid: '1' })).json.code).toBe('PARAM_ERROR')
    expect((await reverse(own(), 'NOBODY_1')).status).toBe(404)
    const native = await stage.newOrder()
    expect((await reverse(own(), native)).json.code).toBe('INVALID_REQUEST')
  })

  it('are shown on a page, a new one with every look', async () => {
    const look = async (): Promise<string> => /data-code="(\d+)"/.exec(await (await fetch(`${stage.gateway.url}/code?kind=confirm`)).text())?.[1] ?? ''
    const [one, two] = [await look(), await look()]
    expect(one).not.toBe(two)
    expect((await charge(two)).json).toEqual({ trade_state: 'USERPAYING' })
  })

  it('unsigned, tampered or too late, nothing is collected', async () => {
    const auth_code = await code()
    const { notify_url: _, ...order } = stage.order()
    const body = { ...order, payer: { auth_code }, scene_info: { store_info: { id: '1' } } }
    for (const sloppy of [{ sentBody: JSON.stringify({ ...body, amount: { total: 1 } }) }, { timestampMs: stage.clock.now() - 301_000 }, { serial: '00' }])
      expect(await stage.merchant.call('POST', CODEPAY, body, sloppy)).toMatchObject({ status: 401, json: { code: 'SIGN_ERROR' } })
    expect((await charge(auth_code)).json.trade_state).toBe('SUCCESS')
  })
})

function sealed(name: string): string {
  return publicEncrypt({ key: createPublicKey(stage.gateway.account.platformPublicKeyPem), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, Buffer.from(name)).toString('base64')
}
const transfer = (over: Record<string, unknown> = {}, sloppy = {}) => stage.merchant.call('POST', TRANSFERS, { appid: own().appid, out_bill_no: 'T1', transfer_scene_id: '1000', openid: 'oPayee', transfer_amount: 100, transfer_remark: '奖励', transfer_scene_report_infos: [{ info_type: '活动名称', info_content: '奖励' }], notify_url: stage.receiver.url, ...over }, sloppy)

describe('transfers', () => {
  it('wait for the payee, and are told, sealed and signed, until the merchant says yes', async () => {
    stage.receiver.answers = [500, 204]
    const first = await transfer({ user_name: sealed('张三') })
    expect(first.json).toMatchObject({ out_bill_no: 'T1', state: 'WAIT_USER_CONFIRM', package_info: expect.any(String) })
    expect((await transfer({ user_name: sealed('张三') })).json.transfer_bill_no).toBe(first.json.transfer_bill_no)
    expect(stage.receiver.received).toEqual([])
    expect((await stage.post('/gateway/client/transfer', { mchId: own().mchid, appId: own().appid, package: 'x' })).json.errMsg).toContain('fail')
    expect((await stage.post('/gateway/client/transfer', { mchId: own().mchid, appId: own().appid, package: first.json.package_info })).json).toEqual({ errMsg: 'requestMerchantTransfer:ok' })
    await stage.gateway.idle()
    await stage.advance(RETRY_DELAYS_MS[0]!)
    expect(stage.receiver.received).toHaveLength(2)
    const { headers, body } = stage.receiver.received[1]!
    expect(stage.merchant.verifies(headers, body)).toBe(true)
    const { event_type, resource } = JSON.parse(body) as { event_type: string, resource: Sealed }
    expect(event_type).toBe('MCHTRANSFER.BILL.FINISHED')
    expect(JSON.parse(stage.merchant.decrypt(resource))).toMatchObject({ mch_id: own().mchid, out_bill_no: 'T1', state: 'SUCCESS', transfer_amount: 100 })
    expect((await stage.merchant.call('GET', `${TRANSFERS}/out-bill-no/T1`)).json).toMatchObject({ state: 'SUCCESS' })
    expect((await (await fetch(`${stage.gateway.url}/gateway/transfers/T1`)).json() as { user_name: string }).user_name).toBe('张三')
    expect((await stage.post('/gateway/transfers/T1', { action: 'expire' })).status).toBe(409)
  })

  it('that are not taken go back to the balance', async () => {
    expect((await transfer({ out_bill_no: 'T2', transfer_amount: 10_000_000, user_name: sealed('李四') })).status).toBe(200)
    expect(await transfer({ out_bill_no: 'T3' })).toMatchObject({ status: 403, json: { code: 'NOT_ENOUGH' } })
    await stage.post('/gateway/transfers/T2', { action: 'expire', notify: false })
    expect((await stage.merchant.call('GET', `${TRANSFERS}/out-bill-no/T2`)).json).toMatchObject({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' })
    expect((await transfer({ out_bill_no: 'T3' })).status).toBe(200)
    expect(stage.receiver.received).toEqual([])
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['a number with other signs', { out_bill_no: 'T_1' }, 'PARAM_ERROR'],
    ['no scene', { transfer_scene_id: undefined }, 'PARAM_ERROR'],
    ['nothing reported', { transfer_scene_report_infos: [] }, 'PARAM_ERROR'],
    ['2000 yuan to nobody', { transfer_amount: 200_000 }, 'PARAM_ERROR'],
    ['a name that was not encrypted', { user_name: '张三' }, 'PARAM_ERROR'],
    ['another appid', { appid: 'wx0000000000000000' }, 'APPID_MCHID_NOT_MATCH'],
  ])('%s: refused', async (_, over, wanted) => {
    expect((await transfer(over)).json.code).toBe(wanted)
    expect((await stage.merchant.call('GET', `${TRANSFERS}/out-bill-no/T1`)).json.code).toBe('NOT_FOUND')
  })

  it('a used number with other fields, and a name for a key nobody names', async () => {
    await transfer()
    expect((await transfer({ transfer_amount: 200 })).json.code).toBe('ALREADY_EXISTS')
    expect((await transfer({ out_bill_no: 'T9', user_name: sealed('张三') }, { headers: { 'wechatpay-serial': stage.gateway.account.platformSerial } })).json.code).toBe('PARAM_ERROR')
  })

  it('have a page where the payee takes them', async () => {
    const { json } = await transfer({ user_recv_perception: '现金奖励' })
    const page = await fetch(`${stage.gateway.url}/transfer?package=${String(json.package_info)}`)
    expect(await page.text()).toMatch(/现金奖励[\s\S]*1\.00[\s\S]*data-action="confirm"/)
    expect((await fetch(`${stage.gateway.url}/transfer?package=x`)).status).toBe(404)
  })
})

describe('shops of a service provider', () => {
  const named = () => ({ sp_appid: own().appid, sp_mchid: own().mchid, sub_appid: stage.gateway.account.shop.appid, sub_mchid: stage.gateway.account.shop.mchid })
  const create = (over: Record<string, unknown> = {}) => {
    const { appid: _, mchid: __, ...order } = stage.order()
    return stage.merchant.call('POST', '/v3/pay/partner/transactions/jsapi', { ...order, ...named(), payer: { sub_openid: 'oShopPayer' }, ...over })
  }
  const ask = (names: Record<string, string>) => stage.merchant.call('GET', `/v3/pay/partner/transactions/out-trade-no/TEST_000001?${new URLSearchParams(names)}`)

  it('are asked about, notified and refunded by their names', async () => {
    expect((await create()).json).toEqual({ prepay_id: expect.any(String) })
    const { sp_mchid, sub_mchid } = named()
    expect((await ask({ sp_mchid, sub_mchid })).json).toMatchObject({ ...named(), trade_state: 'NOTPAY' })
    expect((await ask({ sp_mchid })).json.code).toBe('PARAM_ERROR')
    expect((await query()).status).toBe(404)
    await stage.post('/gateway/orders/TEST_000001/act', { action: 'pay' })
    await stage.gateway.idle()
    const { resource } = JSON.parse(stage.receiver.received[0]!.body) as { resource: Sealed }
    const told = JSON.parse(stage.merchant.decrypt(resource)) as Record<string, unknown>
    expect(told).toMatchObject({ ...named(), payer: { sub_openid: 'oShopPayer' } })
    expect(told).not.toHaveProperty('mchid')
    const refund = { out_trade_no: 'TEST_000001', out_refund_no: 'R-1', amount: { refund: 30, total: 100, currency: 'CNY' } }
    expect((await stage.merchant.call('POST', '/v3/refund/domestic/refunds', refund)).json.code).toBe('PARAM_ERROR')
    expect((await stage.merchant.call('POST', '/v3/refund/domestic/refunds', { ...refund, sub_mchid })).status).toBe(200)
    expect((await stage.merchant.call('GET', '/v3/refund/domestic/refunds/R-1')).status).toBe(404)
    expect((await stage.merchant.call('GET', `/v3/refund/domestic/refunds/R-1?sub_mchid=${sub_mchid}`)).status).toBe(200)
  })

  it.each<[Record<string, unknown>, string]>([[{ sub_mchid: '1900000000' }, 'PARAM_ERROR'], [{ sp_mchid: '1900000000' }, 'PARAM_ERROR'], [{ sub_appid: 'wx0' }, 'APPID_MCHID_NOT_MATCH'], [{ payer: {} }, 'PARAM_ERROR']])('wrong: %j', async (over, wanted) => {
    expect((await create(over)).json.code).toBe(wanted)
  })
})

describe('day bills', () => {
  const DAY = '2030-01-15'
  const apply = (params = '') => stage.merchant.call('GET', `/v3/bill/tradebill?bill_date=${DAY}${params}`)

  it('are made the day after, with a signed digest, and fetched with a signed request', async () => {
    await charge(await code())
    expect((await apply()).json.code).toBe('STATEMENT_CREATING')
    stage.clock.jump(86_400_000)
    expect((await stage.merchant.call('GET', '/v3/bill/tradebill?bill_date=2030-01-14')).json.code).toBe('NO_STATEMENT_EXIST')
    expect((await stage.merchant.call('GET', '/v3/bill/tradebill?bill_date=today')).json.code).toBe('PARAM_ERROR')
    const { json } = await apply('&tar_type=GZIP')
    const address = String(json.download_url)
    const target = address.slice(stage.gateway.url.length)
    expect((await fetch(address)).status).toBe(401)
    const unsigned = await fetch(address, { headers: { 'accept': '*/*', 'user-agent': 'x', 'authorization': 'WECHATPAY2-SHA256-RSA2048 mchid="1"' } })
    expect(unsigned.status).toBe(401)
    const { nonce, timestamp } = { nonce: 'abc', timestamp: String(Math.floor(stage.clock.now() / 1000)) }
    const authorization = `WECHATPAY2-SHA256-RSA2048 mchid="${own().mchid}",nonce_str="${nonce}",timestamp="${timestamp}",serial_no="${stage.gateway.account.merchantSerial}",signature="${stage.merchant.sign('GET', target, timestamp, nonce, '')}"`
    const file = await fetch(address, { headers: { authorization, 'accept': '*/*', 'user-agent': 'x' } })
    expect(file.headers.get('wechatpay-signature')).toBeNull()
    const text = gunzipSync(Buffer.from(await file.arrayBuffer()))
    expect(createHash('sha1').update(text).digest('hex')).toBe(json.hash_value)
    expect(text.toString('utf8')).toMatch(/^\uFEFF交易时间,[\s\S]*`TEST_000001,[\s\S]*`MICROPAY,`SUCCESS,[\s\S]*\r\n总交易单数,[\s\S]*\r\n`1,`1\.00,/)
  })
})
