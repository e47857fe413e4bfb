/** A gateway whose certificate no known authority has signed, over TLS: `gatewayCaPath`, for every channel. */
import { Buffer } from 'node:buffer'
import { createRequire } from 'node:module'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningGateway } from '../../examples/gateway/src/index'
import { createAccount, createGateway, writeMerchantFiles } from '../../examples/gateway/src/index'
import { openSqlStore, createPay } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import type { Pay, Store } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'

type Sections = Record<string, Record<string, unknown>>

const services = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service'
const dir = mkdtempSync(join(tmpdir(), 'vk-pay-trust-'))
let gateway: RunningGateway
let store: Store
let config: Record<string, unknown>

beforeAll(async () => {
  gateway = await createGateway({ account: await createAccount(Date.now()), probeEvery: 0, tls: true })
  store = await openSqlStore({ file: ':memory:' })
  const { configFile } = await writeMerchantFiles(gateway.account, dir, gateway.tlsUrl!, 'http://127.0.0.1:9/vk-pay', gateway.tlsUrl)
  config = createRequire(import.meta.url)(configFile) as Record<string, unknown>
})
afterAll(async () => {
  await Promise.all([gateway.close(), store.close()])
  rmSync(dir, { recursive: true })
})

function payWith(over: Record<string, unknown>): Pay {
  const changed = Object.fromEntries(['wxpay', 'alipay', 'appleiap', 'douyin'].map(channel => [channel, Object.fromEntries(Object.entries(config[channel] as Sections).map(([name, section]) => [name, { ...section, ...over }]))]))
  return createPay({ config: { object: { ...config, ...changed } }, store, handlers: `${services}/pay-notify`, log: () => {} })
}

const order = (out_trade_no: string, over: Record<string, unknown>) => ({ data: { out_trade_no, total_fee: 100, subject: '礼物', type: 'goods', custom: { goods_id: 'goods_001', quantity: 1 }, openid: 'oPayer', ...over } })

const calls: [string, (pay: Pay, name: string) => Promise<{ code: number }>][] = [
  ['WeChat Pay v3', (pay, name) => pay.createPayment(order(`TRUST_W_${name}`, { provider: 'wxpay', vk_platform: 'mp-weixin' }))],
  ['Alipay', (pay, name) => pay.createPayment(order(`TRUST_A_${name}`, { provider: 'alipay', vk_platform: 'mp-alipay' }))],
  // the store was reached, and knows no such receipt
  ['Apple', (pay, name) => pay.verifyAppleIapReceipt({ receipt_data: Buffer.from(name.repeat(40)).toString('base64') }).then(({ code }) => ({ code: code === 40004 ? code : 0 }))],
  ['Douyin', (pay, name) => pay.code2SessionDouyin({ code: `none_${name}` }).then(({ code }) => ({ code: [40004, 40010].includes(code) ? code : 0 }))],
]

describe.each(calls)('%s', (_channel, call) => {
  it('is reached with the authority of the config, and not without', async () => {
    expect(await call(payWith({ gatewayCaContent: gateway.account.tls.certPem }), 'with')).toMatchObject({ code: 0 })
    expect((await call(payWith({}), 'without')).code).toBeGreaterThan(0)
  })
})

it('a file that is not there is named', async () => {
  expect(await calls[0]![1](payWith({ gatewayCaPath: 'nowhere.pem' }), 'file')).toMatchObject({ code: 40003, field: expect.stringContaining('gatewayCa') as unknown })
})
