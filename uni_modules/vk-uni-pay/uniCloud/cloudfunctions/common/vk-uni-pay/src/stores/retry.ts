export interface RetryOptions {
  /** Whether another try can help. */
  again: (error: unknown) => boolean
  /** Tries in all. */
  attempts: number
  /** The longest first pause in ms; it doubles with every try, up to {@link maxPauseMs}. */
  pauseMs: number
  /** The longest pause in ms. */
  maxPauseMs: number
  /** For tests: waits so many ms. */
  sleep?: (ms: number) => Promise<void>
}

const realSleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Tries again after random, growing pauses: two that collided must not collide in step again. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const sleep = options.sleep ?? realSleep
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    }
    catch (error) {
      if (attempt >= options.attempts || !options.again(error))
        throw error
      await sleep(Math.random() * Math.min(options.maxPauseMs, options.pauseMs * 2 ** (attempt - 1)))
    }
  }
}

/** The error and what caused it: a handler may have wrapped the database's own error. */
export function causes(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let at = error; typeof at === 'object' && at !== null && chain.length < 8; at = (at as { cause?: unknown }).cause)
    chain.push(at)
  return chain
}

/** The `code` of an error, wherever it comes from. */
export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined
}
