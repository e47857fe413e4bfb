import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import VkPayQrcode from '../../components/vk-pay-qrcode/vk-pay-qrcode.vue'
import { darkRuns } from '../../components/vk-pay-qrcode/dark-runs'
import { encodeQr, qrPath } from '../../js_sdk/qrcode'
import { allByRole, byRole, installedKit, pageText, platform, show } from './support'

const value = 'weixin://wxpay/bizpayurl?pr=NwY5Mz9'

beforeEach(() => {
  installedKit()
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

/** The modules that are dark on the screen, read back from what was drawn. */
function drawnModules(sizePx: number): Set<string> {
  const { size } = encodeQr(value)
  const found = new Set<string>()
  if (platform === 'h5') {
    for (const [, x, y] of document.querySelector('path')!.getAttribute('d')!.matchAll(/M(\d+) (\d+)h/g))
      found.add(`${x},${y}`)
    return found
  }
  const modulePx = Math.floor(sizePx / size)
  const marginPx = Math.floor((sizePx - modulePx * size) / 2)
  for (const box of document.querySelectorAll<HTMLElement>('.vk-pay-qrcode__run')) {
    const [left, top, width] = [box.style.left, box.style.top, box.style.width].map(Number.parseFloat) as [number, number, number]
    for (let px = left; px < left + width; px += modulePx)
      found.add(`${(px - marginPx) / modulePx},${(top - marginPx) / modulePx}`)
  }
  return found
}

describe('the code', () => {
  it('is drawn module by module, with its quiet zone, and has a name', () => {
    show(VkPayQrcode, { props: { value, size: 200 } })
    const { data } = encodeQr(value)
    const expected = new Set(data.flatMap((row, y) => row.flatMap((dark, x) => dark ? [`${x},${y}`] : [])))
    expect(drawnModules(200)).toEqual(expected)
    expect(data.slice(0, 4).flat()).not.toContain(true)
    expect(byRole('img', '支付二维码')).toBeTruthy()
  })

  if (platform === 'h5') {
    it('is a picture inside WeChat, where a long press reads it', () => {
      vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue('Mozilla/5.0 (iPhone) Mobile MicroMessenger/8.0.50')
      const wrapper = show(VkPayQrcode, { props: { value } })
      const { src, alt } = wrapper.find('img').element
      const drawn = decodeURIComponent(src.replace('data:image/svg+xml,', ''))
      expect(drawn).toContain(qrPath(encodeQr(value)))
      expect(new DOMParser().parseFromString(drawn, 'image/svg+xml').querySelectorAll('path')).toHaveLength(2)
      expect(alt).toBe('支付二维码')
    })
  }

  it('has a placeholder while there is nothing to say', () => {
    const wrapper = show(VkPayQrcode, { props: { value: '' } })
    expect(allByRole('img')).toEqual([])
    expect(wrapper.find('.vk-pay-qrcode__empty').exists()).toBe(true)
  })

  it.each([120, 200, 221, 20])('keeps whole pixels and its place in a square of %i px', (sizePx) => {
    const numbers = darkRuns(value, sizePx).map(style => style.match(/\d+/g)!.map(Number))
    const { size } = encodeQr(value)
    const edge = Math.max(sizePx, size)
    for (const [left, top, width, height] of numbers as [number, number, number, number][]) {
      expect(width % height).toBe(0)
      expect(left + width).toBeLessThanOrEqual(edge)
      expect(top + height).toBeLessThanOrEqual(edge)
    }
  })
})

describe('its time', () => {
  it('is counted down, told once, and then the code is covered', async () => {
    const wrapper = show(VkPayQrcode, { props: { value, expiresAt: Date.now() + 65_000 } })
    expect(pageText()).toContain('剩余 1:05')
    await vi.advanceTimersByTimeAsync(5000)
    expect(byRole('timer').textContent).toContain('1:00')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(pageText()).toContain('二维码已过期')
    expect(wrapper.emitted('expired')).toHaveLength(1)
    expect(allByRole('timer')).toEqual([])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(wrapper.emitted('expired')).toHaveLength(1)
  })

  it('starts again with a new one', async () => {
    const wrapper = show(VkPayQrcode, { props: { value, expiresAt: Date.now() - 1 } })
    byRole('button', '刷新').click()
    expect(wrapper.emitted('refresh')).toHaveLength(1)
    await wrapper.setProps({ expiresAt: Date.now() + 3_600_000 })
    expect(pageText()).toBe('剩余 1:00:00')
    expect(allByRole('button')).toEqual([])
  })

  it('offers no refresh where nobody could answer it', () => {
    show(VkPayQrcode, { props: { value, expiresAt: Date.now() - 1, refreshable: false } })
    expect(pageText()).toBe('二维码已过期')
    expect(allByRole('button')).toEqual([])
  })

  it('does not tick when there is none, and not after the end of the component', () => {
    show(VkPayQrcode, { props: { value } })
    expect(vi.getTimerCount()).toBe(0)
    const wrapper = show(VkPayQrcode, { props: { value, expiresAt: Date.now() + 9000 } })
    expect(vi.getTimerCount()).toBe(1)
    wrapper.unmount()
    expect(vi.getTimerCount()).toBe(0)
  })
})
