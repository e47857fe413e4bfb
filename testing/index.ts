/** For tests of pages that pay, and for pages that are drawn before there is a server. Imports nothing of the client. */
export { createMockPayment } from './mock-payment'
export type { TestUni, TestUniOptions, UniCall } from './test-uni'
export { installTestUni } from './test-uni'
export type * from './types'
