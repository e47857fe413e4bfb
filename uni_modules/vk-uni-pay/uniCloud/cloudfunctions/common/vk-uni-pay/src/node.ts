/** For a host on Node: the payment service over SQL, and a listener for node:http. */
import type { Pay, PayOptions } from './pay'
import { createVk } from './data/vk'
import { createPay as createPayOver } from './pay'
import { actionsFrom, handlersFrom } from './runtimes/folder'
import { ownVk } from './runtimes/handler-vk'
import { nodeHttp } from './runtimes/node-http'

export * from './exports'
export type { NodeListenerOptions } from './runtimes/node'
export { createNodeListener } from './runtimes/node'
export type { PayMetrics } from './runtimes/node-metrics'
export { payMetrics } from './runtimes/node-metrics'
export type { OpsListenerOptions } from './runtimes/node-ops'
export { createOpsListener } from './runtimes/node-ops'
export type { Reconciling, ReconcilingOptions } from './runtimes/reconciling'
export { startReconciling } from './runtimes/reconciling'
export { createVk, nodeHttp }
export { openSqlStore } from './stores/sql'

export interface NodePayOptions extends Omit<PayOptions, 'handlers' | 'handlerVk' | 'http' | 'actions'>, Partial<Pick<PayOptions, 'handlerVk' | 'http'>> {
  /** A folder of handlers (`service/pay-notify`), or handlers as a table. */
  handlers: string | PayOptions['handlers']
  /** A folder whose `pay/*.js` are the actions, or a table. @default the built-in actions */
  actions?: string | PayOptions['actions']
}

/** The payment service of a Node host. */
export function createPay(options: NodePayOptions): Pay {
  const { store, handlers, actions, now = Date.now } = options
  return createPayOver({
    ...options,
    handlers: typeof handlers === 'string' ? handlersFrom(handlers) : handlers,
    actions: typeof actions === 'string' ? actionsFrom(actions) : actions,
    handlerVk: options.handlerVk ?? ownVk(session => createVk({ store, session, now })),
    http: options.http ?? nodeHttp,
  })
}
