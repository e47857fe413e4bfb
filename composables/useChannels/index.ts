import { computed, shallowRef, toValue } from 'vue'
import type { ComputedRef, MaybeRefOrGetter } from 'vue'
import { chooseBackend } from '../../js_sdk/backends'
import type { VkLike } from '../../js_sdk/backends'
import type { VkPay } from '../../js_sdk/client'
import { useVkPay } from '../../js_sdk/client'
import type { ProviderId } from '../../js_sdk/types'

const CHOICE_KEY = 'vk-pay-choice'
/** A list that takes longer is not waited for: what the platform can open is offered. */
const OFFER_WAIT_MS = 3000

export interface UseChannelsOptions {
  /** Channels to offer, in this order. @default all */
  providers?: MaybeRefOrGetter<readonly ProviderId[] | undefined>
  /** The client whose channels they are. @default the one of `app.use(createVkPay())`, see `useVkPay` */
  client?: VkPay
}

export interface UseChannelsReturn {
  /**
   * What can be paid with here: asked for, open to this platform, and configured on the server. While
   * the server says nothing, without the channels of virtual goods that nobody asked for by name.
   */
  channels: ComputedRef<ProviderId[]>
  /** The same before the server was heard. */
  openable: ComputedRef<ProviderId[]>
  /** The server is being asked. */
  loading: ComputedRef<boolean>
  /** The payer's choice: the one of last time where it is still offered, else the first. */
  chosen: ComputedRef<ProviderId | undefined>
  /** Takes another one. */
  choose: (id: ProviderId) => void
  /** Remembers the choice on this device. */
  remember: () => void
  /** Asks the server, once; an answer that never comes is no obstacle. */
  load: () => Promise<void>
}

/** The channels a payer may choose from, for those who draw their own cashier. */
export function useChannels({ providers, client = useVkPay() }: UseChannelsOptions = {}): UseChannelsReturn {
  const offered = shallowRef<readonly string[]>()
  const picked = shallowRef<ProviderId>()
  const loading = shallowRef(false)
  let asked: Promise<void> | undefined

  const openable = computed(() => {
    const known = client.providers.map(provider => provider.id)
    const wanted = toValue(providers)
    return wanted ? [...new Set(wanted)].filter(id => known.includes(id)) : known
  })
  const isVirtual = (id: ProviderId) => client.providers.some(provider => provider.id === id && provider.virtual)
  const channels = computed(() => openable.value.filter(id => offered.value ? offered.value.includes(id) : toValue(providers) || !isVirtual(id)))
  const chosen = computed(() => [picked.value, remembered()].find(id => id && channels.value.includes(id)) ?? channels.value[0])

  async function ask() {
    loading.value = true
    const answer = await Promise.race([offer(client), new Promise<undefined>(resolve => client.clock.setTimeout(() => resolve(undefined), OFFER_WAIT_MS))])
    offered.value = answer
    loading.value = false
  }

  return {
    channels,
    openable,
    loading: computed(() => loading.value),
    chosen,
    choose: id => void (picked.value = id),
    remember() {
      try {
        uni.setStorageSync(CHOICE_KEY, chosen.value)
      }
      catch {
        // chosen anew next time
      }
    },
    load: () => asked ??= ask(),
  }
}

function remembered(): ProviderId | undefined {
  const kept: unknown = uni.getStorageSync(CHOICE_KEY)
  return typeof kept === 'string' ? kept : undefined
}

/** The ids the server's config has for this platform; nothing when it cannot tell, as a cloud side without `pay/listProviders`. */
async function offer({ options, platform }: VkPay): Promise<string[] | undefined> {
  const { vk } = uni as unknown as { vk?: VkLike & { isVkPay?: boolean } }
  try {
    const backend = chooseBackend(options.backend, vk?.isVkPay ? undefined : vk, options.functionName ?? 'vk-pay')
    const answer = await backend?.call<{ code: number, providers?: unknown }>('pay/listProviders', { vk_platform: platform })
    return answer?.code === 0 && Array.isArray(answer.providers)
      ? answer.providers.map((one: { provider?: unknown }) => String(one?.provider))
      : undefined
  }
  catch {
    return undefined
  }
}
