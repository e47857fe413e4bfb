import type { Component } from 'vue'
import { describe, expect, it } from 'vitest'
import VkPayButton from '../../components/vk-pay-button/vk-pay-button.vue'
import VkPayChannels from '../../components/vk-pay-channels/vk-pay-channels.vue'
import VkPayQrcode from '../../components/vk-pay-qrcode/vk-pay-qrcode.vue'
import VkPayStatus from '../../components/vk-pay-status/vk-pay-status.vue'
import type { VkPayTheme } from '../../js_sdk/types'
import { anOrder } from '../support/pay-kit'
import { installedKit, platform, show } from './support'

const components: [string, Component, Record<string, unknown>][] = [
  ['button', VkPayButton, { order: anOrder }],
  ['channels', VkPayChannels, { order: anOrder }],
  ['qrcode', VkPayQrcode, { value: 'weixin://wxpay/bizpayurl?pr=abc' }],
  ['status', VkPayStatus, { outTradeNo: anOrder.out_trade_no }],
]

/** What a style sheet can tell by: the classes of whatever can be light or dark. */
const worn = () => [...document.querySelectorAll('.vk-pay-button, .vk-pay-theme')].map(element => [...element.classList].filter(name => /--(?:light|dark)$/.test(name)).map(name => name.replace(/.*--/, '')).join())

describe.each(components)('the %s', (_, component, props) => {
  it.each<[VkPayTheme | undefined, VkPayTheme | undefined, string]>([
    [undefined, undefined, ''],
    ['dark', undefined, 'dark'],
    ['dark', 'light', 'light'],
    ['light', 'auto', ''],
    [undefined, 'dark', 'dark'],
  ])('of a client that says %s, itself told %s, is %s', async (client, theme, expected) => {
    const { time } = installedKit({ theme: client })
    show(component, { props: { ...props, theme } })
    await time.settle()
    expect(worn()).toEqual([expected])
  })
})

if (platform === 'h5') {
  it('a code over the page is as dark as its button', async () => {
    const kit = installedKit()
    show(VkPayButton, { props: { order: anOrder, theme: 'dark' } })
    document.querySelector<HTMLElement>('.vk-pay-button')!.click()
    await kit.time.settle()
    kit.cashier.launchAs({ kind: 'qrcode', codeUrl: 'weixin://wxpay/bizpayurl?pr=abc' })
    await kit.time.settle()
    expect(worn()).toEqual(['dark', 'dark', 'dark'])
  })
}
