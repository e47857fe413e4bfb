import type { Account } from '../account/account'
import type { PlatformSigner } from '../account/keyring'
import type { Order } from '../orders/order'
import type { Courier } from './courier'
import type { Delivery, DeliveryKind, Parcel } from './delivery'
import { randomUUID } from 'node:crypto'
import { beijingTime } from '../clock'
import { seal } from '../crypto/aead'
import { transactionOf } from '../orders/transaction'
import { platformHeaders } from '../v3/sign-reply'
import { RETRY_DELAYS_MS } from './schedule'

/** A payment's one notification; every delivery repeats this body. */
interface Notification {
  readonly id: string
  readonly body: string
}

/** Encrypts the paid transaction under the APIv3 key. */
function composeNotification(order: Order, account: Account, nowMs: number): Notification {
  const id = randomUUID()
  const sealed = seal(account.apiV3Key, JSON.stringify(transactionOf(order)), 'transaction')
  const body = JSON.stringify({
    id,
    create_time: beijingTime(nowMs),
    resource_type: 'encrypt-resource',
    event_type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    resource: { original_type: 'transaction', ...sealed },
  })
  return { id, body }
}

/** The body with one character of its ciphertext changed: still JSON, no longer what was signed. */
function changeOneByte(body: string): string {
  const place = body.indexOf('"ciphertext":"') + '"ciphertext":"'.length
  return body.slice(0, place) + (body[place] === 'A' ? 'B' : 'A') + body.slice(place + 1)
}

/** A signature that only looks like one, as the channel sends to see whether the merchant checks. */
function spoilSignature(headers: Record<string, string>): Record<string, string> {
  return { ...headers, 'Wechatpay-Signature': `WECHATPAY/SIGNTEST/${headers['Wechatpay-Signature']}` }
}

/** Signs the notification for one delivery of that kind. */
function pack(notification: Notification, order: Order, kind: DeliveryKind, signer: PlatformSigner, nowMs: number): Parcel {
  const headers = platformHeaders(signer, notification.body, nowMs)
  return {
    kind,
    id: notification.id,
    url: order.notifyUrl,
    headers: {
      'content-type': 'application/json',
      'accept': '*/*',
      'user-agent': 'Mozilla/4.0',
      'pragma': 'no-cache',
      ...(kind === 'probe' ? spoilSignature(headers) : headers),
    },
    body: kind === 'tampered' ? changeOneByte(notification.body) : notification.body,
  }
}

/** Tells merchants of WeChat's payments: sealed and signed JSON, until the answer is 2xx. */
export function wxpayCourier(account: Account, signer: PlatformSigner, now: () => number): Courier {
  const notifications = new Map<string, Notification>()

  function notificationOf(order: Order): Notification {
    const known = notifications.get(order.outTradeNo) ?? composeNotification(order, account, now())
    notifications.set(order.outTradeNo, known)
    return known
  }

  return {
    retryDelaysMs: RETRY_DELAYS_MS,
    probes: true,
    accepted: ({ status }: Delivery) => status >= 200 && status < 300,
    pack: (order, kind) => pack(notificationOf(order), order, kind, signer, now()),
  }
}
