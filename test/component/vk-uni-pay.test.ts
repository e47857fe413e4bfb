import { nextTick } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import VkUniPay from '../../components/vk-uni-pay/vk-uni-pay.vue'
import type { VkUniPayAction, VkUniPayCreateOptions, VkUniPayExpose } from '../../components/vk-uni-pay/types'
import { anOrder } from '../support/pay-kit'
import { installedKit, show } from './support'

const form = anOrder
const no = anOrder.out_trade_no
/** As the documents of 1.x write it. */
const route = (action: string, name = 'vk-pay'): VkUniPayAction => ({ name, action, actionKey: 'action', dataKey: 'data' })

afterEach(() => vi.unstubAllEnvs())

/** A page of 1.x: the component, its models, and callbacks that write down what they heard. */
async function page(action?: VkUniPayAction) {
  const kit = installedKit()
  const models = { status: 0, codeUrl: '' }
  const statuses: number[] = []
  const wrapper = show(VkUniPay, { props: {
    'queryPaymentAction': route('pay/queryPayment'),
    ...models,
    'polling': true,
    'pageShow': true,
    'onUpdate:status': (status: number) => statuses.at(-1) !== status && statuses.push(status),
    'onUpdate:codeUrl': (codeUrl: string) => models.codeUrl = codeUrl,
  } })
  const heard: string[] = []
  const note = (name: string) => (result: object) => void heard.push([name, (result as { failType?: string }).failType].filter(Boolean).join(' '))
  const component = wrapper.vm as unknown as VkUniPayExpose
  const create = async (more: Partial<VkUniPayCreateOptions> = {}) => {
    void component.createPayment({ action, data: { ...form, provider: 'wxpay' }, success: note('success'), fail: note('fail'), cancel: note('cancel'), ...more })
    await kit.time.settle()
  }
  return { ...kit, wrapper, component, models, statuses, heard, note, create }
}

/** A linked service space, whose functions answer as told. */
function linkedSpace(answer: (request: { name: string, data: Record<string, unknown> }) => object) {
  const callFunction = vi.fn(async (request: { name: string, data: Record<string, unknown> }) => ({ result: answer(request) }))
  vi.stubEnv('UNI_CLOUD_PROVIDER', '[{}]')
  vi.stubGlobal('uniCloud', { callFunction })
  return callFunction
}

describe.each([
  ['no action', undefined],
  ['the route of the documents', route('pay/createPayment')],
])('a page of 1.x, with %s', (_, action) => {
  it('is told of a success by the server, and sees the status go 0, 1, 2', async () => {
    const { create, cashier, server, time, heard, statuses } = await page(action)
    await create()
    expect(server.calls[0]).toMatchObject({ action: 'pay/createPayment', data: { out_trade_no: no, total_fee: 1000, provider: 'wxpay' } })
    server.pay(no)
    cashier.report('ok')
    await time.settle()
    expect(heard).toEqual(['success'])
    expect(statuses).toEqual([0, 1, 2])
  })

  it('hears of a cancel, and the status is back at 0', async () => {
    const { create, cashier, time, heard, statuses } = await page(action)
    await create()
    cashier.report('cancel')
    await time.advance(10_000)
    expect(heard).toEqual(['cancel'])
    expect(statuses.at(-1)).toBe(0)
  })

  it('a payer who paid and pressed back has paid', async () => {
    const { create, cashier, server, time, heard } = await page(action)
    await create()
    server.pay(no)
    cashier.report('cancel')
    await time.settle()
    expect(heard).toEqual(['success'])
  })

  it('one payment at a time', async () => {
    const { create, server } = await page(action)
    await create()
    await create()
    expect(server.calls.filter(call => call.action === 'pay/createPayment')).toHaveLength(1)
  })
})

describe('a failure says where', () => {
  it('create: the server makes no payment', async () => {
    const { create, server, time, heard } = await page()
    server.answer('pay/createPayment', { code: 40001, msg: '参数错误' })
    await create()
    await time.settle()
    expect(heard).toEqual(['fail create'])
  })

  it('request: the cashier does not open', async () => {
    const { create, cashier, time, heard } = await page()
    await create()
    cashier.report('fail')
    await time.advance(10_000)
    expect(heard).toEqual(['fail request'])
  })

  it('result: the server says that it will not be paid', async () => {
    const { create, cashier, server, time, heard } = await page()
    await create()
    server.close(no)
    cashier.report('ok')
    await time.settle()
    expect(heard).toEqual(['fail result'])
  })
})

