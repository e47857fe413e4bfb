import type { Account } from './account/account'
import type { Keyring, PlatformSigner } from './account/keyring'
import type { AppleStore } from './apple/store'
import type { Clock } from './clock'
import type { LoginCodes } from './douyin/login'
import type { GatewayLog } from './log'
import type { Notifier } from './notify/notifier'
import type { Order } from './orders/order'
import type { OrderBook } from './orders/order-book'
import type { Transfer } from './alipay/transfers'
import type { CodeBook } from './orders/payment-codes'
import type { TransferBook } from './orders/transfer'

/** Everything a request handler of one gateway may need. */
export interface Gateway {
  readonly account: Account
  readonly keys: Keyring
  readonly clock: Clock
  readonly speed: number
  readonly orders: OrderBook
  readonly apple: AppleStore
  readonly douyinCodes: LoginCodes
  /** Transfers through Alipay, by the merchant's number. */
  readonly alipayTransfers: Map<string, Transfer>
  readonly codes: CodeBook
  readonly transfers: TransferBook
  readonly notifier: Notifier
  /** The key notifications of WeChat Pay are signed with. */
  readonly notifySigner: PlatformSigner
  readonly log: GatewayLog
  readonly logOrder: (order: Order) => void
  /** The gateway's own address, known once it listens. */
  readonly url: () => string
}
