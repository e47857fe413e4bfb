import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import { defineProvider } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/provider'
import { wxpayV3 } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v3'
import type { Shop, ShopOptions } from '../support/shop'
import { configOf, goodsOrder, openShop } from '../support/shop'

const section = { appId: 'tt0123456789abcdef01', secret: 'douyin-app-secret', mchId: '7000000000000000001' }
const session = { err_no: 0, err_tips: 'success', log_id: '1', data: { session_key: 'a-session-key', openid: '_000payer', anonymous_openid: '', unionid: 'a-unionid' } }

interface DouyinShop extends Shop { calls: HttpRequest[] }

/** What Douyin answers: JSON, text, or no answer at all. */
async function openDouyinShop(answer: unknown, over: Record<string, unknown> = {}, options: ShopOptions = {}): Promise<DouyinShop> {
  const calls: HttpRequest[] = []
  const shop = await openShop({
    config: { ...configOf(), douyin: { 'mp-toutiao': { ...section, ...over } } },
    http: async (request) => {
      calls.push(request)
      if (answer instanceof Error)
        throw answer
      return { status: 200, headers: {}, body: Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer)) }
    },
    ...options,
  })
  return { ...shop, calls }
}

const login = (shop: Shop, code: unknown = 'fb93de745_a-Z') => shop.pay.call({ action: 'pay/code2SessionDouyin', data: { code } })

describe('code2SessionDouyin', () => {
  it('sends what Douyin documents, and answers the openid and nothing else', async () => {
    const shop = await openDouyinShop(session)
    expect(await login(shop)).toEqual({ code: 0, msg: 'ok', openid: '_000payer' })
    expect(shop.calls).toMatchObject([{ method: 'POST', url: 'https://developer.toutiao.com/api/apps/v2/jscode2session', headers: { 'content-type': 'application/json' } }])
    expect(JSON.parse(shop.calls[0]?.body ?? '')).toEqual({ appid: section.appId, secret: section.secret, code: 'fb93de745_a-Z', anonymous_code: '' })
  })

  it.each([
    [{ sandbox: true }, 'https://open-sandbox.douyin.com/api/apps/v2/jscode2session'],
    [{ sandbox: true, gateway: 'http://127.0.0.1:8790/' }, 'http://127.0.0.1:8790/api/apps/v2/jscode2session'],
  ])('elsewhere with %j', async (over, url) => {
    const shop = await openDouyinShop(session, over)
    await login(shop)
    expect(shop.calls[0]?.url).toBe(url)
  })

  it.each([
    [40018, 40001, 'code'],
    [40015, 40001, 'douyin.mp-toutiao.appId'],
    [40017, 40001, 'douyin.mp-toutiao.secret'],
    [-1, 40010, undefined],
    [99999, 40010, undefined],
  ])('err_no %i: code %i', async (err_no, code, field) => {
    const answer = await login(await openDouyinShop({ err_no, err_tips: 'bad', data: { session_key: '', openid: '' } }))
    expect({ code: answer.code, field: answer.field }).toEqual({ code, field })
  })

  it.each([
    [new Error('broken line'), 40004],
    ['<html>', 40010],
    ['null', 40010],
    [{ err_no: 0, data: null }, 40010],
    [{ err_no: 0, data: { openid: '' } }, 40010],
    [{ err_no: '0', data: session.data }, 40010],
    [{ data: session.data }, 40010],
  ])('no openid is made of %j', async (answer, code) => {
    const said = await login(await openDouyinShop(answer))
    expect(said).toMatchObject({ code })
    expect(said).not.toHaveProperty('openid')
  })

  it.each([undefined, 7, '', 'a b', 'x'.repeat(513)])('asks nobody about the code %j', async (code) => {
    const shop = await openDouyinShop(session)
    expect(await shop.pay.code2SessionDouyin({ code })).toMatchObject({ code: 40001, field: 'code' })
    expect(shop.calls).toEqual([])
  })

  it.each(['appId', 'secret'])('names a missing %s', async (field) => {
    expect(await login(await openDouyinShop(session, { [field]: '' }))).toMatchObject({ code: 40001, field: `douyin.mp-toutiao.${field}` })
  })

  it('is not configured: 40001 with the section to fill', async () => {
    expect(await login(await openShop())).toMatchObject({ code: 40001, field: 'douyin.mp-toutiao' })
  })

  it('secret, session key and code stay out of logs', async () => {
    const shops = [await openDouyinShop(session), await openDouyinShop(new Error(`cannot send ${section.secret}`)), await openDouyinShop({ err_no: 40017, err_tips: section.secret })]
    for (const shop of shops) {
      const text = JSON.stringify([await login(shop, 'a-login-code-to-be-kept'), shop.logs])
      for (const secret of [section.secret, 'a-session-key', 'a-login-code-to-be-kept'])
        expect(text).not.toContain(secret)
    }
  })

  it('for a merchant of several: its own app', async () => {
    const shop = await openDouyinShop(session)
    await shop.memory.add('vk-pay-config', { _id: 'm1', status: 'active', douyin: { 'mp-toutiao': { appId: 'tt_of_m1', secret: 's' } } })
    expect(await shop.pay.code2SessionDouyin({ code: 'c', pid: 'm1' })).toMatchObject({ code: 0 })
    expect(JSON.parse(shop.calls[0]?.body ?? '')).toMatchObject({ appid: 'tt_of_m1' })
    expect(await shop.pay.code2SessionDouyin({ code: 'c', pid: 'nobody' })).toMatchObject({ code: 40001, field: 'pid' })
  })
})

describe('where only logins are known', () => {
  it('nothing is offered that cannot be paid with', async () => {
    const shop = await openDouyinShop(session)
    expect(await shop.pay.listProviders({ vk_platform: 'mp-toutiao' })).toMatchObject({ code: 0, providers: [] })
    expect((await shop.pay.listProviders({})).providers).not.toContainEqual(expect.objectContaining({ provider: 'douyin' }))
  })

  it('no payment can be made, and no order is written', async () => {
    const shop = await openDouyinShop(session)
    expect(await shop.pay.createPayment({ data: goodsOrder({ provider: 'douyin', vk_platform: 'mp-toutiao' }) })).toMatchObject({ code: 40001, field: 'provider' })
    expect(shop.memory.all('vk-pay-orders')).toEqual([])
  })

  it('a channel of that id which has a login goes first, one which has none does not', async () => {
    const own = { ...wxpayV3, id: 'douyin', platforms: ['mp-toutiao'], login: async () => ({ openid: 'of-the-channel' }) }
    expect(await login(await openDouyinShop(session, {}, { providers: [defineProvider(own)] }))).toMatchObject({ openid: 'of-the-channel' })
    expect(await login(await openDouyinShop(session, {}, { providers: [defineProvider({ ...own, login: undefined })] }))).toMatchObject({ openid: '_000payer' })
  })
})
