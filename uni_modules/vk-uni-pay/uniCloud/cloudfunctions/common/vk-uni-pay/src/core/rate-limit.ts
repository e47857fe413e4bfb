/** How often a client may ask: counted in the database, so that any number of instances count as one. */
import type { CoreDeps } from './deps'
import type { ClientContext } from './ports'
import { LIMITS } from './order'
import { DuplicateError, command } from './store'
import { PayCode, PayError } from './errors'

const WINDOW_MS = 60_000

export interface Caller {
  context: ClientContext
  outTradeNo: string
}

/** Counts one call of a client. The server's own code is not counted. @throws PayError 40008 */
export async function limitRate(deps: CoreDeps, action: 'create' | 'query', { context, outTradeNo }: Caller): Promise<void> {
  if (context.isClient !== true)
    return
  const { rateLimit } = await deps.settings()
  if (!rateLimit)
    return
  const allowed = await takeOne(deps, `${action}:order:${outTradeNo}`, rateLimit[`${action}PerOrder`])
    && (context.userId === undefined || await takeOne(deps, `${action}:user:${context.userId}`, rateLimit[`${action}PerUser`]))
  if (!allowed)
    throw new PayError(PayCode.tooOften, '操作太频繁，请稍后再试', { field: 'rateLimit' })
}

/** Whether there was one left this minute. */
async function takeOne({ store, env }: CoreDeps, counted: string, max: number): Promise<boolean> {
  const window = Math.floor(env.now() / WINDOW_MS)
  const key = `${counted}:${window}`
  const count = async (): Promise<boolean> => await store.update(LIMITS, { key, count: command.lt(max) }, { count: command.inc(1) }) === 1
  if (await count())
    return true
  try {
    await store.add(LIMITS, { key, count: 1, until: (window + 1) * WINDOW_MS })
    return true
  }
  catch (error) {
    if (!(error instanceof DuplicateError))
      throw error
    // used up, or somebody else's first call of this minute came between
    return count()
  }
}

/** Forgets the minutes that are over. */
export function forgetRates({ store }: CoreDeps, now: number): Promise<number> {
  return store.remove(LIMITS, { until: command.lte(now) })
}
