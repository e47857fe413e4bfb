import type { Channel, ChannelKey, CoreDeps, GeneralSettings, RateLimits } from '../core/deps'
import type { Env } from '../core/ports'
import type { ChannelConfig, ChannelContext, LoginChannel, Provider } from '../core/provider'
import type { StoreSession } from '../core/store'
import type { ConfigInput, PayConfig } from './types'
import { channelConfig } from './channel-config'
import { trustingGateway } from './gateway-trust'
import { configSource } from './source'
import { notifyUrlOf } from './notify-url'
import { MERCHANTS } from '../core/order'
import { PayCode, PayError, parameterError } from '../core/errors'

export type { AlipaySection, AlipaySettings, AppleiapSettings, DouyinSettings, WxpaySection, WxpaySettings } from './channels'
export type { ConfigCenter, ConfigInput, PayConfig } from './types'

const DEFAULT_MAX_TOTAL_FEE = 1_000_000
const defaultRateLimits: RateLimits = { createPerUser: 60, createPerOrder: 30, queryPerUser: 600, queryPerOrder: 120 }
/** How long a merchant's config from the database is believed: one that is set inactive stops within this time. */
const MERCHANT_TTL_MS = 60_000

export interface PayConfigReader {
  channel: (key: ChannelKey) => Promise<Channel>
  login: CoreDeps['login']
  settings: () => Promise<GeneralSettings>
  /** The whole config file. @throws PayError when it cannot be read */
  read: () => PayConfig
  notifyKey: () => string | undefined
  /** Forgets config, keys and merchants; the next call reads them again. */
  clear: () => void
}

export interface ConfigOptions {
  input: ConfigInput
  providers: ReadonlyMap<string, Provider>
  /** Where only logins are known, not payments. A provider of the same id that has a login goes first. */
  logins?: ReadonlyMap<string, LoginChannel>
  env: Env
  /** Where `vk-pay-config` is, for several merchants. */
  session: StoreSession
}

function own(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null && Object.prototype.hasOwnProperty.call(object, key) ? (object as Record<string, unknown>)[key] : undefined
}

/** What decides where its settings are. */
type Sections = Pick<Provider, 'platforms' | 'sectionOf'>

function section(config: PayConfig, { provider, platform }: ChannelKey, known: Sections): { name: string, values: Record<string, unknown> } {
  const standIns = own(known.sectionOf, platform)
  if (!known.platforms.includes(platform) && standIns === undefined)
    throw parameterError('vk_platform', `支付方式 ${provider} 不支持平台 ${platform}，可用：${known.platforms.join('、')}`)
  const names = [platform, ...(Array.isArray(standIns) ? standIns as string[] : typeof standIns === 'string' ? [standIns] : [])]
  for (const name of names) {
    const values = own(own(config, provider), name)
    if (typeof values === 'object' && values !== null)
      return { name: `${provider}.${name}`, values: values as Record<string, unknown> }
  }
  throw parameterError(`${provider}.${platform}`, `支付配置中没有 ${names.map(name => `${provider}.${name}`).join('，也没有 ')}`)
}

/** @throws PayError naming what is not a number of calls */
function rateLimits(given: PayConfig['rateLimit']): RateLimits | undefined {
  if (given === false)
    return undefined
  const limits = { ...defaultRateLimits, ...given }
  const wrong = Object.keys(limits).find(name => !(name in defaultRateLimits) || !Number.isSafeInteger(limits[name as keyof RateLimits]) || limits[name as keyof RateLimits] < 1)
  if (wrong !== undefined)
    throw parameterError(`rateLimit.${wrong}`, `支付配置 rateLimit 的字段是 ${Object.keys(defaultRateLimits).join('、')}，值为每分钟次数，正整数；rateLimit: false 关闭限制`)
  return limits
}

/** A section, and the world its channel sees. */
interface SectionUse { readonly settings: ChannelConfig, readonly env: Env }

/** Reads and remembers the config; channel sections, and the keys inside them, are made once. */
export function createConfig({ input, providers, logins, env, session }: ConfigOptions): PayConfigReader {
  const source = configSource(input)
  const channels = new Map<string, SectionUse>()
  const merchants = new Map<string, { config: PayConfig, until: number }>()
  let main: PayConfig | undefined
  const mainConfig = (): PayConfig => main ??= source.read()

  async function merchantConfig(pid: string): Promise<PayConfig> {
    const cached = merchants.get(pid)
    if (cached && cached.until > env.now())
      return cached.config
    const [config] = await session.find(MERCHANTS, { _id: pid }, { limit: 1 })
    if (!config || config.status !== 'active')
      throw parameterError('pid', '商户 pid 不存在或未启用，请检查 vk-pay-config')
    forgetMerchant(pid)
    merchants.set(pid, { config, until: env.now() + MERCHANT_TTL_MS })
    return config
  }

  function forgetMerchant(pid: string): void {
    for (const key of channels.keys()) {
      if (key.startsWith(`${pid}/`))
        channels.delete(key)
    }
  }

  const sectionConfig = ({ name, values }: ReturnType<typeof section>): ChannelConfig => channelConfig(name, values, source.resolve)

  const configFor = async ({ pid }: ChannelKey): Promise<PayConfig> => pid === undefined ? mainConfig() : merchantConfig(pid)

  const made = (settings: ChannelConfig): SectionUse => ({ settings, env: trustingGateway(settings, env) })

  function contextIn(config: PayConfig, key: ChannelKey, sections: Sections): ChannelContext {
    const id = `${key.pid ?? ''}/${key.provider}.${key.platform}`
    const known = channels.get(id) ?? made(sectionConfig(section(config, key, sections)))
    channels.set(id, known)
    return { config: known.settings, platform: key.platform, env: known.env }
  }

  async function channel(key: ChannelKey): Promise<Channel> {
    const provider = providers.get(key.provider)
    if (!provider)
      throw parameterError('provider', `provider 必须是 ${[...providers.keys()].join('、')} 之一`)
    const config = await configFor(key)
    const context = contextIn(config, key, provider)
    return {
      provider: provider.serving?.(context.config) ?? provider,
      context,
      notifyUrl: spaceId => notifyUrlOf(config.notifyUrl === undefined ? mainConfig() : config, spaceId),
    }
  }

  const login: CoreDeps['login'] = async (key) => {
    const known = [providers, logins].map(table => table?.get(key.provider)).find(entry => entry?.login)
    if (!known?.login)
      throw new PayError(PayCode.notAllowed, `支付通道 ${key.provider} 不支持登录凭证换取 openid`, { field: 'provider' })
    return { login: known.login, context: contextIn(await configFor(key), key, known) }
  }

  return {
    channel,
    login,
    async settings() {
      const { maxTotalFee = DEFAULT_MAX_TOTAL_FEE, userWhitelist = [], autoDeleteExpiredOrders = 0, refundLateMoney, rateLimit, debug } = mainConfig()
      return { maxTotalFee, userWhitelist, autoDeleteExpiredOrders, refundLateMoney: refundLateMoney === true, rateLimit: rateLimits(rateLimit), debug: debug === true }
    },
    read: mainConfig,
    notifyKey: () => mainConfig().notifyKey,
    clear() {
      main = undefined
      channels.clear()
      merchants.clear()
      source.clear()
    },
  }
}
