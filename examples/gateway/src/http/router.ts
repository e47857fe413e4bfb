import type { Reply, Request } from './message'

export type Handler = (request: Request, params: Record<string, string>) => Reply | Promise<Reply>

export interface Route {
  readonly method: string
  readonly pattern: RegExp
  readonly handle: Handler
}

/** A route; `:name` in the path stands for one segment, handed over decoded. */
export function route(method: string, path: string, handle: Handler): Route {
  return { method, pattern: new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`), handle }
}

/** The first route for this request with its parameters. A segment that is not valid percent-encoding matches nothing. */
export function findRoute(routes: readonly Route[], request: Request): { route: Route, params: Record<string, string> } | undefined {
  for (const candidate of routes) {
    const match = candidate.method === request.method ? candidate.pattern.exec(request.path) : null
    const params = match && decodeAll(match.groups ?? {})
    if (params)
      return { route: candidate, params }
  }
  return undefined
}

function decodeAll(groups: Record<string, string>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]))
  }
  catch {
    return undefined
  }
}
