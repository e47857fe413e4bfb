/**
 * The store port: all that the core, and the `vk.baseDao` of a handler, ask of a database.
 * Every store (uniCloud database, SQL) passes the same contract suite, `test/cloud/stores/`.
 */

/** A document: plain JSON values under string keys, `_id` always present once stored. */
export type Doc = Record<string, unknown> & { _id?: string }

/** Query commands: used as a field's value in a {@link Filter}. */
export type QueryOp = 'eq' | 'neq' | 'gt' | 'gte' | 'lt' | 'lte' | 'in' | 'nin' | 'exists' | 'and' | 'or'

/** Update commands: used as a field's value in a {@link Patch}. */
export type UpdateOp = 'inc' | 'mul' | 'set' | 'remove' | 'push' | 'pull'

/**
 * One database command, made by {@link command}: `command.inc(5)`, `command.gte(10)`.
 * Neutral: each store translates it into its own language.
 */
export class Command {
  constructor(readonly op: QueryOp | UpdateOp, readonly args: readonly unknown[]) {}

  /** Both must hold, on the same field: `command.gt(1).and(command.lt(9))`. */
  and(other: Command): Command { return new Command('and', [this, other]) }

  /** Either may hold, on the same field. */
  or(other: Command): Command { return new Command('or', [this, other]) }
}

const make = (op: QueryOp | UpdateOp) => (...args: unknown[]): Command => new Command(op, args)
function makeList(op: QueryOp | UpdateOp) {
  return (...args: unknown[]): Command =>
    new Command(op, args.length === 1 && Array.isArray(args[0]) ? args[0] : args)
}

/** `vk.db.command`, also known as `_`. Names and meaning as in uniCloud's database. */
export const command = {
  eq: make('eq'),
  neq: make('neq'),
  gt: make('gt'),
  gte: make('gte'),
  lt: make('lt'),
  lte: make('lte'),
  in: makeList('in'),
  nin: makeList('nin'),
  exists: make('exists'),
  and: makeList('and'),
  or: makeList('or'),
  inc: make('inc'),
  mul: make('mul'),
  set: make('set'),
  remove: make('remove'),
  push: makeList('push'),
  pull: make('pull'),
}

/**
 * Field → value or query {@link Command}; all fields must hold. A whole filter may also be
 * `command.and([...])` or `command.or([...])` of filters. Dotted names reach into objects.
 */
export type Filter = Record<string, unknown> | Command

/** Field → new value or update {@link Command}. Plain objects are merged as uniCloud does; dotted names reach in. */
export type Patch = Record<string, unknown>

export interface FindOptions {
  /** Field and direction, in order of weight. @default none */
  orderBy?: readonly (readonly [field: string, direction: 'asc' | 'desc'])[]
  /** Documents to leave out at the start. @default 0 */
  skip?: number
  /** At most so many documents. @default 100 */
  limit?: number
}

export interface UpdateOptions {
  /**
   * Whether the answer waits for the disk. Without it the change is seen by everybody at once and
   * survives the death of the process; only a machine that loses power may lose it, and never when a
   * later change was written durably. Heeded outside of a transaction; a store may always wait.
   * @default true
   */
  durable?: boolean
}

/** Thrown by `add` when a unique index (or `_id`) already holds the value. Nothing was written. */
export class DuplicateError extends Error {
  override readonly name = 'DuplicateError'
  override readonly cause?: unknown

  constructor(readonly collection: string, options?: { cause?: unknown }) {
    super(`${collection}: a document with this unique key exists already`)
    // old Node drops the cause that is handed to super()
    this.cause = options?.cause
  }
}

/** What can be done inside and outside a transaction. */
export interface StoreSession {
  /** Writes one document and answers its `_id`, made up when missing. @throws DuplicateError */
  add: (collection: string, doc: Doc) => Promise<string>
  /** The documents that match, newest insertion order not promised unless `orderBy` says so. */
  find: (collection: string, filter: Filter, options?: FindOptions) => Promise<Doc[]>
  count: (collection: string, filter: Filter) => Promise<number>
  /**
   * Changes every match and answers how many. Filter and change are one atomic step for each
   * document: `update(c, { _id, status: 0 }, { status: 1 })` is a compare-and-set, and 1 is
   * answered to exactly one of many callers.
   */
  update: (collection: string, filter: Filter, patch: Patch, options?: UpdateOptions) => Promise<number>
  remove: (collection: string, filter: Filter) => Promise<number>
}

export interface Store extends StoreSession {
  /**
   * Whether {@link Store.transaction} takes back everything on an error, *and* makes two
   * transactions that touch the same documents run one after the other.
   */
  readonly transactional: boolean
  /**
   * Runs `work`; commits when it resolves, takes everything back when it rejects, and rejects
   * with the same error. Retries by itself when the database reports a conflict, so `work` may
   * run more than once and must only touch what `tx` gives it.
   */
  transaction: <T>(work: (tx: StoreSession) => Promise<T>) => Promise<T>
  close: () => Promise<void>
}
