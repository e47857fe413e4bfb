import { Buffer } from 'node:buffer'
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { PayConfig } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config'
import type { Finding } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/doctor'
import type { HttpPort } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { StoreSession } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import type { ShopOptions } from '../support/shop'
import { createPay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { memoryStore } from '../support/memory-store'
import { configOf, counting, openShop, START, wxpaySection } from '../support/shop'
import { account } from '../support/wechat'

interface World { answerAt?: (url: string) => { status: number, body: string } | undefined, date?: string }

/** A shop whose notify address leads back to itself, as in life. */
async function examine(options: ShopOptions = {}, { answerAt, date }: World = {}, request = {}) {
  const shop = await openShop({ ...options, http: async (sent) => {
    const other = answerAt?.(sent.url)
    if (other)
      return { status: other.status, headers: {}, body: Buffer.from(other.body) }
    if (sent.url.startsWith('https://shop.example.test/')) {
      const { status, headers, body } = await shop.pay.paymentNotify({ method: sent.method, path: new URL(sent.url).pathname, headers: sent.headers, body: Buffer.from(sent.body ?? '') })
      return { status, headers, body: Buffer.from(body) }
    }
    const response = await shop.wechat.http(sent)
    return date ? { ...response, headers: { ...response.headers, date } } : response
  } })
  const answer = await shop.pay.doctor(request)
  return { shop, answer, findings: answer.findings as Finding[] }
}

const oneChannel = (over: Record<string, unknown> = {}, rest: Record<string, unknown> = {}) => ({ ...configOf(), wxpay: { 'mp-weixin': wxpaySection(over) }, ...rest })
const errors = (findings: Finding[]) => findings.filter(({ state }) => state === 'error')

describe('doctor', () => {
  it('finds nothing wrong with what works: keys accepted on both sides, clock, address, indexes', async () => {
    const { answer, findings, shop } = await examine({ config: oneChannel() }, { date: new Date(START + 2_000).toUTCString() })
    expect(answer.code).toBe(0)
    expect(errors(findings)).toEqual([])
    expect(findings.filter(({ state }) => state === 'ok').map(({ check }) => check)).toEqual(expect.arrayContaining(['keys', 'channel', 'clock', 'notifyUrl', 'database']))
    // nothing stays behind
    for (const collection of ['vk-pay-orders', 'callback_logs', 'vk-pay-limits'])
      expect(shop.memory.all(collection)).toEqual([])
    expect(JSON.stringify(answer)).not.toContain(account.v3Key)
  })

  it('tells of a config that cannot be read in a finding, too: who prints findings is told', async () => {
    const { doctor } = createPay({ config: { dir: 'nowhere' }, store: memoryStore(), handlers: {}, log: () => {} } as unknown as Parameters<typeof createPay>[0])
    expect(await doctor()).toMatchObject({ code: 40001, findings: [{ check: 'config', state: 'error', field: 'config', message: expect.stringContaining('config.js') }] })
  })

  it.each<[string, Record<string, unknown>, Partial<Finding>]>([
    ['a v3Key of 31 characters', { v3Key: 'k'.repeat(31) }, { check: 'keys', field: 'wxpay.mp-weixin.v3Key' }],
    ['a certificate of another key', { appPrivateKeyContent: generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey }, { check: 'keys' }],
    ['a file that is not there', { appPrivateKeyContent: undefined, appPrivateKeyPath: 'nowhere.pem' }, { check: 'keys', field: 'wxpay.mp-weixin.appPrivateKeyPath' }],
    ['another public key than the channel signs with', { wxpayPublicKeyContent: generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).publicKey }, { check: 'channel' }],
  ])('%s', async (_what, section, finding) => {
    const { answer, findings } = await examine({ config: oneChannel(section) })
    expect(answer.code).toBe(50000)
    expect(errors(findings)).toContainEqual(expect.objectContaining({ ...finding, target: 'wxpay.mp-weixin' }))
  })

  describe('in-app purchase', () => {
    const examineApple = (section: object, answer: object | string) => examine(
      { config: { notifyUrl: configOf().notifyUrl, appleiap: { 'app-plus': { ...section } } } },
      { answerAt: url => url.startsWith('https://buy.itunes.apple.com/') ? { status: typeof answer === 'string' ? 503 : 200, body: JSON.stringify(answer) } : undefined },
    )

    it.each([21002, 21003])('asks Apple about a receipt that is none; status %i is an answer', async (status) => {
      const { findings } = await examineApple({ bundleId: 'com.example.shop', products: { p: 100 } }, { status })
      expect(errors(findings)).toEqual([])
      expect(findings).toContainEqual(expect.objectContaining({ check: 'channel', state: 'ok', target: 'appleiap.app-plus' }))
      expect(findings.filter(({ field }) => field?.startsWith('appleiap'))).toEqual([])
      // a store reports to no address
      expect(findings.filter(({ check }) => check === 'notifyUrl')).toEqual([])
    })

    it.each<[object | string, string | undefined]>([[{ status: 21004 }, 'appleiap.app-plus.password'], [{ status: 21005 }, undefined], ['', undefined]])('%j is none', async (answer, field) => {
      const { findings } = await examineApple({ bundleId: 'b', password: 'p' }, answer)
      expect(errors(findings)).toMatchObject([{ check: 'channel', target: 'appleiap.app-plus', ...(field ? { field } : {}) }])
    })

    it('says what the documented settings leave open', async () => {
      const { findings } = await examineApple({ password: 'p' }, { status: 21002 })
      expect(findings.filter(({ target, state }) => target === 'appleiap.app-plus' && state === 'warning').map(({ field }) => field)).toEqual(['appleiap.app-plus.bundleId', 'appleiap.app-plus.products'])
    })
  })

  it.each([[59, 'ok'], [-61, 'warning'], [301, 'error'], [-301, 'error']] as const)('a clock %i s away is %s', async (seconds, state) => {
    const { findings } = await examine({ config: oneChannel() }, { date: new Date(START + seconds * 1000).toUTCString() })
    expect(findings.find(({ check }) => check === 'clock')).toMatchObject({ state })
  })

  it.each<[string, { status: number, body: string }]>([
    ['a page of somebody else', { status: 200, body: '<html>' }],
    ['200 to what nobody signed', { status: 200, body: '' }],
    ['another refusal than ours', { status: 404, body: 'Not Found' }],
  ])('an address that answers %s', async (_what, other) => {
    const { findings } = await examine({ config: oneChannel() }, { answerAt: url => url.startsWith('https://shop.') ? other : undefined })
    expect(errors(findings)).toMatchObject([{ check: 'notifyUrl', field: 'notifyUrl' }])
  })

  it('one cause at many sections is one problem, which names them', async () => {
    const dead: HttpPort = async () => { throw new Error('ECONNREFUSED') }
    const { code, msg, findings } = await (await openShop({ config: { ...configOf(), wxpay: { 'mp-weixin': wxpaySection(), 'h5': wxpaySection() } }, http: dead })).pay.doctor()
    expect(code).not.toBe(0)
    expect((findings as Finding[]).filter(({ check, state }) => check === 'notifyUrl' && state === 'error')).toEqual([expect.objectContaining({ target: expect.stringMatching(/^wxpay\.[\w-]+、wxpay\.[\w-]+$/) })])
    expect(msg).toContain('发现 2 个问题')
  })

  it('an address nobody answers at, one without https, and one that is missing', async () => {
    const dead: HttpPort = async () => { throw new Error('ECONNREFUSED') }
    const shop = await openShop({ config: oneChannel(), http: dead })
    expect((await shop.pay.doctor()).findings).toContainEqual(expect.objectContaining({ check: 'notifyUrl', state: 'error' }))
    expect((await examine({ config: oneChannel({}, { notifyUrl: { default: 'http://shop.example.test/pay' } }) }, {}, { network: false })).findings).toContainEqual(expect.objectContaining({ check: 'notifyUrl', state: 'warning' }))
    expect(errors((await examine({ config: oneChannel({}, { notifyUrl: {} }) })).findings)).toMatchObject([{ check: 'notifyUrl' }])
  })

  it('calls nobody where it may not', async () => {
    const shop = await openShop({ config: oneChannel(), http: async () => { throw new Error('called') } })
    expect(await shop.pay.doctor({ network: false })).toMatchObject({ code: 0 })
  })

  it('a database without its unique index', async () => {
    const memory = memoryStore()
    let made = 0
    // as a collection is whose index was never uploaded
    const add: StoreSession['add'] = (collection, doc) => memory.add(collection, collection === 'callback_logs' ? { ...doc, callback_id: `${String(doc.callback_id)}${++made}` } : doc)
    const { findings } = await examine({ config: oneChannel(), memory, store: { ...memory, add } })
    expect(errors(findings)).toMatchObject([{ check: 'database', target: 'callback_logs', field: 'callback_id' }])
  })

  it('handlers: what does not load, has no main, or leaves the price to the client', async () => {
    const shop = await openShop({ config: oneChannel() })
    const { findings } = await examine({ config: oneChannel(), handlers: { goods: counting, vip: Object.assign(async () => true, { quote: () => 1 }), bad: {} as typeof counting } })
    expect(findings.filter(({ check }) => check === 'handlers').map(({ state, target }) => [target, state])).toEqual([['goods', 'warning'], ['vip', 'ok'], ['bad', 'error']])
    expect(shop.pay.actions).not.toContain('pay/doctor')
  })

  it('a platform that is spelled wrong, no channel at all, a whitelist left on', async () => {
    expect((await examine({ config: { ...oneChannel(), wxpay: { 'mp-weixin': wxpaySection(), 'mp-wexin': {} } as PayConfig['wxpay'] } })).findings).toContainEqual(expect.objectContaining({ state: 'warning', field: 'wxpay.mp-wexin' }))
    expect(errors((await examine({ config: { notifyUrl: {} } })).findings)).toMatchObject([{ check: 'config' }])
    expect((await examine({ config: oneChannel({}, { userWhitelist: ['tester'], notifyKey: 'short' }) })).findings).toEqual(expect.arrayContaining([
      expect.objectContaining({ field: 'userWhitelist', state: 'warning' }),
      expect.objectContaining({ field: 'notifyKey', state: 'error' }),
    ]))
  })

  it('a merchant of the database', async () => {
    const memory = memoryStore()
    await memory.add('vk-pay-config', { _id: 'shop-2', status: 'active', wxpay: { 'mp-weixin': wxpaySection({ v3Key: 'short' }) } })
    const { findings } = await examine({ memory, config: oneChannel() }, {}, { pid: 'shop-2' })
    expect(errors(findings)).toMatchObject([{ check: 'keys', target: 'wxpay.mp-weixin', field: 'wxpay.mp-weixin.v3Key' }])
  })
})

describe('health', () => {
  it('is well, and says what is not', async () => {
    const memory = memoryStore()
    const shop = await openShop({ memory })
    expect(await shop.pay.health()).toEqual({ code: 0, msg: 'ok', checks: { config: 'ok', database: 'ok' } })
    const down = shop.restart({ ...memory, find: async () => { throw new Error('connection lost') } })
    expect(await down.health()).toMatchObject({ code: 50000, checks: { config: 'ok', database: 'failed' } })
    const unread = await openShop({ config: { ...configOf(), rateLimit: { createPerUser: -1 } } })
    expect(await unread.pay.health()).toMatchObject({ code: 50000, checks: { config: 'failed', database: 'ok' } })
  })
})
