import { describe, expect, it } from 'vitest'
import VkPayStatus from '../../components/vk-pay-status/vk-pay-status.vue'
import type { QueryPaymentResult } from '../../js_sdk/types'
import { callHook } from '../support/stub-uni-app'
import { allByRole, byRole, installedKit, nameOf, pageText, show } from './support'

const no = 'ORDER_0001'
const buttons = () => allByRole('button').map(nameOf)

function answered(more: Partial<QueryPaymentResult> = {}, trade_state = 'NOTPAY'): QueryPaymentResult {
  return { code: 0, msg: '', out_trade_no: no, orderPaid: trade_state === 'SUCCESS', ...more, data: { trade_state, total_fee: 1000 } }
}

async function shown(answer?: QueryPaymentResult | 'lost', props: Record<string, unknown> = {}, slots: Record<string, string> = {}) {
  const kit = installedKit()
  if (answer === 'lost')
    kit.server.lose('pay/queryPayment')
  else if (answer)
    kit.server.answer('pay/queryPayment', answer)
  const wrapper = show(VkPayStatus, { props: { outTradeNo: no, ...props }, slots })
  await kit.time.settle()
  return { ...kit, wrapper, queries: () => kit.server.calls.length }
}

describe('what the payer reads', () => {
  it.each<[string, QueryPaymentResult | 'lost', string, string[]]>([
    ['paid', answered({ user_order_success: true }, 'SUCCESS'), '支付成功 ¥10.00', ['完成']],
    ['paid, handler under way', answered({ user_order_success: false }, 'SUCCESS'), '支付成功 ¥10.00 权益正在处理中，如长时间未到账请联系客服', ['完成']],
    ['not paid', answered(), '尚未收到付款 ¥10.00 如已付款，请点“我已支付”', ['重新支付', '我已支付']],
    ['refused by the bank', answered({}, 'PAYERROR'), '尚未收到付款 ¥10.00 如已付款，请点“我已支付”', ['重新支付', '我已支付']],
    ['being paid', answered({}, 'USERPAYING'), '正在确认 ¥10.00 请稍后在订单中查看', ['刷新', '返回']],
    ['a word nobody knows', answered({}, 'WHATEVER'), '正在确认 ¥10.00 请稍后在订单中查看', ['刷新', '返回']],
    ['no answer', 'lost', '正在确认 请稍后在订单中查看', ['刷新', '返回']],
    ['an error of the server', { code: 50000, msg: 'oops' }, '正在确认 请稍后在订单中查看', ['刷新', '返回']],
    ['closed', answered({ status: -1 }, 'CLOSED'), '订单已关闭 ¥10.00', ['返回']],
    ['refunded', answered({ status: 3 }, 'REFUND'), '已退款 ¥10.00', ['完成']],
    ['refunded in part', answered({ status: 2 }, 'SUCCESS'), '已部分退款 ¥10.00', ['完成']],
    ['unknown to the server', { code: 40005, msg: 'no such order' }, '没有找到订单', ['刷新', '返回']],
  ])('%s', async (_, answer, words, actions) => {
    await shown(answer)
    expect(nameOf(byRole('status'))).toBe(`${words} 订单号 ${no}`)
    expect(buttons()).toEqual(actions)
  })

  it('never calls it a failure, and sends only the unpaid back to the cashier', async () => {
    for (const state of ['SUCCESS', 'NOTPAY', 'USERPAYING', 'PAYERROR', 'CLOSED', 'REVOKED', 'REFUND', 'UNKNOWN', '']) {
      const { wrapper } = await shown(answered({}, state))
      expect(pageText()).not.toContain('失败')
      expect(pageText().includes('重新支付')).toBe(state === 'NOTPAY' || state === 'PAYERROR')
      wrapper.unmount()
    }
  })

  it('is a skeleton of the same kind while the first answer is on its way', async () => {
    installedKit()
    show(VkPayStatus, { props: { outTradeNo: no } })
    expect(byRole('status', '正在查询').getAttribute('aria-busy')).toBe('true')
    expect(buttons()).toEqual([])
  })
})

