import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { configSource } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config/source'
import { notifyUrlOf } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config/notify-url'
import { createPay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/pay'
import { handlerTable } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/handlers'
import { command } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { ownVk } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/handler-vk'
import { memoryStore } from '../support/memory-store'
import { configOf, goodsOrder, openShop, START, wxpaySection } from '../support/shop'
import { account, merchantCert, notification, stranger, transactionOf, Wechat } from '../support/wechat'

describe('notifyUrl', () => {
  const url = (host: string) => `https://${host}.example.test/http/vk-pay`
  const map = { 'mp-aaa': url('a'), 'bbb': url('b/'), 'default': url('d') }
  it.each([
    ['mp-aaa', url('a')],
    ['aaa', url('a')],
    ['bbb', 'https://b/.example.test/http/vk-pay'],
    ['mp-bbb', 'https://b/.example.test/http/vk-pay'],
    ['ccc', url('d')],
    [undefined, url('d')],
  ])('space %s', (space, expected) => {
    expect(notifyUrlOf({ notifyUrl: map }, space)).toBe(expected)
  })

  it('drops slashes at the end; one address for all is fine', () => {
    expect(notifyUrlOf({ notifyUrl: `${url('x')}//` }, 'any')).toBe(url('x'))
  })

  it.each([
    [{ notifyUrl: { 'mp-aaa': url('a') } }, 'zzz', 'zzz'],
    [{}, undefined, 'default'],
    [{ notifyUrl: { default: 'shop.example.test' } }, undefined, 'http'],
    [{ notifyUrl: { default: 'https://shop.example.test/?a=1' } }, undefined, '参数'],
    [{ notifyUrl: { 'mp-aaa': url('a') } }, 'toString', 'toString'],
  ])('%j for %s is refused', (config, space, says) => {
    expect(() => notifyUrlOf(config as never, space)).toThrow(says)
  })

  it('is checked before anything is sent', async () => {
    const shop = await openShop({ config: { ...configOf(), notifyUrl: { 'mp-aaa': url('a') } } })
    const answer = await shop.pay.createPayment({ data: goodsOrder(), context: { SPACEINFO: { spaceId: 'other-space' } } })
    expect(answer).toMatchObject({ code: 40001, field: 'notifyUrl' })
    expect(answer.msg).toContain('other-space')
    expect(shop.wechat.calls).toEqual([])
    expect((await shop.pay.createPayment({ data: goodsOrder(), context: { SPACEINFO: { spaceId: 'aaa' } } })).code).toBe(0)
  })
})

describe('where a config comes from', () => {
  const dirs: string[] = []
  afterEach(() => {
    for (const dir of dirs.splice(0))
      rmSync(dir, { recursive: true })
  })
  function folder(): string {
    const dir = mkdtempSync(join(tmpdir(), 'vk-pay-config-'))
    dirs.push(dir)
    mkdirSync(join(dir, 'wxpay'))
    writeFileSync(join(dir, 'wxpay/key.pem'), account.merchant.privatePem)
    writeFileSync(join(dir, 'wxpay/cert.pem'), merchantCert)
    writeFileSync(join(dir, 'wxpay/public.pem'), account.platform.publicPem)
    return dir
  }
  const section = { ...wxpaySection(), appPrivateKeyContent: '', appCertContent: undefined, wxpayPublicKeyContent: undefined, appPrivateKeyPath: 'wxpay/key.pem', appCertPath: 'wxpay/cert.pem', wxpayPublicKeyPath: 'wxpay/public.pem' }
  const object = { notifyUrl: { default: 'https://shop.example.test/http/vk-pay' }, wxpay: { 'mp-weixin': section } }
  const open = (config: Parameters<typeof createPay>[0]['config']) => createPay({
    config,
    store: memoryStore(),
    handlers: handlerTable({ goods: () => true }),
    handlerVk: ownVk(() => ({ baseDao: {}, db: { command } })),
    http: new Wechat({ now: () => START }).http,
    now: () => START,
    log: () => {},
  })

  it('a folder with config.js and key files beside it', async () => {
    const dir = folder()
    writeFileSync(join(dir, 'config.js'), `module.exports = ${JSON.stringify(object)}`)
    expect((await open({ dir }).createPayment({ data: goodsOrder() })).code).toBe(0)
  })

  it('clearConfigCache reads the files again', async () => {
    const dir = folder()
    writeFileSync(join(dir, 'config.js'), `module.exports = ${JSON.stringify(object)}`)
    const pay = open({ dir })
    expect((await pay.createPayment({ data: goodsOrder() })).code).toBe(0)
    writeFileSync(join(dir, 'config.js'), `module.exports = ${JSON.stringify({ ...object, maxTotalFee: 50 })}`)
    expect((await pay.createPayment({ data: goodsOrder({ out_trade_no: 'ORDER_1002' }) })).code).toBe(0)
    pay.clearConfigCache()
    expect((await pay.createPayment({ data: goodsOrder({ out_trade_no: 'ORDER_1003' }) })).code).toBe(40001)
  })

  it('an object with a folder for its files, and absolute paths', async () => {
    const dir = folder()
    expect((await open({ dir, object }).createPayment({ data: goodsOrder() })).code).toBe(0)
    const absolute = { ...object, wxpay: { 'mp-weixin': { ...section, appPrivateKeyPath: join(dir, 'wxpay/key.pem') } } }
    expect((await open({ dir, object: absolute }).createPayment({ data: goodsOrder() })).code).toBe(0)
  })

  it('the uni-config-center', async () => {
    const dir = folder()
    expect((await open({ config: () => object, resolve: path => join(dir, path) }).createPayment({ data: goodsOrder() })).code).toBe(0)
    expect(await open({ config: () => undefined, resolve: path => path }).createPayment({ data: goodsOrder() })).toMatchObject({ code: 40001, field: 'config' })
  })

  it('a file that cannot be read names field and file, not its folder', async () => {
    const dir = folder()
    rmSync(join(dir, 'wxpay/key.pem'))
    const answer = await open({ dir, object }).createPayment({ data: goodsOrder() })
    expect(answer).toMatchObject({ code: 40003, field: 'wxpay.mp-weixin.appPrivateKeyPath' })
    expect(answer.msg).not.toContain(dir)
  })

  it.each([['nothing', undefined, '没有'], ['broken', 'module.exports = {', '语法'], ['no object', 'module.exports = 1', '对象']])('a folder with %s', (_, text, says) => {
    const dir = folder()
    if (text)
      writeFileSync(join(dir, 'config.js'), text)
    expect(() => configSource({ dir }).read()).toThrow(says)
  })

  it('a platform that is not configured is named', async () => {
    const dir = folder()
    expect(await open({ dir, object }).createPayment({ data: goodsOrder({ vk_platform: 'h5' }) })).toMatchObject({ code: 40001, field: 'wxpay.h5' })
  })
})

describe('several merchants', () => {
  it('pay with their own keys and address, until they are switched off', async () => {
    const shop = await openShop()
    await shop.memory.add('vk-pay-config', { _id: 'm2', name: '二号店', status: 'active', wxpay: { 'mp-weixin': wxpaySection() }, notifyUrl: { default: 'https://two.example.test/pay' } })
    expect((await shop.pay.createPayment({ data: goodsOrder({ pid: 'm2' }) })).code).toBe(0)
    expect(shop.wechat.orders.get('ORDER_1001')?.body.notify_url).toBe('https://two.example.test/pay/vk-pay-notify/wxpay_mp-weixin/m2')
    shop.wechat.pay('ORDER_1001')
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('ORDER_1001', 'wxpay_mp-weixin/m2'))).status).toBe(200)
    expect(shop.order()).toMatchObject({ pid: 'm2', status: 1 })
    await shop.memory.update('vk-pay-config', { _id: 'm2' }, { status: 'inactive' })
    shop.clock.now += 60_000
    expect(await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: 'ORDER_1002', pid: 'm2' }) })).toMatchObject({ code: 40001, field: 'pid' })
  })

  it('cannot speak for another: what one merchant\'s keys vouch for settles only that merchant\'s orders', async () => {
    const shop = await openShop()
    const theirs = wxpaySection({ mchId: '1900000666', wxpayPublicKeyContent: stranger.publicPem, v3Key: 'm'.repeat(32) })
    await shop.memory.add('vk-pay-config', { _id: 'm666', name: '别家', status: 'active', wxpay: { 'mp-weixin': theirs } })
    await shop.pay.createPayment({ data: goodsOrder() })
    const forged = transactionOf({ ...shop.wechat.orders.get('ORDER_1001')!, state: 'SUCCESS' }, shop.clock.now)
    const request = notification(forged, { nowMs: shop.clock.now, key: stranger.privateKey, key32: 'm'.repeat(32), payType: 'wxpay_mp-weixin/m666' })
    expect((await shop.pay.paymentNotify(request)).status).toBe(400)
    expect(shop.order().status).toBe(0)
  })
})
