/** What the core asks of the world outside. A runtime provides it, a test replaces it. */

/** How a connection shows who we are, and whom it believes; for https addresses. */
export interface TlsOptions {
  /** Our certificate and its key in one PKCS #12 file. */
  pfx?: Uint8Array
  /** Password of `pfx`. */
  passphrase?: string
  /** Our certificate, PEM; with `key`. */
  cert?: string
  key?: string
  /** Believed in place of the authorities everybody knows, PEM. */
  ca?: string
}

export interface HttpRequest {
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  /** Sent byte for byte as given: a signature covers it. */
  body?: string
  /** Longest time for the whole exchange, ms. */
  timeoutMs: number
  /** The answer is a file: bytes, not text, and up to 64 MB of them. */
  file?: boolean
  tls?: TlsOptions
}

export interface HttpResponse {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  body: Uint8Array
}

/** Sends one request. Rejects when no whole answer came in time. */
export type HttpPort = (request: HttpRequest) => Promise<HttpResponse>

export type LogLevel = 'info' | 'warn' | 'error'

/** Facts of a log line: numbers of orders, reasons, durations. Never keys, openids or payloads. */
export type LogFields = Record<string, string | number | boolean | undefined>

export type Logger = (level: LogLevel, event: string, fields?: LogFields) => void

export interface Env {
  /** Milliseconds since 1970. */
  now: () => number
  sleep: (ms: number) => Promise<void>
  /** So many random characters of `0-9a-z`, not guessable. */
  randomId: (length: number) => string
  http: HttpPort
  log: Logger
}

/** A request as the channel sent it. */
export interface RawRequest {
  method: string
  path: string
  /** Names in lower case. */
  headers: Record<string, string>
  /** The very bytes: signatures cover them. */
  body: Uint8Array
}

export interface HttpAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** What is known of the caller; each may be missing. */
export interface ClientContext {
  /** Platform as the runtime reports it (`PLATFORM` of uniCloud). */
  platform?: string
  userAgent?: string
  clientIp?: string
  /** DCloud appid of the app. */
  appid?: string
  deviceId?: string
  /** Service space; picks the entry of `notifyUrl`. */
  spaceId?: string
  /** Id of the signed-in user, verified by the runtime. */
  userId?: string
  /** Whether the call came through an action, from a client; the server's own code is trusted. */
  isClient?: boolean
  /** Whether this host checks who is signed in: then a client without `userId` is nobody. */
  userChecked?: boolean
}

export type Answer = { code: number, msg: string } & Record<string, unknown>
