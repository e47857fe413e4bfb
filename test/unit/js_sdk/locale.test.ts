import { describe, expect, it } from 'vitest'
import { formatAmount, toLocaleId, translate } from '../../../js_sdk/locale'
import { translatePage } from '../../../js_sdk/locale/page'

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
    expect(translate('zh-Hans', 'pay', { amount: '10.00' })).toBe('支付 ¥10.00')
    expect(translate('en', 'pay')).toBe('Pay ¥{amount}')
    expect(translatePage('zh-Hant', 'qrcodeLeft', { time: '1:05' })).toBe('剩餘 1:05')
  })
})
