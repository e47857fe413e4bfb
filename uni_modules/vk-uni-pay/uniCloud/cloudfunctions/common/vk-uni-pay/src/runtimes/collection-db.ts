/**
 * `db.collection(…)` for handlers of the older form, over the session of their transaction: the part
 * of uniCloud's chain that such handlers use, with its answers.
 */
import type { Doc, Filter, FindOptions, Patch, StoreSession } from '../core/store'

interface Query {
  where: (filter: Filter) => Query
  orderBy: (field: string, direction: 'asc' | 'desc') => Query
  skip: (count: number) => Query
  limit: (count: number) => Query
  get: () => Promise<{ data: Doc[] }>
  count: () => Promise<{ total: number }>
  update: (patch: Patch) => Promise<{ updated: number }>
  remove: () => Promise<{ deleted: number }>
}

interface Collection extends Query {
  doc: (id: string) => Query
  add: (doc: Doc) => Promise<{ id: string }>
}

function query(session: StoreSession, name: string, filter: Filter, options: FindOptions): Query {
  const next = (more: FindOptions): Query => query(session, name, filter, { ...options, ...more })
  return {
    where: other => query(session, name, other, options),
    orderBy: (field, direction) => next({ orderBy: [...options.orderBy ?? [], [field, direction]] }),
    skip: skip => next({ skip }),
    limit: limit => next({ limit }),
    get: async () => ({ data: await session.find(name, filter, options) }),
    count: async () => ({ total: await session.count(name, filter) }),
    update: async patch => ({ updated: await session.update(name, filter, patch) }),
    remove: async () => ({ deleted: await session.remove(name, filter) }),
  }
}

export function collectionDb(session: StoreSession, command: object): { command: object, collection: (name: string) => Collection } {
  return {
    command,
    collection: name => ({
      ...query(session, name, {}, {}),
      doc: id => query(session, name, { _id: id }, {}),
      add: async doc => ({ id: await session.add(name, doc) }),
    }),
  }
}
