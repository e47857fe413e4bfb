import { describe, expect, it } from 'vitest'
import { appleiap } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/appleiap'
import type { AppleShop, AppleShopOptions, Item } from './appleiap-support'
import { appleOrder, created, number, openAppleShop, password, productid, report } from './appleiap-support'

const PRODUCTION = 'https://buy.itunes.apple.com/verifyReceipt'
const SANDBOX = 'https://sandbox.itunes.apple.com/verifyReceipt'

async function bought(options: AppleShopOptions = {}, over: Partial<Item> = {}): Promise<{ shop: AppleShop, item: Item }> {
  const shop = await openAppleShop(options)
  await created(shop)
  return { shop, item: shop.apple.buy(over) }
}

function nothingPaid(shop: AppleShop): void {
  expect(shop.order()).toMatchObject({ status: 0 })
  expect(shop.effects().runs).toBe(0)
}

describe('making an order', () => {
  it('asks nobody, and says what the device is to buy', async () => {
    const shop = await openAppleShop()
    expect(await shop.pay.createPayment({ data: appleOrder({ quantity: 2 }) })).toMatchObject({
      code: 0,
      provider: 'appleiap',
      pay_type: 'appleiap_app-plus',
      total_fee: 100,
      orderInfo: { productid, username: number, quantity: 2, manualFinishTransaction: true, out_trade_no: number, total_fee: 100 },
    })
    expect(shop.apple.calls).toEqual([])
  })

  it('hands the payment discount on', async () => {
    const shop = await openAppleShop()
    expect(await created(shop, { other: { paymentDiscount: { id: 'd', nonce: 'n' } } })).toMatchObject({ paymentDiscount: { id: 'd', nonce: 'n' } })
  })

  it.each([
    [{ productid: undefined }, 'productid'],
    [{ productid: 'vip month' }, 'productid'],
    [{ productid: '<b>' }, 'productid'],
    [{ quantity: 0 }, 'quantity'],
    [{ quantity: 1.5 }, 'quantity'],
    [{ quantity: '2' }, 'quantity'],
    [{ quantity: 11 }, 'quantity'],
  ])('refuses %j', async (over, field) => {
    const shop = await openAppleShop()
    expect(await shop.pay.createPayment({ data: appleOrder(over) })).toMatchObject({ code: 40001, field })
    expect(shop.memory.all('vk-pay-orders')).toEqual([])
  })

  it('where products have prices, an order is worth what its product costs', async () => {
    const shop = await openAppleShop({ section: { products: { [productid]: 100, broken: 1.5 } } })
    for (const [over, field] of [[{ total_fee: 99 }, 'total_fee'], [{ total_fee: 100, quantity: 2 }, 'total_fee'], [{ productid: 'vip.year' }, 'productid'], [{ productid: 'toString' }, 'productid'], [{ productid: 'broken' }, 'appleiap.app-plus.products']] as const)
      expect(await shop.pay.createPayment({ data: appleOrder(over) })).toMatchObject({ code: 40001, field })
    expect(await created(shop, { total_fee: 200, quantity: 2 })).toMatchObject({ quantity: 2 })
  })

  it('another product under the same number is another attempt', async () => {
    const shop = await openAppleShop()
    await created(shop)
    const { username } = await created(shop, { productid: 'vip.year' })
    expect(username).not.toBe(number)
    expect(await created(shop, { productid: 'vip.year' })).toMatchObject({ username })
    expect(shop.order().attempts).toMatchObject([{ state: 'closed' }, { state: 'open', productid: 'vip.year' }])
  })

  it('takes no notification', async () => {
    const shop = await openAppleShop()
    await created(shop)
    expect(await shop.pay.paymentNotify({ method: 'POST', path: '/vk-pay-notify/appleiap_app-plus', headers: {}, body: new Uint8Array() })).toMatchObject({ status: 404 })
    expect(appleiap.reply({ accepted: false, status: 500, message: 'why' })).toMatchObject({ status: 500, body: '{"code":"FAIL","message":"why"}' })
    nothingPaid(shop)
  })
})

