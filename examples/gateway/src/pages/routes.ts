import type { Gateway } from '../context'
import type { Route } from '../http/router'

export function pageRoutes(_gateway: Gateway): Route[] {
  return []
}
