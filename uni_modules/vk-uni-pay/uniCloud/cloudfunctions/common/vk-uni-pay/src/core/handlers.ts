import { PayCode, PayError, safeText } from './errors'
import type { Vk } from '../data/vk'
import type { command } from './store'
import type { Forwarder, ForwardTarget } from './forward'

/** What a file in `service/pay-notify/` gets. */
export interface HandlerEvent {
  /** The order's fields and what `custom` held. */
  data: Record<string, unknown>
  /** The buyer, as far as the order knows. */
  userInfo: Record<string, unknown>
  /** `vk`, `db` and `_`: the database, inside of the transaction. */
  util: HandlerUtil
  /** The same for every run for one order: the key to make an effect happen once where no transaction does. */
  callback_id: string
}

export interface HandlerUtil {
  /** Data access; inside the vk framework its own `vk`, which has more. */
  vk: Vk
  /** The database as uniCloud's functions know it. */
  db: object
  /** What `db.command` is: `_.inc(1)`, `_.gt(0)` … */
  _: typeof command
}

type Main = (event: HandlerEvent) => unknown
/** The older form: `async ({ data }, { db, _ }) => true`. */
type Plain = (event: HandlerEvent, util: HandlerUtil) => unknown

/** What `quote` gets: what the client asked for, checked but for the price. */
export type QuoteEvent = Pick<HandlerEvent, 'data' | 'userInfo' | 'util'>

/** What a type costs, set by the server: fen, or with a subject and a `custom` in place of the client's; or a refusal. */
export type QuoteAnswer = number | { total_fee: number, subject?: string, custom?: Record<string, unknown> } | { code: number, msg: string }

/** With it the client's `total_fee` is ignored. Called by every `createPayment`, before anything is written. */
export interface Quoting {
  quote?: (event: QuoteEvent) => QuoteAnswer | Promise<QuoteAnswer>
}

/** `module.exports` of a handler file. Further exports are left alone. */
export type HandlerModule = (Plain | ({ main: Main, forward?: undefined } & Record<string, unknown>) | { forward: ForwardTarget }) & Quoting

/** The allow-list of order types and how to get at their handlers. */
export interface HandlerTable {
  readonly types: readonly string[]
  /** The handler of a listed type; nothing for any other name. */
  load: (type: string) => HandlerModule | undefined
}

export type HandlerResult = { code: 0, msg: string } & Record<string, unknown>

/** The handler did not do its work; everything it wrote is to be taken back. */
export class HandlerFailed extends PayError {
  override readonly name = 'HandlerFailed'
  constructor(message: string, cause?: unknown) {
    super(PayCode.other, message, { cause })
  }
}

/** Handlers given as objects, for tests and for hosts without a folder. */
export function handlerTable(modules: Readonly<Record<string, HandlerModule>>): HandlerTable {
  const byType = new Map(Object.entries(modules))
  return { types: [...byType.keys()], load: type => byType.get(type) }
}

function judge(type: string, answer: unknown): HandlerResult {
  if (answer === true)
    return { code: 0, msg: 'ok' }
  if (typeof answer === 'object' && answer !== null && 'code' in answer) {
    const { code, msg } = answer as { code: unknown, msg?: unknown }
    if (code === 0)
      return { ...JSON.parse(JSON.stringify(answer)), code: 0, msg: typeof msg === 'string' ? msg : 'ok' }
    throw new HandlerFailed(`${type}: code ${safeText(String(code))} ${safeText(msg)}`)
  }
  throw new HandlerFailed(`${type}: a handler must answer { code: 0 } or true, it answered ${answer === null ? 'null' : typeof answer === 'boolean' ? answer : typeof answer}`)
}

/** Whether the work is done elsewhere: then no transaction of ours can hold it. */
export function isForwarded(table: HandlerTable, type: string): boolean {
  const handler = table.load(type)
  return typeof handler === 'object' && handler.forward !== undefined
}

/**
 * Runs the handler of a type. Only `{ code: 0 }` and `true` count as done: what merely looks
 * truthy may be an error somebody returned. @throws HandlerFailed
 */
export async function runHandler(table: HandlerTable, type: string, event: HandlerEvent, forward: Forwarder): Promise<HandlerResult> {
  try {
    const handler = table.load(type)
    if (handler === undefined)
      throw new HandlerFailed(`${type}: no such file in service/pay-notify (there are: ${table.types.join(', ')})`)
    if (typeof handler === 'function')
      return judge(type, await handler(event, event.util))
    return judge(type, handler.forward === undefined ? await handler.main(event) : await forward(handler.forward, event))
  }
  catch (error) {
    throw error instanceof HandlerFailed ? error : new HandlerFailed(`${type}: ${safeText(error)}`, error)
  }
}
