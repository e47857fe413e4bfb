import type { KeyObject } from 'node:crypto'
import { Buffer } from 'node:buffer'
import { createSecretKey } from 'node:crypto'
import type { ChannelConfig, ChannelContext, Payee } from '../../core/provider'
import type { Signer, SignType } from './signing'
import { keyError, parameterError } from '../../core/errors'
import { signTypes } from './signing'

/** The merchant and the API key, read once for each config section. A KeyObject prints nothing. */
export interface MerchantKeys extends Payee, Signer {}

const cache = new WeakMap<ChannelConfig, MerchantKeys>()

/** @throws PayError 40003 or 40001 naming the field */
export function merchantKeys(config: ChannelConfig): MerchantKeys {
  const known = cache.get(config)
  if (known)
    return known
  const keys: MerchantKeys = {
    appid: config.text('appId'),
    mchid: config.text('mchId'),
    subAppid: config.optional('subAppId'),
    subMchid: readSubMchid(config),
    signType: readSignType(config),
    key: readKey(config),
  }
  cache.set(config, keys)
  return keys
}

/** The appid the payer's client pays under: the shop's own, where a service provider collects for one that has one. */
export const clientAppid = ({ appid, subAppid }: MerchantKeys): string => subAppid ?? appid

/** What `identity` of the provider answers. */
export function payee({ config }: ChannelContext): Payee {
  const { appid, mchid, subAppid, subMchid } = merchantKeys(config)
  return { appid, mchid, subAppid, subMchid }
}

function readSubMchid(config: ChannelConfig): string | undefined {
  const subMchid = config.optional('subMchId')
  if (subMchid === undefined && config.optional('subAppId') !== undefined)
    throw parameterError(`${config.name}.subMchId`, `支付配置 ${config.name}.subAppId 只用于服务商模式，请同时填写 ${config.name}.subMchId`)
  return subMchid
}

function readSignType(config: ChannelConfig): SignType {
  const text = config.optional('signType') ?? 'MD5'
  const signType = signTypes.find(known => known === text)
  if (!signType)
    throw parameterError(`${config.name}.signType`, `支付配置 ${config.name}.signType 必须是 ${signTypes.join(' 或 ')}`)
  return signType
}

function readKey(config: ChannelConfig): KeyObject {
  const field = `${config.name}.key`
  const text = config.optional('key')
  if (text === undefined)
    throw keyError(field, `支付配置缺少 ${field}（微信支付 v2 的 API 密钥）`)
  const key = Buffer.from(text, 'utf8')
  if (key.length !== 32)
    throw keyError(field, `支付配置 ${field} 必须正好 32 字节，现在是 ${key.length} 字节`)
  return createSecretKey(key)
}
