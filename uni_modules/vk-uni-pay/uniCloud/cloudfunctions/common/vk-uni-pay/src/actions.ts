import type { Answer, ClientContext } from './core/ports'

/** What an action file in `service/` gets. */
export interface ActionEvent<TPay = unknown> {
  data: Record<string, unknown>
  context: ClientContext
  userInfo: Record<string, unknown>
  util: { pay: TPay }
}

export type Action<TPay = unknown> = (event: ActionEvent<TPay>) => Promise<unknown> | unknown

/** The allow-list of actions clients may call, by name such as `pay/createPayment`. */
export interface ActionTable<TPay = unknown> {
  readonly names: readonly string[]
  load: (name: string) => Action<TPay> | undefined
}

/** One call, whatever form it came in. */
export interface ActionCall {
  action: string
  data: Record<string, unknown>
  /** Token of the signed-in user, if any; the host knows how to check it. */
  token?: string
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {}
}

/** `{ $url | url | action, data, uniIdToken }`. */
export function readCall(body: unknown): ActionCall {
  const { $url, url, action, data, uniIdToken } = objectOf(body)
  const name = [$url, url, action].find(value => typeof value === 'string' && value !== '')
  return {
    action: typeof name === 'string' ? name.replace(/^\/+/, '') : '',
    data: objectOf(data),
    token: typeof uniIdToken === 'string' ? uniIdToken : undefined,
  }
}

/** Handlers of notifications run for channels only, and nobody walks out of the folder. */
const isForbidden = (name: string): boolean => name.includes('..') || /pay-notify/i.test(name)

/** The action, or the answer that says why there is none. */
export function findAction<TPay>(table: ActionTable<TPay>, name: string): { run: Action<TPay> } | { refusal: Answer } {
  if (isForbidden(name))
    return { refusal: { code: 40009, msg: '不允许调用该云函数路径' } }
  const run = table.load(name)
  return run ? { run } : { refusal: { code: 404, msg: `没有这个云函数路径，可用：${table.names.join('、')}` } }
}
