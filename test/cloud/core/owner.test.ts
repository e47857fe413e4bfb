import { describe, expect, it } from 'vitest'
import { uniIdUsers } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/uni-id'
import { goodsOrder, openShop } from '../support/shop'

const number = { out_trade_no: 'ORDER_1001' }

async function open(userOf?: (token: string) => Promise<string | undefined>) {
  const shop = await openShop({ userOf })
  const call = (action: string, data: Record<string, unknown>, token?: string) => shop.pay.call({ action: `pay/${action}`, data, token })
  return { shop, call }
}
const checked = async (token: string) => token === 'expired' ? undefined : token

describe('whose order it is', () => {
  it('the token says, not the client', async () => {
    const { call, shop } = await open(checked)
    await call('createPayment', goodsOrder({ user_id: 'bob', custom: { user_id: 'bob' } }), 'ann')
    expect(shop.order()).toMatchObject({ user_id: 'ann' })
  })

  it.each(['queryPayment', 'closePayment'])('%s: to others, signed in or not, there is no such order', async (action) => {
    const { call, shop } = await open(checked)
    await call('createPayment', goodsOrder(), 'ann')
    for (const token of [undefined, 'bob', 'expired'])
      expect(await call(action, number, token)).toMatchObject({ code: 40005 })
    expect(shop.order().status).toBe(0)
    expect(await call(action, number, 'ann')).toMatchObject({ code: 0 })
  })

  it('a client that says who it is, or that it is the server, is not believed', async () => {
    const { call, shop } = await open(checked)
    await call('createPayment', goodsOrder(), 'ann')
    const forged = { userId: 'ann', userChecked: false, isClient: false }
    expect(await shop.pay.call({ action: 'pay/queryPayment', data: { ...number, ...forged, user_id: 'ann', context: forged } }, forged)).toMatchObject({ code: 40005 })
  })

  it('the code of the server asks about any order', async () => {
    const { call, shop } = await open(checked)
    await call('createPayment', goodsOrder(), 'ann')
    expect(await shop.pay.queryPayment(number)).toMatchObject({ code: 0 })
  })

  it('an order nobody was signed in for is for who knows its number, and takes no user from the client', async () => {
    const { call, shop } = await open(checked)
    await call('createPayment', goodsOrder({ user_id: 'bob' }))
    expect(shop.order().user_id).toBeUndefined()
    expect(await call('queryPayment', number)).toMatchObject({ code: 0 })
  })

  it('where nobody checks who is signed in, the number is enough', async () => {
    const { call } = await open()
    await call('createPayment', goodsOrder({ user_id: 'ann' }))
    expect(await call('queryPayment', number)).toMatchObject({ code: 0 })
  })
})

describe('users of uni-id', () => {
  const seen: unknown[] = []
  const userOf = (answer: object) => uniIdUsers({
    createInstance(options) {
      seen.push(options)
      return { checkToken: async () => answer }
    },
  })

  it('a good token is its user, with the client it came from', async () => {
    expect(await userOf({ errCode: 0, uid: 'ann' })('token', { appid: '__UNI__1', platform: 'mp-weixin' })).toBe('ann')
    expect(seen).toMatchObject([{ clientInfo: { appId: '__UNI__1', platform: 'mp-weixin' } }])
  })

  it.each([{ errCode: 'uni-id-token-expired' }, { code: 30203, uid: 'ann' }, { errCode: 0 }, { errCode: 0, uid: '' }])('%j is nobody', async (answer) => {
    expect(await userOf(answer)('token', {})).toBeUndefined()
  })
})
