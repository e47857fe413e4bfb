import { DuplicateError } from '../core/store'
import type { Doc, Filter, FindOptions, Patch, StoreSession } from '../core/store'
import { toCondition } from './condition'
import type { Condition } from './condition'
import { toRange } from './find-options'
import type { FindRange } from './find-options'
import { toChanges } from './patch'
import { isPlainObject, toPlain } from './plain'
import type { SessionGuard } from './session-guard'
import type { UniCloudCommands } from './uni-cloud-commands'
import type { UniCloudDatabase, UniCloudQuery, UniCloudTransaction } from './uni-cloud-db'
import { isDuplicate } from './uni-cloud-errors'

/** The most documents an Aliyun space answers at once; Tencent's limit is higher. */
const PAGE = 500

function toDocs(data: unknown): Doc[] {
  return (Array.isArray(data) ? data : [data]).filter(isPlainObject)
}

/** The `_id` that is all a condition asks for. */
function onlyId(condition: Condition): string | undefined {
  return condition.kind === 'field' && condition.field === '_id' && condition.op === 'eq' && typeof condition.value === 'string' ? condition.value : undefined
}

async function translateDuplicate<T>(collection: string, write: Promise<T>): Promise<T> {
  try {
    return await write
  }
  catch (cause) {
    throw isDuplicate(cause) ? new DuplicateError(collection, { cause }) : cause
  }
}

/** Reading and adding, the same inside and outside a transaction. */
abstract class UniCloudReader {
  constructor(
    protected readonly db: UniCloudDatabase | UniCloudTransaction,
    protected readonly commands: UniCloudCommands,
  ) {}

  protected async insert(collection: string, doc: Doc): Promise<string> {
    const { id } = await translateDuplicate(collection, this.db.collection(collection).add(toPlain(doc)))
    const added = id ?? doc._id
    if (added === undefined)
      throw new Error(`${collection}: the database did not say which _id it gave to the new document`)
    return added
  }

  protected select(collection: string, condition: Condition): UniCloudQuery {
    return this.db.collection(collection).where(this.commands.where(condition))
  }

  /** Page by page, because one request answers only so many. */
  protected async read(collection: string, condition: Condition, { orderBy, skip, limit }: FindRange, idsOnly = false): Promise<Doc[]> {
    const docs: Doc[] = []
    while (docs.length < limit) {
      const size = Math.min(PAGE, limit - docs.length)
      let query = this.select(collection, condition)
      for (const [field, direction] of orderBy)
        query = query.orderBy(field, direction)
      // pages only fit together when no two documents compare equal
      if (limit > PAGE && !orderBy.some(([field]) => field === '_id'))
        query = query.orderBy('_id', 'asc')
      if (idsOnly)
        query = query.field({ _id: true })
      const start = skip + docs.length
      const page = toDocs((await (start > 0 ? query.skip(start) : query).limit(size).get()).data)
      docs.push(...page)
      if (page.length < size)
        break
    }
    return docs
  }
}

/** Statements outside a transaction. */
export class UniCloudSession extends UniCloudReader implements StoreSession {
  add(collection: string, doc: Doc): Promise<string> {
    return this.insert(collection, doc)
  }

  async find(collection: string, filter: Filter, options?: FindOptions): Promise<Doc[]> {
    return this.read(collection, toCondition(filter), toRange(options))
  }

  async count(collection: string, filter: Filter): Promise<number> {
    return (await this.select(collection, toCondition(filter)).count()).total
  }

  async update(collection: string, filter: Filter, patch: Patch): Promise<number> {
    const changes = toChanges(patch)
    const query = this.select(collection, toCondition(filter))
    if (changes.length === 0)
      return 0
    const { updated } = await translateDuplicate(collection, query.update(this.commands.update(changes)))
    return updated ?? 0
  }

  async remove(collection: string, filter: Filter): Promise<number> {
    return (await this.select(collection, toCondition(filter)).remove()).deleted ?? 0
  }
}

/**
 * Statements inside a transaction, where uniCloud lets only `doc(id)` change and remove, and has no
 * count: what matches is read first, in the transaction's own snapshot. A document somebody else
 * changed since then makes the write fail as a conflict, so finding and changing stay one step.
 */
export class UniCloudTransactionSession extends UniCloudReader implements StoreSession {
  /** What it has added itself is there, and need not be looked for. */
  private readonly added = new Set<string>()

  constructor(transaction: UniCloudTransaction, commands: UniCloudCommands, private readonly guard: SessionGuard) {
    super(transaction, commands)
  }

  add(collection: string, doc: Doc): Promise<string> {
    return this.guard.run(async () => {
      const id = await this.insert(collection, doc)
      this.added.add(`${collection} ${id}`)
      return id
    })
  }

  find(collection: string, filter: Filter, options?: FindOptions): Promise<Doc[]> {
    return this.guard.run(async () => {
      const condition = toCondition(filter)
      const range = toRange(options)
      const id = onlyId(condition)
      if (id !== undefined) {
        const found = toDocs((await this.db.collection(collection).doc(id).get()).data)
        return found.slice(range.skip, range.skip + range.limit)
      }
      return this.read(collection, condition, range)
    })
  }

  count(collection: string, filter: Filter): Promise<number> {
    return this.guard.run(async () => (await this.idsOf(collection, filter)).length)
  }

  update(collection: string, filter: Filter, patch: Patch): Promise<number> {
    return this.guard.run(async () => {
      const changes = toChanges(patch)
      if (changes.length === 0)
        return 0
      const data = this.commands.update(changes)
      let changed = 0
      for (const id of await this.idsOf(collection, filter))
        changed += (await translateDuplicate(collection, this.db.collection(collection).doc(id).update(data))).updated ?? 0
      return changed
    })
  }

  remove(collection: string, filter: Filter): Promise<number> {
    return this.guard.run(async () => {
      let removed = 0
      const ids = await this.idsOf(collection, filter)
      this.added.clear()
      for (const id of ids)
        removed += (await this.db.collection(collection).doc(id).remove()).deleted ?? 0
      return removed
    })
  }

  private async idsOf(collection: string, filter: Filter): Promise<string[]> {
    const condition = toCondition(filter)
    const id = onlyId(condition)
    if (id !== undefined && this.added.has(`${collection} ${id}`))
      return [id]
    const docs = await this.read(collection, condition, { orderBy: [], skip: 0, limit: Number.POSITIVE_INFINITY }, true)
    return docs.map(doc => String(doc._id))
  }
}
