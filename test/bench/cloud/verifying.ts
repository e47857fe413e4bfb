/** Verify + decrypt one notification of WeChat Pay v3, beside bare node:crypto doing the same. */
import { Buffer } from 'node:buffer'
import { createDecipheriv, createVerify } from 'node:crypto'
import { createConfig } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config'
import type { RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import { providers } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers'
import { memoryStore } from '../../cloud/support/memory-store'
import { configOf } from '../../cloud/support/shop'
import { account, notification, transactionOf } from '../../cloud/support/wechat'
import { measure, print } from './rounds'

const COUNT = 4_000

/** What cannot be left out: the signature, the envelope, the seal, and what was sealed. */
function bare({ headers, body }: RawRequest): unknown {
  const verified = createVerify('RSA-SHA256')
    .update(`${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n`)
    .update(body)
    .update('\n')
    .verify(account.platform.publicKey, headers['wechatpay-signature'] ?? '', 'base64')
  if (!verified)
    throw new Error('not verified')
  const { resource } = JSON.parse(Buffer.from(body).toString('utf8')) as { resource: { ciphertext: string, nonce: string, associated_data: string } }
  const sealed = Buffer.from(resource.ciphertext, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', account.v3Key, resource.nonce, { authTagLength: 16 })
  decipher.setAAD(Buffer.from(resource.associated_data))
  decipher.setAuthTag(sealed.subarray(-16))
  return JSON.parse(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString('utf8'))
}

export async function benchVerifying(): Promise<void> {
  const now = Date.now()
  const order = { out_trade_no: 'BENCH_1001', api: 'jsapi', body: {}, total: 100, state: 'SUCCESS' as const, creates: 1, transaction_id: '4200000000202601010000000001' }
  const request = notification(transactionOf(order, now), { nowMs: now })
  const env = { now: Date.now, sleep: async () => {}, randomId: () => '', http: async () => { throw new Error('no network') }, log: () => {} }
  const { provider, context } = await createConfig({ input: { object: configOf() }, providers, env, session: memoryStore() }).channel({ provider: 'wxpay', platform: 'mp-weixin' })

  const rates = await measure({
    'node:crypto and JSON.parse, bare': (count) => {
      for (let i = 0; i < count; i++)
        bare(request)
    },
    'parseNotify': async (count) => {
      for (let i = 0; i < count; i++)
        await provider.parseNotify(context, request)
    },
  }, COUNT)
  print('verify + decrypt one WeChat Pay v3 notification', rates, 'node:crypto and JSON.parse, bare', { name: 'parseNotify', ratio: 0.9 })
}
