import { describe, expect, it } from 'vitest'
import { configOf, openShop, wxpaySection } from '../support/shop'

async function list(data: Record<string, unknown> = {}, context: object = {}, config = configOf()) {
  return (await openShop({ config })).pay.call({ action: 'pay/listProviders', data }, context)
}

describe('pay/listProviders', () => {
  it('names every configured channel and platform, and nothing else of the config', async () => {
    const answer = await list()
    expect(answer).toEqual({
      code: 0,
      msg: 'ok',
      providers: expect.arrayContaining(['mp-weixin', 'h5-weixin', 'app-plus', 'h5', 'mweb'].map(platform => ({ provider: 'wxpay', platform }))),
    })
    expect(answer.providers).toHaveLength(5)
  })

  it.each([
    [{ vk_platform: 'mp-weixin' }, {}, 'mp-weixin'],
    [{ vk_platform: 'app-harmony' }, {}, 'app-plus'],
    [{}, { PLATFORM: 'mp-weixin' }, 'mp-weixin'],
  ])('offers a caller what its platform can pay with: %j %j', async (data, context, platform) => {
    expect((await list(data, context)).providers).toEqual([{ provider: 'wxpay', platform }])
  })

  it('offers nothing on a platform without a section', async () => {
    const config = { ...configOf(), wxpay: { 'mp-weixin': wxpaySection() } }
    expect(await list({ vk_platform: 'mweb' }, {}, config)).toMatchObject({ code: 0, providers: [] })
    expect(await list({ vk_platform: 'toString' }, {}, config)).toMatchObject({ code: 0, providers: [] })
  })

  it('counts a section that stands for two platforms, for both', async () => {
    const config = { ...configOf(), alipay: { h5: { appId: '2021000000000001' } } }
    expect((await list({ vk_platform: 'mweb' }, {}, config)).providers).toContainEqual({ provider: 'alipay', platform: 'mweb' })
  })

  it('offers nothing of a merchant there is none of', async () => {
    expect(await list({ pid: 'nobody' })).toMatchObject({ code: 0, providers: [] })
  })
})
