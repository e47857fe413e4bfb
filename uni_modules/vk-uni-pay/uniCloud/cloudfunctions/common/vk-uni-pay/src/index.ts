/** The public module `vk-uni-pay` of a service space, bundled to CommonJS for old Node. */
import type { Pay, PayOptions } from './pay'
import { uniCloudStore } from './stores/uni-cloud'
import { createVk } from './data/vk'
import { createPay } from './pay'
import { actionsFrom, handlersFrom } from './runtimes/folder'
import { findFrameworkVk, frameworkVk, ownVk } from './runtimes/handler-vk'
import type { UniCloud } from './runtimes/uni-cloud'
import { uniCloudFunctions, uniCloudHttp, uniCloudMain } from './runtimes/uni-cloud'

export * from './exports'
export type { UniIdCommon } from './runtimes/uni-id'
export { uniIdUsers } from './runtimes/uni-id'
export { createPay, uniCloudHttp, uniCloudMain, uniCloudStore }
export type { UniCloud }

export interface FunctionOptions extends Partial<Pick<PayOptions, 'store' | 'handlerVk' | 'http' | 'spaceId' | 'userOf' | 'providers' | 'log' | 'now' | 'sleep' | 'randomId'>> {
  /** The global `uniCloud`. */
  uniCloud: UniCloud
  /** `require('uni-config-center')({ pluginId: 'uni-pay' })`, or the config in another form. */
  config: PayOptions['config']
  /** The function's `service` folder: `pay/*.js` are the actions, `pay-notify/*.js` the handlers. */
  services: string
}

/** The payment service of a cloud function. */
export function createUniCloudPay(options: FunctionOptions): Pay {
  const { uniCloud, services, config } = options
  const database = uniCloud.database()
  const store = options.store ?? uniCloudStore(database as Parameters<typeof uniCloudStore>[0])
  const now = options.now ?? Date.now
  const framework = findFrameworkVk(uniCloud.vk, (globalThis as { vk?: unknown }).vk)
  return createPay({
    ...options,
    config,
    store,
    handlers: handlersFrom(`${services}/pay-notify`),
    actions: actionsFrom(services),
    handlerVk: options.handlerVk ?? (framework ? frameworkVk(framework, database as object) : ownVk(session => createVk({ store, session, now }))),
    http: options.http ?? uniCloudHttp(uniCloud),
    callFunction: uniCloudFunctions(uniCloud),
  })
}

/** `exports.main` of the function `vk-pay`. */
export function createFunction(options: FunctionOptions): (event: unknown, context: unknown) => Promise<object> {
  return uniCloudMain(createUniCloudPay(options))
}
