import type { PayProvider } from '../types'
import { wxpay } from './wxpay'

/** The built-in channels, a line each. */
export const builtInProviders: readonly PayProvider[] = [
  wxpay,
]
