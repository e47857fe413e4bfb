import { computed, getCurrentScope, onScopeDispose, ref, toValue, watch } from 'vue'
import type { ComputedRef, MaybeRefOrGetter } from 'vue'

export interface UseCountdownOptions {
  /** Called once for every moment that is reached. @default none */
  onEnd?: () => void
}

export interface UseCountdownReturn {
  /** Whole seconds left, never negative; `undefined` while there is no end. */
  seconds: ComputedRef<number | undefined>
  /** `m:ss`, or `h:mm:ss` from an hour on. */
  text: ComputedRef<string>
  /** The moment has come. */
  ended: ComputedRef<boolean>
}

/** Counts down to a moment (milliseconds since 1970). It reads the clock at every turn, so a sleeping phone does not delay it. */
export function useCountdown(endsAtMs: MaybeRefOrGetter<number | undefined>, { onEnd }: UseCountdownOptions = {}): UseCountdownReturn {
  const seconds = ref<number>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function turn() {
    clearTimeout(timer)
    const endMs = toValue(endsAtMs)
    if (endMs === undefined) {
      seconds.value = undefined
      return
    }
    const leftMs = endMs - Date.now()
    seconds.value = Math.max(0, Math.ceil(leftMs / 1000))
    if (leftMs > 0)
      timer = setTimeout(turn, leftMs % 1000 || 1000)
    else
      onEnd?.()
  }

  watch(() => toValue(endsAtMs), turn, { immediate: true })
  if (getCurrentScope())
    onScopeDispose(() => clearTimeout(timer))

  return {
    seconds: computed(() => seconds.value),
    text: computed(() => formatDuration(seconds.value ?? 0)),
    ended: computed(() => seconds.value === 0),
  }
}

function formatDuration(seconds: number): string {
  const two = (value: number) => `${value < 10 ? 0 : ''}${value}`
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`
}