it('what nobody can know is no failure: pending is told to who asks for it, and success follows', async () => {
  const { create, cashier, server, time, heard, note, statuses, wrapper } = await page()
  await create({ pending: note('pending') })
  cashier.report('gibberish')
  await time.advance(120_000)
  expect(heard).toEqual(['pending'])
  expect(statuses.at(-1)).toBe(1)
  server.pay(no)
  await (wrapper.vm as unknown as VkUniPayExpose).queryPayment()
  await time.settle()
  expect(heard).toEqual(['pending', 'success'])
  expect(statuses.at(-1)).toBe(2)
})

it('the code to scan is a model, and goes when it was paid', async () => {
  const { create, cashier, server, time, models, heard } = await page()
  await create()
  cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://wxpay/bizpayurl?pr=x' })
  await time.settle()
  expect(models.codeUrl).toBe('weixin://wxpay/bizpayurl?pr=x')
  server.pay(no)
  await time.advance(3000)
  expect([heard, models.codeUrl]).toEqual([['success'], ''])
})

describe('a function of the author\'s own', () => {
  const made = { code: 0, msg: '', provider: 'wxpay', out_trade_no: no, total_fee: 4200, orderInfo: { timeStamp: '1' } }

  it.each([
    ['in the way of a router', { name: 'router', action: 'order/pay', actionKey: '$url', dataKey: 'data' }, { name: 'router', data: { $url: 'order/pay', data: expect.objectContaining({ goods: 'g1', vk_platform: expect.any(String) }) } }],
    ['by its name alone', 'makeOrder', { name: 'makeOrder', data: expect.objectContaining({ goods: 'g1' }) }],
  ] as [string, VkUniPayAction, object][])('is called %s, and may set number and amount', async (_, action, expected) => {
    const callFunction = linkedSpace(() => made)
    const { create, cashier, server, time, heard, journal } = await page(action)
    await create({ data: { provider: 'wxpay', goods: 'g1' } })
    expect(callFunction).toHaveBeenCalledExactlyOnceWith(expected)
    expect(server.calls).toEqual([])
    expect(journal()).toEqual([no])
    server.orders.set(no, { state: 'SUCCESS', total_fee: 4200, creates: 1, queries: 0 })
    cashier.report('ok')
    await time.settle()
    expect(heard).toEqual(['success'])
  })

  it('is called once for two fast taps', async () => {
    const callFunction = linkedSpace(() => made)
    const { create } = await page('makeOrder')
    await Promise.all([create(), create()])
    expect(callFunction).toHaveBeenCalledOnce()
  })

  it('that refuses is a failure of creating, and one that cannot be called is, too', async () => {
    linkedSpace(() => ({ code: -1, msg: '库存不足' }))
    const { create, heard } = await page('makeOrder')
    const fail = vi.fn()
    await create({ fail })
    expect(fail).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ failType: 'create', msg: '库存不足' }))
    vi.unstubAllEnvs()
    await create()
    expect(heard).toEqual(['fail create'])
  })
})

describe('queryPayment', () => {
  it('tells who asks whether it is paid, with the server\'s answer', async () => {
    const { component, server, uni } = await page()
    Object.assign(uni, { showLoading: vi.fn(), hideLoading: vi.fn() })
    server.orders.set('test_0001', { state: 'NOTPAY', total_fee: 1, creates: 1, queries: 0 })
    const [success, fail] = [vi.fn(), vi.fn()]
    await component.queryPayment({ title: '查询中...', data: { out_trade_no: 'test_0001' }, success, fail })
    expect([success.mock.calls.length, fail.mock.calls.length]).toEqual([0, 1])
    server.pay('test_0001')
    await component.queryPayment({ data: { out_trade_no: 'test_0001' }, success, fail })
    expect(success).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 0, orderPaid: true }))
  })

  it('is told to fail when there is no answer', async () => {
    const { component, server } = await page()
    server.lose('pay/queryPayment')
    const fail = vi.fn()
    await component.queryPayment({ data: { out_trade_no: 'test_0001' }, fail })
    await nextTick()
    expect(fail).toHaveBeenCalledOnce()
  })
})
