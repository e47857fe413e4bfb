import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serviceFolder } from '../support/paths'
import { configOf, goodsOrder } from '../support/shop'

const entry = fileURLToPath(new URL('../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/index.ts', import.meta.url))

/** The function as a service space has it: its own files, the bundled module, the config center. */
describe('the cloud function, bundled', () => {
  const dir = mkdtempSync(join(tmpdir(), 'vk-pay-function-'))
  const bundle = join(dir, 'node_modules/vk-uni-pay/index.js')
  let main: (event: unknown, context: unknown) => Promise<Record<string, unknown>>

  beforeAll(async () => {
    await build({ entryPoints: [entry], bundle: true, platform: 'node', target: 'node12', format: 'cjs', outfile: bundle, logLevel: 'silent' })
    cpSync(join(serviceFolder, '..'), dir, { recursive: true })
    mkdirSync(join(dir, 'node_modules/uni-config-center'), { recursive: true })
    writeFileSync(join(dir, 'node_modules/uni-config-center/index.js'), 'module.exports = () => global.testConfigCenter')
    Object.assign(globalThis, {
      testConfigCenter: { config: () => configOf(), resolve: (path: string) => path },
      uniCloud: {
        database: () => ({ command: {}, collection: () => { throw new Error('no database in this test') } }),
        httpclient: { request: () => Promise.reject(new Error('no line')) },
      },
    })
    main = createRequire(join(dir, 'x.js'))('./index.js').main
  })
  afterAll(() => {
    rmSync(dir, { recursive: true })
    Reflect.deleteProperty(globalThis, 'uniCloud')
    Reflect.deleteProperty(globalThis, 'testConfigCenter')
  })

  it('needs nothing but Node, and nothing newer than Node 12', () => {
    const code = readFileSync(bundle, 'utf8')
    // also what is loaded later, by a `require` of one's own
    const required = [...code.matchAll(/(?:require|createRequire\)?\("\/"\))\("([^"]+)"\)/g)].map(match => match[1])
    expect([...new Set(required)].sort()).toEqual(['buffer', 'crypto', 'fs', 'module', 'path', 'tls', 'zlib'])
    expect(code).not.toMatch(/\?\?=|structuredClone|\.replaceAll\(|\.at\(-|X509Certificate|randomUUID/)
  })

  it('finds actions and types by listing its folder', async () => {
    expect(await main({ action: 'pay/nothing' }, {})).toEqual({ code: 404, msg: '没有这个云函数路径，可用：pay/appleiap/verifyReceipt、pay/closePayment、pay/code2SessionAlipay、pay/code2SessionDouyin、pay/code2SessionWeixin、pay/code2SessionWeixinH5、pay/createPayment、pay/listProviders、pay/queryPayment' })
    const answer = await main({ $url: 'pay/createPayment', data: goodsOrder({ type: 'unknown' }) }, { PLATFORM: 'mp-weixin' })
    expect(answer).toMatchObject({ code: 40001, field: 'type' })
    expect(answer.msg).toContain('custom、goods、recharge、vip')
  })

  it('answers a bad notification with 4xx', async () => {
    const answer = await main({ path: '/vk-pay-notify/wxpay_mp-weixin', httpMethod: 'POST', headers: {}, body: '{}', isBase64Encoded: false }, {})
    expect(answer).toMatchObject({ mpserverlessComposedResponse: true, statusCode: 401 })
  })
})
