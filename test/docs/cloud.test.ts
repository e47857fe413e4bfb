import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { PayConfig } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config'
import { notifyUrlOf } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config/notify-url'
import type { ForwardTarget } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/forward'
import type { HandlerEvent, HandlerModule, QuoteEvent } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/handlers'
import { handlerTable, runHandler } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/handlers'
import type { Store, StoreSession } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import * as cloud from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/index'
import type { Pay } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { createPay, createVk } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { memoryStore } from '../cloud/support/memory-store'
import { FakeUniCloud } from '../cloud/stores/support/fake-uni-cloud'
import { allBlocks, distinct } from './support/blocks'
import type { Block } from './support/blocks'
import { loadCommonJs } from './support/load'

const blocks = distinct(allBlocks())
const of = (kind: Block['kind']) => blocks.filter(({ block }) => block.kind === kind).map(({ block, places }) => [places.join(', '), block] as const)
const goods = { _id: 'goods_001', name: 'Oolong tea', price: 3990, stock: 100, sales: 0, pid: 'shop_002' }
const data = { out_trade_no: 'ORDER_0001', user_id: 'user_001', total_fee: 7980, subject: 'Oolong tea', goods_id: 'goods_001', quantity: 2, vip_type: 'month', vip_days: 31 }

async function shop(): Promise<Store> {
  const store = memoryStore()
  await store.add('goods', { ...goods })
  await store.add('uni-id-users', { _id: 'user_001', balance: 0 })
  return store
}

/** Counts what is written through it. */
function counting(store: Store): { session: StoreSession, writes: () => number } {
  let writes = 0
  function counted(changed: number): number {
    writes += changed
    return changed
  }
  const session: StoreSession = {
    find: (...args) => store.find(...args),
    count: (...args) => store.count(...args),
    async add(...args) {
      writes++
      return store.add(...args)
    },
    remove: async (...args) => counted(await store.remove(...args)),
    update: async (...args) => counted(await store.update(...args)),
  }
  return { session, writes: () => writes }
}

describe('handlers', () => {
  it.each(of('handler'))('%s does its work', async (_, block) => {
    const store = await shop()
    const { session, writes } = counting(store)
    const util = cloud.ownVk(one => createVk({ store, session: one })).make(session) as HandlerEvent['util']
    const module = loadCommonJs<HandlerModule>(block, { 'vk-uni-pay': cloud })
    const event = { data, userInfo: { _id: 'user_001' }, util, callback_id: 'paid:ORDER_0001' }
    if (typeof module.quote === 'function') {
      const answer = await module.quote(event as QuoteEvent)
      expect(typeof answer === 'number' ? answer : (answer as { total_fee: number }).total_fee).toSatisfy((fee: number) => Number.isSafeInteger(fee) && fee > 0)
    }
    const forwarded: ForwardTarget[] = []
    const answer = await runHandler(handlerTable({ type: module }), 'type', event, async (target) => {
      forwarded.push(target)
      return { code: 0, msg: 'ok' }
    })
    expect(answer.code).toBe(0)
    expect(writes() + forwarded.length).toBeGreaterThan(0)
    // whoever shows the key must have its effect once by it
    if (block.code.includes('callback_id')) {
      const before = writes()
      await runHandler(handlerTable({ type: module }), 'type', event, async () => ({ code: 0 }))
      expect(writes()).toBe(before)
    }
  })
})

/** The functions of the module, and nothing else: a name that is not there cannot be called. */
function recorder(pay: Pay): { pay: Pay, called: string[] } {
  const called: string[] = []
  return {
    called,
    pay: new Proxy(pay, {
      get(target, name) {
        if (typeof target[name as keyof Pay] !== 'function')
          throw new TypeError(`there is no pay.${String(name)}`)
        return async () => {
          called.push(String(name))
          return { code: 0, msg: 'ok' }
        }
      },
    }),
  }
}

describe('actions', () => {
  const users = ['admin_user_id', 'support_user_id', 'user_001']

  it.each(of('action'))('%s calls what is there, and nobody unknown gets through to it', async (_, block) => {
    const store = await shop()
    const { pay, called } = recorder(createPay({ config: { object: {} }, store, handlers: handlerTable({}) }))
    const module = loadCommonJs<{ main: (event: object) => Promise<{ code: number }> }>(block, { 'vk-uni-pay': { ...cloud, uniCloudStore: () => store } }, { uniCloud: { database: () => ({}) } })
    const call = (userId: string | undefined) => module.main({ data: { ...data, custom: data }, context: { userId }, util: { pay } })
    const answers = await Promise.all(users.map(call))
    expect(answers.map(({ code }) => code)).toContain(0)
    expect(called.length).toBeGreaterThan(0)
    const sensitive = called.filter(name => ['refund', 'transfer', 'timeline'].includes(name))
    if (sensitive.length > 0)
      expect((await call(undefined)).code).toBe(40009)
  })
})

describe('cloud functions', () => {
  it.each(of('function'))('%s loads and answers', async (_, block) => {
    const database = new FakeUniCloud({ unique: { 'vk-pay-orders': ['out_trade_no'], 'callback_logs': ['callback_id'], 'vk-pay-limits': ['key'] } })
    const uniCloud = { database: () => database, httpclient: { request: async () => ({ status: 503, headers: {}, data: '' }) } }
    let receiving: { notifyKey: string } | undefined
    const modules = {
      'vk-uni-pay': { ...cloud, createReceiver: (options: Parameters<typeof cloud.createReceiver>[0]) => {
        receiving = options
        return cloud.createReceiver(options)
      } },
      'uni-config-center': ({ pluginId }: { pluginId: string }) => ({ config: () => ({ pluginId }), resolve: (path: string) => path }),
      'uni-id-common': { createInstance: () => ({ checkToken: async () => ({ uid: 'user_001' }) }) },
    }
    const { main } = loadCommonJs<{ main: (event: object, context: object) => Promise<{ code?: number, msg: string }> }>(block, modules, { uniCloud })
    if (receiving) {
      const envelope = cloud.signCallback({ ...data, callback_id: 'paid:ORDER_0001' }, receiving.notifyKey)
      expect(await main(envelope, {})).toMatchObject({ code: 0 })
      expect(await main(envelope, {})).toMatchObject({ code: 400 })
      expect(await main({ ...envelope, nonce: 'another' }, {})).toMatchObject({ code: 400 })
      return
    }
    expect(await main({ out_trade_no: 'ORDER_0001', spaceId: 'mp-your-space-id' }, {})).toMatchObject({ msg: expect.any(String) })
  })
})

describe('configs', () => {
  const dir = mkdtempSync(join(tmpdir(), 'vk-pay-docs-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  it.each(of('config'))('%s has sections that are read, and addresses that are taken', async (_, block) => {
    const config = loadCommonJs<PayConfig>(block)
    for (const space of Object.keys(config.notifyUrl as object))
      expect(notifyUrlOf(config, space === 'default' ? undefined : space)).toMatch(/^https:/)
    const pay = createPay({ config: { object: config, dir }, store: memoryStore(), handlers: handlerTable({}), log: () => {} })
    const { findings } = await pay.doctor({ network: false })
    const about = findings.filter(({ check, message }) => check === 'config' && !message.includes('没有任何支付渠道'))
    // the keys are made up, or not there: that, and nothing else, is what is wrong
    expect(about.map(({ message }) => message)).toEqual([])
    expect(findings.filter(({ check, field = '' }) => check === 'keys' && field && !/(?:Path|Content|privateKey|alipayPublicKey|v3Key)$/.test(field)).map(({ message }) => message)).toEqual([])
  })
})
