import type { Server } from 'node:http'
import type { Account } from './account/account'
import type { Timer } from './clock'
import type { Gateway } from './context'
import type { GatewayLog } from './log'
import { createAccount } from './account/account'
import { alipayCourier } from './alipay/notification'
import { createAppleStore } from './apple/store'
import { openKeyring } from './account/keyring'
import { stoppable, systemClock } from './clock'
import { createLoginCodes } from './douyin/login'
import { createFaultBox } from './faults'
import { createApp } from './http/app'
import { createHttpServer, createTlsServer, listen } from './http/serve'
import { wxpayCourier } from './notify/notification'
import { createNotifier } from './notify/notifier'
import { createOrderBook } from './orders/order-book'
import { createCodeBook } from './orders/payment-codes'
import { createTransferBook } from './orders/transfer'
import { wxpayV2Courier } from './v2/notification'

export type { Account, Platform } from './account/account'
export type { AlipayAccount, AlipayPlatform } from './alipay/account'
export { createAccount } from './account/account'
export { writeMerchantFiles } from './account/merchant-files'
export type { MerchantFiles } from './account/merchant-files'
export type { Action } from './actions'
export type { Timer } from './clock'
export type { Fault } from './faults'
export type { GatewayEvent, GatewayLog } from './log'
export type { Delivery, DeliveryKind } from './notify/delivery'
export type { SoldOrder } from './notify/sign'
export { signedNotification } from './notify/sign'
export { ALIPAY_RETRY_DELAYS_MS, RETRY_DELAYS_MS } from './notify/schedule'

export interface GatewayOptions {
  /** Port on 127.0.0.1. @default 0, any free one */
  port?: number
  /** Whether it listens over TLS, too, on a port of its own: there refunds of v2 want the merchant's certificate. @default false */
  tls?: boolean
  /** When the port is taken, how many following ones are tried. @default 0 */
  nextPorts?: number
  /** Divides the waits of notifications (retries, late, twice). @default 1, the channel's own pace */
  speed?: number
  /** Every n-th payment's notification comes after a wrongly signed probe; 1 for each, 0 for none. @default 5 */
  probeEvery?: number
  /** Which key signs WeChat Pay's notifications. Answers are signed as the request's `Wechatpay-Serial` asks. @default 'public-key' */
  notifySigner?: 'public-key' | 'certificate'
  /** A merchant made earlier by {@link createAccount}. @default a new one */
  account?: Account
  /** Milliseconds since 1970. @default Date.now */
  now?: () => number
  /** Runs the gateway's timers. @default setTimeout */
  timer?: Timer
  /** Delivers notifications. @default the global fetch */
  fetch?: typeof globalThis.fetch
  /** Is told what happens. @default nobody */
  log?: GatewayLog
}

/** A local gateway that listens. */
export interface RunningGateway {
  /** Base address, without a slash at the end. */
  readonly url: string
  /** The same over TLS, under `account.tls.certPem`. */
  readonly tlsUrl?: string
  readonly account: Account
  /** Resolves when no notification is on its way; retries that still wait do not count. */
  idle: () => Promise<void>
  /** Stops timers, deliveries and connections. Can be called twice. */
  close: () => Promise<void>
}

/** Starts a local WeChat Pay, Alipay and App Store. Rejects when the port is taken. */
export async function createGateway(options: GatewayOptions = {}): Promise<RunningGateway> {
  const speed = options.speed ?? 1
  if (!(speed > 0))
    throw new RangeError('speed must be a number above 0')
  const clock = stoppable({ now: options.now ?? systemClock.now, after: options.timer ?? systemClock.after })
  const account = options.account ?? await createAccount(clock.now())
  const keys = openKeyring(account)
  const log = options.log ?? (() => {})
  const notifySigner = options.notifySigner === 'certificate' ? keys.certificateMode : keys.publicKeyMode
  const notifier = createNotifier({
    couriers: {
      'wxpay': wxpayCourier(account, notifySigner, clock.now),
      'wxpay-v2': wxpayV2Courier(account),
      'alipay': alipayCourier(account, keys.alipay, clock.now),
    },
    clock,
    fetch: options.fetch ?? globalThis.fetch,
    speed,
    probeEvery: options.probeEvery ?? 5,
    log,
  })

  let url = ''
  const gateway: Gateway = {
    account,
    keys,
    clock,
    speed,
    orders: createOrderBook(clock),
    apple: createAppleStore(account.apple, clock),
    douyinCodes: createLoginCodes(clock),
    alipayTransfers: new Map(),
    codes: createCodeBook(clock),
    transfers: createTransferBook(),
    notifier,
    notifySigner,
    log,
    logOrder: ({ outTradeNo, tradeState, tradeType, totalFen }) =>
      log({ event: 'order', out_trade_no: outTradeNo, trade_state: tradeState, trade_type: tradeType, total: totalFen }),
    url: () => url,
  }
  const app = createApp(gateway, createFaultBox(clock))
  const onError = (error: unknown): void => log({ event: 'warning', message: error instanceof Error ? error.stack ?? error.message : String(error) })
  const servers: Server[] = [createHttpServer(app, onError)]
  url = `http://127.0.0.1:${await listen(servers[0]!, options.port ?? 0, options.nextPorts ?? 0)}`
  let tlsUrl: string | undefined
  if (options.tls) {
    const server = createTlsServer(app, onError, account)
    servers.push(server)
    tlsUrl = `https://127.0.0.1:${await listen(server, 0, 0)}`
  }

  let closed: Promise<void> | undefined
  async function close(): Promise<void> {
    clock.stop()
    notifier.stop()
    await Promise.all(servers.map(server => new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })))
    await notifier.idle()
  }
  return { url, tlsUrl, account, idle: notifier.idle, close: () => closed ??= close() }
}
