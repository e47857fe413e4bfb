import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { md5Signature, signCallback, verifyCallback, verifyCallbackSignature } from '../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/signature'

const key = 'k'.repeat(64)
const now = 1_767_225_600_000
const data = { out_trade_no: 'ORDER_1001', total_fee: 100, subject: '测试' }
const refusal = { valid: false, answer: { code: 400, msg: '签名验证失败' } }

describe('callbacks between functions', () => {
  it('hMAC-SHA256 over timestamp.nonce.body', () => {
    const signed = signCallback(data, key, { timestamp: now, nonce: 'abc' })
    expect(signed.signature).toBe(createHmac('sha256', key).update(`${now}.abc.${JSON.stringify(data)}`).digest('hex'))
    expect(verifyCallback(signed, key, { now })).toEqual({ valid: true })
  })

  it('makes up time and nonce by itself', () => {
    const signed = signCallback(data, key)
    expect(verifyCallback(JSON.parse(JSON.stringify(signed)), key)).toEqual({ valid: true })
    expect(signCallback(data, key).nonce).not.toBe(signed.nonce)
  })

  it.each([
    ['data', { data: { ...data, total_fee: 1 } }],
    ['nonce', { nonce: 'other' }],
    ['timestamp', { timestamp: now + 1 }],
    ['signature', { signature: '0'.repeat(64) }],
    ['length of the signature', { signature: 'short' }],
    ['missing signature', { signature: undefined }],
    ['missing data', { data: undefined }],
    ['missing nonce', { nonce: undefined }],
    ['empty nonce', { nonce: '' }],
    ['text for a timestamp', { timestamp: String(now) as unknown as number }],
  ])('%s changed: refused', (_, over) => {
    expect(verifyCallback({ ...signCallback(data, key, { timestamp: now, nonce: 'abc' }), ...over }, key, { now })).toMatchObject(refusal)
  })

  it('another key: refused', () => {
    expect(verifyCallback(signCallback(data, key, { timestamp: now }), 'x'.repeat(64), { now })).toMatchObject(refusal)
  })

  it.each([[300_000, true], [-300_000, true], [300_001, false], [-300_001, false]])('%i ms away: %s', (offset, valid) => {
    expect(verifyCallback(signCallback(data, key, { timestamp: now }), key, { now: now + offset }).valid).toBe(valid)
  })

  it('the MD5 form only where it is switched on', () => {
    const signature = createHash('md5').update(JSON.stringify(data) + key).digest('hex')
    expect(md5Signature(data, key)).toBe(signature)
    expect(verifyCallback({ data, signature }, key)).toMatchObject(refusal)
    expect(verifyCallback({ data, signature }, key, { allowMd5: true })).toEqual({ valid: true })
    expect(verifyCallback({ data: { ...data, total_fee: 1 }, signature }, key, { allowMd5: true })).toMatchObject(refusal)
  })

  it('an MD5 signature does not pass for an HMAC one, nor the other way', () => {
    const signature = md5Signature(data, key)
    expect(verifyCallback({ data, signature, timestamp: now, nonce: 'a' }, key, { now, allowMd5: true })).toMatchObject(refusal)
    expect(verifyCallback({ data, signature: signCallback(data, key, { timestamp: now }).signature }, key, { now, allowMd5: true })).toMatchObject(refusal)
  })

  it('as a yes or no', () => {
    const { signature, timestamp, nonce } = signCallback(data, key, { timestamp: now })
    expect(verifyCallbackSignature(data, signature, key, { timestamp, nonce, now })).toBe(true)
    expect(verifyCallbackSignature(data, md5Signature(data, key), key, { allowMd5: true })).toBe(true)
    expect(verifyCallbackSignature(data, md5Signature(data, key), key)).toBe(false)
  })

  it('a key that is too short is refused by name', () => {
    expect(() => signCallback(data, 'short')).toThrow('notifyKey')
    expect(() => verifyCallback({ data, signature: 'x' }, '', { allowMd5: true })).toThrow('notifyKey')
  })
})