describe('asking Apple', () => {
  it('production first, with the shared secret', async () => {
    const { shop, item } = await bought()
    const receipt = shop.apple.receipt([item])
    expect(await shop.pay.verifyAppleIapReceipt(report(item, receipt))).toMatchObject({ code: 0, valid: true })
    expect(shop.apple.calls).toEqual([{ url: PRODUCTION, body: { 'receipt-data': receipt, password } }])
  })

  it('without a shared secret none is sent', async () => {
    const { shop, item } = await bought({ section: { password: '' } })
    const receipt = shop.apple.receipt([item])
    await shop.pay.verifyAppleIapReceipt(report(item, receipt))
    expect(shop.apple.calls[0]?.body).toEqual({ 'receipt-data': receipt })
  })

  it('a receipt of the sandbox goes there where the config allows it', async () => {
    const { shop, item } = await bought({ section: { sandbox: true } })
    expect(await shop.pay.verifyAppleIapReceipt(report(item, shop.apple.receipt([item], { environment: 'Sandbox' })))).toMatchObject({ code: 0, valid: true })
    expect(shop.apple.calls.map(({ url }) => url)).toEqual([PRODUCTION, SANDBOX])
    expect(shop.order()).toMatchObject({ status: 1, appleiap_info: { environment: 'Sandbox', product_id: productid } })
  })

  it.each([undefined, false, 'true'])('and nowhere else: sandbox %j', async (sandbox) => {
    const { shop, item } = await bought({ section: { sandbox } })
    expect(await shop.pay.verifyAppleIapReceipt(report(item, shop.apple.receipt([item], { environment: 'Sandbox' })))).toMatchObject({ code: 40009, valid: false, field: 'receipt_data' })
    expect(shop.apple.calls.map(({ url }) => url)).toEqual([PRODUCTION])
    nothingPaid(shop)
  })

  it.each([
    [21002, 40001, undefined],
    [21003, 40002, false],
    [21004, 40003, undefined],
    [21005, 40010, undefined],
    [21008, 40010, undefined],
    [21009, 40010, undefined],
    [21010, 40009, false],
    [21100, 40010, undefined],
    [99999, 40010, undefined],
  ])('status %i: code %i, valid %j', async (status, code, valid) => {
    const { shop, item } = await bought()
    shop.apple.answers.push(status)
    const answer = await shop.pay.verifyAppleIapReceipt(report(item, shop.apple.receipt([item])))
    expect({ code: answer.code, valid: answer.valid }).toEqual({ code, valid })
    nothingPaid(shop)
    // and a purchase that is kept is settled when it is sent again
    expect(await shop.pay.verifyAppleIapReceipt(report(item, shop.apple.receipt([item])))).toMatchObject({ code: 0 })
  })

  it('a subscription that has ended had been bought all the same', async () => {
    const { shop, item } = await bought()
    shop.apple.answers.push({ status: 21006, receipt: { bid: 'com.example.shop', ...item } })
    expect(await shop.pay.verifyAppleIapReceipt(report(item, 'cmVjZWlwdA=='))).toMatchObject({ code: 0 })
  })

  it.each([[new Error('broken line'), 40004], [{}, 40010], [{ status: '0' }, 40010]])('no answer, or half of one: %j', async (answer, code) => {
    const { shop, item } = await bought()
    shop.apple.answers.push(answer)
    const said = await shop.pay.verifyAppleIapReceipt(report(item, shop.apple.receipt([item])))
    expect(said).toMatchObject({ code })
    expect(said.valid).toBeUndefined()
    nothingPaid(shop)
  })

  it.each([undefined, 7, '', 'no base64!', '{"a":1}', 'a.b.c', 'x'.repeat(4_000_001)])('never with something else than a receipt', async (receipt_data) => {
    const { shop, item } = await bought()
    expect(await shop.pay.verifyAppleIapReceipt({ ...report(item, ''), receipt_data })).toMatchObject({ code: 40001, field: 'receipt_data' })
    expect(shop.apple.calls).toEqual([])
  })

  it.each(['timeout', 'receiptExpiresIn'])('names a %s that is no number', async (field) => {
    const { shop, item } = await bought({ section: { [field]: 'soon' } })
    expect(await shop.pay.verifyAppleIapReceipt(report(item, shop.apple.receipt([item])))).toMatchObject({ code: 40001, field: `appleiap.app-plus.${field}` })
    nothingPaid(shop)
  })

  it('receipt and shared secret stay out of logs and errors', async () => {
    const { shop, item } = await bought()
    const receipt = shop.apple.receipt([item])
    shop.apple.answers.push(new Error(`cannot send ${receipt} ${password}`), 21004)
    const answers = [await shop.pay.verifyAppleIapReceipt(report(item, receipt)), await shop.pay.verifyAppleIapReceipt(report(item, receipt)), await shop.pay.verifyAppleIapReceipt(report(item, receipt))]
    const text = JSON.stringify([shop.logs, answers])
    expect(text).not.toContain(receipt)
    expect(text).not.toContain(password)
  })
})

