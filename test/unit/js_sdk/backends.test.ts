import { afterEach, describe, expect, it, vi } from 'vitest'
import { chooseBackend, httpBackend } from '../../../js_sdk/backends'
import { uniCloudBackend } from '../../../js_sdk/backends/uni-cloud'
import { createVkPay, useVkPay } from '../../../js_sdk/client'
import { fakeUni } from '../../support/fake-uni'
import { anOrder, payKit } from '../../support/pay-kit'

const platform = process.env.UNI_PLATFORM ?? 'h5'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})

describe('the HTTP backend', () => {
  it('posts action and data, and answers what came, whatever its code', async () => {
    const { uni } = fakeUni()
    const answer = httpBackend('https://pay.example/vk-pay', { header: () => ({ authorization: 'Bearer t' }) }).call('pay/queryPayment', { out_trade_no: 'A00001' })
    const request = uni.request.mock.calls[0]?.[0]
    expect(request).toMatchObject({ url: 'https://pay.example/vk-pay', method: 'POST', data: { action: 'pay/queryPayment', data: { out_trade_no: 'A00001' } }, header: { authorization: 'Bearer t' } })
    request.success({ statusCode: 200, data: { code: 40005, msg: 'none' } })
    expect(await answer).toEqual({ code: 40005, msg: 'none' })
  })

  it.each([{ statusCode: 502, data: '<html>' }, { statusCode: 200, data: null }])('takes %j for no answer', async (response) => {
    const { uni } = fakeUni()
    const answer = httpBackend('/vk-pay').call('pay/queryPayment', {})
    uni.request.mock.calls[0]?.[0].success(response)
    await expect(answer).rejects.toMatchObject({ code: 60009 })
  })

  it('tells a failed request with its cause', async () => {
    const { uni } = fakeUni()
    const answer = httpBackend('/vk-pay').call('pay/queryPayment', {})
    uni.request.mock.calls[0]?.[0].fail({ errMsg: 'request:fail' })
    await expect(answer).rejects.toMatchObject({ code: 60009, cause: { errMsg: 'request:fail' } })
  })
})

describe('the default backend', () => {
  it('is the vk framework where it is present, which rejects with any code but 0', async () => {
    const callFunction = vi.fn(() => Promise.reject(Object.assign(new Error('no'), { code: 40005 })))
    const backend = chooseBackend(undefined, { callFunction }, 'vk-pay')!
    expect(await backend.call('pay/queryPayment', { out_trade_no: 'A00001' })).toMatchObject({ code: 40005 })
    expect(callFunction).toHaveBeenCalledWith({ url: 'pay/queryPayment', name: 'vk-pay', data: { out_trade_no: 'A00001' }, needAlert: false })
  })

  it('takes a framework that could not reach its function for no answer', async () => {
    const backend = chooseBackend(undefined, { callFunction: () => Promise.reject(new Error('offline')) }, 'vk-pay')!
    await expect(backend.call('pay/queryPayment', {})).rejects.toMatchObject({ code: 60009 })
  })

  it('is the function of the linked service space', async () => {
    const callFunction = vi.fn(async () => ({ result: { code: 0 } }))
    vi.stubGlobal('uniCloud', { callFunction })
    vi.stubEnv('UNI_CLOUD_PROVIDER', '[{}]')
    await chooseBackend(undefined, undefined, 'my-pay')!.call('pay/queryPayment', { out_trade_no: 'A00001' })
    expect(callFunction).toHaveBeenCalledWith({ name: 'my-pay', data: { $url: 'pay/queryPayment', data: { out_trade_no: 'A00001' } } })
  })

  it('is none without any of them', () => {
    expect(chooseBackend(undefined, undefined, 'vk-pay')).toBeUndefined()
  })

  it('takes a function that fails, or answers nothing, for no answer', async () => {
    const callFunction = vi.fn().mockRejectedValueOnce(new Error('x')).mockResolvedValueOnce({ result: undefined })
    const backend = uniCloudBackend({ callFunction }, 'vk-pay')
    await expect(backend.call('a', {})).rejects.toMatchObject({ code: 60009 })
    await expect(backend.call('a', {})).rejects.toMatchObject({ code: 60009 })
  })
})

describe('the client', () => {
  it('puts itself and, where the framework is absent, a small vk on uni', async () => {
    const { uni } = fakeUni()
    const call = vi.fn(async () => ({ code: 0, data: {} }) as never)
    const vkPay = createVkPay({ backend: { call } })
    vkPay.install()
    expect(useVkPay()).toBe(vkPay)
    const { vk } = uni as unknown as { vk: { callFunction: (options: object) => Promise<unknown> } }
    await vk.callFunction({ url: 'pay/queryPayment', data: { out_trade_no: 'A00001' } })
    expect(call).toHaveBeenLastCalledWith('pay/queryPayment', { out_trade_no: 'A00001' })
  })

  it('does not touch a vk that is there', () => {
    const { uni } = fakeUni()
    const vk = { callFunction: vi.fn() }
    Object.assign(uni, { vk })
    createVkPay().install()
    expect((uni as unknown as { vk: unknown }).vk).toBe(vk)
  })

  it('pays in the seed\'s plain form: createPayment, then pay({ provider, orderInfo })', async () => {
    const { vkPay, server, cashier, time } = payKit()
    server.answer('pay/createPayment', { code: 0, msg: '', provider: 'wxpay', out_trade_no: anOrder.out_trade_no, total_fee: 1000, orderInfo: { out_trade_no: anOrder.out_trade_no, total_fee: 1000 } })
    const { provider, orderInfo } = await vkPay.createPayment({ ...anOrder, provider: 'wxpay' })
    server.orders.set(anOrder.out_trade_no, { state: 'NOTPAY', total_fee: 1000, creates: 1, queries: 0 })
    const result = vkPay.pay({ provider, orderInfo })
    await time.settle()
    server.pay(anOrder.out_trade_no)
    cashier.report('ok')
    await time.settle()
    expect(await result).toMatchObject({ code: 0, msg: '支付成功', out_trade_no: anOrder.out_trade_no })
    expect(time.pending()).toBe(0)
  })

  // browsers fetch it by WeChat's web authorisation, see weixin-authorize.test.ts
  if (platform !== 'h5') {
    it('fetches the openid once for payments at the same time, and again after a failure', async () => {
      const { vkPay, uni, server, time } = payKit()
      vkPay.register({ id: 'needy', platforms: [vkPay.platform], openid: { [vkPay.platform]: { loginProvider: 'weixin', action: 'pay/code2SessionWeixin' } }, launch: () => new Promise(() => {}) })
      const [one, two] = [vkPay.session(), vkPay.session()]
      server.answer('pay/code2SessionWeixin', { code: 40004, msg: 'busy' })
      expect(await vkPay.createPayment({ ...anOrder, provider: 'needy' }).catch(({ code }) => code)).toBe(60008)
      void one.pay(anOrder, { provider: 'needy' })
      void two.pay({ ...anOrder, out_trade_no: 'ORDER_0002' }, { provider: 'needy' })
      await time.settle()
      expect(uni.login).toHaveBeenCalledTimes(2)
      expect(server.calls.filter(({ action }) => action === 'pay/createPayment').map(({ data }) => data.openid)).toEqual(['openid-1', 'openid-1'])
      one.dispose()
      two.dispose()
    })
  }
})
