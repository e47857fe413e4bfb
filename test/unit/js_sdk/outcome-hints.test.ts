import { afterEach, describe, expect, it, vi } from 'vitest'
import { ErrorCode, VkPayError } from '../../../js_sdk/errors'
import type * as Hints from '../../../js_sdk/outcome/hints'
import type { LocaleId } from '../../../js_sdk/types'
import { bundleFor, compileFor } from '../../support/compile-for'
import { anOrder, payKit } from '../../support/pay-kit'
import { rowCases } from './outcome-rows'

const locales: readonly LocaleId[] = ['zh-Hans', 'zh-Hant', 'en']
const NEEDS_ADVICE = ['config', 'not-installed', 'duplicate']

afterEach(() => vi.unstubAllGlobals())

it('has advice, in every language, for every result a developer or merchant can do something about', async () => {
  const cases = rowCases.filter(([target, provider, , , , reason]) => target !== 'every' && provider !== '*' && NEEDS_ADVICE.includes(reason))
  expect(cases.length).toBeGreaterThan(40)
  for (const [target, provider, via, raw] of cases) {
    const { explainReport } = await compileFor<typeof Hints>(target as 'h5', 'outcome/hints/index.ts')
    const said = locales.map(locale => explainReport(provider, { via, raw }, locale))
    expect(said.every(text => text && text.length > 5), JSON.stringify(raw)).toBe(true)
    expect(said[2], JSON.stringify(raw)).not.toBe(said[0])
  }
})

it('names the code of a virtual payment that failed', async () => {
  const cases = rowCases.filter(([, provider, , raw, , reason]) => provider === 'wxpay-virtual' && Number(raw?.errCode) < -15000 && NEEDS_ADVICE.includes(reason))
  const { explainReport } = await compileFor<typeof Hints>('mp-weixin', 'outcome/hints/index.ts')
  expect(cases.length).toBeGreaterThan(10)
  for (const [, provider, via, raw] of cases)
    expect(explainReport(provider, { via, raw }, 'zh-Hans')).toContain(String(raw?.errCode))
})

describe('what is said', () => {
  it.each([
    ['mp-weixin', 'wxpay-virtual', 'fail', { errCode: '-15005' }, /session_key/],
    ['mp-weixin', 'wxpay', 'fail', { errMsg: 'requestPayment:fail banned' }, /banned/],
    ['mp-weixin', 'wxpay', 'fail', { errMsg: 'xyz' }, /report result\.raw/],
    ['h5', 'wxpay', 'single', { err_msg: 'get_brand_wcpay_request:fail' }, /iOS/],
    ['h5', 'wxpay', 'single', { err_msg: 'get_brand_wcpay_request:fail', err_desc: '当前页面的URL未注册' }, /payment directory.*iOS/],
    ['h5', 'wxpay', 'single', { err_msg: '当前页面的URL未注册：https://shop.example/pay' }, /payment directory.*iOS/],
    ['app', 'wxpay', 'none', undefined, /lower case/],
    ['app', 'wxpay', 'fail', { errMsg: 'requestPayment:fail [payment微信:-1]General errors' }, /signature, appid/],
    ['app-harmony', 'wxpay', 'fail', { errCode: 700801 }, /universal link/],
    ['app', 'alipay', 'fail', { errMsg: 'requestPayment:fail service not found' }, /manifest\.json/],
    ['mp-alipay', 'alipay', 'success', { resultCode: 9000 }, undefined],
    ['mp-weixin', 'wxpay', 'fail', { errMsg: 'requestPayment:fail cancel' }, undefined],
  ] as const)('%s · %s · %s · %j', async (target, provider, via, raw, expected) => {
    const { explainReport } = await compileFor<typeof Hints>(target, 'outcome/hints/index.ts')
    const said = explainReport(provider, { via, raw }, 'en')
    if (expected)
      expect(said).toMatch(expected)
    else
      expect(said).toBeUndefined()
  })

  it.each([
    ['201 商户订单号重复', /derive a new number/],
    ['OUT_TRADE_NO_USED', /derive a new number/],
    ['ACQ.DUP_OUT_ORDER', /derive a new number/],
    ['appid和mch_id不匹配', /bind them/],
    ['商户号和appid不匹配', /bind them/],
    ['APPID_MCHID_NOT_MATCH', /bind them/],
    ['APPID_NOT_EXIST', /does not exist/],
    ['无效的appid', /does not exist/],
    ['appid和openid不匹配', /belongs to another appid/],
    ['商户订单号重复', /derive a new number/],
    ['orderInfo.partnerid must be a non-empty string; it is spelled "partnerId"', /lower case/],
    ['native[method] is not a function', /2\.19\.2/],
    ['pay/createPayment: no answer with a code came from the server', /that the server runs/],
    ['pay/queryPayment: no answer within 8000 ms', /that the server runs/],
    ['something else', /^something else$/],
  ])('a refusal with %s', async (message, expected) => {
    const { explainError } = await compileFor<typeof Hints>('mp-weixin', 'outcome/hints/index.ts')
    expect(explainError(new VkPayError(ErrorCode.ORDER_INFO, message), 'en')).toMatch(expected)
  })
})

it('is in the result and once on the console', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { vkPay, server, time, cashier, listen } = payKit({ locale: 'en' })
  const { session, results } = listen(vkPay)
  void session.pay(anOrder)
  await time.settle()
  cashier.report('fail')
  await time.advance(5000)
  expect(results.map(({ outcome, hint }) => [outcome, hint])).toEqual([['fail', expect.stringContaining('result.raw')]])
  expect(warn.mock.calls).toEqual([[`[vk-uni-pay] ${anOrder.out_trade_no}: ${results[0]?.hint}`]])
  server.pay(anOrder.out_trade_no)
  session.check()
  await time.advance(5000)
  expect(results.at(-1)).toMatchObject({ outcome: 'success', hint: undefined })
  expect(warn).toHaveBeenCalledTimes(1)
})

it('says what a refusal of the server means', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { vkPay, server, time, listen } = payKit({ locale: 'zh-Hans' })
  const { session, results } = listen(vkPay)
  server.answer('pay/createPayment', { code: 40010, msg: '201 商户订单号重复' })
  void session.pay(anOrder)
  await time.advance(100)
  expect(results[0]).toMatchObject({ outcome: 'fail', code: 40010, hint: expect.stringContaining('派生单号') })
})

it('says where to look when the server cannot be reached', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { vkPay, time, listen } = payKit({ locale: 'zh-Hans', backend: { call: () => Promise.reject(new VkPayError(ErrorCode.NETWORK, 'pay/createPayment: no answer with a code came from the server')) } })
  const { session, results } = listen(vkPay)
  void session.pay(anOrder)
  await time.advance(60_000)
  expect(results).toMatchObject([{ outcome: 'pending', hint: expect.stringContaining('服务是否启动') }])
  expect(warn).toHaveBeenCalledTimes(1)
})

it.each(['mp-weixin', 'mp-alipay', 'h5', 'app'] as const)('is not in what %s ships to payers', async (target) => {
  const [development, production] = await Promise.all([bundleFor(target, 'index.ts'), bundleFor(target, 'index.ts', 'production')])
  for (const [text, carried] of [[development, true], [production, false]] as const) {
    expect(text.includes('session_key')).toBe(carried)
    expect(text.includes('派生单号')).toBe(carried)
  }
})
