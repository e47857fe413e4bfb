/** A store in memory that keeps the promises of the port, and nothing more. */
import { declaredIndexes } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/indexes'
import type { Doc, Filter, FindOptions, Patch, Store, StoreSession } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { Command, DuplicateError } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'

const declared = Object.entries(declaredIndexes).map(([name, { indexes }]) => [name, indexes.filter(index => index.unique).flatMap(index => index.on)] as const)
const uniqueFields: Record<string, readonly string[]> = { ...Object.fromEntries(declared), effects: ['key'] }

type Collections = Map<string, Doc[]>

function get(doc: Doc, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], doc)
}

function compare(value: unknown, other: unknown): number {
  return typeof value === typeof other && (typeof value === 'number' || typeof value === 'string')
    ? value < (other as typeof value) ? -1 : value > (other as typeof value) ? 1 : 0
    : Number.NaN
}

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

function holds(value: unknown, condition: unknown): boolean {
  if (!(condition instanceof Command))
    return equal(value, condition)
  const [first] = condition.args
  switch (condition.op) {
    case 'eq': return equal(value, first)
    case 'neq': return !equal(value, first)
    case 'gt': return compare(value, first) > 0
    case 'gte': return compare(value, first) >= 0
    case 'lt': return compare(value, first) < 0
    case 'lte': return compare(value, first) <= 0
    case 'in': return condition.args.some(item => equal(value, item))
    case 'nin': return !condition.args.some(item => equal(value, item))
    case 'exists': return (value !== undefined) === first
    case 'and': return condition.args.every(item => holds(value, item))
    case 'or': return condition.args.some(item => holds(value, item))
    default: throw new Error(`not a query command: ${condition.op}`)
  }
}

function matches(doc: Doc, filter: Filter): boolean {
  if (filter instanceof Command) {
    const parts = filter.args as Filter[]
    return filter.op === 'or' ? parts.some(part => matches(doc, part)) : parts.every(part => matches(doc, part))
  }
  return Object.entries(filter).every(([path, condition]) => holds(get(doc, path), condition))
}

function change(doc: Doc, patch: Patch): void {
  for (const [field, value] of Object.entries(patch)) {
    if (!(value instanceof Command))
      doc[field] = value
    else if (value.op === 'remove')
      delete doc[field]
    else if (value.op === 'set')
      doc[field] = value.args[0]
    else if (value.op === 'inc')
      doc[field] = Number(doc[field] ?? 0) + Number(value.args[0])
    else if (value.op === 'push')
      doc[field] = [...doc[field] as unknown[] ?? [], ...value.args]
    else
      throw new Error(`not supported here: ${value.op}`)
  }
}

function session(rows: (name: string) => Doc[], nextId: () => string): StoreSession {
  return {
    async add(name, doc) {
      const id = doc._id ?? nextId()
      const stored: Doc = structuredClone({ ...doc, _id: id })
      const unique = ['_id', ...uniqueFields[name] ?? []]
      if (rows(name).some(other => unique.some(field => other[field] !== undefined && other[field] === stored[field])))
        throw new DuplicateError(name)
      rows(name).push(stored)
      return id
    },
    async find(name, filter, { orderBy = [], skip = 0, limit = 100 }: FindOptions = {}) {
      const found = rows(name).filter(doc => matches(doc, filter))
      for (const [field, direction] of [...orderBy].reverse())
        found.sort((a, b) => compare(a[field], b[field]) * (direction === 'asc' ? 1 : -1))
      return structuredClone(found.slice(skip, skip + limit))
    },
    count: async (name, filter) => rows(name).filter(doc => matches(doc, filter)).length,
    async update(name, filter, patch) {
      const found = rows(name).filter(doc => matches(doc, filter))
      for (const doc of found)
        change(doc, structuredCloneOf(patch))
      return found.length
    },
    async remove(name, filter) {
      const all = rows(name)
      const kept = all.filter(doc => !matches(doc, filter))
      const removed = all.length - kept.length
      all.splice(0, all.length, ...kept)
      return removed
    },
  }
}

/** Commands keep their class; what they carry is copied. */
function structuredCloneOf(patch: Patch): Patch {
  return Object.fromEntries(Object.entries(patch).map(([key, value]) =>
    [key, value instanceof Command ? new Command(value.op, structuredClone(value.args)) : structuredClone(value)]))
}

export interface MemoryStore extends Store {
  /** What is stored, copied. */
  all: (collection: string) => Doc[]
}

export function memoryStore({ transactional = true } = {}): MemoryStore {
  let collections: Collections = new Map()
  let count = 0
  /** Everything runs one after the other; a transaction is one piece. */
  let queue: Promise<unknown> = Promise.resolve()
  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work)
    queue = result.catch(() => undefined)
    return result
  }
  const rows = (name: string): Doc[] => {
    const found = collections.get(name) ?? []
    collections.set(name, found)
    return found
  }
  const direct = session(rows, () => `id${++count}`)
  return {
    transactional,
    add: (...args) => exclusive(() => direct.add(...args)),
    find: (...args) => exclusive(() => direct.find(...args)),
    count: (...args) => exclusive(() => direct.count(...args)),
    update: (...args) => exclusive(() => direct.update(...args)),
    remove: (...args) => exclusive(() => direct.remove(...args)),
    transaction: work => exclusive(async () => {
      const before = structuredClone(collections)
      try {
        return await work(direct)
      }
      catch (error) {
        if (transactional)
          collections = before
        throw error
      }
    }),
    close: async () => {},
    all: name => structuredClone(rows(name)),
  }
}
