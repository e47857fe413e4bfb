import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Logger, Pay, Reconciling, Store } from 'vk-uni-pay/node'
import { createNodeListener, createOpsListener, createPay, openSqlStore, payMetrics, startReconciling } from 'vk-uni-pay/node'
import { listen } from './listen'
import { demoAnswer } from './demo'
import { fillShop } from './shop-data'
import { staticFiles } from './static-files'

export interface ShopServerOptions {
  /** Port on 127.0.0.1. @default 0, any free one */
  port?: number
  /** When the port is taken, how many following ones are tried. @default 0 */
  nextPorts?: number
  /** The folder of `config.js`; a function is told the server's address first, which `notifyUrl` needs. */
  config: string | ((url: string) => Promise<string>)
  /** The `service` folder of the cloud function: actions and handlers, as they are. */
  services: string
  /** File of the database. @default ':memory:' */
  file?: string
  /** Folder of the built H5 shop. @default none is served */
  shop?: string
  /** Address of the local gateway, told to the shop. */
  gateway?: string
  /** Pause between two sweeps of reconciliation, ms. @default 5000 */
  reconcileEveryMs?: number
  /** Port on 127.0.0.1 for `/healthz` and `/metrics`; payers do not reach it. @default there is none */
  opsPort?: number
  /** @default JSON lines on stderr */
  log?: Logger
}

export interface ShopServer {
  /** Without a slash at the end. */
  readonly url: string
  /** Where `/healthz` and `/metrics` are, if they are anywhere. */
  readonly opsUrl?: string
  readonly pay: Pay
  readonly store: Store
  close: () => Promise<void>
}

/** A Node host for the pay function: notifications and actions under `/vk-pay`, and the shop beside them. */
export async function startShopServer(options: ShopServerOptions): Promise<ShopServer> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => {
    response.writeHead(503).end()
  }
  const server = createServer((request, response) => handle(request, response))
  const url = `http://127.0.0.1:${await listen(server, options.port ?? 0, options.nextPorts ?? 0)}`

  const store = await openSqlStore({ file: options.file ?? ':memory:' })
  await fillShop(store)
  const metrics = payMetrics(options.log)
  const pay = createPay({
    config: { dir: typeof options.config === 'string' ? options.config : await options.config(url) },
    store,
    handlers: `${options.services}/pay-notify`,
    actions: options.services,
    log: metrics.log,
  })
  const ops = options.opsPort === undefined ? undefined : createServer(createOpsListener(pay, { metrics }))
  const opsUrl = ops && `http://127.0.0.1:${await listen(ops, options.opsPort ?? 0, 0)}`
  const reconciling = startReconciling(pay, { everyMs: options.reconcileEveryMs })
  const payListener = createNodeListener(pay, { cors: '*' })
  const files = staticFiles(options.shop)

  handle = (request, response) => {
    const path = new URL(request.url ?? '/', url).pathname
    if (/^\/vk-pay(?:\/|$)/.test(path))
      payListener(request, response)
    else if (path.startsWith('/demo/'))
      void demoAnswer(store, options.gateway, path, response)
    else
      files(path, response)
  }

  let closed: Promise<void> | undefined
  return { url, opsUrl, pay, store, close: () => closed ??= shutDown(ops ? [server, ops] : [server], store, reconciling) }
}

async function shutDown(servers: readonly Server[], store: Store, reconciling: Reconciling): Promise<void> {
  await reconciling.stop()
  await Promise.all(servers.map(server => new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })))
  await store.close()
}
