import type { Account } from '../../../examples/gateway/src/index'
import { createAccount } from '../../../examples/gateway/src/index'

let shared: Promise<Account> | undefined

/** One account per test file: making keys is the slow part. */
export function testAccount(): Promise<Account> {
  return shared ??= createAccount()
}
