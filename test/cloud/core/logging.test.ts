import { describe, expect, it } from 'vitest'
import { configOf, goodsOrder, openShop, paidOrder } from '../support/shop'

describe('what is logged', () => {
  it('every line of one call, in the core and in the channel, has the same trace_id; other calls have others', async () => {
    const shop = await openShop({ mode: 'certificate' })
    await paidOrder(shop)
    const created = new Set(shop.logs.map(({ fields }) => fields?.trace_id))
    expect(shop.logs.map(({ event }) => event)).toEqual(expect.arrayContaining(['platform certificates downloaded', 'order created']))
    expect(created.size).toBe(1)
    shop.logs.length = 0
    await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001'))
    const [notified] = new Set(shop.logs.map(({ fields }) => fields?.trace_id))
    expect(notified).toMatch(/^[0-9a-z]{12}$/)
    expect(created.has(notified)).toBe(false)
  })

  it('an error nobody foresaw: the client gets the id under which the log has it', async () => {
    const shop = await openShop()
    const broken = shop.restart({ ...shop.memory, find: async () => { throw new Error('connection lost') } })
    const answer = await broken.queryPayment({ out_trade_no: 'ORDER_1001' })
    expect(answer).toMatchObject({ code: 50000 })
    expect(answer.msg).not.toContain('connection lost')
    expect(shop.logs).toContainEqual(expect.objectContaining({ event: 'unexpected error', fields: { trace_id: answer.trace_id, detail: 'connection lost' } }))
  })

  it('no openid and no payload; with debug both, for a notification', async () => {
    const openid = String(goodsOrder().openid)
    for (const debug of [false, true]) {
      const shop = await openShop({ config: { ...configOf(), debug } })
      await paidOrder(shop)
      const request = shop.wechat.notificationFor('ORDER_1001')
      await shop.pay.paymentNotify(request)
      const text = JSON.stringify(shop.logs)
      expect(text.includes(openid)).toBe(debug)
      expect(text.includes('ciphertext')).toBe(debug)
      expect(text).not.toContain('PRIVATE KEY')
    }
  })
})
