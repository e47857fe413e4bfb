/**
 * Calls of a channel that move money, and the one thing about a failure that decides what becomes of
 * it: whether anything can have left. What did not has changed nothing, whatever kind of error it is.
 */
import type { Channel } from './deps'
import type { ChannelContext } from './provider'
import { safeText } from './errors'

export interface Sending {
  /** The channel's context; what is sent through it is noticed. */
  readonly context: ChannelContext
  /** Whether a request that can change something was begun. Reading (`GET`: certificates) changes nothing. */
  readonly hasLeft: () => boolean
}

export function sendingOver({ context }: Pick<Channel, 'context'>): Sending {
  let left = false
  const http: typeof context.env.http = (request) => {
    left ||= request.method !== 'GET'
    return context.env.http(request)
  }
  return { context: { ...context, env: { ...context.env, http } }, hasLeft: () => left }
}

/** As it is kept on an order or a transfer. */
export const reasonOf = (error: unknown): string => safeText(error, 100)
