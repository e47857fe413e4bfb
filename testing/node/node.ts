/** For tests of handlers, and of a deployed function: the real core, the real gateway, real signatures, no real keys. */
export { createTestMerchant, signNotification } from './merchant'
export { testHandlers } from './shop'
export type * from './node-types'
