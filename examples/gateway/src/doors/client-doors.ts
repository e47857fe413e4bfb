import type { Gateway } from '../context'
import type { Handler } from '../http/router'
import type { Order } from '../orders/order'
import type { ClientOrder, Fields } from './pay-sign'
import { act, isAction } from '../actions'
import { json, jsonObject } from '../http/message'
import { findOrder, readApp, readJsapi } from './pay-sign'

/** How a platform words the end of a payment. */
interface Wording {
  cancel: string
  refused: (why: string) => string
}

const JSAPI: Wording = {
  cancel: 'requestPayment:fail cancel',
  refused: why => `requestPayment:fail ${why}`,
}

/** The app runtime puts WeChat's number into the text: -2 left, -1 anything wrong. */
const APP: Wording = {
  cancel: 'requestPayment:fail [payment微信:-2]User canceled',
  refused: () => 'requestPayment:fail [payment微信:-1]General errors',
}

function door(
  gateway: Gateway,
  name: 'jsapi' | 'app',
  wording: Wording,
  read: (fields: Fields) => ClientOrder | string,
): Handler {
  function pay(order: Order, fields: Fields): string {
    const { action = 'pay', delayMs } = fields
    if (!isAction(action))
      return wording.refused(`action ${String(action)}`)
    const result = act(gateway, order, action, typeof delayMs === 'number' ? delayMs : undefined)
    return result.done === 'paid' ? 'requestPayment:ok' : wording.cancel
  }

  return (request) => {
    const fields = jsonObject(request) ?? {}
    const client = read(fields)
    const order = typeof client === 'string' ? client : findOrder(gateway, client, name === 'jsapi' ? 'JSAPI' : 'APP')
    const reason = typeof order === 'string' ? order : undefined
    const errMsg = typeof order === 'string' ? wording.refused(order) : pay(order, fields)
    gateway.log({ event: 'client', door: name, errMsg: reason ? `${errMsg} (${reason})` : errMsg })
    return json(200, { errMsg, ...(reason && { reason }) })
  }
}

/** POST /gateway/client/jsapi: what WeChat does with the parameters of a mini-program or official account page. */
export function jsapiDoor(gateway: Gateway): Handler {
  return door(gateway, 'jsapi', JSAPI, readJsapi)
}

/** POST /gateway/client/app: what the WeChat app does with the parameters of an app. */
export function appDoor(gateway: Gateway): Handler {
  return door(gateway, 'app', APP, fields => readApp(fields, [gateway.account.mchid, gateway.account.shop.mchid]))
}
