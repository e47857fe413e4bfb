import type { Gateway } from '../context'
import type { Reply } from '../http/message'
import type { SignType } from './signing'
import type { Params } from './xml'
import { randomText } from '../crypto/random'
import { sign } from './signing'
import { writeXml } from './xml'

const xml = (params: Params, status = 200): Reply => ({ status, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: writeXml(params) })

/** `return_code` FAIL: not signed. */
export const notTaken = (message: string, status?: number): Reply => xml({ return_code: 'FAIL', return_msg: message }, status)

const subNames = ({ sub_appid, sub_mch_id }: Params): Params => ({ ...(sub_appid ? { sub_appid } : {}), ...(sub_mch_id ? { sub_mch_id } : {}) })

/** A signed answer; `fields` tell how it went. */
export function answer(gateway: Gateway, request: { params: Params, signType: SignType }, fields: Params): Reply {
  const { account } = gateway
  const about = { return_code: 'SUCCESS', return_msg: 'OK', appid: request.params.appid ?? '', mch_id: account.mchid, ...subNames(request.params), nonce_str: randomText(32) }
  return xml(sign({ ...about, ...fields }, request.signType, account.apiKey))
}
