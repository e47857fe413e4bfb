/** The gateway as App Store, held against Apple's documents of receipts. */
import type { Stage } from './support/setup'
import { Buffer } from 'node:buffer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setStage } from './support/setup'

type Fields = Record<string, unknown>
interface Transaction { transactionState: string, transactionIdentifier: string, transactionReceipt: string, payment: { productid: string, quantity: string, username?: string } }

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.close())

const door = async (name: string, body: Fields = {}) => (await stage.post(`/gateway/client/appleiap/${name}`, body)).json
const password = () => stage.gateway.account.apple.sharedSecret
const verify = async (receipt: unknown, over: Fields = {}, environment = 'buy') => (await stage.post(`/apple/${environment}/verifyReceipt`, { 'receipt-data': receipt, 'password': password(), ...over })).json
const restored = async (over: Fields = {}) => (await door('restore', over)).transactions as Transaction[]

async function buy(over: Fields = {}): Promise<Transaction> {
  await door('products', { ids: ['vip.month', 'theme.dark'] })
  return await door('buy', { productid: 'vip.month', username: 'ORDER_1', manualFinishTransaction: true, ...over }) as unknown as Transaction
}

const inApp = async ({ transactionReceipt }: Transaction) => ((await verify(transactionReceipt)).receipt as { in_app: Fields[] }).in_app

describe('the store on the device', () => {
  it('tells of the products it knows, with their prices', async () => {
    expect(await door('products', { ids: ['vip.month', 'nothing', 'toString'] })).toEqual({ products: [{ productid: 'vip.month', title: '会员一个月', description: '会员一个月', price: 18, pricelocal: 'zh_CN@currency=CNY' }] })
  })

  it('sells only what was asked for before on this device, at most ten', async () => {
    expect(await door('buy', { productid: 'vip.month' })).toMatchObject({ errMsg: expect.stringContaining('fail') })
    await buy()
    for (const over of [{ device: 'other' }, { productid: 'coins.60' }, { quantity: 11 }, { quantity: 0 }, { quantity: 'x' }])
      expect(await door('buy', { productid: 'vip.month', ...over })).toMatchObject({ errMsg: expect.stringContaining('fail') })
    expect((await (await fetch(`${stage.gateway.url}/gateway/apple/purchases`)).json() as { purchases: unknown[] }).purchases).toHaveLength(1)
  })

  it('hands out a transaction in the words of the app runtime', async () => {
    expect(await buy({ quantity: 2 })).toMatchObject({
      errMsg: 'requestPayment:ok',
      transactionState: '1',
      transactionIdentifier: expect.stringMatching(/^2\d{15}$/),
      transactionReceipt: expect.stringMatching(/^[\w+/]+=*$/),
      payment: { productid: 'vip.month', username: 'ORDER_1', quantity: '2' },
    })
  })

  it('refuse and pay-silent look the same to the app', async () => {
    expect(await buy({ action: 'refuse' })).toEqual({ errMsg: 'requestPayment:fail', errCode: 2 })
    expect(await restored()).toEqual([])
    expect(await buy({ action: 'pay-silent' })).toEqual({ errMsg: 'requestPayment:fail', errCode: 2 })
    expect(await restored()).toMatchObject([{ transactionState: '1', payment: { username: 'ORDER_1' } }])
  })

  it('keeps a purchase until the app lets go of it; one that the store may finish is gone', async () => {
    const { transactionIdentifier } = await buy()
    await buy({ manualFinishTransaction: false })
    expect((await restored()).map(one => one.transactionIdentifier)).toEqual([transactionIdentifier])
    expect(await restored({ device: 'other' })).toEqual([])
    await door('finish', { transactionIdentifier })
    expect(await restored()).toEqual([])
  })

  it('may forget the username', async () => {
    await buy()
    expect((await restored({ forget: true }))[0]?.payment).not.toHaveProperty('username')
  })

  it('restores what is owned for good, under another id each time', async () => {
    const bought = await buy({ productid: 'theme.dark' })
    await door('finish', { transactionIdentifier: bought.transactionIdentifier })
    await stage.advance(1000)
    const [first] = await restored()
    expect(first).toMatchObject({ transactionState: '3' })
    expect(first?.transactionIdentifier).not.toBe(bought.transactionIdentifier)
    expect(await inApp(first!)).toMatchObject([{ transaction_id: first?.transactionIdentifier, original_transaction_id: bought.transactionIdentifier, purchase_date_ms: String(stage.clock.now()), original_purchase_date_ms: String(stage.clock.now() - 1000) }])
  })

  it('waits for the parents', async () => {
    const { transactionIdentifier, transactionState, ...rest } = await buy({ action: 'defer' })
    expect(transactionState).toBe('4')
    expect(await inApp({ transactionIdentifier, transactionState, ...rest })).toEqual([])
    await stage.post(`/gateway/apple/purchases/${transactionIdentifier}/act`, { action: 'approve' })
    expect(await restored()).toMatchObject([{ transactionState: '1', transactionIdentifier }])
    expect((await stage.post(`/gateway/apple/purchases/${transactionIdentifier}/act`, { action: 'approve' })).status).toBe(409)
    const declined = await buy({ action: 'defer', device: 'phone' })
    await stage.post(`/gateway/apple/purchases/${declined.transactionIdentifier}/act`, { action: 'decline' })
    expect((await restored()).map(one => one.transactionIdentifier)).toEqual([transactionIdentifier])
  })

  it('knows no purchase that was never made', async () => {
    expect((await stage.post('/gateway/client/appleiap/finish', { transactionIdentifier: '1' })).status).toBe(404)
    expect((await stage.post('/gateway/apple/purchases/1/act', { action: 'revoke' })).status).toBe(404)
    expect((await stage.post('/gateway/client/appleiap/buy', { action: 'steal' })).status).toBe(400)
  })
})

