import type { CoreDeps } from './deps'
import type { Answer } from './ports'
import { CALLBACKS } from './order'
import { PayCode, safeText } from './errors'

/** Whether this process can do its work now: it reads its config, and its database answers. For a load balancer; calls no channel. */
export async function health(deps: CoreDeps): Promise<Answer> {
  const attempt = async (work: () => Promise<unknown>): Promise<string> => {
    try {
      await work()
      return 'ok'
    }
    catch (error) {
      deps.env.log('error', 'not healthy', { detail: safeText(error) })
      return 'failed'
    }
  }
  const [config, database] = await Promise.all([
    attempt(() => deps.settings()),
    attempt(() => deps.store.find(CALLBACKS, { callback_id: 'health' }, { limit: 1 })),
  ])
  const healthy = config === 'ok' && database === 'ok'
  return { code: healthy ? PayCode.ok : PayCode.other, msg: healthy ? 'ok' : 'not healthy', checks: { config, database } }
}
