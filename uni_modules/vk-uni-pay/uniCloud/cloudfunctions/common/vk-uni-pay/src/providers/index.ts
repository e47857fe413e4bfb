import type { Provider } from '../core/provider'
import { wxpayV3 } from './wxpay-v3'

/** Every channel of the server. A new one is a folder and a line here. */
const all: readonly Provider[] = [wxpayV3]

export const providers: ReadonlyMap<string, Provider> = new Map(all.map(provider => [provider.id, provider]))
