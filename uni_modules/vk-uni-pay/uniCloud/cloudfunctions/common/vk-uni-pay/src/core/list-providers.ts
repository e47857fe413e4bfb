import type { CoreDeps } from './deps'
import type { Answer, ClientContext } from './ports'
import type { Provider } from './provider'
import { resolvePlatform } from './platform'

/** A channel that is configured for a platform. */
export interface OfferedProvider {
  provider: string
  platform: string
}

const textOf = (value: unknown): string | undefined => typeof value === 'string' && value !== '' ? value : undefined

/**
 * What the config has a section for: names only, never a value of it. With `vk_platform`, or for a
 * caller whose platform is known, only what that platform, and the caller's device, can pay with.
 */
export async function listProviders(deps: CoreDeps, providers: Iterable<Provider>, data: Record<string, unknown>, context: ClientContext): Promise<Answer> {
  const requested = textOf(data.vk_platform)
  const only = requested !== undefined || context.platform !== undefined ? resolvePlatform({ requested, context }) : undefined
  const pid = textOf(data.pid)
  const pairs = [...providers].filter(({ isOfferedTo }) => isOfferedTo?.(context) ?? true).flatMap(({ id, platforms }) => platforms
    .filter(platform => only === undefined || platform === only)
    .map(platform => ({ provider: id, platform })))
  const offered = await Promise.all(pairs.map(async (pair): Promise<OfferedProvider[]> => {
    try {
      await deps.channel({ ...pair, pid })
      return [pair]
    }
    catch {
      // no section for it: not offered
      return []
    }
  }))
  return { code: 0, msg: 'ok', providers: offered.flat() }
}
