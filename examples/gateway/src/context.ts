import type { Account } from './account/account'
import type { Keyring } from './account/keyring'
import type { Clock } from './clock'
import type { GatewayLog } from './log'
import type { Notifier } from './notify/notifier'
import type { Order } from './orders/order'
import type { OrderBook } from './orders/order-book'

/** Everything a request handler of one gateway may need. */
export interface Gateway {
  readonly account: Account
  readonly keys: Keyring
  readonly clock: Clock
  readonly speed: number
  readonly orders: OrderBook
  readonly notifier: Notifier
  readonly log: GatewayLog
  readonly logOrder: (order: Order) => void
  /** The gateway's own address, known once it listens. */
  readonly url: () => string
}
