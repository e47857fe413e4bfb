import { afterEach, describe, expect, it, vi } from 'vitest'
import { encodeQr, qrPath } from '../../../js_sdk/qrcode'
import { showQrSheet } from '../../../js_sdk/qr-sheet'
import type { LocaleId } from '../../../js_sdk/types'

function show(more: Partial<Parameters<typeof showQrSheet>[0]> = {}) {
  const onCheck = vi.fn()
  const onDismiss = vi.fn()
  return { onCheck, onDismiss, close: showQrSheet({ codeUrl: 'weixin://wxpay/bizpayurl?pr=abc', wording: { locale: 'zh-Hans', options: {} }, onCheck, onDismiss, ...more }) }
}
const find = <T extends Element>(selector: string) => document.querySelector<T>(selector)!

describe('the QR sheet of the plain form', () => {
  afterEach(() => void (document.body.innerHTML = ''))

  it('shows title, code and the two ways out', () => {
    show()
    const dialog = find<HTMLElement>('[role=dialog]')
    expect(dialog.getAttribute('aria-label')).toBe('请用微信扫码支付')
    expect([...dialog.children].map(({ tagName, textContent }) => [tagName.toLowerCase(), textContent])).toEqual([
      ['div', '请用微信扫码支付'],
      ['svg', ''],
      ['div', ''],
      ['button', '已完成支付'],
      ['button', '取消'],
    ])
    expect(find('path').getAttribute('d')).toBe(qrPath(encodeQr('weixin://wxpay/bizpayurl?pr=abc')))
  })

  it('follows the language while it is open', () => {
    vi.useFakeTimers()
    let locale: LocaleId = 'en'
    const { close } = show({ wording: { get locale() { return locale }, options: {} }, expiresAt: Date.now() + 600_000 })
    const read = () => [find('[role=dialog]').getAttribute('aria-label'), ...[...find('[role=dialog]').children].map(child => child.textContent).filter(Boolean)]
    expect(read()).toEqual(['Scan with WeChat to pay', 'Scan with WeChat to pay', '10:00 left', 'I have paid', 'Cancel'])
    locale = 'zh-Hant'
    vi.advanceTimersByTime(1000)
    expect(read()).toEqual(['請用微信掃碼支付', '請用微信掃碼支付', '剩餘 9:59', '已完成支付', '取消'])
    close()
    vi.useRealTimers()
  })

  it.each([['auto', false, '#fff'], ['auto', true, '#1c1c1e'], ['light', true, '#fff'], ['dark', false, '#1c1c1e']] as const)('told %s where the system being dark is %s, is %s', (theme, matches, surface) => {
    vi.stubGlobal('matchMedia', () => ({ matches }))
    show({ theme })
    expect(find('[role=dialog]').getAttribute('style')).toContain(`var(--vk-pay-surface,${surface})`)
    vi.unstubAllGlobals()
  })

  it('asks the server when the payer says so, and dismisses by button or Escape', () => {
    const { onCheck, onDismiss } = show()
    find<HTMLElement>('button').click()
    find<HTMLElement>('button + button').click()
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
    expect(onCheck).toHaveBeenCalledOnce()
    expect(onDismiss).toHaveBeenCalledTimes(2)
  })

  it('says how long the code is good for, and when it is over', () => {
    vi.useFakeTimers({ now: 1_000_000 })
    const { close } = show({ expiresAt: 1_000_000 + 65_000 })
    const left = () => find('[role=timer]').textContent
    expect(left()).toBe('剩余 1:05')
    vi.advanceTimersByTime(60_000)
    expect(left()).toBe('剩余 0:05')
    vi.advanceTimersByTime(5000)
    expect(left()).toBe('二维码已过期')
    close()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it.each([[7_199, '1:59:59'], [3_600, '1:00:00'], [3_599, '59:59'], [600, '10:00'], [59, '0:59']])('%i s are %s', (seconds, text) => {
    vi.useFakeTimers({ now: 1_000_000 })
    const { close } = show({ expiresAt: 1_000_000 + seconds * 1000 })
    expect(find('[role=timer]').textContent).toBe(`剩余 ${text}`)
    close()
    vi.useRealTimers()
  })

  it('names WeChat only for its own codes', () => {
    show({ codeUrl: 'https://qr.alipay.example/bax1' })
    expect(find('[role=dialog]').getAttribute('aria-label')).toBe('请扫码支付')
  })

  it('on a phone, offers to open WeChat instead of scanning itself', () => {
    vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue('Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36')
    show()
    expect(find('button').textContent).toBe('打开微信支付')
    document.body.innerHTML = ''
    show({ codeUrl: 'https://qr.alipay.example/bax1' })
    expect(find('button').textContent).toBe('已完成支付')
    vi.restoreAllMocks()
  })

  it('holds the keyboard and gives it back', () => {
    document.body.innerHTML = '<button id="pay"></button>'
    find<HTMLElement>('#pay').focus()
    const { close } = show()
    const stops = [...document.querySelectorAll<HTMLElement>('[role=dialog] button')]
    const tab = (shiftKey = false) => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', shiftKey, cancelable: true }))
    stops.at(-1)!.focus()
    tab()
    expect(document.activeElement).toBe(stops[0])
    tab(true)
    expect(document.activeElement).toBe(stops.at(-1))
    find<HTMLElement>('#pay').focus()
    tab()
    expect(document.activeElement).toBe(stops[0])
    close()
    expect(document.activeElement?.id).toBe('pay')
  })

  it('leaves nothing behind', () => {
    const { close, onDismiss } = show()
    close()
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
    expect(onDismiss).not.toHaveBeenCalled()
    expect(document.body.children).toHaveLength(0)
  })
})
