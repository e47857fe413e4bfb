import type { Buffer } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'

/** A request with its body read; `target` is the raw path and query, as it was signed. */
export interface Request {
  readonly method: string
  readonly target: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Who called: over plain http nobody knows, over TLS one with the merchant's certificate or without. */
  readonly client: 'plain' | 'anonymous' | 'certified'
}

export interface Reply {
  status: number
  headers?: Record<string, string>
  body?: string
  /** A file, instead of a text. */
  file?: Buffer
}

export function json(status: number, value: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) }
}

export function empty(status: number): Reply {
  return { status }
}

/** A header that may come once only. */
export function header(request: Request, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? undefined : value
}

/** The body as a JSON object; nothing when it is something else. */
export function jsonObject(request: Request): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined
  }
  catch {
    return undefined
  }
}
