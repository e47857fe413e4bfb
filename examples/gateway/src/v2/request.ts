import type { Gateway } from '../context'
import type { Request } from '../http/message'
import type { SignType } from './signing'
import type { Params } from './xml'
import { signTypeOf, verifies } from './signing'
import { TransportError } from './v2-error'
import { readXml } from './xml'

/** A request whose signature fits. */
export interface V2Request {
  readonly params: Params
  readonly signType: SignType
  /** The shop a service provider asks for. */
  readonly shop?: { mchid: string, appid?: string }
}

/** Reads and checks what every interface asks for. Throws {@link TransportError}. */
export function readRequest(gateway: Gateway, request: Request): V2Request {
  const { account } = gateway
  const params = readXml(request.body)
  if (!params)
    throw new TransportError('XML格式错误')
  if (!Object.values(account.appids).includes(params.appid ?? ''))
    throw new TransportError('appid参数错误或不存在')
  if (params.mch_id !== account.mchid)
    throw new TransportError('mch_id参数错误或不存在')
  if (!params.nonce_str || params.nonce_str.length > 32)
    throw new TransportError('nonce_str参数长度有误')
  const signType = signTypeOf(params.sign_type)
  if (!signType || !verifies(params, params.sign, signType, account.apiKey))
    throw new TransportError('签名错误')
  return { params, signType, shop: readShop(gateway, params) }
}

/** The shop there is, when the merchant collects for it. Throws {@link TransportError}. */
function readShop({ account }: Gateway, { sub_mch_id: mchid, sub_appid: appid }: Params): V2Request['shop'] {
  if (!mchid && !appid)
    return undefined
  if (mchid !== account.shop.mchid)
    throw new TransportError('sub_mch_id参数错误或与服务商没有绑定关系')
  if (appid && appid !== account.shop.appid)
    throw new TransportError('sub_appid与sub_mch_id不匹配')
  return { mchid, ...(appid ? { appid } : {}) }
}

/**
 * Where money goes back the channel wants the merchant's certificate. Over plain http nobody can
 * show one: there the call is let through, and the log says that the real channel would not.
 */
export function checkCertificate(gateway: Gateway, request: Request): void {
  if (request.client === 'anonymous')
    throw new TransportError('请使用商户API证书，未提交证书或证书错误')
  if (request.client === 'plain')
    gateway.log({ event: 'warning', message: `${request.path} over plain http: the merchant's certificate cannot be asked for; the real channel refuses a call without one` })
}
