import type { Provider } from '../core/provider'
import { alipay } from './alipay'
import { wxpayV3 } from './wxpay-v3'

/** Every channel of the server. A new one is a folder and a line here. */
const all: readonly Provider[] = [wxpayV3, alipay]

export const providers: ReadonlyMap<string, Provider> = new Map(all.map(provider => [provider.id, provider]))