describe('what the payer can do', () => {
  it('finish, with what is known', async () => {
    const { wrapper } = await shown(answered({ user_order_success: true }, 'SUCCESS'))
    byRole('button', '完成').click()
    expect(wrapper.emitted('finish')).toEqual([[{ out_trade_no: no, status: 'paid', total_fee: 1000, user_order_success: true }]])
  })

  it('pay again, where nothing was paid', async () => {
    const { wrapper } = await shown(answered())
    byRole('button', '重新支付').click()
    expect(wrapper.emitted('repay')).toEqual([[expect.objectContaining({ out_trade_no: no, status: 'unpaid' })]])
  })

  it('say that it has paid: the server is asked, and the answer is told', async () => {
    const { wrapper, server, time } = await shown(answered(), { autoRefresh: false })
    server.answer('pay/queryPayment', answered({}, 'SUCCESS'))
    byRole('button', '我已支付').click()
    await Promise.resolve()
    expect(byRole('button', '刷新').getAttribute('aria-disabled')).toBe('true')
    await time.settle()
    expect(pageText()).toContain('支付成功')
    expect(wrapper.emitted('refresh')).toEqual([[expect.objectContaining({ status: 'paid' })]])
  })

  /** Said to have paid, and this is what the server makes of it. */
  async function claimed(answer: QueryPaymentResult | 'lost') {
    const all = await shown(answered(), { autoRefresh: false })
    const says = (next: QueryPaymentResult | 'lost') => next === 'lost' ? all.server.lose('pay/queryPayment') : all.server.answer('pay/queryPayment', next)
    says(answer)
    byRole('button', '我已支付').click()
    await Promise.resolve()
    const meanwhile = buttons()
    await all.time.settle()
    return { ...all, says, meanwhile }
  }
  const filled = () => allByRole('button').filter(element => element.classList.contains('vk-pay-tap--primary')).map(nameOf)
  const quiet = () => allByRole('button').filter(element => element.classList.contains('vk-pay-tap--text')).map(nameOf)

  it('say so in vain: then it is sent to its orders, and paying again is the last thing offered', async () => {
    const { meanwhile, wrapper } = await claimed(answered())
    expect(meanwhile).toEqual(['刷新'])
    expect(pageText()).toContain('尚未收到付款')
    expect(pageText()).toContain('请稍后在订单中查看')
    expect(buttons()).toEqual(['刷新', '返回', '重新支付'])
    expect([filled(), quiet()]).toEqual([['刷新'], ['重新支付']])
    byRole('button', '重新支付').click()
    expect(wrapper.emitted('repay')).toHaveLength(1)
  })

  it('say so while the server cannot be reached, and is not told to pay again by its next word either', async () => {
    const { says, time } = await claimed('lost')
    expect(buttons()).toEqual(['刷新', '返回'])
    says(answered())
    byRole('button', '刷新').click()
    await time.settle()
    expect([filled(), quiet()]).toEqual([['刷新'], ['重新支付']])
    says(answered({}, 'USERPAYING'))
    byRole('button', '刷新').click()
    await time.settle()
    expect(buttons()).toEqual(['刷新', '返回'])
  })

  it('say so of one order, and nothing of the next', async () => {
    const { wrapper, time, says } = await claimed(answered())
    says({ ...answered(), out_trade_no: 'ORDER_0002' })
    await wrapper.setProps({ outTradeNo: 'ORDER_0002' })
    await time.settle()
    expect(filled()).toEqual(['重新支付'])
  })

  it('does not take a question of the page for the payer\'s word', async () => {
    const { wrapper, server, time } = await shown(answered(), { autoRefresh: false })
    server.answer('pay/queryPayment', answered())
    await (wrapper.vm as unknown as { refresh: () => Promise<unknown> }).refresh()
    await time.settle()
    expect(filled()).toEqual(['重新支付'])
  })

  it('ask twice in one breath and have it asked once', async () => {
    const { queries, time } = await shown('lost', { autoRefresh: false })
    byRole('button', '刷新').click()
    await Promise.resolve()
    byRole('button', '刷新').click()
    await time.settle()
    expect(queries()).toBe(2)
  })
})

describe('by itself', () => {
  it('goes on asking until it is paid, then stops', async () => {
    const { server, time, queries } = await shown(answered())
    server.answer('pay/queryPayment', answered())
    await time.advance(1000)
    server.answer('pay/queryPayment', answered({ user_order_success: true }, 'SUCCESS'))
    await time.advance(3000)
    expect(pageText()).toContain('支付成功')
    const asked = queries()
    expect(time.pending()).toBe(0)
    await time.advance(60_000)
    expect(queries()).toBe(asked)
  })

  it('does not when told not to', async () => {
    const { time, queries } = await shown(answered(), { autoRefresh: false })
    await time.advance(60_000)
    expect(queries()).toBe(1)
  })

  it('rests while the page is hidden, asks when it is back', async () => {
    const { wrapper, time, queries } = await shown('lost')
    callHook(wrapper, 'onHide')
    await time.advance(60_000)
    expect(queries()).toBe(1)
    callHook(wrapper, 'onShow')
    await time.settle()
    expect(queries()).toBe(2)
  })

  it('ends with the component', async () => {
    const { wrapper, time, queries } = await shown('lost')
    wrapper.unmount()
    expect(time.pending()).toBe(0)
    callHook(wrapper, 'onHide')
    callHook(wrapper, 'onShow')
    await time.advance(60_000)
    expect(queries()).toBe(1)
  })
})

describe('slots', () => {
  it('take the place of the words of their status only', async () => {
    const slots = { success: '<b>谢谢</b>', unpaid: '<b>还没付</b>' }
    const { wrapper } = await shown(answered({}, 'SUCCESS'), {}, slots)
    expect(nameOf(byRole('status'))).toBe('谢谢')
    expect(buttons()).toEqual(['完成'])
    wrapper.unmount()
    const confirming = await shown('lost', {}, slots)
    expect(pageText()).toContain('正在确认')
    confirming.wrapper.unmount()
    await shown(answered(), {}, slots)
    expect(nameOf(byRole('status'))).toBe('还没付')
  })

  it('see what is known', async () => {
    await shown(answered({}, 'SUCCESS'), {}, { actions: '<template #actions="{ view }"><i role="note">{{ view.status }} {{ view.total_fee }}</i></template>' })
    expect(nameOf(byRole('note'))).toBe('paid 1000')
    expect(buttons()).toEqual([])
  })
})
