import { describe, expect, it } from 'vitest'
import type { MessageKey } from '../../../js_sdk/locale'
import { formatAmount, toLocaleId, translate } from '../../../js_sdk/locale'
import { codeWords } from '../../../js_sdk/locale/code'
import { translatePage } from '../../../js_sdk/locale/page'
import type { VkPayMessages } from '../../../js_sdk/locale/messages'
import type { Wording } from '../../../js_sdk/locale/translator'
import type { LocaleId } from '../../../js_sdk/types'
import { webWords } from '../../../js_sdk/locale/web'
import { cashierWords } from '../../../js_sdk/locale/cashier'

const speaking = (locale: LocaleId, messages?: VkPayMessages): Wording => ({ locale, options: { messages } })

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
    expect(translate(speaking('en'), 'pay')).toBe('Pay ¥')
    expect(codeWords(speaking('zh-Hant'), 'qrcodeLeft', { time: '1:05' })).toBe('剩餘 1:05')
    expect(codeWords(speaking('zh-Hant'), 'qrcodeLeft')).toBe('剩餘 {time}')
  })
})

describe('texts of the app\'s own', () => {
  const own = speaking('en', { 'en': { payNow: 'Buy', qrcodeLeft: 'ends in {time}', closed: '' }, 'zh-Hans': { payNow: '去付款', cancel: '没有付' } })

  it('stand instead of ours, with what fits in', () => {
    expect(translate(own, 'payNow')).toBe('Buy')
    expect(codeWords(own, 'qrcodeLeft', { time: '1:05' })).toBe('ends in 1:05')
  })

  it('may be empty', () => expect(translatePage(own, 'closed')).toBe(''))

  it('leave the rest, and the other languages, as they are', () => {
    expect(translate(own, 'cancel')).toBe('Payment cancelled')
    expect(translate(speaking('zh-Hant', own.options.messages), 'payNow')).toBe('立即支付')
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
  expect(translate(speaking('zh-Hant'), key)).toBe(text)
})

const traditionalPage: Record<Parameters<typeof translatePage>[1], string> = {
  loading: '正在查詢',
  paid: '支付成功',
  processing: '權益正在處理中，如長時間未到帳請聯絡客服',
  unpaid: '尚未收到付款',
  unpaidHint: '如已付款，請點「我已支付」',
  confirming: '正在確認',
  confirmingHint: '請稍後在訂單中查看',
  closed: '訂單已關閉',
  refunded: '已退款',
  partlyRefunded: '已部分退款',
  noOrder: '沒有找到訂單',
  orderNo: '訂單號',
  finish: '完成',
  repay: '重新支付',
  iPaid: '我已支付',
  refresh: '重新整理',
  back: '返回',
}

const traditionalWeb: Record<Parameters<typeof webWords>[1], string> = {
  scan: '請用微信掃碼支付',
  scanAny: '請掃碼支付',
  dismiss: '取消',
  openWeixin: '開啟微信支付',
  longPress: '長按識別 QR code 付款',
  asking: '正在確認支付結果',
  askingHint: '請稍候，正在向伺服器查詢',
  askedUnpaid: '請確認支付是否完成',
  askedUnpaidHint: '暫未收到付款。如已付款，請點「已完成支付」',
  claimedHint: '正在確認，請稍後在訂單中查看，請勿重複付款',
  done: '已完成支付',
  repay: '重新支付',
  close: '關閉',
}

const traditionalCode: Record<Parameters<typeof codeWords>[1], string> = {
  qrcode: '支付 QR code',
  qrcodeLeft: '剩餘 {time}',
  qrcodeExpired: 'QR code 已過期',
  refresh: '重新整理',
}

const traditionalCashier: Record<Parameters<typeof cashierWords>[1], string> = {
  title: '收銀台',
  timeLeft: '付款剩餘時間 {time}',
  timeOver: '訂單已過付款時間，請重新下單',
  ways: '選擇付款方式',
  none: '目前沒有可用的付款方式',
  loadingWays: '正在載入付款方式',
  confirmPayAmount: '確認付款 ¥{amount}',
  confirmPay: '確認付款',
  close: '關閉',
}

const tables = [['page', traditionalPage, translatePage], ['code', traditionalCode, codeWords], ['browser', traditionalWeb, webWords], ['cashier', traditionalCashier, cashierWords]] as const

it.each(tables.flatMap(([name, table, say]) => Object.entries(table).map(([key, text]) => [name, key, text, say as (wording: Wording, key: string) => string] as const)))('%s, %s in Traditional Chinese: %s', (_, key, text, say) => {
  expect(say(speaking('zh-Hant'), key)).toBe(text)
})