describe('verifyReceipt', () => {
  it('says what was bought, dates three ways, quantities as text, and no username', async () => {
    const transaction = await buy({ quantity: 2 })
    const answer = await verify(transaction.transactionReceipt)
    const ms = String(stage.clock.now())
    expect(answer).toMatchObject({
      status: 0,
      environment: 'Production',
      receipt: {
        receipt_type: 'Production',
        bundle_id: stage.gateway.account.apple.bundleId,
        receipt_creation_date_ms: ms,
        in_app: [{
          quantity: '2',
          product_id: 'vip.month',
          transaction_id: transaction.transactionIdentifier,
          original_transaction_id: transaction.transactionIdentifier,
          purchase_date_ms: ms,
          purchase_date: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d Etc\/GMT$/),
          purchase_date_pst: expect.stringMatching(/ America\/Los_Angeles$/),
        }],
      },
    })
    expect(JSON.stringify(answer)).not.toContain('ORDER_1')
  })

  it('has every purchase that is not finished, and consumables no longer', async () => {
    const first = await buy()
    const second = await buy()
    const theme = await buy({ productid: 'theme.dark' })
    expect((await inApp(theme)).map(item => item.transaction_id)).toEqual([first, second, theme].map(one => one.transactionIdentifier))
    for (const { transactionIdentifier } of [first, theme])
      await door('finish', { transactionIdentifier })
    const next = await buy()
    expect((await inApp(next)).map(item => item.transaction_id)).toEqual([second, theme, next].map(one => one.transactionIdentifier))
  })

  it('marks what Apple gave back', async () => {
    const transaction = await buy()
    await stage.post(`/gateway/apple/purchases/${transaction.transactionIdentifier}/act`, { action: 'revoke' })
    expect(await inApp(transaction)).toMatchObject([{ cancellation_date_ms: String(stage.clock.now()), cancellation_reason: '0' }])
  })

  it('each environment knows its own receipts', async () => {
    const live = await buy()
    const test = await buy({ sandbox: true })
    expect(await verify(live.transactionReceipt, {}, 'sandbox')).toEqual({ status: 21008 })
    expect(await verify(test.transactionReceipt)).toEqual({ status: 21007 })
    expect(await verify(test.transactionReceipt, {}, 'sandbox')).toMatchObject({ status: 0, environment: 'Sandbox', receipt: { receipt_type: 'ProductionSandbox' } })
  })

  it.each([[undefined, 21002], [7, 21002], ['{}', 21002], ['Zm9yZ2VkIHJlY2VpcHQ=', 21003], ['Z'.repeat(200), 21003]])('of %j it says %i', async (receipt, status) => {
    expect(await verify(receipt)).toEqual({ status })
  })

  it('no changed byte of a receipt is genuine', async () => {
    const { transactionReceipt } = await buy()
    const bytes = Buffer.from(transactionReceipt, 'base64')
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = Buffer.from(bytes)
      changed[at] = changed[at]! ^ 1
      expect(await verify(changed.toString('base64'))).toEqual({ status: 21003 })
    }
  })

  it('a wrong shared secret: 21004; none is needed for what is no subscription', async () => {
    const { transactionReceipt } = await buy()
    expect(await verify(transactionReceipt, { password: 'x' })).toMatchObject({ status: 21004 })
    expect(await verify(transactionReceipt, { password: undefined })).toMatchObject({ status: 0 })
  })

  it('can be told to have trouble', async () => {
    const { transactionReceipt } = await buy()
    await stage.post('/gateway/apple/status', { status: 21005, count: 2 })
    expect([await verify(transactionReceipt), await verify(transactionReceipt), await verify(transactionReceipt)].map(({ status }) => status)).toEqual([21005, 21005, 0])
    for (const body of [{}, { status: 'x' }, { status: 1, count: 0 }])
      expect((await stage.post('/gateway/apple/status', body)).status).toBe(400)
    await stage.post('/gateway/faults', { next: { path: '/apple/buy/verifyReceipt', status: 503 } })
    expect((await stage.post('/apple/buy/verifyReceipt', { 'receipt-data': transactionReceipt })).status).toBe(503)
  })

  it('is by POST', async () => {
    expect((await fetch(`${stage.gateway.url}/apple/buy/verifyReceipt`)).status).toBe(404)
  })

  it('neither receipts nor secrets are told to the host', async () => {
    const { transactionReceipt } = await buy()
    await verify(transactionReceipt)
    await verify(transactionReceipt, { password: 'wrong-secret' })
    const told = JSON.stringify(stage.events)
    expect(told).toContain('/apple/buy/verifyReceipt')
    for (const secret of [transactionReceipt, password(), 'wrong-secret'])
      expect(told).not.toContain(secret)
  })
})
