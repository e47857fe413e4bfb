import { describe, expect, it } from 'vitest'
import type { MessageKey } from '../../../js_sdk/locale'
import { formatAmount, toLocaleId, translate } from '../../../js_sdk/locale'
import { codeWords } from '../../../js_sdk/locale/code'

describe('formatAmount', () => {
  it.each([
    [0, '0.00'],
    [1, '0.01'],
    [9, '0.09'],
    [10, '0.10'],
    [100, '1.00'],
    [1999, '19.99'],
    [-505, '-5.05'],
    [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
  ])('%i fen is %s', (fen, text) => expect(formatAmount(fen)).toBe(text))
})

describe('toLocaleId', () => {
  it.each([
    [undefined, 'zh-Hans'],
    ['', 'zh-Hans'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh_TW', 'zh-Hant'],
    ['zh-Hant', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['en-US', 'en'],
    ['fr', 'en'],
  ])('%s is %s', (tag, locale) => expect(toLocaleId(tag)).toBe(locale))
})

describe('translate', () => {
  it('fills in what is given and shows what is not', () => {
    expect(translate('en', 'pay')).toBe('Pay ¥')
    expect(codeWords('zh-Hant', 'qrcodeLeft', { time: '1:05' })).toBe('剩餘 1:05')
    expect(codeWords('zh-Hant', 'qrcodeLeft')).toBe('剩餘 {time}')
  })
})

/** As a writer of Traditional Chinese would put them; the engine makes them of the Simplified ones. */
const traditional: Record<MessageKey, string> = {
  pay: '支付 ¥',
  payNow: '立即支付',
  creating: '正在下單',
  invoking: '等待支付',
  confirming: '正在確認',
  success: '支付成功',
  cancel: '支付已取消',
  fail: '支付失敗',
  pending: '正在確認，請稍後在訂單中查看',
  closed: '訂單已關閉',
  network: '網路異常，請稍後再試',
  notSupported: '目前環境不支援此支付方式',
  notInstalled: '請先安裝支付應用',
}

/** What cannot happen in a mini-program is not in it. */
const carried = Object.entries(traditional).filter(([key]) => !key.startsWith('not') || !(process.env.UNI_PLATFORM ?? '').startsWith('mp-')) as [MessageKey, string][]

it.each(carried)('%s in Traditional Chinese: %s', (key, text) => {
  expect(translate('zh-Hant', key)).toBe(text)
})
