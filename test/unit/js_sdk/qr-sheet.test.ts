import { afterEach, describe, expect, it, vi } from 'vitest'
import { encodeQr, qrPath } from '../../../js_sdk/qrcode'
import { showQrSheet } from '../../../js_sdk/qr-sheet'

function show() {
  const onCheck = vi.fn()
  const onDismiss = vi.fn()
  return { onCheck, onDismiss, close: showQrSheet({ codeUrl: 'weixin://wxpay/bizpayurl?pr=abc', locale: 'zh-Hans', onCheck, onDismiss }) }
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
      ['button', '已完成支付'],
      ['button', '取消'],
    ])
    expect(find('path').getAttribute('d')).toBe(qrPath(encodeQr('weixin://wxpay/bizpayurl?pr=abc')))
  })

  it('asks the server when the payer says so, and dismisses by button or Escape', () => {
    const { onCheck, onDismiss } = show()
    find<HTMLElement>('button').click()
    find<HTMLElement>('button + button').click()
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
    expect(onCheck).toHaveBeenCalledOnce()
    expect(onDismiss).toHaveBeenCalledTimes(2)
  })

  it('leaves nothing behind', () => {
    const { close, onDismiss } = show()
    close()
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
    expect(onDismiss).not.toHaveBeenCalled()
    expect(document.body.children).toHaveLength(0)
  })
})