describe('what is in a receipt', () => {
  it('another app\'s is no payment to us', async () => {
    const { shop, item } = await bought()
    expect(await shop.pay.verifyAppleIapReceipt(report(item, shop.apple.receipt([item], { bundle_id: 'com.example.other' })))).toMatchObject({ code: 40009, valid: false })
    nothingPaid(shop)
  })

  it('without bundleId every app\'s counts, which is said', async () => {
    const { shop, item } = await bought({ section: { bundleId: undefined } })
    expect(await shop.pay.verifyAppleIapReceipt(report(item, shop.apple.receipt([item], { bundle_id: 'com.example.other' })))).toMatchObject({ code: 0 })
    expect(shop.logs.some(({ event, fields }) => event === 'receipts of any app are accepted' && String(fields?.detail).includes('appleiap.app-plus.bundleId'))).toBe(true)
  })

  it('receiptExpiresIn: up to the second, by the date of the receipt', async () => {
    const { shop, item } = await bought({ section: { receiptExpiresIn: 86_400 } })
    const receipt = shop.apple.receipt([item])
    shop.clock.now += 86_400_001
    expect(await shop.pay.verifyAppleIapReceipt(report(item, receipt))).toMatchObject({ code: 40009, valid: false })
    nothingPaid(shop)
    // restored, it is a new receipt of the same purchase
    expect(await shop.pay.verifyAppleIapReceipt(report(item, shop.apple.receipt([item])))).toMatchObject({ code: 0 })
  })

  it('receiptExpiresIn: the last second counts', async () => {
    const { shop, item } = await bought({ section: { receiptExpiresIn: '86400' } })
    const receipt = shop.apple.receipt([item])
    shop.clock.now += 86_400_000
    expect(await shop.pay.verifyAppleIapReceipt(report(item, receipt))).toMatchObject({ code: 0 })
  })

  it.each([
    ['given back', { cancellation_date_ms: '1' }],
    ['of the family', { in_app_ownership_type: 'FAMILY_SHARED' }],
    ['without a date', { purchase_date_ms: 'soon' }],
    ['without an id', { transaction_id: '' }],
    ['with an id that is none', { transaction_id: 'paid:x' }],
  ])('a purchase %s is none', async (_, over) => {
    const { shop, item } = await bought()
    const receipt = shop.apple.receipt([{ ...item, ...over }])
    expect(await shop.pay.verifyAppleIapReceipt(report(item, receipt))).toMatchObject({ code: 40010, field: 'transaction_id' })
    nothingPaid(shop)
  })

  it('what one list calls given back is, whatever the other says', async () => {
    const { shop, item } = await bought()
    const receipt = shop.apple.receipt([item], { latest_receipt_info: [{ ...item, cancellation_date_ms: '1' }] })
    expect(await shop.pay.verifyAppleIapReceipt(report(item, receipt))).toMatchObject({ code: 40010 })
    nothingPaid(shop)
  })

  it('an old receipt is one purchase', async () => {
    const { shop, item } = await bought()
    const { purchase_date_ms, ...rest } = item
    shop.apple.answers.push({ status: 0, receipt: { bid: 'com.example.shop', bvrs: '1', purchase_date_ms, ...rest } })
    expect(await shop.pay.verifyAppleIapReceipt(report(item, 'cmVjZWlwdA=='))).toMatchObject({ code: 0, transaction_id: item.transaction_id })
  })

  it('a receipt without purchases is a receipt, and no payment', async () => {
    const { shop, item } = await bought()
    expect(await shop.pay.verifyAppleIapReceipt(report(item, shop.apple.receipt([])))).toMatchObject({ code: 40010, field: 'transaction_id' })
    nothingPaid(shop)
  })

  it('asked by the server\'s own code, with the receipt alone: what is in it, and nothing is settled', async () => {
    const { shop, item } = await bought()
    expect(await shop.pay.verifyAppleIapReceipt({ receipt_data: shop.apple.receipt([item]) })).toEqual({
      code: 0,
      msg: '收据有效',
      valid: true,
      purchases: [{ transaction_id: item.transaction_id, productid, quantity: 1, pay_date: Number(item.purchase_date_ms) }],
    })
    nothingPaid(shop)
    expect(await shop.pay.verifyAppleIapReceipt({ receipt_data: 'Zm9yZ2Vk' })).toMatchObject({ code: 40002, valid: false })
  })
})
