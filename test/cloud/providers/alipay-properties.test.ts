import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fenOf, yuanOf } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/amount'
import { decodeForm } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/form'
import { readAnswer } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/alipay/response'
import { notification, openAlipayShop, paidAtAlipay } from './alipay-support'

/** JSON with spaces where JSON allows them. */
const printed = fc.tuple(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), fc.constantFrom(undefined, 1, 2, '\t')).map(([value, indent]) => ({ value, text: JSON.stringify(value, null, indent) }))

describe('alipay, whatever comes', () => {
  it('the members of an answer are found as they are written', () => {
    fc.assert(fc.property(printed, ({ value, text }) => {
      const answer = readAnswer(text)
      expect(new Set(answer?.raw.keys())).toEqual(new Set(Object.keys(value)))
      for (const [name, raw] of answer?.raw ?? []) {
        expect(text).toContain(raw)
        expect(JSON.parse(raw)).toEqual((JSON.parse(text) as Record<string, unknown>)[name])
      }
    }), { numRuns: 2_000 })
  })

  it('a form reads back what was written, by us and by anybody', () => {
    const fields = fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { minKeys: 1 })
    fc.assert(fc.property(fields, (value) => {
      const body = Buffer.from(new URLSearchParams(value).toString())
      expect([...decodeForm(body)].sort()).toEqual([...new URLSearchParams(value)].sort())
    }), { numRuns: 2_000 })
  })

  it('an amount is itself again, and nothing else is one', () => {
    fc.assert(fc.property(fc.nat(999_999_999_999), fen => fenOf(yuanOf(fen)) === fen))
    fc.assert(fc.property(fc.string(), text => fenOf(text) === undefined || /^\d+(?:\.\d{1,2})?$/.test(text)))
  })

  it('a changed or invented notification is refused with 4xx, and quickly', async () => {
    const shop = await openAlipayShop()
    await paidAtAlipay(shop)
    const good = notification(shop.alipay.order())
    const text = Buffer.from(good.body).toString()
    const spliced = fc.tuple(fc.nat(text.length), fc.nat(12), fc.string({ unit: 'binary', maxLength: 12 })).map(([at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut)).filter(body => body !== text)
    await fc.assert(fc.asyncProperty(fc.oneof(spliced.map(body => Buffer.from(body)), fc.uint8Array({ maxLength: 400 })), async (body) => {
      const { status, body: answer } = await shop.pay.paymentNotify({ ...good, body })
      expect({ answer, refused: status >= 400 && status < 500 }).toEqual({ answer: 'fail', refused: true })
    }), { numRuns: 3_000 })
    const startedAt = performance.now()
    for (const body of ['a=&'.repeat(80_000), Array.from({ length: 40_000 }, (_, n) => `f${n}=1`).join('&'), `a=${'%'.repeat(250_000)}`, `sign_type=RSA2&sign=${'A'.repeat(250_000)}`, '='.repeat(250_000)])
      expect((await shop.pay.paymentNotify({ ...good, body: Buffer.from(body) })).status).toBeLessThan(500)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    expect(shop.order()).toMatchObject({ status: 0 })
    expect(await shop.pay.paymentNotify(good)).toMatchObject({ status: 200, body: 'success' })
  })
})
