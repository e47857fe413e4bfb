import type { KeyObject } from 'node:crypto'
import { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { ChannelConfig } from '../../core/provider'
import { certificateSerial } from './certificate'
import { keyError, parameterError } from '../../core/errors'

/** Public-key ids start so; anything else is the serial number of a platform certificate. */
export const PUBLIC_KEY_PREFIX = 'PUB_KEY_ID_'

/** The merchant's keys, made once for each config section: a KeyObject verifies six times faster than a PEM text, and prints nothing. */
export interface MerchantKeys {
  appid: string
  mchid: string
  /** The shop, where the merchant is a service provider. */
  sub?: { mchid: string, appid?: string }
  serial: string
  privateKey: KeyObject
  apiV3Key: Buffer
  /** Given in public-key mode. */
  publicKey?: { id: string, key: KeyObject }
  /** Platform certificates by serial, as downloaded. */
  certificates: Map<string, KeyObject>
  /** When certificates were downloaded last, milliseconds since 1970. */
  downloadedAt: number
}

const cache = new WeakMap<ChannelConfig, MerchantKeys>()

/** @throws PayError 40003 or 40001 naming the field */
export function merchantKeys(config: ChannelConfig): MerchantKeys {
  const known = cache.get(config)
  if (known)
    return known
  checkVersion(config)
  const privateKey = readPrivateKey(config)
  const keys: MerchantKeys = {
    appid: config.text('appId'),
    mchid: config.text('mchId'),
    sub: readSub(config),
    serial: readCertificate(config, privateKey),
    privateKey,
    apiV3Key: readApiV3Key(config),
    publicKey: readPublicKey(config),
    certificates: new Map(),
    downloadedAt: -Infinity,
  }
  cache.set(config, keys)
  return keys
}

/** `subMchId` makes it service-provider mode: `appId` and `mchId` are the provider's then. */
function readSub(config: ChannelConfig): MerchantKeys['sub'] {
  const mchid = config.optional('subMchId')
  const appid = config.optional('subAppId')
  if (mchid === undefined && appid !== undefined)
    throw parameterError(`${config.name}.subMchId`, `支付配置 ${config.name}.subAppId 需要与 ${config.name}.subMchId（特约商户号）一起填写`)
  return mchid === undefined ? undefined : { mchid, appid }
}

function checkVersion(config: ChannelConfig): void {
  const version = config.optional('version')
  if (version !== undefined && version !== '3')
    throw parameterError(`${config.name}.version`, `支付配置 ${config.name}.version 必须是 2 或 3（微信支付 v2 或 APIv3）`)
  if (version === undefined && config.optional('v3Key') === undefined)
    throw keyError(`${config.name}.v3Key`, `支付配置缺少 ${config.name}.v3Key（APIv3 密钥）；使用微信支付 v2 时请填写 ${config.name}.key 和 version: 2`)
}

function required(config: ChannelConfig, field: string): { text: string, field: string } {
  const pem = config.pem(field)
  if (!pem)
    throw keyError(`${config.name}.${field}Path`, `支付配置缺少 ${config.name}.${field}Path（或 ${field}Content）`)
  return pem
}

function parseKey(pem: { text: string, field: string }, parse: (text: string) => KeyObject, what: string): KeyObject {
  let key: KeyObject
  try {
    key = parse(pem.text)
  }
  catch {
    // the parser's own error may quote what it read
    throw keyError(pem.field, `支付配置 ${pem.field} 不是有效的${what}（PEM 格式）`)
  }
  if (key.asymmetricKeyType !== 'rsa')
    throw keyError(pem.field, `支付配置 ${pem.field} 必须是 RSA 密钥`)
  return key
}

function readPrivateKey(config: ChannelConfig): KeyObject {
  return parseKey(required(config, 'appPrivateKey'), createPrivateKey, '商户 API 私钥')
}

const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' }) as Buffer

function readCertificate(config: ChannelConfig, privateKey: KeyObject): string {
  const pem = required(config, 'appCert')
  const certified = parseKey(pem, createPublicKey, '商户 API 证书')
  if (!spki(certified).equals(spki(createPublicKey(privateKey))))
    throw keyError(pem.field, `支付配置 ${pem.field} 与 ${config.name}.appPrivateKeyPath 不是一对，请检查是否拿错文件`)
  try {
    return certificateSerial(pem.text)
  }
  catch (error) {
    throw keyError(pem.field, `支付配置 ${pem.field} 不是有效的商户 API 证书（PEM 格式）`, error)
  }
}

function readApiV3Key(config: ChannelConfig): Buffer {
  const field = `${config.name}.v3Key`
  const text = config.optional('v3Key')
  if (text === undefined)
    throw keyError(field, `支付配置缺少 ${field}（APIv3 密钥）`)
  const key = Buffer.from(text, 'utf8')
  if (key.length !== 32)
    throw keyError(field, `支付配置 ${field} 必须正好 32 字节，现在是 ${key.length} 字节`)
  return key
}

function readPublicKey(config: ChannelConfig): MerchantKeys['publicKey'] {
  const pem = config.pem('wxpayPublicKey')
  const id = config.optional('wxpayPublicKeyId')
  if (!pem && id === undefined)
    return undefined
  if (id === undefined || !id.startsWith(PUBLIC_KEY_PREFIX))
    throw keyError(`${config.name}.wxpayPublicKeyId`, `支付配置 ${config.name}.wxpayPublicKeyId 必须以 ${PUBLIC_KEY_PREFIX} 开头，与公钥文件一起填写`)
  return { id, key: parseKey(pem ?? required(config, 'wxpayPublicKey'), createPublicKey, '微信支付公钥') }
}
