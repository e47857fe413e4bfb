import { afterEach, expect, it, vi } from 'vitest'
import type { TestUni } from '../../../testing'
import { installTestUni } from '../../../testing'

let page: TestUni | undefined
afterEach(() => page?.remove())

it('is there when it was asked for, only once, and gone afterwards', () => {
  expect('uni' in globalThis).toBe(false)
  page = installTestUni({ route: 'pages/goods/goods', locale: 'en' })
  expect(uni.getLocale()).toBe('en')
  expect(getCurrentPages()).toMatchObject([{ route: 'pages/goods/goods' }])
  page.setRoute('pages/order/order')
  expect(getCurrentPages()).toMatchObject([{ route: 'pages/order/order' }])
  expect(() => installTestUni()).toThrow('remove()')
  page.remove()
  page.remove()
  expect('uni' in globalThis).toBe(false)
})

it('keeps values, not the objects that were given', () => {
  page = installTestUni()
  const given = { a: [1] }
  uni.setStorageSync('key', given)
  given.a.push(2)
  expect(uni.getStorageSync('key')).toEqual({ a: [1] })
  uni.removeStorageSync('key')
  expect(uni.getStorageSync('key')).toBe('')
})

it('tells of show and hide until it is not asked to any more, and of events', () => {
  page = installTestUni()
  const [shown, hidden, heard] = [vi.fn(), vi.fn(), vi.fn()]
  uni.onAppShow(shown)
  uni.onAppHide(hidden)
  uni.$on('paid', heard)
  page.show()
  page.hide()
  uni.$emit('paid', 1)
  uni.offAppShow(shown)
  uni.$off('paid', heard)
  page.show()
  uni.$emit('paid', 2)
  expect([shown, hidden, heard].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1])
})

it('remembers what was shown and opened; network and cashier fail', async () => {
  page = installTestUni()
  await uni.navigateTo({ url: '/pages/order/success' })
  const success = vi.fn()
  uni.showModal({ title: 'sure?', success })
  expect(success).toHaveBeenCalledWith(expect.objectContaining({ confirm: true }))
  expect(page.calls).toMatchObject([{ name: 'navigateTo', options: { url: '/pages/order/success' } }, { name: 'showModal' }])
  const fail = vi.fn()
  uni.requestPayment({ provider: 'wxpay', orderInfo: {}, fail } as never)
  expect(fail).toHaveBeenCalledWith({ errMsg: expect.stringContaining('requestPayment:fail') })
})
