import type { Gateway } from '../context'
import type { TransferBill } from '../orders/transfer'
import type { Parcel } from './delivery'
import { randomUUID } from 'node:crypto'
import { beijingTime } from '../clock'
import { seal } from '../crypto/aead'
import { platformHeaders } from '../v3/sign-reply'
import { transferView } from '../v3/transfers'

/** One notification, signed anew for each delivery. */
export function packTransfer(gateway: Gateway, bill: TransferBill, url: string): () => Parcel {
  const { account, clock, notifySigner } = gateway
  const id = randomUUID()
  const body = JSON.stringify({
    id,
    create_time: beijingTime(clock.now()),
    resource_type: 'encrypt-resource',
    event_type: 'MCHTRANSFER.BILL.FINISHED',
    summary: '商家转账单据终态通知',
    resource: { original_type: 'mch_payment', ...seal(account.apiV3Key, JSON.stringify(transferView(gateway, bill)), 'mch_payment') },
  })
  return () => ({
    kind: 'notify',
    id,
    url,
    headers: { 'content-type': 'application/json', 'accept': '*/*', 'user-agent': 'Mozilla/4.0', ...platformHeaders(notifySigner, body, clock.now()) },
    body,
  })
}
