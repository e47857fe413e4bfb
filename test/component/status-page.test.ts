import { beforeEach, describe, expect, it, vi } from 'vitest'
import { mount } from '@vue/test-utils'
import StatusPage from '../../uni_modules/vk-uni-pay/pages/status/status.vue'
import VkPayStatus from '../../components/vk-pay-status/vk-pay-status.vue'
import { callHook } from '../support/stub-uni-app'
import { installedKit, platform } from './support'

const go = { reLaunch: vi.fn(), redirectTo: vi.fn(), navigateBack: vi.fn() }
let kit: ReturnType<typeof installedKit>

beforeEach(() => {
  kit = installedKit()
  Object.assign(kit.uni, go)
})

async function opened(query: Record<string, string>, pagesBelow = 0) {
  vi.stubGlobal('getCurrentPages', () => Array.from({ length: pagesBelow + 1 }, () => ({ route: 'pages/status' })))
  const page = mount(StatusPage, { global: { components: { VkPayStatus } } })
  callHook(page, 'onLoad', query)
  await kit.time.settle()
  return { page, status: () => page.findComponent(VkPayStatus) }
}

describe('the status page', () => {
  it.each([
    [{ out_trade_no: 'ORDER_0001' }, 'ORDER_0001'],
    [{ order_no: 'ORDER_0002' }, 'ORDER_0002'],
    [{ out_trade_no: 'A%7CB_0001', order_no: 'ORDER_0002' }, 'A|B_0001'],
  ] as [Record<string, string>, string][])('reads the order from %o', async (query, no) => {
    const { status } = await opened(query)
    expect(status().props('outTradeNo')).toBe(no)
    expect(kit.server.calls[0]!.data).toMatchObject({ out_trade_no: no })
  })

  it('goes back where it came from', async () => {
    const { status } = await opened({ order_no: 'ORDER_0001' }, 1)
    status().vm.$emit('finish')
    status().vm.$emit('repay')
    expect(go.navigateBack).toHaveBeenCalledTimes(2)
  })

  it('goes home when nothing is behind it', async () => {
    const { status } = await opened({ order_no: 'ORDER_0001' })
    status().vm.$emit('finish')
    expect(go.reLaunch).toHaveBeenCalledWith({ url: platform === 'h5' ? '/' : '/pages/index/index' })
  })

  it('goes where the link says, inside of the app', async () => {
    const { status } = await opened({ order_no: 'ORDER_0001', repay_url: '%2Fpages%2Fpay%3Fa%3D1', finish_url: '/pages/orders' }, 1)
    status().vm.$emit('repay')
    expect(go.redirectTo).toHaveBeenCalledWith({ url: '/pages/pay?a=1' })
    status().vm.$emit('finish')
    expect(go.reLaunch).toHaveBeenCalledWith({ url: '/pages/orders' })
  })

  it.each(['https://example.com', '//example.com', '/\\example.com', 'javascript:alert(1)'])('does not follow %s', async (url) => {
    const { status } = await opened({ order_no: 'ORDER_0001', finish_url: url, repay_url: url }, 1)
    status().vm.$emit('finish')
    status().vm.$emit('repay')
    expect(go.navigateBack).toHaveBeenCalledTimes(2)
    expect(go.reLaunch).not.toHaveBeenCalled()
    expect(go.redirectTo).not.toHaveBeenCalled()
  })
})
