import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningGateway } from '../../examples/gateway/src/index'
import { createGateway, writeMerchantFiles } from '../../examples/gateway/src/index'
import type { Pay, Store } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { createNodeListener, createPay, openSqlStore } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { serviceFolder } from './support/paths'

/** Who the payer is, on the three mini-program platforms that ask: the client's calls over HTTP, the merchant's files, the gateway. */
let gateway: RunningGateway
let store: Store
let pay: Pay
let url: string
let close: () => Promise<void>

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vk-pay-test-'))
  gateway = await createGateway()
  store = await openSqlStore({ file: ':memory:' })
  const server = createServer((request, response) => createNodeListener(pay)(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vk-pay`
  await writeMerchantFiles(gateway.account, folder, gateway.url, url)
  pay = createPay({ config: { dir: join(folder, 'uni-pay') }, store, handlers: `${serviceFolder}/pay-notify`, actions: serviceFolder, log: () => {} })
  close = async () => {
    await gateway.close()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
})
afterAll(() => close())

async function post(address: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return await response.json() as Record<string, unknown>
}

const call = (action: string, data: object) => post(url, { action, data })
const ttLogin = async (payer: string) => (await post(`${gateway.url}/gateway/client/login`, { payer })).code

describe.each([
  ['pay/code2SessionWeixin', async (payer: string) => `code-of-${payer}`],
  ['pay/code2SessionAlipay', async (payer: string) => `code-of-${payer}`],
  ['pay/code2SessionDouyin', ttLogin],
])('%s', (action, codeOf) => {
  it('exchanges the code for the openid of its payer, and tells nothing else', async () => {
    const answers = [await call(action, { code: await codeOf('alice') }), await call(action, { code: await codeOf('alice') }), await call(action, { code: await codeOf('bob') })]
    for (const answer of answers)
      expect(answer).toEqual({ code: 0, msg: 'ok', openid: expect.stringMatching(/^[\w-]{10,}$/) })
    const [first, again, other] = answers.map(({ openid }) => openid)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })
})

it('a code of Douyin is good once, and nobody else\'s is good at all', async () => {
  const code = await ttLogin('alice')
  expect(await call('pay/code2SessionDouyin', { code })).toMatchObject({ code: 0 })
  for (const spent of [code, 'a-code-nobody-issued'])
    expect(await call('pay/code2SessionDouyin', { code: spent })).toMatchObject({ code: 40001, field: 'code' })
})

it('what the merchant has configured is offered by platform, logins are not', async () => {
  expect(await call('pay/listProviders', { vk_platform: 'mp-toutiao' })).toMatchObject({ providers: [] })
  expect((await call('pay/listProviders', { vk_platform: 'app-plus' })).providers).toContainEqual({ provider: 'appleiap', platform: 'app-plus' })
})
