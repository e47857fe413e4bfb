import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { ChannelConfig } from '../../core/provider'
import { keyError, parameterError } from '../../core/errors'
import { certificateSn, rootCertificateSn } from './certificate-sn'

const ENDPOINT = 'https://openapi.alipay.com/gateway.do'
const SANDBOX_ENDPOINT = 'https://openapi-sandbox.dl.alipaydev.com/gateway.do'

/** The app's keys, made once for each config section. */
export interface AlipayKeys {
  appid: string
  privateKey: KeyObject
  /**
   * What Alipay signs answers and notifications with: one key without a name, or in certificate
   * mode one by the SN of each of its certificates, two during a changeover.
   */
  alipayKeys: ReadonlyMap<string, KeyObject>
  /** Certificate mode: the names of our own certificate and of the roots. */
  certificates?: { appSn: string, rootSn: string }
  /** Alipay account that is paid (`2088…`), when configured. */
  sellerId?: string
  /** Service providers: the merchant's consent, and the app that gave it. */
  appAuthToken?: string
  authAppId?: string
  /** Address of the OpenAPI. */
  endpoint: string
}

const cache = new WeakMap<ChannelConfig, AlipayKeys>()

/** @throws PayError 40003 or 40001 naming the field */
export function alipayKeys(config: ChannelConfig): AlipayKeys {
  const known = cache.get(config)
  if (known)
    return known
  const privateKey = readPrivateKey(config)
  const keys: AlipayKeys = {
    appid: config.text('appId'),
    privateKey,
    ...(usesCertificates(config) ? readCertificates(config, privateKey) : { alipayKeys: new Map([['', readAlipayKey(config, privateKey)]]) }),
    sellerId: config.optional('sellerId'),
    appAuthToken: config.optional('appAuthToken'),
    authAppId: config.optional('authAppId'),
    endpoint: endpointOf(config),
  }
  cache.set(config, keys)
  return keys
}

function endpointOf(config: ChannelConfig): string {
  const gateway = config.optional('gateway')
  if (gateway === undefined)
    return config.value('sandbox') === true ? SANDBOX_ENDPOINT : ENDPOINT
  if (!/^https?:\/\/[^\s?#]+$/.test(gateway))
    throw parameterError(`${config.name}.gateway`, `支付配置 ${config.name}.gateway 必须是 http(s):// 开头的支付宝网关地址，且不能带参数`)
  return gateway
}

interface Material { text: string, field: string }

/** A key stands in the config itself, or in a file. */
function material(config: ChannelConfig, field: string, what: string): Material {
  const text = config.optional(field)
  const found = text === undefined ? config.pem(field) : { text, field: `${config.name}.${field}` }
  if (!found)
    throw keyError(`${config.name}.${field}`, `支付配置缺少 ${config.name}.${field}（${what}）`)
  return found
}

/** Alipay's tools hand out bare base64, in one of two forms; others keep PEM. */
function parseKey({ text, field }: Material, what: string, parsers: ((der: Buffer) => KeyObject)[], pem: (text: string) => KeyObject): KeyObject {
  const attempts = text.includes('-----BEGIN') ? [() => pem(text)] : parsers.map(parse => () => parse(Buffer.from(text, 'base64')))
  for (const attempt of attempts) {
    try {
      const key = attempt()
      if (key.asymmetricKeyType === 'rsa')
        return key
    }
    catch {
      // the parser's own error may quote what it read
    }
  }
  throw keyError(field, `支付配置 ${field} 不是有效的${what}（RSA，PEM 或 Base64 格式）`)
}

function readPrivateKey(config: ChannelConfig): KeyObject {
  const what = '应用私钥'
  return parseKey(material(config, 'privateKey', what), what, [
    key => createPrivateKey({ key, format: 'der', type: 'pkcs8' }),
    key => createPrivateKey({ key, format: 'der', type: 'pkcs1' }),
  ], createPrivateKey)
}

const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' }) as Buffer
const isPair = (privateKey: KeyObject, publicKey: KeyObject): boolean => spki(createPublicKey(privateKey)).equals(spki(publicKey))

function readAlipayKey(config: ChannelConfig, privateKey: KeyObject): KeyObject {
  const what = '支付宝公钥'
  const given = material(config, 'alipayPublicKey', what)
  const key = parseKey(given, what, [
    der => createPublicKey({ key: der, format: 'der', type: 'spki' }),
    der => createPublicKey({ key: der, format: 'der', type: 'pkcs1' }),
  ], createPublicKey)
  // the usual mix-up, and then everybody with the app's key could speak for Alipay
  if (isPair(privateKey, key))
    throw keyError(given.field, `支付配置 ${given.field} 填成了应用公钥，请填写开放平台上显示的支付宝公钥`)
  return key
}

const CERTIFICATE_FIELDS = ['appCert', 'alipayPublicCert', 'alipayRootCert'] as const

function usesCertificates(config: ChannelConfig): boolean {
  return CERTIFICATE_FIELDS.some(field => config.optional(`${field}Content`) !== undefined || config.optional(`${field}Path`) !== undefined)
}

function certificate(config: ChannelConfig, field: typeof CERTIFICATE_FIELDS[number]): Material {
  const pem = config.pem(field)
  if (!pem)
    throw keyError(`${config.name}.${field}Path`, `支付配置缺少 ${config.name}.${field}Path（或 ${field}Content），证书模式需要三个证书`)
  return pem
}

function readAs<T>({ text, field }: Material, what: string, read: (text: string) => T): T {
  try {
    return read(text)
  }
  catch (error) {
    throw keyError(field, `支付配置 ${field} 不是有效的${what}（PEM 格式）`, error instanceof RangeError ? error : undefined)
  }
}

/** One of Alipay's certificates: its name and the key it vouches for. */
function readAlipayCertificate(material: Material, privateKey: KeyObject): [sn: string, key: KeyObject] {
  const what = '支付宝公钥证书'
  const sn = readAs(material, what, certificateSn)
  const key = readAs(material, what, createPublicKey)
  if (isPair(privateKey, key))
    throw keyError(material.field, `支付配置 ${material.field} 填成了应用公钥证书，请使用 alipayCertPublicKey_RSA2.crt`)
  return [sn, key]
}

function readCertificates(config: ChannelConfig, privateKey: KeyObject): Pick<AlipayKeys, 'alipayKeys' | 'certificates'> {
  const app = certificate(config, 'appCert')
  const alipay = certificate(config, 'alipayPublicCert')
  const root = certificate(config, 'alipayRootCert')
  const certificates = {
    appSn: readAs(app, '应用公钥证书', certificateSn),
    rootSn: readAs(root, '支付宝根证书', rootCertificateSn),
  }
  if (!isPair(privateKey, readAs(app, '应用公钥证书', createPublicKey)))
    throw keyError(app.field, `支付配置 ${app.field} 与 ${config.name}.privateKey 不是一对，请检查是否拿错文件`)
  // Alipay changes over in its own time: what it sends meanwhile is signed by the one or the other
  const previous = config.pem('alipayPublicCertPrevious')
  const all = [alipay, ...(previous ? [previous] : [])]
  return { certificates, alipayKeys: new Map(all.map(material => readAlipayCertificate(material, privateKey))) }
}
