import type { KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Provider } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/provider'
import type { RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { Shop } from './shop'
import { paidOrder } from './shop'

/** What the suite must know about a channel to lie in its language. */
export interface ChannelUnderTest {
  provider: Provider
  open: () => Promise<Shop>
  /** Creates the order and pays it at the channel, without telling us. @default at WeChat Pay */
  pay?: (shop: Shop) => Promise<void>
  good: (shop: Shop) => RawRequest
  /** The same facts, signed by somebody else. */
  signedBy: (shop: Shop, key: KeyObject) => RawRequest
  stranger: KeyObject
  /** What a framework makes of a body it parses and prints, where that is another message. */
  reprinted?: (body: string) => string
  /** Where messages age: genuine in every respect but the time of signing, in seconds off our clock. */
  ageing?: { signedAt: (shop: Shop, offsetS: number) => RawRequest, toleranceS: number }
  /** Genuine, of a kind that is no payment. */
  ignored: (shop: Shop) => RawRequest
  /** Headers that are covered by the signature or choose the key. */
  signedHeaders: readonly string[]
  success: { status: number, body: string }
  isFailure: (answer: { status: number, body: string }) => boolean
}

/** Every provider passes this suite. */
export function providerContract(name: string, channel: ChannelUnderTest): void {
  async function refused(shop: Shop, request: RawRequest): Promise<void> {
    const answer = await shop.pay.paymentNotify(request)
    expect(channel.isFailure(answer)).toBe(true)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(shop.order()).toMatchObject({ status: 0 })
    expect(shop.effects().runs).toBe(0)
    expect(shop.logs.filter(line => line.event === 'notification refused')).toHaveLength(1)
  }

  async function paid(): Promise<Shop> {
    const shop = await channel.open()
    await (channel.pay ?? paidOrder)(shop)
    return shop
  }

  describe(`provider contract: ${name}`, () => {
    it('good: settled, and answered with the very bytes the channel wants', async () => {
      const shop = await paid()
      const answer = await shop.pay.paymentNotify(channel.good(shop))
      expect({ status: answer.status, body: answer.body }).toEqual(channel.success)
      expect(shop.order()).toMatchObject({ status: 1, user_order_success: true })
    })

    it('any single changed byte of the body', async () => {
      const shop = await paid()
      const request = channel.good(shop)
      const step = Math.max(1, Math.floor(request.body.length / 40))
      for (let at = 0; at < request.body.length; at += step) {
        const body = Uint8Array.from(request.body)
        body[at] = body[at]! ^ 1
        const answer = await shop.pay.paymentNotify({ ...request, body })
        expect(channel.isFailure(answer)).toBe(true)
      }
      expect(shop.order()).toMatchObject({ status: 0 })
    })

    const { reprinted, ageing } = channel
    if (reprinted) {
      it('a body that was parsed and printed again', async () => {
        const shop = await paid()
        const request = channel.good(shop)
        await refused(shop, { ...request, body: new TextEncoder().encode(reprinted(new TextDecoder().decode(request.body))) })
      })
    }

    it('an empty body', async () => {
      const shop = await paid()
      await refused(shop, { ...channel.good(shop), body: new Uint8Array() })
    })

    it.each(channel.signedHeaders)('header %s missing', async (header) => {
      const shop = await paid()
      const request = channel.good(shop)
      const headers = { ...request.headers }
      delete headers[header]
      await refused(shop, { ...request, headers })
    })

    it.each(channel.signedHeaders)('header %s changed', async (header) => {
      const shop = await paid()
      const request = channel.good(shop)
      const value = request.headers[header] ?? ''
      // in the middle: the last character of base64 may carry no bits
      const at = Math.floor(value.length / 2)
      const changed = value.slice(0, at) + (value[at] === '1' ? '2' : '1') + value.slice(at + 1)
      await refused(shop, { ...request, headers: { ...request.headers, [header]: changed } })
    })

    it('signed with another key', async () => {
      const shop = await paid()
      await refused(shop, channel.signedBy(shop, channel.stranger))
    })

    if (ageing) {
      it('just within the tolerated time, both ways', async () => {
        for (const offset of [-ageing.toleranceS, ageing.toleranceS]) {
          const shop = await paid()
          expect((await shop.pay.paymentNotify(ageing.signedAt(shop, offset))).status).toBe(channel.success.status)
        }
      })

      it('one second beyond the tolerated time, both ways', async () => {
        for (const offset of [-ageing.toleranceS - 1, ageing.toleranceS + 1]) {
          const shop = await paid()
          await refused(shop, ageing.signedAt(shop, offset))
        }
      })
    }

    it('a kind of event that is no payment is taken, and does nothing', async () => {
      const shop = await paid()
      expect((await shop.pay.paymentNotify(channel.ignored(shop))).status).toBe(channel.success.status)
      expect(shop.order()).toMatchObject({ status: 0 })
    })

    it('a duplicate answers the same and runs nothing', async () => {
      const shop = await paid()
      const first = await shop.pay.paymentNotify(channel.good(shop))
      const second = await shop.pay.paymentNotify(channel.good(shop))
      expect(second).toEqual(first)
      expect(shop.effects().runs).toBe(1)
    })

    it('says FAIL with a status that is no success', () => {
      const answer = channel.provider.reply({ accepted: false, status: 500, message: 'why' })
      expect(answer.status).toBe(500)
      expect(channel.isFailure(answer)).toBe(true)
    })
  })
}
