/**
 * The merchant's certificate, which WeChat Pay asks for where money goes back: the `pfx` file
 * (PKCS #12, its password is the merchant number), or certificate and key as PEM.
 */
import { Buffer } from 'node:buffer'
import { createRequire } from 'node:module'
import type { SecureContextOptions } from 'node:tls'
import type { PayError } from '../../core/errors'
import type { TlsOptions } from '../../core/ports'
import type { ChannelConfig } from '../../core/provider'
import { keyError } from '../../core/errors'

/** Loaded when it is needed: that takes longer than all else a cloud function loads when it starts. */
const tls = (): typeof import('node:tls') => createRequire('/')('tls')

const cache = new WeakMap<ChannelConfig, TlsOptions>()

/** Our side of the connection for refunds. Read and tried once for each section. @throws PayError 40003 naming the field */
export function clientCertificate(config: ChannelConfig): TlsOptions {
  const known = cache.get(config)
  if (known)
    return known
  const pem = pemPair(config)
  const options = pem ?? pkcs12(config)
  cache.set(config, options)
  return options
}

/** The pair, where both halves are given: also with a `pfx` beside it, which new OpenSSL may not read. */
function pemPair(config: ChannelConfig): TlsOptions | undefined {
  const [cert, key] = [config.pem('appCert'), config.pem('appPrivateKey')]
  if (!cert || !key) {
    const half = cert ? 'appPrivateKey' : 'appCert'
    if ((cert || key) && config.bytes('pfx') === undefined)
      throw keyError(`${config.name}.${half}Path`, `支付配置缺少 ${config.name}.${half}Path（或 ${half}Content），商户 API 证书与私钥必须成对填写`)
    return undefined
  }
  const options = { cert: cert.text, key: key.text }
  tryOut(options, () => keyError(cert.field, `支付配置 ${cert.field} 与 ${key.field} 不是有效的一对商户 API 证书和私钥（PEM 格式）`))
  return options
}

function pkcs12(config: ChannelConfig): TlsOptions {
  const file = config.bytes('pfx')
  if (!file)
    throw keyError(`${config.name}.pfx`, `支付配置缺少 ${config.name}.pfx（商户 API 证书 apiclient_cert.p12），微信支付 v2 退款和撤销必须使用；也可以填写 appCertPath 与 appPrivateKeyPath`)
  const options = { pfx: file.bytes, passphrase: config.text('mchId') }
  tryOut({ ...options, pfx: Buffer.from(file.bytes) }, reason => pfxError(file.field, reason))
  return options
}

/** What OpenSSL says of a file it cannot open, and what helps. The file of WeChat Pay is sealed with RC2, which OpenSSL 3 (Node 17) has put away. */
function pfxError(field: string, reason: string): PayError {
  if (/unsupported/i.test(reason)) {
    return keyError(field, `支付配置 ${field} 使用了当前 Node（OpenSSL 3）不再支持的旧加密算法（RC2）。请转换后重新填写：`
      + 'openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:商户号 -nodes -out all.pem，再执行 '
      + 'openssl pkcs12 -export -in all.pem -out apiclient_cert.p12 -passout pass:商户号；'
      + '或者改用同一证书包中的 apiclient_cert.pem 与 apiclient_key.pem，填写 appCertPath 与 appPrivateKeyPath')
  }
  if (/mac verify|password/i.test(reason))
    return keyError(field, `支付配置 ${field} 无法用商户号（mchId）打开，请检查证书与 mchId 是否属于同一商户`)
  return keyError(field, `支付配置 ${field} 不是有效的商户 API 证书（apiclient_cert.p12）`)
}

function tryOut(options: SecureContextOptions, failure: (reason: string) => PayError): void {
  try {
    tls().createSecureContext(options)
  }
  catch (error) {
    // not as its cause: it may quote what it read
    throw failure(error instanceof Error ? error.message : '')
  }
}
