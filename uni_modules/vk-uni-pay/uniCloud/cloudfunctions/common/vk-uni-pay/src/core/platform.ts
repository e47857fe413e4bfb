import type { ClientContext } from './ports'
import { lookup } from './lookup'

/** Names clients and runtimes use, by the name the config uses. */
const aliases: Record<string, string> = {
  'app': 'app-plus',
  'app-android': 'app-plus',
  'app-ios': 'app-plus',
  'app-harmony': 'app-plus',
  'web': 'h5',
}

const isWechat = (userAgent: string): boolean => /MicroMessenger/i.test(userAgent)
const isDesktopWechat = (userAgent: string): boolean => /WindowsWechat|MacWechat/i.test(userAgent)
const isPhone = (userAgent: string): boolean => /Mobile|Android|iPhone|iPad|HarmonyOS/i.test(userAgent)

function browserPlatform(userAgent: string): string {
  if (isWechat(userAgent))
    return 'h5-weixin'
  return isPhone(userAgent) ? 'mweb' : 'h5'
}

export interface PlatformRequest {
  /** `vk_platform`: what the client says of itself. */
  requested?: string
  isPC?: boolean
  needQRcode?: boolean
  context: ClientContext
}

/**
 * The config section to pay with. What the client says wins over what the runtime says, and that
 * over the browser's name. The browser of desktop WeChat cannot open a cashier: it gets a code to scan.
 */
export function resolvePlatform({ requested, isPC, needQRcode, context }: PlatformRequest): string {
  if (isPC || needQRcode)
    return 'h5'
  const userAgent = context.userAgent ?? ''
  const named = requested || context.platform
  let platform = named ? lookup(aliases, named) ?? named : browserPlatform(userAgent)
  if (!requested && platform === 'h5')
    platform = browserPlatform(userAgent)
  return platform === 'h5-weixin' && isDesktopWechat(userAgent) ? 'h5' : platform
}
