import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modelServer } from '../../support/model-server'
import type { MpPage } from './mini-program'
import { settle } from './mini-program'
import { scripted } from './servers'
import type { Subject } from './subject'

const order = { out_trade_no: 'ORDER_000001', total_fee: 3990, subject: '高山乌龙茶', type: 'goods' }

/** `<vk-pay-status>` on the shop's result page, compiled: what it says, and where its buttons lead. */
export function statusPages({ platform, phone, app }: Subject): void {
  let server: ReturnType<typeof modelServer>
  let page: MpPage

  const open = async () => {
    page = await app.open('pages/order/success', { order_no: order.out_trade_no })
    await settle(500)
  }
  const answer = (more: object) => server.answer('pay/queryPayment', { code: 0, msg: '', out_trade_no: order.out_trade_no, ...more })
  const asked = () => phone.requests.filter(({ action }) => action === 'pay/queryPayment').length
  const buttons = () => page.all('.vk-pay-tap').map(one => one.textContent?.trim())
  const press = async (label: string, ms = 500) => {
    page.tap(page.all('.vk-pay-tap')[buttons().indexOf(label)]!)
    await settle(ms)
  }

  describe(`${platform}: the status page`, () => {
    beforeEach(async () => {
      phone.reset()
      server = modelServer()
      phone.server = scripted(server)
      await server.backend.call('pay/createPayment', order)
    })
    afterEach(() => page.close())

    it('shows a paid order with its amount, and leads on', async () => {
      server.pay(order.out_trade_no)
      await open()
      expect(page.text()).toMatch(/支付成功.*¥39\.90.*ORDER_000001/)
      expect(buttons()).toEqual(['完成'])
      await press('完成')
      expect(phone.visits).toEqual(['switchTab /pages/mine/mine'])
    })

    it('offers to pay an unpaid order again, and leads to the cashier', async () => {
      await open()
      expect(page.text()).toContain('尚未收到付款')
      expect(buttons()).toEqual(['重新支付', '我已支付'])
      await press('重新支付')
      expect(phone.visits).toEqual([`redirectTo /pages/order/payment?order_no=${order.out_trade_no}`])
    })

    it('asks at once for a payer who says to have paid, and turns when the money comes', async () => {
      await open()
      const before = asked()
      // sooner than its own next look
      await press('我已支付', 10)
      expect(asked()).toBe(before + 1)
      expect(page.text()).toContain('请稍后在订单中查看')
      await settle(500)
      // who says to have paid is not told to pay again: that is the last and the quietest
      expect(buttons()).toEqual(['刷新', '返回', '重新支付'])
      expect(page.all('.vk-pay-tap--primary').map(one => one.textContent?.trim())).toEqual(['刷新'])
      server.pay(order.out_trade_no)
      await settle(5000)
      expect(page.text()).toContain('支付成功')
    })

    it('is confirming while the server cannot be reached, and never unpaid', async () => {
      phone.server = async () => { throw new Error('timeout') }
      await open()
      expect(page.text()).toContain('正在确认')
      expect(page.text()).not.toMatch(/失败|未收到|重新支付/)
      expect(buttons()).toEqual(['刷新', '返回'])
      phone.server = scripted(server)
      server.pay(order.out_trade_no)
      await press('刷新')
      expect(page.text()).toContain('支付成功')
    })

    it('shows a closed order, with nothing to pay', async () => {
      server.close(order.out_trade_no)
      await open()
      expect(page.text()).toContain('订单已关闭')
      expect(buttons()).toEqual(['返回'])
    })

    it.each([
      ['已退款', { status: 3, data: { trade_state: 'REFUND', total_fee: 3990 } }],
      ['已部分退款', { status: 2, data: { trade_state: 'REFUND', total_fee: 3990 } }],
    ])('shows %s', async (title, given) => {
      answer(given)
      await open()
      expect(page.text()).toContain(title)
      expect(buttons()).toEqual(['完成'])
    })

    it('rests while the page is hidden, and asks once it is shown again', async () => {
      await open()
      page.hide()
      await settle(1000)
      const before = asked()
      await settle(30_000)
      expect(asked()).toBe(before)
      server.pay(order.out_trade_no)
      page.show()
      await settle(500)
      expect(page.text()).toContain('支付成功')
    })

    it('says so when there is no such order', async () => {
      server.orders.clear()
      await open()
      expect(page.text()).toContain('没有找到订单')
    })

    it('draws each face once, and none without its words', async () => {
      const complaints: unknown[] = []
      const { error } = console
      console.error = (...given) => void complaints.push(given)
      await open()
      await settle(1000)
      console.error = error
      expect(page.all('.vk-pay-face')).toHaveLength(1)
      expect(complaints).toEqual([])
    })
  })
}
