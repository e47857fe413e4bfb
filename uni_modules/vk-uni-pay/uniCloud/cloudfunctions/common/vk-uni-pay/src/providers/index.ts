import type { LoginChannel, Provider } from '../core/provider'
import { alipay } from './alipay'
import { appleiap } from './appleiap'
import { douyinLogin } from './douyin/login'
import { wxpay } from './wxpay'

/** Every channel of the server. A new one is a folder and a line here. */
const all: readonly Provider[] = [wxpay, alipay, appleiap]

/** Where payers can be known by their login, and not be charged: none of these is offered as a way to pay. */
const loginOnly: readonly LoginChannel[] = [douyinLogin]

export const providers: ReadonlyMap<string, Provider> = new Map(all.map(provider => [provider.id, provider]))
export const logins: ReadonlyMap<string, LoginChannel> = new Map(loginOnly.map(channel => [channel.id, channel]))
