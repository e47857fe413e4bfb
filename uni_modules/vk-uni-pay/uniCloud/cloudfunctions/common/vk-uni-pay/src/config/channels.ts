/** What the channels read of a config, for whoever writes one in TypeScript. Any `…Path` may be a `…Content` instead: the file's text. */

/** Where the payer is, or what the section is for. */
export type WxpaySection = 'mp-weixin' | 'app-plus' | 'h5' | 'h5-weixin' | 'mweb' | 'transfer' | 'codepay'
export type AlipaySection = 'mp-alipay' | 'app-plus' | 'h5' | 'mweb' | 'transfer' | 'codepay'

/** For a gateway that is not the channel's own. */
interface GatewaySettings {
  /** Address of another gateway, such as the local one. @default the channel's own */
  gateway?: string
  /** Certificate authority of that gateway, a PEM file. @default those everybody knows */
  gatewayCaPath?: string
  /** What is not named here is left alone. */
  [field: string]: unknown
}

/** A section of `wxpay`. */
export interface WxpaySettings extends GatewaySettings {
  /** The app the payer is in, bound to the merchant number. */
  appId: string
  /** Merchant number. */
  mchId: string | number
  /** Of the app; turns a code into an openid. @default none */
  secret?: string
  /** Of WeChat Pay's interface, 2 or 3. @default 3 where there is a `v3Key`, else 2 */
  version?: number
  /** Key of v3, 32 bytes. @default none */
  v3Key?: string
  /** Key of v2, 32 bytes. @default none */
  key?: string
  /** Signature of v2. @default 'MD5' */
  signType?: 'MD5' | 'HMAC-SHA256' | (string & {})
  /** The merchant's certificate, a PEM file. @default none */
  appCertPath?: string
  /** Its private key, a PEM file. @default none */
  appPrivateKeyPath?: string
  /** v2: certificate and key as `apiclient_cert.p12`, a path or its bytes. @default none */
  pfx?: string | Uint8Array
  /** v3: WeChat Pay's public key, a PEM file. @default its platform certificates are fetched */
  wxpayPublicKeyPath?: string
  /** v3: the id of that key. @default none */
  wxpayPublicKeyId?: string
  /** `mweb`: which site it is; payment codes of v3: which store. @default none */
  sceneInfo?: { h5_info?: object, store_info?: object }
  /** Service-provider mode: the sub-merchant. @default none */
  subMchId?: string
  /** Service-provider mode: its app. @default none */
  subAppId?: string
}

/** A section of `alipay`. */
export interface AlipaySettings extends GatewaySettings {
  /** The app at the open platform. */
  appId: string
  /** The app's private key, Base64 or PEM; or `privateKeyPath`. @default none */
  privateKey?: string
  /** Public-key mode: Alipay's key, not the app's. @default none */
  alipayPublicKey?: string
  /** Certificate mode: the app's certificate. @default none */
  appCertPath?: string
  /** Certificate mode: Alipay's certificate. @default none */
  alipayPublicCertPath?: string
  /** Certificate mode: Alipay's root certificate. @default none */
  alipayRootCertPath?: string
  /** The certificate before it, while Alipay changes them. @default none */
  alipayPublicCertPreviousPath?: string
  /** Who is paid (2088…), compared with what Alipay says. @default nothing is compared */
  sellerId?: string
  /** `h5` only: leads to Alipay's page instead of showing a QR code. @default a QR code */
  productCode?: 'FAST_INSTANT_TRADE_PAY' | (string & {})
  /** Service-provider mode: the merchant's authorisation. @default none */
  appAuthToken?: string
  /** Service-provider mode: the merchant's app. @default none */
  authAppId?: string
  /** Alipay's sandbox. @default false */
  sandbox?: boolean
}

/** The section of `appleiap`. */
export interface AppleiapSettings extends GatewaySettings {
  /** Shared secret of App Store Connect. @default none */
  password?: string
  /** Bundle id; a receipt of another app is refused. @default nothing is compared */
  bundleId?: string
  /** Product → its price in fen. @default what the client says */
  products?: Record<string, number>
  /** Whether receipts of the sandbox are believed. @default false */
  sandbox?: boolean
}

/** The section of `douyin`: only its login. */
export interface DouyinSettings extends GatewaySettings {
  /** The mini-program. */
  appId: string
  /** Of the mini-program; turns a code into an openid. */
  secret: string
  /** Douyin's sandbox. @default false */
  sandbox?: boolean
}
